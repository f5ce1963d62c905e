"""Let what an earlier version learnt be learnt anew at the next start: its figures know no months, its rows no delay."""

import datetime

from django.db import migrations


def forwards(apps, schema_editor):
    Run = apps.get_model("opportunities", "FiguresRun")
    for run in Run.objects.filter(period_ends=[]).only("as_of"):
        # Dated a day back, it no longer stands for today; today's jobs are forgotten, so that they are asked for again.
        Run.objects.filter(pk=run.pk).update(as_of=run.as_of - datetime.timedelta(days=1))
        kinds = ["learn_daily", "snapshot_daily"]
        apps.get_model("web", "Job").objects.filter(kind__in=kinds).update(unique_key=None)


class Migration(migrations.Migration):
    dependencies = [
        ("forecasts", "0004_replays"),
        ("opportunities", "0004_usual_values"),
        ("web", "0003_search_at_once"),
    ]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
