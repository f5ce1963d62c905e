"""Let companies that have said how much somebody's word counts go on being asked; others are asked once they want it."""

from django.db import migrations


def forwards(apps, schema_editor):
    asked, people = apps.get_model("buyers", "Asked"), apps.get_model("buyers", "Stakeholder")
    if people.objects.exclude(influence="").exists():
        asked.objects.get_or_create(trait="influence", defaults={"asked": True})


class Migration(migrations.Migration):
    dependencies = [("buyers", "0012_replies")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
