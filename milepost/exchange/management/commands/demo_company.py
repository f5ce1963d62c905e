"""`manage.py demo_company`: make the example company."""

from __future__ import annotations

import datetime
import time
import zoneinfo
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from milepost.exchange.example.make import make_company
from milepost.exchange.example.setting import PASSWORD, sign_ins


class Command(BaseCommand):
    """Make the example company in an empty home and print whom to sign in as."""

    help = (
        "Make the example company in an empty home, for instance: "
        "export MILEPOST_HOME=/tmp/example; python manage.py migrate && python manage.py demo_company. "
        "The same seed and date make the same company."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--opportunities", type=int, default=1_650, help="how many, open and closed (1650)")
        parser.add_argument("--seed", type=int, default=1, help="another number, another company (1)")
        parser.add_argument("--date", type=datetime.date.fromisoformat, help="the example's today (today)")
        parser.add_argument("--password", default=PASSWORD, help=f"everybody's password ({PASSWORD})")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["date"] or datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Berlin")).date()
        if options["opportunities"] < 1:
            raise CommandError("--opportunities: at least one is needed.")
        started = time.monotonic()
        try:
            make_company(
                total=options["opportunities"],
                seed=options["seed"],
                today=today,
                password=options["password"],
                say=self.stdout.write,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Made in {time.monotonic() - started:.0f} s. Sign in as:")
        for one in sign_ins():
            self.stdout.write(f"  {one.email}  {options['password']}  ({one.name}, {one.role}, {one.sees})")
