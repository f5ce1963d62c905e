from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0006_gates")]
    operations = [migrations.AddField("figuresrun", "found", models.JSONField(default=dict))]
