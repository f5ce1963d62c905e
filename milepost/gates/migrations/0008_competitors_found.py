"""Let search find the competitors there are."""

from functools import partial

from django.db import migrations

from milepost.gates.found import put_into_the_index


def forwards(apps, schema_editor):
    put_into_the_index(apps.get_model("web", "SearchEntry"), partial(apps.get_model, "gates"))


class Migration(migrations.Migration):
    dependencies = [("gates", "0007_money_held_back"), ("web", "0004_letters")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
