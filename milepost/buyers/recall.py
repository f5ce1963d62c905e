"""What was known of the same people in other opportunities: offered with its day, taken over by a click."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from milepost.buyers.models.lists import Lists
from milepost.buyers.models.stakeholder import Stakeholder, StakeholderFact
from milepost.buyers.traits import TRAITS
from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import seen_by
from milepost.team.models import Person
from milepost.web.history import StaleEdit


@dataclass(frozen=True)
class LastKnown:
    """One answer from another opportunity, not confirmed for this one."""

    fact: int
    label: str
    text: str
    on: datetime.date
    where: str


def last_known(
    people: list[Stakeholder], lists: Lists, *, person: Person, but: Opportunity
) -> dict[int, list[LastKnown]]:
    """Return, by stakeholder, the newest answers of their contacts elsewhere to what is asked and not known here."""
    lacking = {p.contact_id: p for p in people if p.contact_id and any(not getattr(p, t) for t in lists.asked)}
    if not lacking:
        return {}
    newest: dict[tuple[int, str], StakeholderFact] = {}
    for fact in _elsewhere(list(lacking), person, but):
        newest[fact.stakeholder.contact_id, fact.trait] = fact  # type: ignore[index]  # contacts were asked for
    found: dict[int, list[LastKnown]] = {}
    for trait in lists.asked_traits():
        for contact, row in lacking.items():
            known = newest.get((contact, trait.key))
            if known is not None and known.answer and not getattr(row, trait.key):
                text = lists.text(trait.key, known.answer)
                where = known.stakeholder.opportunity.name
                offer = LastKnown(known.pk, str(trait.label), text, known.said_on, where)
                found.setdefault(row.pk, []).append(offer)
    return found


def _elsewhere(contacts: list[int], person: Person, but: Opportunity) -> list[StakeholderFact]:
    of = "stakeholder__opportunity__"
    rows = StakeholderFact.objects.filter(
        seen_by(person, of), stakeholder__contact__in=contacts, trait__in=TRAITS, **{f"{of}merged_into": None}
    ).exclude(stakeholder__opportunity=but, stakeholder__removed_on=None)
    return list(rows.select_related("stakeholder__opportunity").order_by("said_on", "id"))


def recall(row: Stakeholder, fact: int, *, by: Person) -> None:
    """Confirm for this opportunity, from today, what was known of the same contact elsewhere."""
    offers = last_known([row], Lists.read(), person=by, but=row.opportunity).get(row.pk, [])
    if not any(offer.fact == fact for offer in offers):
        raise StaleEdit(row, row.version)
    known = StakeholderFact.objects.get(pk=fact)
    row.say(known.trait, known.answer, by=by, recalled=known)
