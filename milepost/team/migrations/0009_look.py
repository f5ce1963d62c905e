"""Let the company settle how clients see it on shared plans: its name, logo and colour there, and the language."""

from django.db import migrations, models

COLUMNS = (("brand_name", 120), ("brand_logo", 120), ("brand_colour", 7), ("brand_language", 12))


def forwards(apps, schema_editor):
    """Add the columns in place: SQLite would make the table anew, which triggers of many folders write to."""
    for name, most in COLUMNS:
        schema_editor.execute(f"ALTER TABLE team_company ADD COLUMN {name} varchar({most}) NOT NULL DEFAULT ''")


def backwards(apps, schema_editor):
    for name, _most in COLUMNS:
        schema_editor.execute(f"ALTER TABLE team_company DROP COLUMN {name}")


class Migration(migrations.Migration):
    dependencies = [("team", "0008_stamp_triggers")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forwards, backwards)],
            state_operations=[
                migrations.AddField(
                    "company",
                    "brand_name",
                    models.CharField(blank=True, max_length=120, verbose_name="our name to clients"),
                ),
                migrations.AddField("company", "brand_logo", models.CharField(blank=True, editable=False, max_length=120)),
                migrations.AddField(
                    "company",
                    "brand_language",
                    models.CharField(blank=True, max_length=12, verbose_name="language of clients’ pages"),
                ),
                migrations.AddField(
                    "company", "brand_colour", models.CharField(blank=True, max_length=7, verbose_name="colour")
                ),
            ],
        )
    ]
