"""A word without an end, such as a long link, breaks where it stands: no page grows wider than the window."""

import datetime

import pytest
from django.urls import reverse

from milepost.buyers.models import ClientRequest, Question, Stakeholder, Vision
from milepost.gates.models import Contender
from milepost.opportunities.models import Attempt, Condition, Lesson, Note, Rival, Task
from milepost.opportunities.report import report
from milepost.web.tests.browser import DESKTOP, PHONE

WORD = "https://files.example/" + "a1b2c3d4e5f6g7h8i9j0" * 12
TABS = {
    "opportunities": ("page", "work", "history", "value", "why", "end"),
    "buyers": ("people", "vision", "questions", "requests"),
    "gates": ("gates",),
    "plans": ("plan",),
    "forecasts": ("facts",),
}
PAGES = ("desk:desk", "desk:my_day", "desk:board", "buyers:queue", "desk:accounts", "learn:page", "desk:ended")


@pytest.fixture
def told(cast, opportunity, account, contact):
    """An opportunity of which everything is told in words without an end."""
    by, first = cast.coordinator, opportunity.steps.get(name="First talk")
    opportunity.revise(by=by, name=WORD[:200], description=WORD)
    account.revise(by=by, name=WORD[:200])
    contact.revise(by=by, name=WORD[:200], job_title=WORD[:100])
    first.tailor(by=by, reason=WORD, name=WORD[:120])
    Note.write(by=by, text=WORD, kind="call", opportunity=opportunity, contact=contact)
    Note.write(by=by, text=WORD, account=account)
    Task.add(by=by, title=WORD, owner=by, opportunity=opportunity, step=first, due_on=cast.today)
    Task.add(by=by, title=WORD, owner=by, account=account)
    Condition.add(opportunity.steps.get(key="proposal"), by=by, name=WORD[:200])
    first.tailor(by=by, reason=WORD, milestone=WORD, evidence=WORD)
    Stakeholder.add(opportunity, by=by, contact=contact, stance="enemy", wants=WORD)
    Question.ask(opportunity, by=by, text=WORD, owner=by)
    ClientRequest.take(opportunity, by=by, title=WORD[:200], text=WORD, owner=by)
    Vision.begin(opportunity, by=by, words=WORD, whose=WORD, where=WORD)
    rival = Rival.named(WORD[:200], by=by)
    Contender.note(opportunity, by=by, rival=rival, on=cast.today, strengths=WORD, weaknesses=WORD)
    report(first, by=by, result="won", on=cast.today, notes=WORD)
    Lesson.write(by=by, playbook=opportunity.playbook_version.playbook, opportunity=opportunity, key="first", text=WORD)
    second = opportunity.steps.get(key="proposal")
    now = datetime.time(10)
    Attempt.schedule(
        second, by=by, on=cast.today, time=now, zone="Europe/Berlin", place=WORD, ours=[by], theirs=[contact]
    )
    return opportunity


WIDE = """() => [...document.querySelectorAll("main *")].filter(one => one.scrollWidth > innerWidth)
    .slice(-3).map(one => `${one.tagName}.${one.getAttribute("class")}`).join(" ")"""


def test_no_page_is_wider_than_the_window(page, sign_in, cast, told):
    sign_in(page, cast.coordinator)
    addresses = [reverse(f"{place}:{name}", args=[told.pk]) for place, names in TABS.items() for name in names]
    addresses += [reverse(name) for name in PAGES] + [reverse("desk:account", args=[told.account_id])]
    wide = []
    for address in addresses:
        assert page.goto(address).status == 200
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > size["width"]:
                wide.append(f"{address} is {width} px wide at {size['width']}: {page.evaluate(WIDE)}")
    assert not wide, "\n".join(wide)
