"""What was published and what was agreed is never deleted either: the database refuses it."""

from importlib import import_module

from django.db import migrations, models

kept = import_module("milepost.plans.migrations.0005_kept_as_agreed")


def forwards(apps, schema_editor):
    does = kept.SQLITE if schema_editor.connection.vendor == "sqlite" else kept.POSTGRESQL
    for table in kept.TABLES:
        schema_editor.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {does}")


class Migration(migrations.Migration):
    dependencies = [("plans", "0009_mailed")]
    operations = [
        migrations.AlterField(
            model_name="planversion",
            name="plan",
            field=models.ForeignKey(on_delete=models.PROTECT, related_name="versions", to="plans.sharedplan"),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
