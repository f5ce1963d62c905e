"""Bring a known opportunity up to what the source says now, and leave what people changed here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from milepost.exchange.loading.changing import as_stored, which_to_change
from milepost.exchange.loading.drafts import Draft
from milepost.exchange.loading.following import Course, course_of, write_course
from milepost.exchange.loading.ledger import Ledger, Links, plain
from milepost.exchange.loading.otherwise import VERB as LEFT
from milepost.exchange.loading.otherwise import progress_otherwise, territory_otherwise
from milepost.exchange.loading.playbook import Steps, StepsToBe
from milepost.exchange.loading.rates import Rates
from milepost.exchange.models import SourceLink
from milepost.exchange.rows import Problem
from milepost.opportunities.close import supersede
from milepost.opportunities.models import Judgement, Opportunity, Outcome, Step
from milepost.opportunities.pricing import has_list_price
from milepost.web.history import record
from milepost.web.text import name_key

VERB = "updated by import"


class Updater:
    """Update opportunities that an earlier import has made."""

    def __init__(self, ledger: Ledger, links: Links, rates: Rates, steps: Steps | StepsToBe) -> None:
        self.ledger = ledger
        self.links = links
        self.rates = rates
        self.steps = steps

    def update(self, draft: Draft, link: SourceLink) -> bool:
        """Bring one opportunity up to date, and tell whether that changed it; its history says what the source did."""
        opportunity = Opportunity.objects.get(pk=link.object_id)
        if opportunity.merged_into_id is not None:  # the one it was merged into has its own row in the source
            self.ledger.count("opportunity", "unchanged")
            return False
        if not self.may_change(opportunity):
            reason = _("This opportunity belongs to a territory you do not look after.")
            self.ledger.refuse("opportunity", draft.table, Problem(draft.line, "", draft.name, reason))
            return False
        stayed = self.ledger.stayed
        changed = self._fields(opportunity, draft, link.given.get("fields", {}))
        if draft.progress() != link.given.get("progress"):
            changed = self._progress(opportunity, draft, link.given.get("progress", {})) or changed
        if expects_otherwise(draft, link.given):
            self._expect(opportunity, draft, link.given)
            changed = True
        if changed:
            opportunity.be_found()
        self.links.renew(link, draft.given())
        left = "left" if self.ledger.stayed > stayed else "unchanged"
        self.ledger.count("opportunity", "changed" if changed else left)
        return changed

    def may_change(self, opportunity: Opportunity) -> bool:
        """Tell whether the importer sees the opportunity, a confidential one too, and looks after its territory."""
        by = self.ledger.by
        if by is not None and not Opportunity.objects.visible_to(by).filter(pk=opportunity.pk).exists():
            return False
        return self.ledger.seen_by_importer(opportunity.territory_id)

    def differences(self, opportunity: Opportunity, draft: Draft, was: dict[str, Any]) -> tuple[list[str], list[str]]:
        """Name the fields that follow the source, and those that stay as people here have made them."""
        if draft.value_minor is not None and has_list_price(opportunity):  # it stood for what the source now says
            was = was | {"value_minor": opportunity.value_minor}
        changing, kept = which_to_change(opportunity, was, self.said(opportunity, draft, was))
        if "value_minor" in changing and not _may_revalue(opportunity):
            changing.remove("value_minor")
            kept.append("value_minor")
        return changing, kept

    def said(self, opportunity: Opportunity, draft: Draft, was: dict[str, Any]) -> dict[str, Any]:
        """Give the fields the source owns; a name made of the account is made of the one it has, and keeps, here."""
        given = draft.fields()
        if "account_id" in which_to_change(opportunity, was, {"account_id": draft.account_id})[0]:
            return given
        if opportunity.account is not None and opportunity.account_id != draft.account_id:
            given["name"] = draft.name_for(opportunity.account.name)
        return given

    def _fields(self, opportunity: Opportunity, draft: Draft, was: dict[str, Any]) -> bool:
        changing, kept = self.differences(opportunity, draft, was)
        given = self.said(opportunity, draft, was)
        changes = as_stored(opportunity, {name: given[name] for name in changing})
        if "value_minor" in changes:
            _revalue(opportunity, changes["value_minor"])
        if kept:
            self.ledger.keep("opportunity", opportunity, kept, given)
            self.ledger.note(_("Opportunities that keep what was changed here since the last import: %(n)s."))
        if not changes:
            return False
        if "name" in changes:
            changes["name_key"] = name_key(changes["name"])[:200]
        minor = changes.get("value_minor", opportunity.value_minor)
        currency = changes.get("currency", opportunity.currency)
        worth, rate = self.rates.convert(minor, currency, draft.ended_on)
        opportunity.edit(by=self.ledger.by, verb=VERB, **changes)
        Opportunity.objects.filter(pk=opportunity.pk).update(company_value_minor=worth, rate=rate)
        if "salesperson" in changes:
            self._tell_territory(opportunity)
        return True

    def _tell_territory(self, opportunity: Opportunity) -> None:
        """Say that an opportunity stays in its territory though its new salesperson works in another."""
        said = territory_otherwise(opportunity)
        if said is not None:
            self.ledger.keep_said("opportunity", opportunity, said)
            self.ledger.note(_("Opportunities whose new salesperson works in another territory than theirs: %(n)s."))

    def _expect(self, opportunity: Opportunity, draft: Draft, was: dict[str, Any]) -> None:
        """Keep the owner's newly expected closing day as one more dated judgement."""
        said = {"by_id": draft.salesperson_id, "close_on": draft.expected_close}
        Judgement.objects.create(opportunity=opportunity, on=self.ledger.as_of, **said)
        record(opportunity, VERB, by=self.ledger.by, what=expected(draft, was))

    def _progress(self, opportunity: Opportunity, draft: Draft, was: dict[str, Any]) -> bool:
        """Follow the source's stage and outcome, unless people here have taken the string in hand."""
        outcome = opportunity.outcome
        steps = list(opportunity.steps.order_by("position"))
        if self.managed_here(opportunity, was, outcome, steps):
            self._leave(opportunity, draft, was)
            return False
        if not self.moves(opportunity, draft, was, steps):
            return False  # the playbook has another step by now: the same steps have other places in it
        assert isinstance(self.steps, Steps)  # only the look before an import knows steps that are still to be made
        self._end(opportunity, draft, outcome)
        course = self._course(opportunity, draft, steps)
        string = write_course(opportunity, course, self.steps, draft.outcome, by=self.ledger.by)
        if draft.outcome not in (None, Outcome.Kind.WON) and course.line.last is not None:
            opportunity.outcomes.filter(superseded_by=None).update(step=string[course.line.last])
        record(opportunity, VERB, by=self.ledger.by, what=moved(draft, was))
        return True

    def moves(self, opportunity: Opportunity, draft: Draft, was: dict[str, Any], steps: Sequence[Step]) -> bool:
        """Tell whether the source moves the string, or says another stage or end than the last time."""
        return said_otherwise(draft, was) or self._course(opportunity, draft, steps).differs

    def _course(self, opportunity: Opportunity, draft: Draft, steps: Sequence[Step]) -> Course:
        return course_of(opportunity, draft, steps, self.steps, self.ledger.as_of)

    def _leave(self, opportunity: Opportunity, draft: Draft, was: dict[str, Any]) -> None:
        """Leave the string as people here have moved it; report and history say how the source has it."""
        said = self.left(opportunity, draft)
        if said is not None:
            self.ledger.keep_said("opportunity", opportunity, said)
            self.ledger.note(_("Opportunities whose progress is managed here by now and was left as it is: %(n)s."))
            record(opportunity, LEFT, by=self.ledger.by, what=moved(draft, was))

    def left(self, opportunity: Opportunity, draft: Draft) -> dict[str, str] | None:
        """Set beside each other how an opportunity managed here stands, and how the source has it."""
        key = None if draft.place is None else self.steps.keys[draft.place]
        return progress_otherwise(opportunity, draft, key)

    def managed_here(
        self, opportunity: Opportunity, was: dict[str, Any], outcome: Outcome | None, steps: Sequence[Step]
    ) -> bool:
        """Tell whether people here have taken the string in hand: moved it, ended it, or made it another one."""
        ended_here = (outcome.kind if outcome else None) != was.get("outcome")
        if opportunity.as_of is None or ended_here:
            return True
        own = {step.pk: step.key for step in self._own_steps(opportunity)}
        # What an earlier import has added is of another version than the string; what people add is of none.
        theirs = [step.key for step in steps if step.playbook_step_id is None or step.playbook_step_id in own]
        return theirs != list(own.values())

    def _own_steps(self, opportunity: Opportunity) -> list[Any]:
        if self.steps.version is not None and opportunity.playbook_version_id == self.steps.version.pk:
            return self.steps.all
        return list(opportunity.playbook_version.steps.order_by("position"))

    def _end(self, opportunity: Opportunity, draft: Draft, outcome: Outcome | None) -> None:
        """Let the outcome be what the source says; an earlier one is superseded, never edited away."""
        words = draft.values.get("reason") or ""
        if draft.outcome is None:
            if outcome is not None:
                why = _("Open again in the source.")
                supersede(outcome, by=self.ledger.by, kind=Outcome.Kind.OPEN_AGAIN, on=None, why=why)
        elif outcome is None:
            self._close(opportunity, draft, draft.outcome, words)
        elif (outcome.kind, outcome.on) != (draft.outcome, draft.ended_on):
            why = _("Changed in the source.")
            supersede(outcome, by=self.ledger.by, kind=draft.outcome, on=draft.ended_on, why=why, words=words)

    def _close(self, opportunity: Opportunity, draft: Draft, kind: str, words: str) -> None:
        again = opportunity.outcomes.filter(superseded_by=None).first()
        if again is not None:  # it had been opened again: that correction is superseded in turn
            why = _("Ended again in the source.")
            supersede(again, by=self.ledger.by, kind=kind, on=draft.ended_on, why=why, words=words)
            return
        Outcome.objects.create(opportunity=opportunity, kind=kind, on=draft.ended_on, words=words, by=self.ledger.by)


def expects_otherwise(draft: Draft, was: dict[str, Any]) -> bool:
    """Tell whether the owner expects another closing day than the last time."""
    return draft.expected_close is not None and plain(draft.expected_close) != was.get("expected_close")


def expected(draft: Draft, was: dict[str, Any]) -> dict[str, Any]:
    """Say, as the history does, how the expected closing day has changed."""
    return {"expected close": [was.get("expected_close"), plain(draft.expected_close)]}


def said_otherwise(draft: Draft, was: dict[str, Any]) -> bool:
    """Tell whether the source says another stage, outcome, or day of its end than the last time."""
    now = draft.progress()
    return any(was.get(name) != now[name] for name in ("stage", "outcome", "ended_on"))


def moved(draft: Draft, was: dict[str, Any]) -> dict[str, Any]:
    """Say, as the history does, how the source's stage, outcome and day of its end have changed."""
    now = draft.progress()
    named = {"stage": "stage", "outcome": "outcome", "ended on": "ended_on"}
    pairs = {told: [was.get(name), now[name]] for told, name in named.items() if was.get(name) != now[name]}
    return pairs or _entered(was, now) or {"stage": [None, draft.stage]}


def _entered(was: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Say which day of a stage has changed, where nothing else has: the latest of those."""
    days = ([entered for _place, entered in said.get("visits", ())] for said in (was, now))
    others = [list(pair) for pair in zip_longest(*days) if pair[0] != pair[1]]
    return {"stage entered on": others[-1]} if others else {}


def _may_revalue(opportunity: Opportunity) -> bool:
    """Tell whether the source may say the value: without lines, or with the one it made; people's own are theirs."""
    lines = list(opportunity.value_lines.all()[:2])
    if not lines:
        return True
    return len(lines) == 1 and lines[0].total_minor == opportunity.value_minor and lines[0].quantity == 1


def _revalue(opportunity: Opportunity, minor: int | None) -> None:
    """Let the one line an import has made follow the value."""
    if minor is None:
        opportunity.value_lines.all().delete()
    else:
        opportunity.value_lines.update(price_minor=minor)
