"""What the map of people is drawn from: the same facts as the list under it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from milepost.buyers.arrange import arranged
from milepost.buyers.models import MapLayout, Tie
from milepost.buyers.rows import Line
from milepost.opportunities.models import Opportunity


def drawn_from(opportunity: Opportunity, lines: list[Line], ties: Iterable[Tie], *, may_work: bool) -> dict[str, Any]:
    """Return people, lines between them, places and words, ready to be drawn."""
    layout = MapLayout.objects.filter(opportunity=opportunity).first()
    ids = {line.row.pk for line in lines}
    bosses = {line.row.pk: line.row.reports_to_id for line in lines if line.row.reports_to_id in ids}
    tidy = arranged([line.row.pk for line in lines], bosses)
    kept = layout.places if layout else {}
    between = [tie for tie in ties if tie.stakeholder_id in ids and tie.other_id in ids and tie.kind != Tie.Kind.TWO]
    return {
        "people": [_person(line, tidy[line.row.pk], kept.get(str(line.row.pk))) for line in lines],
        "lines": [
            *({"from": boss, "to": one, "kind": "reports", "words": ""} for one, boss in bosses.items()),
            *({"from": t.stakeholder_id, "to": t.other_id, "kind": t.kind, "words": _words(t)} for t in between),
        ],
        "version": layout.version if layout else 0,
        "save": reverse("buyers:arrange", args=[opportunity.pk]) if may_work else "",
        "words": {
            "moved": _("Somebody else has moved people since. Their places are shown; move yours again."),
            "kept": _("The places are kept."),
            "failed": _("The places could not be kept. Try again when the connection is back."),
        },
    }


def _person(line: Line, tidy: tuple[float, float], kept: list[float] | None) -> dict[str, Any]:
    row = line.row
    return {
        "id": row.pk,
        "name": str(row),
        "initials": row.initials if row.contact_id else "?",
        "sub": line.said.get("role") or (row.contact.job_title if row.contact else _("We have not met.")),
        "side": line.side,
        "level": line.level,
        "weight": line.weight,
        "tidy": list(tidy),
        "at": kept or list(tidy),
        "url": reverse("buyers:person", args=[row.pk]),
        "says": _says(line),
    }


def _says(line: Line) -> str:
    """Return a person in one sentence, for those who hear the map."""
    parts = [str(line.row), line.said.get("role", ""), line.said.get("stance", "") or _("stance unknown")]
    if line.said.get("access"):
        parts.append(_("access: %(access)s") % {"access": line.said["access"]})
    if line.said.get("influence"):
        parts.append(_("influence: %(influence)s") % {"influence": line.said["influence"]})
    if line.reports_to is not None:
        parts.append(_("reports to %(name)s") % {"name": line.reports_to})
    return ", ".join(part for part in parts if part)


def _words(tie: Tie) -> str:
    return tie.words or (_("sways") if tie.kind == Tie.Kind.SWAYS else _("at odds"))
