"""The opportunity itself: one unique chance to earn revenue, with a beginning, a middle and one end."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from milepost.accounts.models import Account
from milepost.opportunities import line
from milepost.playbooks.models import PlaybookVersion
from milepost.team.models import Company, Person, Rate, Role, Territory
from milepost.team.sight import Sees
from milepost.web.history import record
from milepost.web.models import Editable
from milepost.web.prepared import Prepared, given_id
from milepost.web.search import remember, renamed
from milepost.web.text import name_key
from milepost.web.turns import chunks

if TYPE_CHECKING:
    from milepost.opportunities.models.outcome import Outcome
    from milepost.opportunities.models.step import Step


def seen_by(person: Sees, of: str = "") -> Q:
    """Return the condition under which `person` sees an opportunity: their territories', or their own work.

    A confidential one is its team's only. `Standing` has the same columns, so one condition serves both.
    `of` leads from other rows to their opportunity ("step__opportunity__"): the condition is then asked of
    the few opportunities met, where a list of all that a person sees would be as long as the company's past.
    """
    sight = person.sight
    team = TeamMember.objects.filter(person_id__in=sight.people).values("opportunity_id")
    own = [("coordinator_id__in", sight.people), ("salesperson_id__in", sight.people), ("pk__in", team)]
    # What most rows satisfy comes first: a database stops there.
    territories = Q((f"{of}confidential", False), (f"{of}territory_id__in", sight.territories))
    return territories | Q(*((of + name, value) for name, value in own), _connector=Q.OR)


class Opportunities(models.QuerySet["Opportunity"]):
    """Questions about many opportunities."""

    def visible_to(self, person: Sees) -> Opportunities:
        """Keep what the person may see; there is no other way to a row."""
        return self.filter(seen_by(person), merged_into=None)

    def open(self) -> Opportunities:
        return self.filter(~Exists(self._ended()))

    def closed(self) -> Opportunities:
        return self.filter(Exists(self._ended()))

    def hold_still(self) -> None:
        """Let no verb change these before this transaction ends; the twin of the one for a single opportunity."""
        if connection.features.has_select_for_update:
            list(self.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))

    def account_renamed(self) -> None:
        """Bring up to date what carries the name of the account that these belong to; called by the account.

        An account may have thousands: a few questions for all of them.
        """
        from milepost.opportunities.models.figures import Standing
        from milepost.opportunities.standing import AT_ONCE

        named = self.values_list("pk", "name", "account__name")
        for some in chunks(named.order_by("pk"), AT_ONCE):
            renamed("opportunity", {pk: f"{name} {account or ''}" for pk, name, account in some})
        account = Account.objects.filter(pk=OuterRef("account_id")).values("name")
        Standing.objects.filter(opportunity__in=self.exclude(account=None)).update(account_name=Subquery(account))

    @staticmethod
    def _ended() -> Any:
        from milepost.opportunities.models.outcome import Outcome

        return Outcome.objects.standing().filter(opportunity=OuterRef("pk"))


class Parts(models.QuerySet[Any]):
    """What belongs to an opportunity, by its column `opportunity`, and is seen by whoever sees that."""

    def visible_to(self, person: Sees) -> Parts:
        return self.filter(seen_by(person, "opportunity__"), opportunity__merged_into=None)


class Opportunity(Editable):
    """A chance to earn revenue, run along its own string of steps.

    Money is in minor units of `currency`; `company_value_minor` is the same in the company's currency at `rate`.
    Account, value and start may be unknown (None), never zero in their stead.
    `as_of` is the day to which an imported opportunity was known: ages count to it until a person moves the string.
    """

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="opportunities",
        verbose_name=_("account"),
        db_index=False,  # found by `opportunity_of_account`, which begins with it
    )
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="opportunities", verbose_name=_("territory"))
    coordinator = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("coordinator")
    )
    salesperson = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("salesperson")
    )
    playbook_version = models.ForeignKey(
        PlaybookVersion, models.PROTECT, related_name="opportunities", verbose_name=_("playbook")
    )
    started_on = models.DateField(_("started on"), null=True, blank=True)
    value_minor = models.BigIntegerField(_("value"), null=True, blank=True)
    margin_minor = models.BigIntegerField(_("margin"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    company_value_minor = models.BigIntegerField(null=True, editable=False)
    rate = models.ForeignKey(Rate, models.PROTECT, null=True, editable=False, related_name="+")
    description = models.TextField(_("description"), blank=True)
    confidential = models.BooleanField(_("confidential"), default=False)
    tender = models.BooleanField(_("tender"), default=False)
    programme = models.ForeignKey(
        "Programme", models.PROTECT, null=True, blank=True, related_name="sites", verbose_name=_("programme")
    )
    came_back_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="came_back_as")
    as_of = models.DateField(null=True, editable=False)
    # The day to which an import first told of it; None for what was begun here. Unlike `as_of` it stays.
    first_told = models.DateField(null=True, editable=False)
    # What an import says is asked for without saying what it is worth: what such is usually worth stands for its value.
    asked_for = models.ForeignKey("Offer", models.PROTECT, null=True, editable=False, related_name="+")
    # How the client's yes to the shared plan stands, and to which version; written by `plans/` alone.
    # Null where none was ever published: a column that may be null is added without making the table anew, which
    # would lose the database's notes on it.
    seal = models.CharField(max_length=8, null=True, editable=False)
    seal_version = models.PositiveIntegerField(null=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    team = models.ManyToManyField(Person, through="TeamMember", related_name="+")

    objects = Opportunities.as_manager()

    class Meta:
        verbose_name_plural = "opportunities"
        ordering = ["name_key", "id"]
        indexes = [models.Index(fields=["account", "-started_on"], name="opportunity_of_account")]

    def __str__(self) -> str:
        return self.name

    def people_ids(self) -> list[int]:
        return [pk for pk in (self.coordinator_id, self.salesperson_id) if pk]

    @property
    def outcome(self) -> Outcome | None:
        """Return the outcome that stands, or None while the opportunity is open."""
        return self.outcomes.standing().first()

    @cached_property
    def steps_in_order(self) -> list[Step]:
        steps = STEPS.ask(opportunity=self.pk)
        for step in steps:
            step.opportunity = self
        return steps

    @property
    def current_step(self) -> Step | None:
        """Return the step where work is now; None when every step is done."""
        return line.current(self.steps_in_order)

    def clock(self, today: datetime.date) -> datetime.date:
        """Return the day to which ages count: the day the source was exported, until a person moves the string."""
        return self.as_of or today

    @transaction.atomic
    def revise(self, *, by: Person | None, version: int | None = None, **values: Any) -> bool:
        """Change the opportunity's own fields; raises StaleEdit when somebody was first."""
        if "name" in values:
            values["name_key"] = name_key(values["name"])[:200]
        changed = self.edit(by=by, version=version, **values)
        if changed:
            self.reprice()
            self.be_found()
            self.restand()
        return changed

    def reprice(self) -> None:
        """Recompute the value in the company's currency, frozen at the day it ended; never touches `version`."""
        from milepost.team.money import in_company_currency

        company, outcome = Company.the(), self.outcome
        day = (outcome.on if outcome is not None else None) or company.today()
        self.company_value_minor, self.rate = in_company_currency(company, self.value_minor, self.currency, day)
        self.save(update_fields=["company_value_minor", "rate"])

    @transaction.atomic
    def assign(
        self,
        *,
        by: Person,
        role: str,
        person: Person | None,
        version: int | None = None,
        verb: str = "assigned",
    ) -> None:
        """Give the opportunity its coordinator or salesperson, or a member of its team."""
        if role in (Role.COORDINATOR, Role.SALESPERSON):
            values: dict[str, Any] = {str(role): person}
            self.edit(by=by, version=version, verb=verb, **values)
        elif person is not None:
            _row, new = TeamMember.objects.get_or_create(opportunity=self, person=person, defaults={"role": role})
            if new:
                record(self, "team member added", by=by, what={"team": [None, person.name]})
        self.restand()

    @transaction.atomic
    def dismiss(self, *, by: Person, person: Person) -> None:
        """Take a person off the opportunity's team."""
        if TeamMember.objects.filter(opportunity=self, person=person).delete()[0]:
            record(self, "team member removed", by=by, what={"team": [person.name, None]})

    def hold_still(self) -> None:
        """Let nobody else change the opportunity before this transaction ends, and forget what was read earlier.

        A verb that decides by what it has read begins with it: two at the same moment then come one after the other.
        On SQLite the transaction itself keeps others from writing.
        """
        Opportunity.objects.select_for_update(of=("self",)).order_by().values_list("pk").get(pk=self.pk)
        self.__dict__.pop("steps_in_order", None)

    def moved_by_a_person(self, on: datetime.date | None = None) -> None:
        """Let its clock go on: a person has taken the imported string in hand, on a day, today without it.

        From the day of the export until then nothing is known of it, so the time between is no time spent in the step.
        """
        known, self.as_of = self.as_of, None
        if known is None:
            return
        stood = max(datetime.timedelta(), (on or Company.the().today()) - known)
        told = self.first_told + stood if self.first_told else None  # as its stay's first day below
        # Another copy of the row in memory may have taken it in hand a moment ago: the clock goes on once.
        if not Opportunity.objects.filter(pk=self.pk, as_of=known).update(as_of=None, first_told=told):
            return
        self.first_told = told
        here = self.stays.filter(left_on=None, end="", entered_on__isnull=False).first()
        if here is not None and here.entered_on is not None:
            here.entered_on = here.entered_on + stood
            here.save(update_fields=["entered_on"])
        record(self, "taken in hand", by=None, what={"counted_to": [None, known.isoformat()]})

    def restand(self) -> None:
        """Bring the opportunity's one row for reading up to date, in the caller's transaction."""
        from milepost.opportunities.standing import restand

        self.__dict__.pop("steps_in_order", None)
        restand([self.pk])

    def weigh(self) -> None:
        """Bring the chance up to date, where what has just been said may count in it."""
        from milepost.opportunities.models.figures import FiguresRun

        if FiguresRun.objects.order_by("-id").values_list("earned", flat=True).first():
            self.restand()

    def be_found(self) -> None:
        """Keep what search knows of the opportunity up to date."""
        account = self.account.name if self.account else ""
        open_now = self.outcome is None
        remember(self, text=f"{self.name} {account}", territory_id=self.territory_id, is_open=open_now)


def _steps() -> models.QuerySet[Step]:
    from milepost.opportunities.models.step import Step

    steps = Step.objects.filter(opportunity=given_id("opportunity")).order_by("position")
    return steps.annotate(call_plan=models.F("playbook_step__call_plan"))


STEPS = Prepared(_steps)


class TeamMember(models.Model):
    """A person who works on an opportunity beside its coordinator and salesperson."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.TEAM_MEMBER)

    objects = Parts.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "person"], name="team_member_once")]
