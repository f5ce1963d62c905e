"""The Learn page as it is asked for: everything on it, and in its exports, follows the same filters."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from milepost.forecasts.learnt import steps
from milepost.forecasts.learnt.agree import came_unseen, in_other_playbooks
from milepost.forecasts.learnt.asked import Asked, Scope
from milepost.forecasts.learnt.columns import Past
from milepost.forecasts.learnt.ended import Kind, Place, Quarter, Rival
from milepost.forecasts.learnt.ends import Ends, last_quarters
from milepost.forecasts.learnt.groups import OF_A_PERSON
from milepost.forecasts.learnt.lessons import Taught, by_step, lessons_of, playbooks_with_lessons
from milepost.forecasts.learnt.past import past_now
from milepost.forecasts.learnt.side_by_side import Beside, side_by_side
from milepost.forecasts.learnt.stays import Tally
from milepost.forecasts.learnt.steps import FEW, StepLine
from milepost.forecasts.learnt.stopped import Stopped, stopped_early
from milepost.forecasts.learnt.worth import worths
from milepost.opportunities.figures import current_run
from milepost.opportunities.found import Found
from milepost.opportunities.models import FiguresRun
from milepost.opportunities.season import Month, months_of
from milepost.playbooks.models import PlaybookStep, PlaybookVersion
from milepost.team.directory import everybody
from milepost.team.models import Company, Person
from milepost.team.request import Request
from milepost.web.words import month_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Reading:
    """What one person sees of what is asked; each table is read once, when it is needed."""

    def __init__(self, person: Person, company: Company, asked: Asked) -> None:
        self.person, self.company, self.asked = person, company, asked
        self.scope = Scope(asked, company)
        self.today = company.today()

    @classmethod
    def of(cls, request: Request) -> Reading:
        """Read what a request asks for."""
        return cls(request.user, request.company, Asked.read(request.GET))

    @cached_property
    def past(self) -> Past:
        return past_now()

    @cached_property
    def chosen(self) -> NDArray[np.bool_]:
        return self.scope.chosen(self.past, self.person)

    @cached_property
    def ends(self) -> Ends:
        quarters = last_quarters(self.company.fiscal, self.scope.day)
        now = last_quarters(self.company.fiscal, self.today)[0]
        quarters = quarters if now in quarters else [now, *quarters]
        return Ends(self.scope, self.person, quarters, past=self.past, chosen=self.chosen)

    @property
    def whose(self) -> str:
        """Return the name of the person that is asked for, if it is somebody else."""
        if self.asked.person is None or self.asked.person == self.person.pk:
            return ""
        who = everybody(self.company.team_stamp).get(self.asked.person)
        return who.name if who else "?"

    @property
    def is_nameless(self) -> bool:
        """Tell whether it is asked of somebody else by name, and the company has not settled that this is shown."""
        return bool(self.whose) and not self.company.accuracy_by_name

    @property
    def is_withheld(self) -> bool:
        """Tell whether nothing is said of this person: names are not shown, or too little of theirs has ended."""
        return self.is_nameless or (bool(self.whose) and self.ends.count < OF_A_PERSON)

    @property
    def is_mostly_chance(self) -> bool:
        """Tell whether so little of a person's has ended that a difference says next to nothing."""
        return self.asked.person is not None and self.ends.count < FEW

    @cached_property
    def published(self) -> list[PlaybookStep]:
        """Return the steps of all published versions, the newest version of each playbook first, in their order."""
        rows = PlaybookStep.objects.filter(version_of__published_at__isnull=False)
        order = ("version_of__playbook__name", "version_of__playbook", "-version_of__number", "position")
        return list(rows.select_related("version_of__playbook").order_by(*order))

    @cached_property
    def versions(self) -> list[PlaybookVersion]:
        """Return all published versions, the newest of each playbook first."""
        return list({step.version_of_id: step.version_of for step in self.published}.values())

    @cached_property
    def run(self) -> FiguresRun:
        return current_run(self.today)

    @cached_property
    def months(self) -> list[Month]:
        """Return at what pace the company's steps move in each month, whatever is asked."""
        return months_of(self.run.season)

    @cached_property
    def tally(self) -> Tally:
        """Return the stays that are asked for; none of a person of whom nothing is said."""
        return self.tally_of(self.chosen & False if self.is_withheld else self.chosen)

    def tally_of(self, chosen: NDArray[np.bool_]) -> Tally:
        """Return the stays of some opportunities, of the time that is asked."""
        return Tally(self.past, chosen, self.today, self.scope.since, self._found.clock)

    @cached_property
    def _found(self) -> Found:
        return Found.from_json(self.run.found)

    @cached_property
    def came(self) -> NDArray[np.bool_]:
        """Tell of each opportunity whether it came to a step of the line that is shown."""
        return self.tally.came(self.shown.playbook_id if self.shown else 0)

    @cached_property
    def has_ended(self) -> NDArray[np.bool_]:
        """Tell of each opportunity whether it has ended in the time that is asked."""
        import numpy as np

        ended, place = self.past.tables["ended"], self.past.place["ended"]
        found = np.zeros(len(self.chosen), bool)
        found[place[ended["on"] >= (self.scope.since.toordinal() if self.scope.since else 0)]] = True
        return found & self.chosen

    @cached_property
    def shown(self) -> PlaybookVersion | None:
        """Return the version whose line is drawn: the one asked, or the newest of its playbook, or of the busiest."""
        busiest = self.ends.busiest if (self.tally.playbook == (self.ends.busiest or 0)).any() else None
        playbook = self.asked.playbook or busiest or self.tally.busiest() or self.ends.busiest
        own = [row for row in self.versions if row.playbook_id == playbook]
        return next((row for row in own if row.pk == self.asked.version), own[0] if own else None)

    @cached_property
    def steps(self) -> list[PlaybookStep]:
        return [step for step in self.published if self.shown and step.version_of_id == self.shown.pk]

    @cached_property
    def lines(self) -> list[StepLine]:
        """Return how each step goes; none where nothing has come to any."""
        playbook = self.shown.playbook_id if self.shown else 0
        if not len(self.tally):
            return []
        worth = worths(self.scope, self.person, playbook)
        # What is counted of the whole company is said to those who look at all of it, and see it.
        return steps.lines(self.steps, playbook, self.tally, self.run, worth, whole=bool(self.chosen.all()))

    @cached_property
    def beside(self) -> Beside | None:
        """Return the groups that are asked for side by side; None where none are, or nothing has come to any step."""
        return side_by_side(self) if self.asked.compare and self.lines else None

    @cached_property
    def kinds(self) -> list[Kind]:
        return [] if self.is_withheld else self.ends.kinds()

    @cached_property
    def rivals(self) -> list[Rival]:
        return [] if self.is_withheld else self.ends.rivals()

    @cached_property
    def stopped(self) -> Stopped | None:
        return None if self.is_withheld else stopped_early(self.scope, self.person)

    @cached_property
    def places(self) -> list[Place]:
        return self.ends.places(self.shown.playbook_id, self.steps) if self.shown and not self.is_withheld else []

    @cached_property
    def came_unseen(self) -> int:
        return came_unseen(self) if self.lines else 0

    @cached_property
    def in_other_playbooks(self) -> int:
        return in_other_playbooks(self) if self.places else 0

    @property
    def has_handful(self) -> bool:
        return any(each.is_handful for each in self.quarters)

    @cached_property
    def quarters(self) -> list[Quarter]:
        return [] if self.is_withheld else self.ends.quarters([month_name(n) for n in range(1, 13)])

    @cached_property
    def lessons(self) -> list[Taught]:
        """Return the lessons of the line that is shown, by step; a lesson does not age with the time that is asked.

        Asked for some opportunities only, it is those lessons that come from them and that the person sees.
        """
        if self.shown is None or self.is_withheld or self.shown.playbook_id not in [pk for pk, *_ in self._taught]:
            return []
        rows = lessons_of(self.person, self.shown.playbook_id)
        if self.asked.is_of_some:
            rows = rows.filter(self.scope.condition("opportunity__"), opportunity_seen=True)
        return by_step(self.shown.playbook_id, self.steps, list(rows))

    @cached_property
    def _taught(self) -> list[tuple[int, str, int]]:
        return playbooks_with_lessons(self.person)

    @property
    def elsewhere(self) -> list[tuple[str, int, str]]:
        """Return the other playbooks that have lessons: name, how many, where they are read."""
        shown = self.shown.playbook_id if self.shown else 0
        return [(name, n, f"{self.asked.link(playbook=pk)}#lessons") for pk, name, n in self._taught if pk != shown]

    @property
    def usual_minor(self) -> int | None:
        """Return the middle value of the company's opportunities: the bands of value lie around it."""
        return self.run.usual_values.get("")
