"""The Learn page: where opportunities are won and lost, why, and whether that changes."""

import csv
import datetime
import io

import pytest

from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Reason
from milepost.opportunities.report import report

DAY = datetime.timedelta(days=1)


@pytest.fixture
def ended(cast, playbook):
    """Make 3 that reached the first step and went on, 2 lost at it, 1 without a decision."""

    def one(name, days=30):
        return begin(
            by=None, name=name, playbook_version=playbook, territory=cast.north, started_on=cast.today - days * DAY
        )

    price = Reason.add(by=None, outcome="lost", text="Too dear for them")
    for n in range(3):
        report(one(f"On {n}").steps.get(key="first"), by=cast.coordinator, result="won", on=cast.today - 10 * DAY)
    for n in range(2):
        close(one(f"Lost {n}"), by=cast.coordinator, kind="lost", on=cast.today, reasons=[price], lost_to="Aurelio")
    close(one("Nothing came"), by=cast.coordinator, kind="no_decision", on=cast.today, words="Nobody decided")


def page(as_, person, query=""):
    answer = as_(person).get(f"/learn/{query}")
    assert answer.status_code == 200
    return answer


def first(answer):
    return next(line for line in answer.context["lines"] if line.step.key == "first")


def test_it_counts_what_became_of_those_that_came_to_a_step(cast, as_, ended):
    line = first(page(as_, cast.coordinator))
    assert (line.came, line.counts["won"], line.counts["no"], line.counts["no_decision"]) == (6, 3, 2, 1)
    assert (line.share.yes, line.share.cases) == (3, 6)
    assert line.share.low < 0.5 < line.share.high
    assert line.days == (20, 20)


def test_what_is_there_now_is_not_counted_against_a_step(cast, as_, ended):
    visit = next(line for line in page(as_, cast.coordinator).context["lines"] if line.step.key == "visit")
    assert (visit.came, visit.counts["open"], visit.share.cases) == (3, 3, 0)


def test_it_names_the_weakest_step_and_small_groups(cast, as_, ended):
    answer = page(as_, cast.coordinator)
    assert first(answer).is_weakest
    assert "fewer than 20" in answer.content.decode()


def test_it_says_why_and_to_whom(cast, as_, ended):
    answer = page(as_, cast.coordinator)
    lost = next(row for row in answer.context["reasons"] if row[0] == "lost")
    assert (lost[2], lost[3][0].text, lost[3][0].count, lost[3][0].part) == (2, "Too dear for them", 2, 1.0)
    assert [(rival.name, rival.count) for rival in answer.context["rivals"]] == [("Aurelio", 2)]


def test_it_counts_the_quarter(cast, as_, ended):
    now = page(as_, cast.coordinator).context["quarters"][0]
    assert (now.counts["lost"], now.counts["no_decision"], now.share.cases) == (2, 1, 3)


def test_it_filters(cast, as_, ended, playbook):
    assert page(as_, cast.coordinator, f"?territory={cast.south.pk}").context["reasons"] == []
    assert page(as_, cast.coordinator, f"?playbook={playbook.playbook_id}").context["reasons"]
    assert page(as_, cast.coordinator, "?playbook=999999").context["lines"] == []


def test_it_counts_nothing_of_other_territories(cast, as_, ended):
    answer = page(as_, cast.outsider)
    assert answer.context["reasons"] == []
    assert "Aurelio" not in answer.content.decode()
    assert "Nothing to learn from yet" in answer.content.decode()


@pytest.mark.parametrize("query", ["?years=7", "?years=x&territory=-1", f"?playbook={'9' * 40}", "?years=all"])
def test_it_takes_what_it_does_not_understand_for_the_usual(cast, as_, ended, query):
    assert page(as_, cast.coordinator, query).context["quarters"]


def test_it_asks_few_questions(cast, as_, ended, django_assert_max_num_queries):
    client = as_(cast.coordinator)
    client.get("/learn/")
    with django_assert_max_num_queries(15):
        client.get("/learn/")


@pytest.mark.parametrize(
    ("what", "holds"), [("steps", "First talk"), ("reasons", "Too dear for them"), ("quarters", "Q")]
)
def test_its_tables_can_be_taken_along(cast, as_, ended, what, holds):
    answer = as_(cast.coordinator).get(f"/learn/{what}/csv/")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert any(holds in cell for row in rows[1:] for cell in row)
