"""What is expected after an appointment that is booked is never expected before it."""

import datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.opportunities import line
from milepost.opportunities.models import Attempt, Standing
from milepost.opportunities.picture import expected_days
from milepost.opportunities.tests.test_steps import appointment, debrief, step, url

DAY = datetime.timedelta(days=1)
TODAY = datetime.date(2026, 9, 1)
STEPS = st.lists(
    st.tuples(st.integers(1, 90), st.booleans(), st.none() | st.integers(-30, 2500)), min_size=1, max_size=7
)


@given(STEPS, st.integers(0, 200), st.none() | st.integers(0, 3000), st.booleans())
def test_no_step_is_expected_before_an_appointment_in_front_of_it(told, spent, closes, has_figure):
    steps = [
        SimpleNamespace(pk=n, key=str(n), usual_days=u, required=r, state=line.PLANNED)
        for n, (u, r, _) in enumerate(told)
    ]
    on = [None if b is None else TODAY + b * DAY for _, _, b in told]
    beads = [["planned", "", 0, None, day and day.isoformat(), 0, [], n] for n, day in enumerate(on)]
    middles = [{"key": str(n), "days": 40 * n} for n, (_, required, _) in enumerate(told) if required]
    figure = SimpleNamespace(steps=middles) if has_figure else None
    close = None if closes is None else TODAY + closes * DAY
    row = SimpleNamespace(as_of=None, step_id=0, step_state=line.PLANNED, entered_on=TODAY - spent * DAY, beads=beads)
    row.close_on, row.figure = close, figure
    about = expected_days(steps, row, TODAY)
    for pk, day in about.items():
        assert all(day >= booked for booked in on[:pk] if booked is not None)
    assert list(about.values()) == sorted(about.values())


@pytest.mark.parametrize("days", [3, 200, 400, 700, 1200])
@pytest.mark.parametrize("name", ["First talk", "Proposal"])
def test_nothing_is_expected_before_what_is_booked(cast, as_, opportunity, days, name):
    on = cast.today + days * DAY
    said = appointment(cast, on=on, far=on.isoformat())
    assert as_(cast.coordinator).post(url("schedule", step(opportunity, name).pk), said).status_code == 302
    row = Standing.objects.get(pk=opportunity.pk)
    assert on <= row.close_low <= row.close_on <= row.close_high
    steps = list(opportunity.steps.order_by("position"))
    at = [each.name for each in steps].index(name)
    about = expected_days(steps, row, cast.today)
    later = [about[each.pk] for each in steps[at + 1 :] if each.pk in about]
    assert all(on <= day <= row.close_on for day in later)
    assert name == "Proposal" or later


def test_an_appointment_years_away_is_asked_about_once(cast, as_, opportunity):
    client, first, on = as_(cast.coordinator), step(opportunity), datetime.date(2199, 5, 4)
    asked = client.post(url("schedule", first.pk), appointment(cast, on=on, place="Mill"))
    assert asked.status_code == 422
    assert "In the year 2199?" in asked.context["form"].errors["on"][0]
    assert 'name="far" value="2199-05-04"' in asked.text
    assert 'value="Mill"' in asked.text
    other = appointment(cast, on=on + DAY, far="2199-05-04")
    assert client.post(url("schedule", first.pk), other).status_code == 422  # another day, another question
    assert client.post(url("schedule", first.pk), appointment(cast, on=on, far="2199-05-04")).status_code == 302
    assert Attempt.objects.get().on == on
    assert client.get(url("page", opportunity.pk)).status_code == 200


def test_the_next_appointment_of_a_report_is_asked_about_too(cast, as_, opportunity):
    client, first = as_(cast.coordinator), step(opportunity)
    said = debrief(cast, next_on="2130-01-01")
    asked = client.post(url("report", first.pk), said)
    assert list(asked.context["form"].errors) == ["next_on"]
    assert client.post(url("report", first.pk), {**said, "far": "2130-01-01"}).status_code == 302


def test_after_a_no_no_later_step_has_a_date(cast, as_, opportunity):
    client = as_(cast.coordinator)
    assert [bead for bead in client.get(url("page", opportunity.pk)).context["beads"] if "about" in bead.fact]
    client.post(url("report", step(opportunity).pk), debrief(cast, "lost"))
    assert not [bead for bead in client.get(url("page", opportunity.pk)).context["beads"] if "about" in bead.fact]
