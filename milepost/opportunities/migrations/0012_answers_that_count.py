from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('opportunities', '0011_drift'),
    ]

    operations = [
        migrations.AddField(
            model_name='figure',
            name='moved',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='figuresrun',
            name='earned',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='standing',
            name='answers',
            field=models.JSONField(default=list),
        ),
    ]
