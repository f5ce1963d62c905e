"""The shared plan as an Excel sheet, for the client and for us."""

import datetime
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from milepost.opportunities.models import Attempt, Task
from milepost.plans.tests.marked import SECRET, mark_everything


@pytest.fixture
def read():
    """Read a sheet's rows: `read(answer)`."""

    def now(answer):
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
        return book.get_sheet_by_index(0).to_python()

    return now


def test_both_sides_have_what_the_page_shows(cast, as_, client, plan, step, contact, publish, invited, read):
    day = cast.today + datetime.timedelta(days=4)
    Attempt.schedule(step, by=None, on=day, time=None, zone="Europe/Berlin", minutes=60)
    task = Task.add(by=None, title="=1+1", opportunity=plan.opportunity, step=step, due_on=day, owner_contact=contact)
    plan.share([("step", step.pk), ("task", task.pk)], by=None)
    publish(plan)
    _link, address = invited(plan, contact)
    heads, first, second = read(client.get(f"{address}plan.xlsx"))
    assert heads[:4] == ["Step", "What", "Whose", "Who"]
    assert first[:2] == [step.name, step.name]
    assert (first[4], first[5]) == (day, "date set")
    assert second[1] == "=1+1"  # a text, never a formula
    assert second[2] == "Brennholt Paper"
    ours = as_(cast.coordinator).get(reverse("plans:version_xlsx", args=[plan.versions.get().pk]))
    assert read(ours) == [heads, first, second]
    assert 'href="plan.xlsx"' in client.get(address).text


def test_nothing_internal_is_in_it(cast, client, opportunity, plan, contact, publish, invited, read):
    mark_everything(cast, opportunity, plan, contact)
    publish(plan)
    _link, address = invited(plan, contact)
    told = " ".join(str(cell) for row in read(client.get(f"{address}plan.xlsx")) for cell in row).upper()
    assert SECRET not in told
    assert "987" not in told
