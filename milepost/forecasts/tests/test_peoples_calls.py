"""How good people's calls were: looked at as of their day, told to each their own, to managers in groups."""

import csv
import datetime
import io

import pytest

from milepost.engine.judged import Record
from milepost.forecasts.judged import Words
from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.models import JudgedLook, JudgedRecord
from milepost.forecasts.past import read_some
from milepost.forecasts.records import score_words
from milepost.forecasts.replay import replay
from milepost.forecasts.stays import read_stays
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Judgement, Opportunity, Standing, Stay
from milepost.opportunities.report import report
from milepost.team.models import Membership, Person, Role

DAY = datetime.timedelta(days=1)
PAGE = "/forecast/accuracy/"


def words(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def a_past(cast, playbook):
    """Return what makes an ended opportunity, begun so many days ago, of which somebody said something."""

    def make(name, *, by, said=None, category="", won=False, ago=100, territory=None, confidential=False):
        start = cast.today - ago * DAY
        where = territory or cast.north
        one = begin(by=None, name=name, playbook_version=playbook, territory=where, started_on=start)
        Judgement.objects.create(opportunity=one, by=by, on=start + 5 * DAY, category=category, probability=said)
        report(one.steps.get(key="first"), by=cast.administrator, result="won", on=start + 20 * DAY)
        if won:
            for key in ("proposal", "contract"):
                report(one.steps.get(key=key), by=cast.administrator, result="won", on=start + 50 * DAY)
        one.refresh_from_db()
        if one.outcome is None:
            close(one, by=cast.administrator, kind="won" if won else "lost", on=start + 50 * DAY)
        if confidential:
            Opportunity.objects.filter(pk=one.pk).update(confidential=True)
        return one

    return make


@pytest.fixture
def sellers(cast):
    """Six more salespeople: four in the north, two in the south."""
    made = []
    for n, where in enumerate([cast.north] * 4 + [cast.south] * 2):
        person = Person.join(by=None, name=f"Seller {n}", email=f"seller{n}@example.com")
        Membership.give(by=None, person=person, territory=where, role=Role.SALESPERSON)
        made.append(person)
    return made


def look(today):
    words = Words.until(today)
    for past in read_some(0, 10**9):
        words.add(past)
    return words.keep(read_stays())


def scored(cast):
    replay(today=cast.today)
    score_words()


def test_a_word_is_looked_at_the_day_after_and_on_the_first_of_months(cast, a_past):
    one = a_past("Mill", by=cast.salesperson, said=0.7, category="commit")
    look(cast.today)
    days = list(JudgedLook.objects.order_by("on").values_list("on", flat=True))
    start = cast.today - 100 * DAY
    assert days[0] == start + 6 * DAY
    assert all(day.day == 1 and start + 6 * DAY < day <= start + 50 * DAY for day in days[1:])
    assert 1 <= len(days) - 1 <= 2
    first = JudgedLook.objects.order_by("on").first()
    assert (first.probability, first.category) == (0.7, "commit")
    assert (first.person, first.opportunity) == (cast.salesperson, one)
    assert 0 < first.model_win < 1
    assert look(cast.today) == len(days)


def test_nothing_of_what_came_later_is_seen(cast, a_past):
    a_past("Mill", by=cast.salesperson, said=0.7, won=True)
    a_past("Dam", by=cast.salesperson, said=0.2, ago=90)
    look(cast.today)
    first = {look.opportunity_id: look.model_win for look in JudgedLook.objects.order_by("-on")}
    Stay.objects.filter(left_on__gte=cast.today - 60 * DAY).update(end="lost", left_on=cast.today)
    look(cast.today)
    assert {look.opportunity_id: look.model_win for look in JudgedLook.objects.order_by("-on")} == first


def test_a_word_grows_old(cast, a_past, playbook):
    one = begin(
        by=None, name="Slow", playbook_version=playbook, territory=cast.north, started_on=cast.today - 300 * DAY
    )
    Judgement.objects.create(opportunity=one, by=cast.salesperson, on=cast.today - 290 * DAY, probability=0.5)
    look(cast.today)
    last = JudgedLook.objects.order_by("-on").first()
    assert cast.today - 290 * DAY < last.on <= cast.today - 200 * DAY


def test_each_sees_their_own_and_nobody_elses(cast, as_, a_past):
    for n in range(4):
        a_past(f"Mill {n}", by=cast.salesperson, said=0.8, category="commit", won=n == 0)
    scored(cast)
    text = words(as_(cast.salesperson).get(PAGE))
    assert "You gave 4 opportunities that have ended a chance" in text
    assert "<b>+55</b> points" in text
    for person in (cast.coordinator, cast.outsider, cast.team_member):
        text = words(as_(person).get(PAGE))
        assert "As soon as an opportunity ends that you had given a chance" in text
        assert "People’s calls" not in text
    text = words(as_(cast.sales_manager).get(PAGE))
    assert "As soon as an opportunity ends that you had given a chance" in text
    assert "once five people or more beside you have called" in text
    assert cast.salesperson.name not in text


def test_managers_see_groups_of_five(cast, as_, a_past, sellers):
    for n, person in enumerate([cast.salesperson, *sellers[:4]]):
        a_past(f"Mill {n}", by=person, said=0.6, won=n < 2)
    scored(cast)
    text = words(as_(cast.sales_manager).get(PAGE))
    assert "In groups of five people or more beside you" in text
    assert "<b>North</b>" in text
    assert not any(person.name in text for person in sellers)
    assert "In groups of five" not in words(as_(cast.salesperson).get(PAGE))
    assert "In groups of five" not in words(as_(cast.outsider).get(PAGE))


def test_two_in_the_south_cannot_be_reckoned_from_the_whole(cast, as_, a_past, sellers):
    for n, person in enumerate([cast.salesperson, *sellers[:4]]):
        a_past(f"Mill {n}", by=person, said=0.6, won=n < 2)
    for n, person in enumerate(sellers[4:]):
        a_past(f"Port {n}", by=person, said=0.9, territory=cast.south)
    scored(cast)
    client = as_(cast.administrator)
    groups = client.get(PAGE).context["calls"].groups
    assert [(line.name, line.people) for line in groups] == [("World", 7), ("North and others", 7)]
    for territory in (cast.north, cast.south):
        assert client.get(f"{PAGE}?territory={territory.pk}").context["calls"].groups == []
    # Whoever manages the north alone sees nothing of the others, so that there is nothing to reckon from.
    assert [line.people for line in as_(cast.sales_manager).get(PAGE).context["calls"].groups] == [5]


def test_names_are_shown_once_the_company_has_settled_so(cast, as_, a_past, sellers):
    for n, person in enumerate([cast.salesperson, sellers[0]]):
        a_past(f"Mill {n}", by=person, said=0.6, won=n < 1)
    scored(cast)
    cast.company.revise(by=cast.administrator, accuracy_by_name=True)
    text = words(as_(cast.sales_manager).get(PAGE))
    assert "By name" in text
    assert sellers[0].name in text
    for person in (cast.salesperson, cast.coordinator):
        assert sellers[0].name not in words(as_(person).get(PAGE))
    south = Person.join(by=None, name="South Manager", email="south@example.com")
    Membership.give(by=None, person=south, territory=cast.south, role=Role.SALES_MANAGER)
    assert sellers[0].name not in words(as_(south).get(PAGE))


def test_administrators_settle_it_and_history_tells(cast, as_):
    from milepost.web.models import Change

    given = {"name": cast.company.name, "currency": "EUR", "time_zone": "Europe/Berlin", "fiscal_year_starts": 1}
    given |= {"fiscal_calendar": "months", "week_starts": 0, "delay_percent": 10, "version": cast.company.version}
    address = "/settings/company/"
    assert as_(cast.sales_manager).post(address, given | {"accuracy_by_name": "on"}).status_code == 403
    assert as_(cast.administrator).post(address, given | {"accuracy_by_name": "on"}).status_code == 302
    cast.company.refresh_from_db()
    assert cast.company.accuracy_by_name
    change = Change.objects.filter(subject_kind="company").latest("pk")
    assert change.what["accuracy_by_name"] == [False, True]
    assert change.by == cast.administrator


def exported(client, address="/forecast/accuracy/calls/csv/"):
    text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_export_holds_what_is_shown_and_no_more(cast, as_, a_past, sellers):
    for n, person in enumerate([cast.salesperson, *sellers[:4]]):
        a_past(f"Mill {n}", by=person, said=0.6, category="best_case", won=n < 2)
    scored(cast)
    own = exported(as_(cast.salesperson))
    assert {row["Of"] for row in own} == {"You", "You, by quarter"}
    assert own[0]["Best case: won"] == "1.0"
    rows = exported(as_(cast.sales_manager))
    assert [(row["Of"], row["Name"], row["People"]) for row in rows if row["Of"] == "Group"] == [
        ("Group", "North", "5")
    ]
    assert not any(seller.name in str(rows) for seller in sellers)
    assert exported(as_(cast.outsider)) == []


def test_it_can_be_taken_along_as_a_sheet(cast, as_):
    sheet = as_(cast.sales_manager).get("/forecast/accuracy/calls/xlsx/")
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    sheet.close()


def test_confidential_ones_are_left_out(cast, a_past):
    a_past("Secret", by=cast.salesperson, said=0.6, confidential=True)
    scored(cast)
    assert not JudgedLook.objects.exists()


def test_a_category_alone_counts_for_the_category(cast, as_, a_past):
    for n in range(3):
        a_past(f"Mill {n}", by=cast.salesperson, category="commit", won=n < 2)
    scored(cast)
    record = Record.from_parts(JudgedRecord.objects.get(period="", person=cast.salesperson).sums)
    assert record.n == 0
    assert record.categories == {"commit": (3, 2)}
    assert "What was called so was won" in words(as_(cast.salesperson).get(PAGE))


def test_few_words_count_nothing(cast, a_past, opportunity):
    for n in range(3):
        a_past(f"Mill {n}", by=cast.salesperson, said=0.9, won=True)
    Judgement.give(opportunity, by=cast.salesperson, on=cast.today, probability=0.9)
    replay(today=cast.today)
    run = learn_and_refresh(today=cast.today)
    assert run.voices["everyone"] is None
    assert Standing.objects.get(pk=opportunity.pk).figure.word == {}
