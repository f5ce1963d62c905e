"""Give the company what a year's delay costs, and the currency its amounts are still being brought from."""

from importlib import import_module

from django.core.validators import MaxValueValidator
from django.db import migrations, models

stamp = import_module("milepost.team.migrations.0002_team_stamp")


def put_away(apps, schema_editor):
    """Take the triggers away: SQLite makes the table they write to anew, and refuses while they name it."""
    if schema_editor.connection.vendor == "sqlite":
        for table in stamp.CHANGES:
            for deed in ("insert", "update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_stamp_{deed}")


def put_back(apps, schema_editor):
    """Make the triggers again."""
    if schema_editor.connection.vendor == "sqlite":
        stamp.forwards(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("team", "0002_team_stamp")]
    operations = [
        migrations.RunPython(put_away, put_back),
        migrations.AddField(
            model_name="company",
            name="delay_percent",
            field=models.PositiveSmallIntegerField(
                default=10, validators=[MaxValueValidator(100)], verbose_name="a year's delay costs, in %"
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="former_currency",
            field=models.CharField(blank=True, editable=False, max_length=3),
        ),
        migrations.RunPython(put_back, put_away),
    ]
