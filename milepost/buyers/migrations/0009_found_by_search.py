"""Let search find the requests, questions, visions and places for people there are."""

from functools import partial

from django.db import migrations

from milepost.buyers.found import put_into_the_index


def forwards(apps, schema_editor):
    put_into_the_index(apps.get_model("web", "SearchEntry"), partial(apps.get_model, "buyers"))


class Migration(migrations.Migration):
    dependencies = [("buyers", "0008_questions"), ("web", "0004_letters")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
