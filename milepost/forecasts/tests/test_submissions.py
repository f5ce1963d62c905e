"""Numbers people stand by: submitted, adjusted beside, superseded and never edited; and locks."""

import datetime

import pytest

from milepost.forecasts.calendar import calendar_of
from milepost.forecasts.models import PeriodLock, SnapshotDay, Submission
from milepost.opportunities.tests.test_at_once import at_once
from milepost.team.models import Company, Cover, Membership, Person, Role
from milepost.web.models import Change

DAY = datetime.timedelta(days=1)


@pytest.fixture
def quarter(cast):
    return calendar_of(cast.company).period("quarter", cast.today)


@pytest.fixture
def chief(cast):
    """A sales manager over the whole world."""
    person = Person.join(by=None, name="Chief Person", email="chief@example.com")
    Membership.give(by=None, person=person, territory=cast.world, role=Role.SALES_MANAGER)
    return person


def address(territory, person=None, deed="submit"):
    return f"/forecast/rollup/{deed}/{territory.pk}/" + (f"?person={person.pk}" if person else "")


def own(cast):
    return address(cast.north, cast.salesperson)


def test_a_salesperson_submits_with_what_stands_behind_it(cast, as_, opportunity, quarter):
    assert as_(cast.salesperson).post(own(cast), {"amount": "120 k", "note": "Two sure ones"}).status_code == 302
    given = Submission.objects.get()
    assert (given.amount_minor, given.note, given.by, given.period) == (
        120_000_00,
        "Two sure ones",
        cast.salesperson,
        quarter.key,
    )
    assert given.model_low_minor <= given.model_middle_minor <= given.model_high_minor
    assert given.snapshot == SnapshotDay.objects.get(on=cast.today)
    assert Change.objects.filter(subject_kind="submission", subject_id=given.pk, by=cast.salesperson).exists()


def test_a_managers_number_stands_beside_the_one_it_adjusts(cast, as_, opportunity):
    as_(cast.salesperson).post(own(cast), {"amount": "120 k"})
    first = Submission.objects.get()
    as_(cast.sales_manager).post(own(cast), {"amount": "90 k", "note": "Procurement is slow"})
    adjusted = Submission.objects.get(is_adjustment=True)
    assert (adjusted.adjusts, adjusted.by, adjusted.note) == (first, cast.sales_manager, "Procurement is slow")
    text = as_(cast.sales_manager).get("/forecast/rollup/").content.decode()
    assert "€120" in text
    assert "€90" in text


def test_an_adjustment_needs_a_reason(cast, as_, opportunity):
    assert as_(cast.sales_manager).post(own(cast), {"amount": "90 k"}).status_code == 422
    assert not Submission.objects.exists()


def test_a_manager_submits_for_the_territory_and_the_one_above_adjusts(cast, as_, opportunity, chief):
    as_(cast.sales_manager).post(address(cast.north), {"amount": "500 k"})
    as_(chief).post(address(cast.north), {"amount": "400 k", "note": "Careful"})
    as_(chief).post(address(cast.world), {"amount": "400 k"})
    assert list(Submission.objects.order_by("pk").values_list("is_adjustment", flat=True)) == [False, True, False]


def test_a_newer_one_supersedes_and_the_older_stays(cast, as_, opportunity):
    client = as_(cast.salesperson)
    client.post(own(cast), {"amount": "120 k"})
    first = Submission.objects.get()
    client.post(own(cast), {"amount": "130 k", "previous": first.pk})
    second = Submission.objects.newest().get()
    assert (second.previous, second.amount_minor, Submission.objects.count()) == (first, 130_000_00, 2)
    text = client.get(address(cast.north, cast.salesperson, "numbers")).content.decode()
    assert "€120" in text
    assert "Submitted numbers over time" in text


def test_sent_twice_it_counts_once(cast, as_, opportunity):
    client, sent = as_(cast.salesperson), {"amount": "120 k", "note": "x"}
    assert [client.post(own(cast), sent).status_code for _ in range(2)] == [302, 302]
    assert Submission.objects.count() == 1


def test_it_shows_what_was_submitted_meanwhile_and_keeps_what_was_typed(cast, as_, opportunity):
    Cover.arrange(
        by=cast.administrator, absent=cast.salesperson, stand_in=cast.team_member,
        starts_on=cast.today, ends_on=cast.today + DAY,
    )  # fmt: skip
    as_(cast.team_member).post(own(cast), {"amount": "111 k"})
    answer = as_(cast.salesperson).post(own(cast), {"amount": "120 k"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "has submitted €111,000 here meanwhile" in text
    assert 'value="120 k"' in text
    again = {"amount": "120 k", "previous": Submission.objects.get().pk}
    assert as_(cast.salesperson).post(own(cast), again).status_code == 302
    assert Submission.objects.newest().get().amount_minor == 120_000_00


def test_who_stands_in_is_told_of_as_such(cast, as_, opportunity):
    Cover.arrange(
        by=cast.administrator, absent=cast.salesperson, stand_in=cast.team_member,
        starts_on=cast.today, ends_on=cast.today + DAY,
    )  # fmt: skip
    as_(cast.team_member).post(own(cast), {"amount": "111 k"})
    assert Change.objects.get(subject_kind="submission").on_behalf_of == cast.salesperson


@pytest.mark.parametrize("typed", ["", "much", "-5", "9" * 30, "99999999999999999 M", "1.234,567.8"])
def test_it_says_at_its_place_what_is_no_amount(cast, as_, opportunity, typed):
    answer = as_(cast.salesperson).post(own(cast), {"amount": typed})
    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_it_takes_no_decimals_of_a_currency_without(cast, as_, opportunity):
    Company.objects.update(currency="JPY")
    assert as_(cast.salesperson).post(own(cast), {"amount": "5.5"}).status_code == 422
    assert as_(cast.salesperson).post(own(cast), {"amount": "7000000"}).status_code == 302
    given = Submission.objects.get()
    assert (given.amount_minor, given.currency) == (7_000_000, "JPY")


def test_a_strangers_territory_is_not_there(cast, as_, opportunity):
    for deed in ("submit", "numbers", "lock", "unlock"):
        client = as_(cast.outsider)
        send = client.post if deed == "lock" else client.get
        assert send(address(cast.north, deed=deed)).status_code == 404
    assert as_(cast.salesperson).post(address(cast.south), {"amount": "5"}).status_code == 404
    assert not Submission.objects.exists()


def test_nobody_speaks_for_somebody_else(cast, as_, opportunity):
    assert as_(cast.coordinator).post(own(cast), {"amount": "5"}).status_code == 403
    assert as_(cast.salesperson).post(address(cast.north), {"amount": "5"}).status_code == 403
    assert as_(cast.administrator).post(own(cast), {"amount": "5"}).status_code == 403


def test_a_period_that_is_over_takes_no_number(cast, as_, opportunity, quarter):
    past = calendar_of(cast.company).move(quarter, -1)
    assert as_(cast.salesperson).post(f"{own(cast)}&from={past.key}", {"amount": "5"}).status_code == 403


def test_a_lock_stops_those_below_and_says_so(cast, as_, opportunity, quarter):
    as_(cast.sales_manager).post(address(cast.north, deed="lock"))
    as_(cast.sales_manager).post(address(cast.north, deed="lock"))
    lock = PeriodLock.objects.get()
    assert (lock.by, lock.period, lock.territory) == (cast.sales_manager, quarter.key, cast.north)
    answer = as_(cast.salesperson).post(own(cast), {"amount": "120 k"})
    assert answer.status_code == 422
    assert "has locked this period for North" in answer.content.decode()
    assert "has locked this period for North" in as_(cast.salesperson).get(own(cast)).content.decode()
    sent = {"amount": "5", "note": "Still mine"}
    assert as_(cast.sales_manager).post(own(cast), sent).status_code == 302


def test_a_lock_from_above_stops_managers_below(cast, as_, opportunity, chief):
    as_(chief).post(address(cast.world, deed="lock"))
    assert as_(cast.sales_manager).post(address(cast.north), {"amount": "5"}).status_code == 422
    assert as_(chief).post(address(cast.world), {"amount": "5"}).status_code == 302


def test_unlocking_needs_a_reason_and_is_kept(cast, as_, opportunity):
    client = as_(cast.sales_manager)
    client.post(address(cast.north, deed="lock"))
    assert client.post(address(cast.north, deed="unlock"), {"reason": ""}).status_code == 422
    assert client.post(address(cast.north, deed="unlock"), {"reason": "A late order"}).status_code == 302
    lock = PeriodLock.objects.get()
    assert (lock.unlocked_by, lock.unlock_reason) == (cast.sales_manager, "A late order")
    assert as_(cast.salesperson).post(own(cast), {"amount": "120 k"}).status_code == 302


def test_it_tells_what_changed_since_last_week(cast, as_, opportunity, quarter):
    client = as_(cast.salesperson)
    client.post(own(cast), {"amount": "100 k"})
    first = Submission.objects.get()
    Submission.objects.update(on=cast.today - 8 * DAY)
    client.post(own(cast), {"amount": "120 k", "previous": first.pk})
    lines = as_(cast.sales_manager).get("/forecast/rollup/").context["rollup"].lines
    line = next(line for line in lines if line.place.person == cast.salesperson)
    assert line.change_minor == 20_000_00
    assert line.model_change_minor == line.limits[1] - first.model_middle_minor


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_one_behind_the_other(cast, opportunity, chief):
    south = Person.join(by=None, name="Second Manager", email="second@example.com")
    Membership.give(by=None, person=south, territory=cast.north, role=Role.SALES_MANAGER)
    sent = [(cast.sales_manager, address(cast.north), {"amount": "5"}), (south, address(cast.north), {"amount": "6"})]
    assert sorted(at_once(*sent)) == [302, 422]
    assert Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_lock_stands_when_two_lock_at_once(cast, opportunity, chief):
    lock = address(cast.north, deed="lock")
    assert at_once((cast.sales_manager, lock, {}), (chief, lock, {})) == [302, 302]
    assert PeriodLock.objects.count() == 1
