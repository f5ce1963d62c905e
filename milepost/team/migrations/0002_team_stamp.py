"""Give the company a stamp that the database renews whenever who may see what, or somebody's name, changes."""

import uuid

from django.db import migrations, models

import milepost.team.models.company

CHANGES = {
    "team_membership": None,
    "team_cover": None,
    "team_territory": None,
    "team_person": ("name", "name_key", "is_active"),
}

SQLITE = "UPDATE team_company SET team_stamp = lower(hex(randomblob(16)))"
POSTGRESQL = """
    CREATE FUNCTION team_stamp_renew() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE team_company SET team_stamp = md5(random()::text || clock_timestamp()::text || txid_current()::text);
    RETURN NULL; END $$"""


def forwards(apps, schema_editor):
    """Make the triggers: a change by whatever way, a bulk update too, renews the stamp."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    for company in apps.get_model("team", "Company").objects.all():
        company.team_stamp = uuid.uuid4().hex
        company.save(update_fields=["team_stamp"])
    if not sqlite:
        schema_editor.execute(POSTGRESQL)
    for table, columns in CHANGES.items():
        for deed in ("insert", "update", "delete"):
            of = f" OF {', '.join(columns)}" if columns and deed == "update" else ""
            head = f"CREATE TRIGGER {table}_stamp_{deed} AFTER {deed.upper()}{of} ON {table}"
            end = f"BEGIN {SQLITE}; END" if sqlite else "FOR EACH STATEMENT EXECUTE FUNCTION team_stamp_renew()"
            schema_editor.execute(f"{head} {end}")


class Migration(migrations.Migration):
    dependencies = [("team", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="company",
            name="team_stamp",
            field=models.CharField(default=milepost.team.models.company.new_stamp, editable=False, max_length=32),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
