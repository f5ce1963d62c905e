"""Find what is known of buyers: what they want and ask, what must be found out, whom we have not met, who competes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from milepost.buyers.found import KINDS as OF_BUYERS
from milepost.buyers.models import ClientRequest, Question, Stakeholder, Vision, VisionVersion
from milepost.gates.found import KIND as CONTENDER
from milepost.gates.models import Contender
from milepost.team.models import Person
from milepost.web.paths import path

LOOKED_AT = 5
"""Most people see most of what is found: so many times what is shown is looked through."""
Row = tuple[str, str, str]
KINDS = (*OF_BUYERS, CONTENDER)
OF_THEIR_OWN = ("buyers:request", "buyers:person")


def about_buyers(
    ids: Mapping[str, list[int]], person: Person, *, most: int
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return groups of what the person may see of the candidates, each as its name, its opportunity and its place."""
    now = VisionVersion.objects.filter(vision=OuterRef("pk")).order_by("-number").values("words")[:1]
    groups = (
        ("vision", _("Vision"), Vision.objects.annotate(words=Subquery(now)), "words", "buyers:vision"),
        ("clientrequest", _("Requests"), ClientRequest.objects, "title", "buyers:request"),
        ("question", _("Questions"), Question.objects, "text", "buyers:questions"),
        ("stakeholder", _("Not met yet"), Stakeholder.objects, "placeholder", "buyers:person"),
        (CONTENDER, _("Competitors"), Contender.objects.select_related("rival"), "rival", "gates:gates"),
    )
    return [
        (name, _seen(ids[kind][: LOOKED_AT * most], rows.visible_to(person), field, url_name)[:most])
        for kind, name, rows, field, url_name in groups
        if ids[kind]
    ]


def _seen(ids: list[int], visible: Any, field: str, url_name: str) -> list[Row]:
    """Return what hangs on opportunities, each led to on its own page or on its opportunity's."""
    by_id = visible.select_related("opportunity").in_bulk(ids)
    own = url_name in OF_THEIR_OWN
    return [
        (str(getattr(row, field))[:160], row.opportunity.name, path(url_name, row.pk if own else row.opportunity_id))
        for row in (by_id[pk] for pk in ids if pk in by_id)
    ]
