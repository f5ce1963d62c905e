"""Put a pack together."""

from __future__ import annotations

from dataclasses import replace

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from milepost.forecasts.models import PackKind
from milepost.forecasts.packs import parts, review
from milepost.forecasts.packs.wanted import Wanted
from milepost.web import words
from milepost.web.paper import Paper, Section, Words, print_paper, sheets
from milepost.web.sheet import book_of


def paper_of(wanted: Wanted) -> Paper:
    """Return a pack as its sections, ready to be shown, printed or written as a book."""
    told = {"name": wanted.named(wanted.period)}
    title = _("Quarterly review, %(name)s") if wanted.kind == PackKind.REVIEW else _("Forecast call, %(name)s")
    of = f"{wanted.company.name}, {wanted.territory.name}" if wanted.territory else wanted.company.name
    said = {"of": of, "who": wanted.person.name, "day": date_format(wanted.today, "D j M Y")}
    return Paper(
        title % told,
        _("%(of)s, as %(who)s sees it on %(day)s.") % said,
        f"{of}, {said['day']}",
        [*_warning(wanted), *(_review(wanted) if wanted.kind == PackKind.REVIEW else _call(wanted))],
        language=get_language() or "en",
    )


def _warning(wanted: Wanted) -> list[Section]:
    """Say first when amounts are on their way to another currency."""
    company = wanted.company
    if not company.former_currency:
        return []
    told = _(
        "Amounts are being brought from %(former)s to %(now)s. Until that is done, some still count as if they were "
        "in %(former)s, and totals mix the two."
    )
    return [Section(_("Beware"), [Words(told % {"former": company.former_currency, "now": company.currency})])]


def _call(wanted: Wanted) -> list[Section]:
    return [
        parts.periods(wanted),
        parts.rolled_up(wanted.rollup, _("Roll-up of %s") % wanted.named(wanted.period)),
        parts.moved(wanted),
        parts.called(wanted),
        parts.deciding(wanted, wanted.reading.first, _("What decides")),
        parts.gaps(wanted),
    ]


def _review(wanted: Wanted) -> list[Section]:
    after = wanted.company.fiscal.move(wanted.period, 1)
    coming = replace(wanted, first=after.key)
    view = next((view for view in coming.reading.views if view.period.key == after.key), None)
    is_ahead = view is not None and view.distribution is not None
    return [
        review.result(wanted),
        parts.moved(wanted),
        review.foretold(wanted),
        review.why(wanted),
        review.lessons(wanted),
        parts.periods(coming),
        parts.rolled_up(coming.rollup, _("Roll-up of %s") % wanted.named(after)),
        parts.deciding(coming, view if is_ahead else None, _("What decides")),
        parts.gaps(coming),
    ]


def pdf_of(paper: Paper) -> tuple[bytes, bool]:
    """Return a pack as PDF, and whether every character in it has a font here."""
    return print_paper(paper)


def book_from(paper: Paper, wanted: Wanted) -> bytes:
    """Return a pack as an Excel book."""
    return book_of(sheets(paper), decimals=words.exponent(wanted.company.currency))


def file_name(wanted: Wanted, kind: str) -> str:
    """Return what a pack's file is called."""
    return f"{wanted.kind}-{wanted.period.key}-{wanted.today.isoformat()}.{kind}"
