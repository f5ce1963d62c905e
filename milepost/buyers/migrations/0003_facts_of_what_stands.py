from django.db import migrations
from django.utils import timezone


def keep(apps, schema_editor):
    """Make what is known of everybody a fact of the day on which their part began."""
    table = schema_editor.connection.ops.quote_name
    for trait in ("role", "stance", "access"):
        schema_editor.execute(
            f"INSERT INTO {table('buyers_stakeholderfact')} (trait, answer, said_on, {table('at')}, stakeholder_id) "
            f"SELECT %s, {table(trait)}, since, %s, id FROM {table('buyers_stakeholder')} WHERE {table(trait)} <> ''",
            [trait, timezone.now()],
        )


class Migration(migrations.Migration):
    dependencies = [("buyers", "0002_knowing_the_buyer")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
