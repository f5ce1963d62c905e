"""Let the company settle whether it is shown by name how good people's calls were."""

from importlib import import_module

from django.db import migrations, models

before = import_module("milepost.team.migrations.0003_what_delay_costs")


class Migration(migrations.Migration):
    dependencies = [("team", "0004_plan_rates")]
    operations = [
        migrations.RunPython(before.put_away, before.put_back),
        migrations.AddField(
            model_name="company",
            name="accuracy_by_name",
            field=models.BooleanField(default=False, verbose_name="show by name how good people’s calls were"),
        ),
        migrations.RunPython(before.put_back, before.put_away),
    ]
