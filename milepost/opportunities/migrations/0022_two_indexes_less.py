"""Drop two indexes that longer ones begin with: each row of an import is written into them for nothing."""

import django.db.models.deletion
from django.db import migrations, models


def without(name, table, column):
    """Drop an index where it is, without making the table anew, as SQLite would be asked to for a changed field."""
    return migrations.RunSQL(f'DROP INDEX IF EXISTS "{name}"', f'CREATE INDEX "{name}" ON "{table}" ("{column}")')


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0021_note_edited")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                without("opportunities_step_opportunity_id_416dcd93", "opportunities_step", "opportunity_id"),
                without("opportunities_opportunity_account_id_9d121ef9", "opportunities_opportunity", "account_id"),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="step",
                    name="opportunity",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="opportunities.opportunity",
                    ),
                ),
                migrations.AlterField(
                    model_name="opportunity",
                    name="account",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opportunities",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
        ),
    ]
