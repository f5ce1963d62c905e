"""Keep with each learning at what pace steps move in each month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0018_first_told")]
    operations = [
        migrations.AddField(model_name="figuresrun", name="season", field=models.JSONField(default=dict)),
    ]
