"""Have the past kept anew: it tells since when each opportunity was watched; count the values that were stood in for."""

from django.db import migrations, models


def let_go(apps, schema_editor):
    """Let go of the past as it was kept; the next learning keeps it anew, and until then it is read from the rows."""
    apps.get_model("forecasts", "KeptPast").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("forecasts", "0016_former_calendars"), ("opportunities", "0018_first_told")]
    operations = [
        migrations.RunPython(let_go, migrations.RunPython.noop),
        migrations.AddField(
            model_name="replay",
            name="assumed",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
