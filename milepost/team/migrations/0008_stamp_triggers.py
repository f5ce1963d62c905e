"""Make the triggers again that SQLite dropped when a column was added to the people: a stamp must never be stale."""

import uuid
from importlib import import_module

from django.db import migrations

stamp = import_module("milepost.team.migrations.0002_team_stamp")
TABLE = "team_person"


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for deed in ("insert", "update", "delete"):
        of = f" OF {', '.join(stamp.CHANGES[TABLE])}" if deed == "update" else ""
        head = f"CREATE TRIGGER IF NOT EXISTS {TABLE}_stamp_{deed} AFTER {deed.upper()}{of} ON {TABLE}"
        schema_editor.execute(f"{head} BEGIN {stamp.SQLITE}; END")
    # Whatever changed meanwhile has not renewed it.
    apps.get_model("team", "Company").objects.update(team_stamp=uuid.uuid4().hex)


class Migration(migrations.Migration):
    dependencies = [("team", "0007_plan_mail")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
