"""Let people’s words count in figures, as far as a run has settled."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('opportunities', '0008_lessons'),
    ]

    operations = [
        migrations.AddField(
            model_name='figure',
            name='word',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='figuresrun',
            name='voices',
            field=models.JSONField(default=dict),
        ),
    ]
