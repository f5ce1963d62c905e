"""Put the competitors that were written down as text so far on the company's list, one entry for all spellings."""

from collections import Counter

from django.db import migrations

from milepost.opportunities.models.rival import key_of, kind_of

NAMES = {"nobody": "Nobody: they do nothing", "in_house": "In-house: their own people"}


def name_them(apps, schema_editor):
    """Make an entry for each name that differs in more than its spelling; the spelling used most gives the name."""
    outcomes = apps.get_model("opportunities", "Outcome").objects.exclude(lost_to="")
    texts = list(outcomes.order_by().values_list("lost_to", flat=True))
    texts += apps.get_model("gates", "Afterwards").objects.exclude(rival="").values_list("rival", flat=True)
    rivals, names = (apps.get_model("opportunities", model).objects for model in ("Rival", "RivalName"))
    times = Counter(texts)
    for text in sorted(times, key=lambda text: (-times[text], text)):
        key = key_of(text)
        kind = str(kind_of(key))
        if kind == "company":
            rival, _new = rivals.get_or_create(key=key, defaults={"name": " ".join(text.split()), "kind": kind})
        else:
            rival, _new = rivals.get_or_create(kind=kind, defaults={"name": NAMES[kind], "key": kind})
        names.get_or_create(text=text, defaults={"key": key, "rival": rival})


class Migration(migrations.Migration):
    dependencies = [("gates", "0004_competitors")]
    operations = [migrations.RunPython(name_them, migrations.RunPython.noop)]
