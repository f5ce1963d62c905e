"""Keep when a placeholder was given its name, as far as the history tells."""

from django.db import migrations, models
from django.utils import timezone


def fill(apps, schema_editor):
    told = apps.get_model("web", "Change").objects.filter(
        subject_kind="opportunity", verb="stakeholder changed", what__has_key="contact"
    )
    rows = apps.get_model("buyers", "Stakeholder").objects
    for one in told.order_by("-id").iterator():
        if not one.what["contact"][0]:
            same = rows.filter(opportunity=one.subject_id, contact__name=one.part)
            same.update(named_on=timezone.localdate(one.at))


class Migration(migrations.Migration):
    dependencies = [("buyers", "0009_found_by_search"), ("web", "0004_letters")]
    operations = [
        migrations.AddField("stakeholder", "named_on", models.DateField(editable=False, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
