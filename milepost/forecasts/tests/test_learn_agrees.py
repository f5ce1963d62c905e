"""What the parts of the Learn page count agrees, and what one of them leaves out it says."""

import datetime

import pytest

from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Stay
from milepost.playbooks.models import Playbook

DAY = datetime.timedelta(days=1)


def page(as_, person, query=""):
    answer = as_(person).get(f"/learn/{query}")
    assert answer.status_code == 200
    return answer


def first(answer):
    return next(line for line in answer.context["lines"] if line.step.key == "first")


def agree(answer):
    """Tell whether what ended otherwise than won is the same number in every part of the page."""
    reading, line = answer.context["reading"], answer.context["lines"]
    lost = sum(kind.whole.count for kind in reading.kinds if kind.kind != "won")
    in_line = sum(place.total for place in reading.places if place.position)
    bars = sum(row.counts[how] for row in line for how in ("no", "no_decision", "stopped"))
    assert lost == sum(place.total for place in reading.places) + reading.in_other_playbooks
    assert in_line == bars + reading.came_unseen
    return lost, bars


def test_one_that_came_on_no_known_day_counts_where_it_is_and_where_it_ends(cast, as_, opportunity):
    Stay.objects.filter(opportunity=opportunity).update(entered_on=None)
    line = first(page(as_, cast.coordinator))
    assert (line.came, line.counts["open"], line.figure.is_elders) == (1, 1, True)
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    answer = page(as_, cast.coordinator)
    assert (first(answer).came, first(answer).counts["no"]) == (1, 1)
    assert agree(answer) == (1, 1)
    assert "Where they ended, not here" not in answer.content.decode()


@pytest.mark.parametrize("query", ["", "?years=1", "?years=all"])
def test_its_totals_agree_and_it_says_what_one_part_leaves_out(cast, as_, playbook, query):
    def lose(kind, days, version=playbook):
        start = cast.today - days * DAY
        one = begin(by=None, name=kind, playbook_version=version, territory=cast.north, started_on=start)
        close(one, by=cast.coordinator, kind=kind, on=cast.today)
        return one

    lose("lost", 30)
    lose("no_decision", 30)
    lose("lost", 900)  # came before the time that is asked
    lose("lost", 30).stays.all().delete()  # as an import leaves it that does not know when it came
    other = Playbook.add(by=None, name="Another one").draft
    other.add_step(by=None, name="Talk", key="talk", usual_days=9)
    other.publish(by=None)
    lose("withdrawn", 0, other)
    answer = page(as_, cast.coordinator, query)
    lost, bars = agree(answer)
    assert (lost, bars) == (5, 3 if query == "?years=all" else 2)
    text = answer.content.decode()
    assert "Where they ended, not here" in text
    assert "One more ended in another playbook." in text
