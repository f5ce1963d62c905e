"""Stakeholders: a contact's part in one opportunity, and the dated facts about it."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.models import TITLES, Contact
from milepost.buyers.models.kept import people_changed
from milepost.buyers.models.lists import Lists, capital
from milepost.buyers.traits import SIDES, TRAITS
from milepost.opportunities.models import Opportunity
from milepost.opportunities.models.opportunity import Parts
from milepost.team.models import Company, Person
from milepost.web.history import plain, record, record_removal
from milepost.web.models import Editable
from milepost.web.search import forget, remember


class Present(models.Manager.from_queryset(Parts)):  # type: ignore[misc]
    """Give those who have a part now; who was taken out is kept for what was known on a day."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(removed_on=None)


class Stakeholder(Editable):
    """A contact, or a placeholder for one not yet known, with what is known of their part now.

    The columns named as traits hold the newest answer of each; `StakeholderFact` has all of them with their days.
    """

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="stakeholders")
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=gettext_lazy("contact")
    )
    placeholder = models.CharField(gettext_lazy("not yet known"), max_length=200, blank=True)
    role = models.CharField(gettext_lazy("buying role"), max_length=40, blank=True)
    stance = models.CharField(gettext_lazy("stance"), max_length=40, blank=True)
    access = models.CharField(gettext_lazy("our access"), max_length=40, blank=True)
    influence = models.CharField(gettext_lazy("influence"), max_length=40, blank=True)
    status = models.CharField(gettext_lazy("political status"), max_length=40, blank=True)
    adaptability = models.CharField(gettext_lazy("adaptability to change"), max_length=40, blank=True)
    orientation = models.CharField(gettext_lazy("decision orientation"), max_length=40, blank=True)
    response = models.CharField(gettext_lazy("response mode"), max_length=40, blank=True)
    wants = models.CharField(gettext_lazy("what they want from it"), max_length=300, blank=True)
    reports_to = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=gettext_lazy("reports to"),
    )
    since = models.DateField(default=timezone.localdate, editable=False)
    removed_on = models.DateField(null=True, editable=False)
    # When a placeholder was given its name; whoever had one from the start has none.
    named_on = models.DateField(null=True, editable=False)

    # What the answers mean and how the company says them, once `rows.understood` has been asked.
    means: dict[str, str]
    said: dict[str, str]
    # When they were last met and spoken with, where `rows.people_of` has read it.
    met_on: datetime.date | None
    first_met: datetime.date | None
    spoken_at: datetime.datetime | None
    others_came: bool

    everyone = Parts.as_manager()
    objects = Present()

    class Meta:
        default_manager_name = "objects"
        ordering = ["opportunity", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "contact"],
                condition=models.Q(removed_on=None),
                name="stakeholder_once",
            ),
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False) | ~models.Q(placeholder=""),
                name="stakeholder_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact) if self.contact else self.placeholder

    @property
    def side(self) -> str:
        """Return where they stand, as it is drawn; pages that know the company's lists set `means` first."""
        return SIDES.get(getattr(self, "means", {}).get("stance", self.stance), "unknown")

    @property
    def initials(self) -> str:
        words = [word for word in str(self).split() if word.strip(".").casefold() not in TITLES] or str(self).split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    def be_found(self) -> None:
        """Keep what search knows up to date: a place for somebody not yet met; whoever is met is found as a contact."""
        if self.contact_id is None:
            remember(self, text=self.placeholder, territory_id=self.opportunity.territory_id)
        else:
            forget(self)

    @classmethod
    @transaction.atomic
    def add(
        cls, opportunity: Opportunity, *, by: Person | None, on: datetime.date | None = None, **values: Any
    ) -> Stakeholder:
        """Give a contact, or somebody not yet known, a part in the opportunity."""
        on = on or Company.the().today()
        row = cls.objects.create(opportunity=opportunity, since=on, **values)
        row.be_found()
        said = {trait: values[trait] for trait in TRAITS if values.get(trait)}
        StakeholderFact.keep(row, said, by=by, on=on)
        record(opportunity, "stakeholder added", by=by, part=str(row), what=row._told(Lists.read(), {}, said))
        people_changed(opportunity)
        return row

    @transaction.atomic
    def remove(self, *, by: Person) -> None:
        """Take the part away; what was known stays for whoever asks what was known then, and so does the contact."""
        self.opportunity.hold_still()
        record_removal(self, of=self.opportunity, by=by)
        record(self.opportunity, "stakeholder removed", by=by, part=str(self))
        Stakeholder.objects.filter(reports_to=self).update(reports_to=self.reports_to_id)
        self._leave()
        people_changed(self.opportunity)

    def _leave(self) -> None:
        self.removed_on, self.reports_to = Company.the().today(), None
        self.save(update_fields=["removed_on", "reports_to"])
        forget(self)

    @transaction.atomic
    def revise(self, *, by: Person | None, version: int | None = None, **values: Any) -> bool:
        """Change what is known of somebody, from today; raises ValueError when a reporting line would be a loop."""
        if values.get("reports_to") is not None:
            self.must_not_loop(values["reports_to"])
        before = {name: getattr(self, name) for name in values}
        is_named = self.contact_id is None and values.get("contact") is not None
        changed = self.edit(by=by, version=version, **values)
        if changed:
            if is_named:
                self.named_on = Company.the().today()
                self.save(update_fields=["named_on"])
            self.be_found()
            now = {name: value for name, value in values.items() if before[name] != value}
            said = {trait: now[trait] for trait in TRAITS if trait in now}
            StakeholderFact.keep(self, said, by=by, on=Company.the().today())
            what = self._told(Lists.read(), before, now)
            record(self.opportunity, "stakeholder changed", by=by, part=str(self), what=what)
            people_changed(self.opportunity)
        return changed

    @transaction.atomic
    def say(
        self,
        trait: str,
        answer: str,
        *,
        by: Person | None,
        on: datetime.date | None = None,
        recalled: StakeholderFact | None = None,
    ) -> bool:
        """Keep one answer as known from a day on; the newest of all stands. False when nothing changes."""
        lists = Lists.read()
        if trait not in TRAITS or (answer and answer not in lists.answers[trait]):
            raise ValueError(_("There is no such answer."))
        before = getattr(self, trait)
        StakeholderFact.keep(self, {trait: answer}, by=by, on=on or Company.the().today(), recalled=recalled)
        stands = self.facts.filter(trait=trait).order_by("-said_on", "-id").values_list("answer", flat=True)[0]
        if stands == before:
            return False
        values: dict[str, Any] = {trait: stands}
        self.edit(by=by, **values)
        what = self._told(lists, {trait: before}, {trait: stands})
        record(self.opportunity, "stakeholder changed", by=by, part=str(self), what=what)
        people_changed(self.opportunity)
        return True

    @transaction.atomic
    def join(self, into: Stakeholder, *, by: Person) -> None:
        """Record that this and `into` are one person: what is known of either is known of `into`, the newest stands."""
        self.opportunity.hold_still()
        if into.pk == self.pk or into.opportunity_id != self.opportunity_id or into.removed_on or self.removed_on:
            raise ValueError(_("These cannot be joined. Look at the page again."))
        name = str(self)
        self.facts.update(stakeholder=into)
        Stakeholder.objects.filter(reports_to=self).exclude(pk=into.pk).update(reports_to=into)
        values: dict[str, Any] = {trait: answer for trait, answer in _newest(into).items() if answer}
        values["reports_to_id"] = into.manager_beside(self)
        from milepost.buyers.models.ties import move_ties

        move_ties(self, into)
        record_removal(self, of=self.opportunity, by=by)
        contact, self.contact = self.contact, None
        self.placeholder = name
        self.save(update_fields=["contact", "placeholder"])
        self._leave()
        if into.contact_id is None and contact is not None:
            values |= {"contact_id": contact.pk, "placeholder": "", "named_on": Company.the().today()}
        for field, value in values.items():
            setattr(into, field, value)
        into.version += 1
        into.save()
        into.refresh_from_db()
        into.be_found()
        record(self.opportunity, "stakeholders joined", by=by, part=str(into), what={"contact": [name, str(into)]})
        people_changed(self.opportunity)

    def manager_beside(self, gone: Stakeholder) -> int | None:
        """Return whom this person reports to once `gone` is the same person; nobody where it would be a loop."""
        above = dict(Stakeholder.objects.filter(opportunity=self.opportunity_id).values_list("pk", "reports_to"))
        for manager in (self.reports_to_id, gone.reports_to_id):
            at, seen = manager, set()
            while at is not None and at not in (self.pk, gone.pk) and at not in seen:
                seen.add(at)
                at = above.get(at)
            if manager is not None and at is None:
                return manager
        return None

    def must_not_loop(self, manager: Stakeholder) -> None:
        """Raise ValueError when `manager` reports to this person, in whatever number of lines."""
        self.opportunity.hold_still()
        above = dict(Stakeholder.objects.filter(opportunity=self.opportunity_id).values_list("pk", "reports_to"))
        at: int | None = manager.pk
        seen: set[int] = set()
        while at is not None and at not in seen:
            if at == self.pk:
                words = {"manager": str(manager), "name": str(self)}
                if manager.pk == self.pk:
                    raise ValueError(_("Nobody reports to themselves."))
                raise ValueError(
                    _("%(manager)s reports to %(name)s, so %(name)s cannot report to %(manager)s: that is a loop.")
                    % words
                )
            seen.add(at)
            at = above.get(at)

    def _told(self, lists: Lists, before: dict[str, Any], now: dict[str, Any]) -> dict[str, list[Any]]:
        """Return what changed in the words of this day: lists may be reworded later, history is not."""

        def said(name: str, value: Any) -> Any:
            return capital(lists.text(name, value)) if name in TRAITS and value else plain(value)

        return {name: [said(name, before.get(name, "")), said(name, value)] for name, value in now.items()}


def _newest(row: Stakeholder) -> dict[str, str]:
    facts = row.facts.order_by("said_on", "id").values_list("trait", "answer")
    return dict(facts)


class StakeholderFact(models.Model):
    """What became known of somebody's part on a day: never changed, only followed by a newer one.

    `recalled_from` is the fact of an earlier opportunity that was confirmed for this one.
    """

    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="facts")
    trait = models.CharField(max_length=20)
    answer = models.CharField(max_length=40, blank=True)
    said_on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    recalled_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["said_on", "id"]
        indexes = [models.Index(fields=["stakeholder", "trait", "-said_on", "-id"], name="fact_newest")]

    def __str__(self) -> str:
        return f"{self.trait}: {self.answer}"

    @classmethod
    def keep(
        cls,
        stakeholder: Stakeholder,
        said: dict[str, str],
        *,
        by: Person | None,
        on: datetime.date,
        recalled: StakeholderFact | None = None,
    ) -> None:
        """Append what was said on a day; called by the stakeholder's verbs."""
        shared: dict[str, Any] = {"stakeholder": stakeholder, "said_on": on, "by": by, "recalled_from": recalled}
        StakeholderFact.objects.bulk_create(
            StakeholderFact(trait=trait, answer=answer, **shared) for trait, answer in said.items()
        )
