"""The facts that opportunities tell by themselves, each dated as it came to be known."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from milepost.forecasts.models import Snapshot
from milepost.opportunities.facts import ALWAYS, Fact, Source, Those, Told
from milepost.opportunities.found import Found, size
from milepost.opportunities.models import (
    Attempt,
    Category,
    Condition,
    FiguresRun,
    Judgement,
    Stay,
)

YES, NO, NONE, SOME = "yes", "no", "none", "some"
ONE, FEW, MANY = "one", "few", "many"
BANDS = (0.25, 0.5, 0.75)
PARTY = ("party added", "party removed")
TURNED = ("condition added", *(f"condition {state}" for state in Condition.State))
DONE = (Condition.State.MET, Condition.State.WAIVED)

CLIENT = Fact("client", lazy("Client before"), {YES: lazy("has bought from us"), NO: lazy("new to us")})
SELECTED = Fact("selected", lazy("Selected account"), {YES: lazy("yes"), NO: lazy("no")})
PARTIES = Fact("parties", lazy("Other companies’ parts"), {NONE: lazy("none named"), SOME: lazy("named")})
CONDITIONS = Fact(
    "conditions",
    lazy("Conditions"),
    {NONE: lazy("none"), "open": lazy("open"), "failed": lazy("one has failed"), "met": lazy("all met")},
)
TRIES = Fact("tries", lazy("Met again"), {NONE: lazy("never"), ONE: lazy("once"), MANY: lazy("twice or more")})
AGREED = Fact("agreed", lazy("Next date agreed in the room"), {YES: lazy("yes, last time"), NO: lazy("no, last time")})
PEOPLE = Fact(
    "people",
    lazy("Client’s people at one appointment"),
    {
        NONE: pgettext_lazy("people", "none noted"),
        ONE: lazy("one"),
        FEW: lazy("two or three"),
        MANY: lazy("four or more"),
    },
)
CATEGORY = Fact("category", lazy("Category"), dict(Category.choices))
OWN = Fact(
    "own",
    lazy("A person’s own chance"),
    {"0": lazy("below 25 %"), "1": lazy("25 to 50 %"), "2": lazy("50 to 75 %"), "3": lazy("75 % or more")},
    tried=False,  # counts as a call, where calls have been better: see `opportunities/voices.py`
)
WORTH = Fact(
    "worth", lazy("Value for its playbook"), {"small": lazy("small"), "middle": lazy("middle"), "large": lazy("large")}
)
PUSHED = Fact("pushed", lazy("Pushed out"), {NONE: lazy("never"), ONE: lazy("once"), MANY: lazy("twice or more")})


def accounts_and_changes(those: Those) -> Iterator[Told]:
    """Tell of the account, and of what was added, met and failed since the opportunity is kept here."""
    for pk, (begun, account, selected, bought) in those.kept.items():
        yield Told(pk, begun, PARTIES.key, NONE)
        yield Told(pk, begun, CONDITIONS.key, NONE)
        if account:
            yield Told(pk, ALWAYS, CLIENT.key, NO)
            yield Told(pk, begun, SELECTED.key, NO)
            if bought:
                yield Told(pk, bought, CLIENT.key, YES)
            if selected:
                yield Told(pk, selected, SELECTED.key, YES)
    yield from _changes(those)


def _changes(those: Those) -> Iterator[Told]:
    """Follow parties and conditions through the history."""
    parties: Counter[int] = Counter()
    states: dict[int, dict[tuple[str, str], str]] = defaultdict(dict)
    for pk, on, verb, part, what in those.changes(*PARTY, *TURNED):
        if verb in PARTY:
            parties[pk] += 1 if verb == "party added" else -1
            yield Told(pk, on, PARTIES.key, SOME if parties[pk] > 0 else NONE)
        else:
            states[pk].update(_turned(verb, part, what))
            yield Told(pk, on, CONDITIONS.key, _conditions(states[pk].values()))


def _turned(verb: str, part: str, what: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return the new state of the condition that a line of history is about."""
    if verb == "condition added":
        return {(part, str(name)): str(Condition.State.NOT_STARTED) for _was, name in what.values()}
    return {(part, name): str(now) for name, (_was, now) in what.items()}


def _conditions(states: Iterable[str]) -> str:
    states = list(states)
    if Condition.State.FAILED in states:
        return "failed"
    return "met" if all(state in DONE for state in states) else "open"


def tries(those: Those) -> Iterator[Told]:
    """Tell how often a step was tried again."""
    again = Stay.objects.filter(opportunity__in=those.pks, end=Stay.End.AGAIN, left_on__isnull=False).order_by(
        "left_on"
    )
    seen: Counter[int] = Counter()
    yield from (Told(pk, ALWAYS, TRIES.key, NONE) for pk in those.pks)
    for pk, on in again.values_list("opportunity_id", "left_on"):
        assert on is not None  # those without are left out above
        seen[pk] += 1
        yield Told(pk, on, TRIES.key, _times(seen[pk]))


def appointments(those: Those) -> Iterator[Told]:
    """Tell what reported appointments were like."""
    clients = Count("attendances", filter=Q(attendances__contact__isnull=False))
    held = Attempt.objects.filter(step__opportunity__in=those.pks, state=Attempt.State.CLOSED).annotate(clients=clients)
    most: Counter[int] = Counter()
    columns = ("step__opportunity_id", "on", "reported_at", "agreed_in_room", "clients")
    for pk, on, reported, agreed, number in held.order_by("on", "id").values_list(*columns):
        known = max(on, _day(reported)) if reported else on
        most[pk] = max(most[pk], number)
        yield Told(pk, known, PEOPLE.key, (NONE, ONE, FEW, FEW)[most[pk]] if most[pk] < 4 else MANY)
        if agreed is not None:
            yield Told(pk, known, AGREED.key, YES if agreed else NO)


def judgements(those: Those) -> Iterator[Told]:
    """Tell what people said."""
    rows = Judgement.objects.filter(opportunity__in=those.pks).order_by("on", "id")
    for pk, on, category, chance in rows.values_list("opportunity_id", "on", "category", "probability"):
        if category:
            yield Told(pk, on, CATEGORY.key, category)
        if chance is not None:
            yield Told(pk, on, OWN.key, str(sum(chance >= band for band in BANDS)))


def kept_looks(those: Those) -> Iterator[Told]:
    """Tell of value and closing day as they were kept day by day."""
    run = FiguresRun.objects.order_by("-id").values_list("found", flat=True).first()
    cuts = Found.from_json(run or {}).cuts
    month: dict[int, tuple[int, int]] = {}
    pushed: Counter[int] = Counter()
    rows = Snapshot.objects.filter(opportunity__in=those.pks, state=Snapshot.State.OPEN).order_by("valid_from")
    for row in rows.only("opportunity_id", "valid_from", "playbook", "value_minor", "judged_close", "close_on"):
        pk, closes = row.opportunity_id, row.judged_close or row.close_on
        yield Told(pk, row.valid_from, WORTH.key, size(cuts, row.playbook, row.value_minor) or "")
        if closes:
            now = (closes.year, closes.month)
            pushed[pk] += now > month.get(pk, now)
            month[pk] = now
            yield Told(pk, row.valid_from, PUSHED.key, _times(pushed[pk]))


def _times(number: int) -> str:
    return (NONE, ONE)[number] if number < 2 else MANY


def _day(at: datetime.datetime) -> datetime.date:
    return timezone.localdate(at)


OWN_SOURCES = (
    Source((CLIENT, SELECTED, PARTIES, CONDITIONS), accounts_and_changes, (*PARTY, *TURNED)),
    Source((TRIES,), tries),
    Source((AGREED, PEOPLE), appointments),
    Source((CATEGORY, OWN), judgements),
    Source((WORTH, PUSHED), kept_looks),
)
