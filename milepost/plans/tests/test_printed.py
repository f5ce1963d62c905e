"""The shared plan on paper, for the client and for us."""

import datetime

from django.urls import reverse

from milepost.opportunities.models import Attempt, Task
from milepost.plans import printed
from milepost.plans.models import PlanVersion
from milepost.plans.tests.marked import SECRET, mark_everything
from milepost.plans.views.client import shown_to


def told(link, company):
    """Return all words of the paper that a link leads to."""
    version = PlanVersion.objects.order_by("-number").first()
    request = type("Asked", (), {"company": company})
    paper = printed.paper(shown_to(link, version, request), version)
    cells = [cell for part in paper.sections[0].parts for row in getattr(part, "rows", ()) for cell in row.cells]
    return [
        paper.title,
        paper.subtitle,
        paper.footer,
        *(getattr(part, "text", "") for part in paper.sections[0].parts),
        *cells,
    ]


def test_both_sides_have_the_plan_as_pdf(cast, as_, client, plan, step, contact, publish, invited):
    day = cast.today + datetime.timedelta(days=4)
    Attempt.schedule(step, by=None, on=day, time=datetime.time(14), zone="Europe/Berlin", minutes=60)
    task = Task.add(
        by=None, title="Send it", opportunity=plan.opportunity, step=step, due_on=day, owner_contact=contact
    )
    plan.share([("step", step.pk), ("task", task.pk)], by=None)
    publish(plan)
    link, address = invited(plan, contact)

    words = told(link, cast.company)
    assert step.name in words
    assert any(str(word).endswith(", 14:00") for word in words)
    assert "Brennholt Paper, Dr Helene Brandt" in words
    ours = as_(cast.coordinator).get(reverse("plans:version_pdf", args=[plan.versions.get().pk]))
    for answer in (client.get(f"{address}plan.pdf"), ours):
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer.content.startswith(b"%PDF")
    assert 'href="plan.pdf"' in client.get(address).text


def test_nothing_internal_is_on_paper(cast, opportunity, plan, contact, publish, invited):
    mark_everything(cast, opportunity, plan, contact)
    publish(plan)
    link, _address = invited(plan, contact)
    words = " ".join(map(str, told(link, cast.company))).upper()
    assert SECRET not in words
    assert "987" not in words
