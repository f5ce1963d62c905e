"""Every screen there is, in one list: pictures are taken of them, and a browser judges them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Screen:
    """One page: its name in pictures, its address, who looks at it, and which object it is about."""

    name: str
    url_name: str
    role: str = "coordinator"
    of: Callable[[Any], Any] | None = None
    query: str = ""

    def address(self, person: Any) -> str | None:
        """Return the page's address for a person; None where there is nothing it could be about."""
        if self.of is None:
            return reverse(self.url_name) + self.query
        subject = self.of(person)
        return None if subject is None else reverse(self.url_name, args=[subject.pk]) + self.query


def an_opportunity(person: Any) -> Any:
    """Choose an open opportunity of the person's own that is well under way."""
    from milepost.opportunities.models import Opportunity

    seen = (
        Opportunity.objects.visible_to(person).open().order_by("-standing__step_number", "-standing__value_minor", "pk")
    )
    return seen.filter(coordinator=person).first() or seen.first()


def a_step(person: Any) -> Any:
    """Choose the step that opportunity is at."""
    opportunity = an_opportunity(person)
    return opportunity and opportunity.steps.filter(pk=opportunity.standing.step_id).first()


def an_account(person: Any) -> Any:
    """Choose the account of that opportunity."""
    opportunity = an_opportunity(person)
    return opportunity and opportunity.account


def a_sales_territory(person: Any) -> Any:
    """Choose a territory in which the person manages sales."""
    from milepost.team.models import Territory

    held = person.sight.roles.get("sales_manager", frozenset())
    return Territory.objects.filter(pk__in=held).order_by("path").first()


def a_person(person: Any) -> Any:
    """Choose the person themselves."""
    return person


def an_import(person: Any) -> Any:
    """Choose the newest import."""
    from milepost.exchange.models import ImportBatch

    return ImportBatch.objects.order_by("-pk").first()


def a_playbook(person: Any) -> Any:
    """Choose the first playbook."""
    from milepost.playbooks.models import Playbook

    return Playbook.objects.order_by("pk").first()


def a_version(person: Any) -> Any:
    """Choose a version with a gate, or the newest."""
    from milepost.playbooks.models import PlaybookVersion

    return PlaybookVersion.objects.order_by("-gates", "-pk").first()


def a_territory(person: Any) -> Any:
    """Choose the first territory."""
    from milepost.team.models import Territory

    return Territory.objects.order_by("pk").first()


def a_vision(person: Any) -> Any:
    """Choose a hypothesis of that opportunity."""
    opportunity = an_opportunity(person)
    return opportunity and opportunity.visions.order_by("pk").first()


def a_stakeholder(person: Any) -> Any:
    """Choose the first at the client of that opportunity."""
    opportunity = an_opportunity(person)
    return opportunity and opportunity.stakeholders.order_by("pk").first()


def a_request(person: Any) -> Any:
    """Choose a request that waits for a word of the person."""
    from milepost.buyers.models import ClientRequest

    return ClientRequest.objects.waiting_for(person).first()


def a_lesson(person: Any) -> Any:
    """Choose the newest lesson."""
    from milepost.opportunities.models import Lesson

    return Lesson.objects.visible_to(person).first()


def a_contender(person: Any) -> Any:
    """Choose a competitor of an open opportunity."""
    from milepost.gates.models import Contender

    seen = Contender.objects.visible_to(person).filter(opportunity__standing__isnull=False)
    return seen.order_by("pk").first()


def a_rival(person: Any) -> Any:
    """Choose the competitor who was there first."""
    from milepost.opportunities.models import Rival

    return Rival.objects.filter(same_as=None, kind="company").order_by("pk").first()


def a_gate(person: Any) -> Any:
    """Choose a gate that waits for its decision."""
    from milepost.opportunities.models import Gate

    return Gate.objects.visible_to(person).filter(state="undecided", card__waiting=True).order_by("pk").first()


def a_published_plan(person: Any) -> Any:
    """Choose an opportunity with a plan that was published."""
    from milepost.plans.models import PlanVersion

    version = PlanVersion.objects.visible_to(person).order_by("pk").first()
    return version and version.plan.opportunity


def a_letter(person: Any) -> Any:
    """Choose the newest letter."""
    from milepost.web.models import Letter

    return Letter.objects.order_by("-pk").first()


ADMIN = "administrator"
SCREENS = (
    Screen("desk", "desk:desk"),
    Screen("my-day", "desk:my_day", "salesperson"),
    Screen("board", "desk:board"),
    Screen("search", "desk:search", query="?q=a"),
    Screen("opportunity", "opportunities:page", of=an_opportunity),
    Screen("opportunity-why", "opportunities:why", of=an_opportunity),
    Screen("opportunity-facts", "forecasts:facts", of=an_opportunity),
    Screen("opportunity-history", "opportunities:history", of=an_opportunity),
    Screen("opportunity-edit", "opportunities:edit", of=an_opportunity),
    Screen("opportunity-value", "opportunities:value", of=an_opportunity),
    Screen("opportunity-work", "opportunities:work", of=an_opportunity),
    Screen("opportunity-people", "buyers:people", of=an_opportunity),
    Screen("opportunity-plan", "plans:plan", of=an_opportunity),
    Screen("plan-invite", "plans:invite", of=a_published_plan),
    Screen("opportunity-gates", "gates:gates", of=an_opportunity),
    Screen("vision", "buyers:vision", of=an_opportunity),
    Screen("vision-new", "buyers:begin_vision", of=an_opportunity),
    Screen("vision-evidence", "buyers:evidence", of=a_vision, query="?question=whose"),
    Screen("questions", "buyers:questions", of=an_opportunity),
    Screen("question-new", "buyers:ask", of=an_opportunity),
    Screen("question-templates", "buyers:question_templates", ADMIN, of=a_playbook),
    Screen("stakeholder", "buyers:person", of=a_stakeholder),
    Screen("stakeholder-edit", "buyers:edit", of=a_stakeholder),
    Screen("stakeholder-help", "buyers:help", of=a_stakeholder, query="?trait=stance&q0=1&q1=0"),
    Screen("opportunity-end", "opportunities:end", of=an_opportunity),
    Screen("opportunity-new", "opportunities:new"),
    Screen("step-schedule", "opportunities:schedule", of=a_step),
    Screen("step-report", "opportunities:report", of=a_step, query="?result=won"),
    Screen("step-tailor", "opportunities:tailor", of=a_step),
    Screen("step-days", "opportunities:days", of=a_step),
    Screen("accounts", "desk:accounts"),
    Screen("account", "desk:account", of=an_account),
    Screen("account-new", "accounts:new"),
    Screen("account-edit", "accounts:edit", of=an_account),
    Screen("log-time", "gates:log", "salesperson"),
    Screen("requests", "buyers:queue"),
    Screen("opportunity-requests", "buyers:requests", of=an_opportunity),
    Screen("request", "buyers:request", of=a_request),
    Screen("gates", "gates:home", "sales_manager"),
    Screen("log-money", "gates:pay", "salesperson"),
    Screen("competitor-new", "gates:add_rival", of=an_opportunity),
    Screen("competitor-here", "gates:edit_rival", of=a_contender),
    Screen("competitor-weigh", "gates:weigh_rival", of=a_contender),
    Screen("competitors", "learn:rivals"),
    Screen("competitor", "learn:rival", of=a_rival),
    Screen("gate-pause", "gates:pause", ADMIN, of=a_gate),
    Screen("gate-delegate", "gates:delegate", ADMIN, of=a_gate),
    Screen("forecast", "forecasts:forecast"),
    Screen("moved", "forecasts:moved", ADMIN),
    Screen("moved-expected", "forecasts:moved", ADMIN, query="?of=expected"),
    Screen("accuracy", "forecasts:accuracy", ADMIN),
    Screen("calls", "forecasts:accuracy", "salesperson"),
    Screen("learn", "learn:page"),
    Screen("learn-groups", "learn:page", query="?compare=territory"),
    Screen("lesson-new", "learn:write_lesson"),
    Screen("lesson", "learn:lesson", of=a_lesson),
    Screen("lessons-archived", "learn:archived_lessons"),
    Screen("targets", "forecasts:targets", ADMIN),
    Screen("rollup", "forecasts:rollup", "sales_manager"),
    Screen("pack", "forecasts:pack", "sales_manager"),
    Screen("pack-review", "forecasts:pack", "sales_manager", query="?kind=review"),
    Screen("numbers-history", "forecasts:history", "sales_manager"),
    Screen("packs", "forecasts:packs", "sales_manager"),
    Screen("pack-arrange", "forecasts:pack_subscribe", "sales_manager"),
    Screen("numbers", "forecasts:numbers", "sales_manager", a_sales_territory),
    Screen("submit", "forecasts:submit", "sales_manager", a_sales_territory),
    Screen("playbooks", "playbooks:list", ADMIN),
    Screen("playbook", "playbooks:page", ADMIN, of=a_playbook),
    Screen("new-playbook", "playbooks:new", ADMIN),
    Screen("bring-chart", "playbooks:bring_chart", ADMIN),
    Screen("playbook-order", "desk:playbook_order", ADMIN, of=a_version),
    Screen("playbook-gates", "gates:design", ADMIN, of=a_version),
    Screen("import", "exchange:import", ADMIN),
    Screen("import-batch", "exchange:batch", ADMIN, of=an_import),
    Screen("settings", "team:settings", ADMIN),
    Screen("people", "team:people", ADMIN),
    Screen("invite", "team:invite", ADMIN),
    Screen("invite several", "team:invite_several", ADMIN),
    Screen("person", "team:person", ADMIN, of=a_person),
    Screen("territories", "team:territories", ADMIN),
    Screen("territory", "team:territory", ADMIN, of=a_territory),
    Screen("company", "desk:company", ADMIN),
    Screen("currencies", "desk:currencies", ADMIN),
    Screen("hour costs", "gates:costs", ADMIN),
    Screen("plan-rates", "desk:plan_rates", ADMIN),
    Screen("reasons", "desk:reasons", ADMIN),
    Screen("mail", "desk:mail", ADMIN),
    Screen("outbox", "desk:outbox", ADMIN),
    Screen("work", "desk:work", ADMIN),
    Screen("everything", "everything:page", ADMIN),
    Screen("letter", "desk:letter", ADMIN, of=a_letter),
    Screen("buyers", "buyers:lists", ADMIN),
    Screen("buyers-warnings", "buyers:rules", ADMIN),
    Screen("buyers-answer", "buyers:list_answer", ADMIN, query="?trait=role"),
    Screen("myself", "team:myself"),
)
