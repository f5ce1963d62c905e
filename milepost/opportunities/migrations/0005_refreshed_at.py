from django.db import migrations, models
from django.db.models import F


def forwards(apps, schema_editor):
    Run = apps.get_model("opportunities", "FiguresRun")
    Run.objects.update(refreshed_at=F("made_at"))


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0004_usual_values")]
    operations = [
        migrations.AddField("figuresrun", "refreshed_at", models.DateTimeField(null=True)),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
