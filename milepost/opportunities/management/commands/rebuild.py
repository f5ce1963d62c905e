"""`milepost rebuild`: make all standings anew, or only tell which ones differ from what a rebuild would give."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from milepost.opportunities.models import Opportunity, Standing
from milepost.opportunities.standing import restand
from milepost.team.models import Company


class Command(BaseCommand):
    """Make the reading rows of open opportunities anew from what is stored about them."""

    help = "Make the reading rows of all open opportunities anew from what is stored about them."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; say which rows a rebuild would change"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not Company.objects.exists():
            raise CommandError("There is no company here yet; start with `milepost up`.")
        if not check:
            self.stdout.write(f"{rebuild()} open opportunities have their rows anew.")
            return
        different = what_would_change()
        if different:
            raise CommandError(f"{len(different)} rows differ from a rebuild: {sorted(different)[:20]}")
        self.stdout.write("Every row is as a rebuild would make it.")


def rebuild() -> int:
    """Make every open opportunity's standing anew, drop those of ended ones, and return how many there are."""
    still_open = Opportunity.objects.open().filter(merged_into=None).values_list("pk", flat=True)
    Standing.objects.exclude(pk__in=still_open).delete()
    restand(list(still_open))
    return Standing.objects.count()


def what_would_change() -> set[int]:
    """Rebuild, compare, and take it back; return the ids of opportunities whose row differs."""
    before = rows()
    with transaction.atomic():
        rebuild()
        after = rows()
        transaction.set_rollback(True)
    return {pk for pk in before.keys() | after.keys() if before.get(pk) != after.get(pk)}


def rows() -> dict[int, dict[str, Any]]:
    """Return all standings as stored."""
    return {row["pk"]: row for row in Standing.objects.values("pk", *(f.name for f in Standing._meta.concrete_fields))}
