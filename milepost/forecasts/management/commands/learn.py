"""`milepost learn`: learn from the company's history now, without waiting for tomorrow."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from milepost.forecasts.learn import learn_and_refresh
from milepost.team.models import Company


class Command(BaseCommand):
    """Learn from all steps so far and bring every open opportunity's figures up to date."""

    help = "Learn from all steps so far and bring every open opportunity's figures up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        if not Company.objects.exists():
            raise CommandError("There is no company here yet; start with `milepost up`.")
        run = learn_and_refresh()
        self.stdout.write(f"Learnt from {run.stays} steps, as of {run.as_of}.")
