"""Let the database renew the company's stamp when its lists or warnings change: they are remembered by it."""

from django.db import migrations

TABLES = ("buyers_asked", "buyers_listedanswer", "buyers_warningrule")
SQLITE = "BEGIN UPDATE team_company SET team_stamp = lower(hex(randomblob(16))); END"
POSTGRESQL = "FOR EACH STATEMENT EXECUTE FUNCTION team_stamp_renew()"


def forwards(apps, schema_editor):
    end = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for table in TABLES:
        for deed in ("insert", "update", "delete"):
            schema_editor.execute(f"CREATE TRIGGER {table}_stamp_{deed} AFTER {deed.upper()} ON {table} {end}")


class Migration(migrations.Migration):
    dependencies = [("buyers", "0013_influence_goes_on_being_asked"), ("team", "0008_stamp_triggers")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
