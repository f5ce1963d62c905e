"""On PostgreSQL, note the opportunities of rows that are written together once each, not once a row."""

from django.db import migrations

TABLES = ("opportunities_stay", "opportunities_outcome")
RANDOM = "floor(random() * 9e15)::bigint * 1000 + floor(random() * 1000)::bigint"  # as in 0014
NOTE = "INSERT INTO forecasts_pasttouched (opportunity, stamp)"


def forwards(apps, schema_editor):
    """Let what is inserted be noted by the statement; SQLite knows triggers of rows alone."""
    each = f"SELECT opportunity_id, {RANDOM} FROM fresh GROUP BY opportunity_id"
    make(schema_editor, each, "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT")


def backwards(apps, schema_editor):
    """Let it be noted row by row again."""
    make(schema_editor, f"VALUES (NEW.opportunity_id, {RANDOM})", "FOR EACH ROW")


def make(schema_editor, what, how):
    """Make the triggers of what is inserted anew."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        name = f"past_{table}_insert"
        body = f"BEGIN {NOTE} {what}; RETURN NULL; END"
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {name}_note() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
        )
        schema_editor.execute(f"CREATE TRIGGER {name} AFTER INSERT ON {table} {how} EXECUTE FUNCTION {name}_note()")


class Migration(migrations.Migration):
    dependencies = [("forecasts", "0018_kept_answers"), ("opportunities", "0021_note_edited")]
    operations = [migrations.RunPython(forwards, backwards)]
