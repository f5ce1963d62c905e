"""Let times be offered for a step that has a date, which stands until another is picked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0012_look")]
    operations = [
        migrations.AddField(model_name="timeoffer", name="by_whom", field=models.CharField(blank=True, max_length=7)),
        migrations.AddField(model_name="timeoffer", name="instead_of", field=models.DateTimeField(null=True)),
    ]
