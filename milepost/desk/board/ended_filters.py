"""The filters of what has ended; Learn asks for the same things by the same names, so that its numbers lead here."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.desk.board import filters
from milepost.desk.board.filters import ME, NOBODY, Filter, Wrong
from milepost.desk.board.known import Known
from milepost.forecasts.learnt.ends import NO_STEP
from milepost.forecasts.learnt.sizes import Size
from milepost.gates.models import Contender
from milepost.opportunities.models import Outcome, Reason, Rival, Step, spellings_of
from milepost.playbooks.models import PlaybookStep, PlaybookVersion
from milepost.web.words import day

KINDS = [choice for choice in Outcome.Kind.choices if choice[0] != Outcome.Kind.OPEN_AGAIN]
FIRST_YEAR, LAST_YEAR = 1900, 9998
LONGEST = 200

Named = tuple[Any, str]
"""What is asked for, and its name."""


def _kind(text: str, _known: Known) -> str:
    if text not in dict(KINDS):
        raise Wrong(_("“%s” is not an outcome") % text[:40])
    return text


def _year(text: str, _known: Known) -> int:
    year = filters.read_number(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Wrong(_("“%s” is not a year") % text)
    return year


def _in_year(year: int, _known: Known) -> Q:
    return Q(on__gte=datetime.date(year, 1, 1), on__lt=datetime.date(year + 1, 1, 1))


def _day(text: str, _known: Known) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise Wrong(_("“%s” is not a day; write it as 2027-03-31") % text[:40]) from None


def _version(text: str, _known: Known) -> Named:
    pk = filters.read_number(text)
    version = PlaybookVersion.objects.select_related("playbook").filter(pk=pk, published_at__isnull=False).first()
    if version is None:
        raise Wrong(_("there is no version with number %s") % text)
    return pk, str(version)


def _step(text: str, known: Known) -> Named:
    """Read a step by its key: a playbook's, or one that was added to a single line the person sees."""
    if text == NO_STEP:
        return None, _("not known")
    key = text[:40]
    name = PlaybookStep.objects.filter(key=key).order_by("-id").values_list("name", flat=True).first()
    name = name or Step.objects.visible_to(known.person).filter(key=key).values_list("name", flat=True).first()
    if name is None:
        raise Wrong(_("there is no step “%s”") % key)
    return key, name


def _at_step(value: Named, _known: Known) -> Q:
    return Q(step=None) if value[0] is None else Q(step__key=value[0])


def _reason(text: str, _known: Known) -> Named:
    pk = filters.read_number(text)
    name = Reason.objects.filter(pk=pk).values_list("text", flat=True).first()
    if name is None:
        raise Wrong(_("there is no reason with number %s") % text)
    return pk, name


def _rival(text: str, _known: Known) -> str:
    if not text.isprintable() or len(text) > LONGEST:
        raise Wrong(_("“%s” is not a name") % text[:40])
    return text


def _against(text: str, _known: Known) -> Named:
    pk = filters.read_number(text)
    name = Rival.objects.filter(pk=pk).values_list("name", flat=True).first()
    if name is None:
        raise Wrong(_("there is no competitor with number %s") % text)
    return pk, name


def _met(value: Named, _known: Known) -> Q:
    """Return the condition of having met a competitor: it was noted there, or it won, as nobody does undecided."""
    rival = Rival.objects.get(pk=value[0])
    here = Contender.objects.filter(opportunity=OuterRef("opportunity_id"), rival=rival)
    won = Q(lost_to__in=rival.names.values("text"), kind=Outcome.Kind.LOST)
    if rival.kind == Rival.Kind.NOBODY:
        won |= Q(kind=Outcome.Kind.NO_DECISION)
    return Q(Exists(here)) | won


def _size(text: str, _known: Known) -> Size:
    size = Size.read(text)
    if size is None:
        raise Wrong(_("“%s” is not a band of value; write it as 50000-200000") % text[:40])
    return size


def _of_size(size: Size, known: Known) -> Q:
    return size.condition("opportunity__company_value_minor", known.unit)


def _of_person(value: int | str, known: Known) -> Q:
    if value == NOBODY:
        return Q(opportunity__coordinator=None, opportunity__salesperson=None)
    ids = known.person.sight.people if value == ME else [value]
    return Q(opportunity__coordinator_id__in=ids) | Q(opportunity__salesperson_id__in=ids)


def _named(value: Named, _known: Known) -> str:
    return value[1]


FILTERS = (
    Filter(
        "outcome",
        gettext_lazy("Outcome"),
        _kind,
        lambda value, known: Q(kind=value),
        lambda value, known: str(dict(KINDS)[value]),
    ),
    Filter("year", gettext_lazy("Year"), _year, _in_year, lambda value, known: str(value)),
    Filter(
        "since",
        gettext_lazy("Since"),
        _day,
        lambda value, known: Q(on__gte=value),
        lambda value, known: day(value),
    ),
    Filter(
        "until",
        gettext_lazy("Until"),
        _day,
        lambda value, known: Q(on__lte=value),
        lambda value, known: day(value),
    ),
    Filter(
        "territory",
        gettext_lazy("Territory"),
        filters.read_territory,
        lambda value, known: Q(opportunity__territory_id__in=known.below(value)),
        lambda value, known: known.territories[value].name,
    ),
    Filter("person", gettext_lazy("Person"), filters.read_person, _of_person, filters.say_person),
    Filter(
        "playbook",
        gettext_lazy("Playbook"),
        filters.read_playbook,
        lambda value, known: Q(opportunity__playbook_version__playbook_id=value),
        lambda value, known: known.playbooks[value],
    ),
    Filter(
        "version",
        gettext_lazy("Version"),
        _version,
        lambda value, known: Q(opportunity__playbook_version_id=value[0]),
        _named,
    ),
    Filter("step", gettext_lazy("At step"), _step, _at_step, _named),
    Filter(
        "reason",
        gettext_lazy("Reason"),
        _reason,
        lambda value, known: Q(reasons=value[0]),
        _named,
    ),
    Filter(
        "lost_to",
        gettext_lazy("Lost to"),
        _rival,
        lambda value, known: Q(lost_to__in=spellings_of(value)),
        lambda value, known: value,
    ),
    Filter("against", gettext_lazy("Against"), _against, _met, _named),
    Filter(
        "size",
        gettext_lazy("Value"),
        _size,
        _of_size,
        lambda value, known: value.say(known.company.currency),
    ),
)
