from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forecasts', '0014_kept_past'),
    ]

    operations = [
        migrations.AddField(
            model_name='answerstrial',
            name='champion',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='answerstrial',
            name='correction',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='answerstrial',
            name='results',
            field=models.JSONField(default=list),
        ),
    ]
