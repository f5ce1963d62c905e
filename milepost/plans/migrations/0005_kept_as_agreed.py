"""What was published and what was agreed is never changed: the database refuses it."""

from django.db import migrations

TABLES = ("plans_planversion", "plans_agreement")
FUNCTION = """CREATE FUNCTION plans_refuse() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN RAISE EXCEPTION 'what was published or agreed is never changed'; END $$"""
SQLITE = "BEGIN SELECT RAISE(ABORT, 'what was published or agreed is never changed'); END"
POSTGRESQL = "FOR EACH ROW EXECUTE FUNCTION plans_refuse()"


def forwards(apps, schema_editor):
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        schema_editor.execute(FUNCTION)
    for table in TABLES:
        does = SQLITE if is_sqlite else POSTGRESQL
        schema_editor.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {does}")


class Migration(migrations.Migration):
    dependencies = [("plans", "0004_agreement")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
