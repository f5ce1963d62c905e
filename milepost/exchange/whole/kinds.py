"""Which kinds of rows a company consists of, and what each one's file is called."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.db import models

FOLDERS = (
    "team", "accounts", "playbooks", "opportunities", "buyers", "gates", "plans", "forecasts", "desk", "exchange",
    "web",
)  # fmt: skip

AGAIN = "It is made again from the rest."
MACHINE = "It belongs to this machine."
PRIVATE = "It is secret."
LEFT_OUT = {
    "web.SearchEntry": AGAIN,
    "web.Job": MACHINE,
    "web.Letter": "Letters that were sent may hold links that let in.",
    "web.MailServer": MACHINE,
    "web.MailedCode": PRIVATE,
    "team.AccessLink": PRIVATE,
    "opportunities.FiguresRun": AGAIN,
    "opportunities.Figure": AGAIN,
    "opportunities.Standing": AGAIN,
    "buyers.KeptWarning": AGAIN,
    "gates.GateCard": AGAIN,
    "forecasts.AnswersTrial": AGAIN,
    "forecasts.JudgedRecord": AGAIN,
    "forecasts.KeptAnswer": AGAIN,
    "forecasts.KeptPast": AGAIN,
    "forecasts.PastTouched": AGAIN,
    "forecasts.KeptRange": AGAIN,
    "exchange.Before": "It is kept until an import can no longer be taken back; a copy of the company takes none back.",
    "forecasts.KeptPack": "Packs that were handed out; they can be made again.",
    "forecasts.KeptPack_territories": "Packs that were handed out; they can be made again.",
}
"""What is no part of the file, and why. Every other kind is; a test fails for one that is in neither."""

NAMES = {
    "web.Change": "history",
    "team.Company": "company",
    "opportunities.BeforeReport": "before-reports",
    "opportunities.Outcome_reasons": "reasons-of-outcomes",
    "opportunities.Attendance": "attendance",
    "buyers.Asked": "asked-for",
    "buyers.Evidence": "evidence",
    "gates.ContenderStatus": "competitors-statuses",
    "gates.Contender": "competitors",
    "gates.Contender_supporters": "supporters-of-competitors",
    "gates.Afterwards": "after-stopping",
    "gates.Spent": "hours-spent",
    "opportunities.Rival": "rivals",
    "plans.Study": "studies",
    "plans.TimeOffer_ours": "people-of-time-offers",
    "exchange.ImportBatch": "imports",
}
"""Names that the plural of a kind's own name would not give."""


@cache
def kinds() -> tuple[type[models.Model], ...]:
    """Return every kind of row that goes along, people and accounts first."""
    return tuple(model for model in all_kinds() if model._meta.label not in LEFT_OUT)


def all_kinds() -> Iterator[type[models.Model]]:
    """Yield every kind of row that Milepost keeps."""
    for folder in FOLDERS:
        yield from apps.get_app_config(folder).get_models(include_auto_created=True)


def file_of(model: type[models.Model]) -> str:
    """Return what the file of a kind is called.

    >>> file_of(apps.get_model("opportunities.ValueLine"))
    'value-lines.csv'
    """
    plural = str(model._meta.verbose_name_plural).replace(" ", "-")
    return f"{NAMES.get(model._meta.label, plural)}.csv"


def about(model: type[models.Model]) -> str:
    """Say in a sentence what a row of the kind is."""
    if model._meta.auto_created:
        one, other = (field.name for field in model._meta.concrete_fields if field.is_relation)
        return f"Which {other} belongs to which {one}."
    return " ".join((model.__doc__ or "").strip().split("\n\n")[0].split())
