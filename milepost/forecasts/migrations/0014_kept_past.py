"""Keep the past as columns, and have the database note every opportunity whose past changes since."""

from django.db import migrations, models

# Of an opportunity only what its past is told apart by.
ABOUT = "merged_into_id playbook_version_id territory_id coordinator_id salesperson_id confidential company_value_minor as_of"
OF = {
    "opportunities_opportunity": ("id", ("update",)),
    "opportunities_stay": ("opportunity_id", ("insert", "update", "delete")),
    "opportunities_outcome": ("opportunity_id", ("insert", "update", "delete")),
    "opportunities_outcome_reasons": ("outcome_id", ("insert", "delete")),
}
NOTE = "INSERT INTO forecasts_pasttouched (opportunity, stamp)"
FROM_OUTCOME = "SELECT opportunity_id, {stamp} FROM opportunities_outcome WHERE id = {row}.outcome_id"
RANDOM = {"sqlite": "random()", "postgresql": "floor(random() * 9e15)::bigint * 1000 + floor(random() * 1000)::bigint"}


def note(table, column, row, vendor):
    """Return the statement that notes the opportunity of a row."""
    stamp = RANDOM[vendor]
    if table == "opportunities_outcome_reasons":
        return f"{NOTE} {FROM_OUTCOME.format(stamp=stamp, row=row)};"
    return f"{NOTE} VALUES ({row}.{column}, {stamp});"


def forwards(apps, schema_editor):
    """Make the triggers: a change by whatever way is noted, a bulk update too."""
    vendor = schema_editor.connection.vendor
    for table, (column, deeds) in OF.items():
        for deed in deeds:
            of = f" OF {ABOUT.replace(' ', ', ')}" if table == "opportunities_opportunity" else ""
            # What is moved to another opportunity is gone from the first.
            rows = {"insert": ["NEW"], "delete": ["OLD"], "update": ["NEW"] if column == "id" else ["OLD", "NEW"]}[deed]
            notes = " ".join(note(table, column, row, vendor) for row in rows)
            head = f"CREATE TRIGGER past_{table}_{deed} AFTER {deed.upper()}{of} ON {table} FOR EACH ROW"
            if vendor == "sqlite":
                schema_editor.execute(f"{head} BEGIN {notes} END")
                continue
            name = f"past_{table}_{deed}_note"
            body = f"BEGIN {notes} RETURN NULL; END"
            schema_editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
            schema_editor.execute(f"{head} EXECUTE FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("forecasts", "0013_drift"), ("opportunities", "0011_drift")]
    operations = [
        migrations.CreateModel(
            name="KeptPast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stamp", models.CharField(max_length=32)),
                ("columns", models.BinaryField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="PastTouched",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opportunity", models.BigIntegerField()),
                ("stamp", models.BigIntegerField()),
            ],
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
