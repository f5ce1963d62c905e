"""Who may do what to an opportunity they can see (rule 6)."""

from __future__ import annotations

from typing import Protocol

from django.db.models import Q

from milepost.opportunities.models import Lesson, Note, Opportunity
from milepost.team.models import Person, Role
from milepost.team.sight import Sees, Sight

MOVERS = (Role.COORDINATOR, Role.SALES_MANAGER, Role.ADMINISTRATOR)


class Moved(Protocol):
    """An opportunity, or a row that is read in its place."""

    @property
    def coordinator_id(self) -> int | None: ...
    @property
    def territory_id(self) -> int: ...


def may_move(person: Sees, opportunity: Moved) -> bool:
    """Tell whether the person moves the string: its coordinator, or a coordinator or manager of its territory."""
    sight = person.sight
    return opportunity.coordinator_id in sight.people or sight.holds(*MOVERS, territory=opportunity.territory_id)


def moved_by(sight: Sight) -> Q:
    """Return what keeps the rows whose strings may be moved with this sight, as `may_move` tells of one."""
    territories = frozenset[int]().union(*(sight.roles.get(role, ()) for role in MOVERS))
    return Q(coordinator_id__in=sight.people) | Q(territory_id__in=territories)


def may_report(person: Person, opportunity: Opportunity) -> bool:
    """Tell whether the person reports appointments: the salesperson, a team mate, or whoever moves the string."""
    if may_move(person, opportunity) or opportunity.salesperson_id in person.sight.people:
        return True
    return is_on_team(person, opportunity)


def is_on_team(person: Person, opportunity: Opportunity) -> bool:
    """Tell whether the person is a member of the team; pages that have asked already say so in `on_team`."""
    known: bool | None = getattr(opportunity, "on_team", None)
    if known is not None:
        return known
    return opportunity.members.filter(person_id__in=person.sight.people).exists()


def may_work_on(person: Person, opportunity: Opportunity) -> bool:
    """Tell whether the person adds notes, tasks, files and people: anybody with a role where it lies, or on it."""
    anybody = tuple(Role)
    return may_report(person, opportunity) or person.sight.holds(*anybody, territory=opportunity.territory_id)


def may_edit_note(person: Person, note: Note, opportunity: Opportunity) -> bool:
    """Tell whether the person changes what a note says: whoever wrote it, and still works there."""
    return note.by_id == person.pk and may_work_on(person, opportunity)


def may_remove_note(person: Person, note: Note, opportunity: Opportunity) -> bool:
    """Tell whether the person takes a note away: whoever wrote it, or moves the string."""
    return may_edit_note(person, note, opportunity) or may_move(person, opportunity)


def may_begin(person: Person, territory_id: int | None = None) -> bool:
    """Tell whether the person begins opportunities (in the territory, if one is given)."""
    who = (Role.COORDINATOR, Role.SALESPERSON, Role.ACCOUNT_MANAGER, Role.SALES_MANAGER, Role.ADMINISTRATOR)
    return person.sight.holds(*who, territory=territory_id)


def may_teach(person: Person) -> bool:
    """Tell whether the person writes lessons: anybody with a role."""
    return person.sight.holds(*tuple(Role))


def may_reword(person: Person, lesson: Lesson) -> bool:
    """Tell whether the person changes a lesson: who wrote it, and whoever writes playbooks."""
    writers = (Role.COORDINATOR, Role.SALES_MANAGER, Role.ADMINISTRATOR)
    return lesson.by_id == person.pk or person.sight.holds(*writers)
