"""Keep the day to which an import first told of an opportunity."""

from django.db import migrations, models
from django.db.models import F


def as_far_as_it_is_known(apps, schema_editor):
    """Take the day to which it is known now for those that nobody has taken in hand; of others it is lost."""
    imported = apps.get_model("opportunities", "Opportunity").objects.exclude(as_of=None)
    imported.update(first_told=F("as_of"))


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0017_before_report")]
    operations = [
        # A column that may be null is added without making the table anew.
        migrations.AddField(
            model_name="opportunity",
            name="first_told",
            field=models.DateField(null=True, editable=False),
        ),
        migrations.RunPython(as_far_as_it_is_known, migrations.RunPython.noop),
    ]
