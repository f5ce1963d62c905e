"""The Desk, My day and tasks: what needs doing, in the order of what waiting costs."""

import datetime
import re

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from milepost.buyers.kept import warn_anew
from milepost.buyers.models import Stakeholder
from milepost.desk.today import needs
from milepost.forecasts.learn import learn_and_refresh
from milepost.opportunities.begin import begin
from milepost.opportunities.management.commands.rebuild import what_would_change
from milepost.opportunities.models import Attempt, Figure, Opportunity, Standing
from milepost.opportunities.report import report
from milepost.opportunities.standing import restand
from milepost.playbooks.models import Playbook
from milepost.team.models import Person
from milepost.web.words import day

DAY = datetime.timedelta(days=1)
DESK = "desk:desk"


def kinds(person, today):
    rows = Standing.objects.visible_to(Person.objects.get(pk=person.pk))
    found = needs.needing(rows, now=timezone.now(), today=today)
    return {row.name: row.kind for row in found if row.kind}


def book(opportunity, on, by):
    return Attempt.schedule(opportunity.current_step, by=by, on=on, time=None, zone="Europe/Berlin")


def booking(client, opportunity, **values):
    """Return what the form that gives a date on the Desk sends: its hidden fields as drawn, and `values`."""
    page = client.get(reverse(DESK)).content.decode()
    drawn = dict(re.findall(rf'name="({opportunity.pk}-[a-z]+)" value="([^"]*)"', page))
    assert drawn.keys() >= {f"{opportunity.pk}-step"}
    return drawn | {f"{opportunity.pk}-{name}": value for name, value in values.items()}


def test_a_date_is_set_for_the_step_it_was_opened_for(cast, as_, opportunity):
    client, address = as_(cast.coordinator), reverse("desk:book", args=[opportunity.pk])
    said = booking(client, opportunity, on=cast.today + 3 * DAY, place="Mill 4")
    report(opportunity.current_step, by=cast.salesperson, result="won", on=cast.today)
    answer = client.post(address, said)
    assert answer.status_code == 409
    assert "moved on to “Site visit”" in answer.text
    assert "Mill 4" in answer.text
    assert not Attempt.objects.filter(state="scheduled").exists()
    again = {name.html_name: name.value() for name in answer.context["form"] if name.value()}
    assert client.post(address, again).status_code == 302
    assert Attempt.objects.get(state="scheduled").step.name == "Site visit"


def test_a_date_somebody_set_meanwhile_is_not_moved_in_silence(cast, as_, opportunity):
    client, address = as_(cast.coordinator), reverse("desk:book", args=[opportunity.pk])
    said = booking(client, opportunity, on=cast.today + 3 * DAY)
    book(opportunity, cast.today + 9 * DAY, cast.sales_manager)
    answer = client.post(address, said)
    assert answer.status_code == 409
    assert "has been given a date meanwhile" in answer.text
    assert Attempt.objects.get().on == cast.today + 9 * DAY
    again = {name.html_name: name.value() for name in answer.context["form"] if name.value()}
    assert client.post(address, again).status_code == 302
    assert Attempt.objects.get().on == cast.today + 3 * DAY


def test_home_is_where_the_work_is(cast, as_):
    assert as_(cast.coordinator).get(reverse("desk:home")).url == reverse(DESK)
    assert as_(cast.salesperson).get(reverse("desk:home")).url == reverse("desk:my_day")


def test_an_answer_that_waits_for_ours_says_its_day(cast, as_, opportunity):
    client, on = as_(cast.coordinator), cast.today - 2 * DAY
    opportunity.steps.filter(required=False).delete()
    first, *later = Opportunity.objects.get().steps_in_order
    report(first, by=cast.salesperson, result="lost", on=on)
    assert f"said no on {day(on)}" in client.get(reverse(DESK)).text
    first.reopen(by=cast.coordinator, on=cast.today, reason="New director")
    for step in (first, *later):
        report(step, by=cast.salesperson, result="won", on=on)
    text = client.get(reverse(DESK)).text
    assert f"the last step done on {day(on)}" in text
    Opportunity.objects.get().steps.get(key="first").reopen(by=cast.coordinator, on=cast.today, reason="New director")
    report(Opportunity.objects.get().steps.get(key="first"), by=cast.salesperson, result="won", on=cast.today)
    text += client.get(reverse(DESK)).text
    assert f"settled on {day(on)}" in text
    assert "start unknown" not in text


def test_a_step_without_a_date_needs_one_and_leaves_when_it_has_it(cast, as_, opportunity):
    assert kinds(cast.coordinator, cast.today) == {"Coating line 4": "no_date"}
    address = reverse("desk:book", args=[opportunity.pk])
    said = booking(as_(cast.coordinator), opportunity, on=cast.today + 3 * DAY, time="10:30")
    assert as_(cast.coordinator).post(address, said).url == reverse(DESK)
    attempt = Attempt.objects.get()
    assert (attempt.on, attempt.time) == (cast.today + 3 * DAY, datetime.time(10, 30))
    assert [a.person for a in attempt.attendances.all()] == [cast.salesperson]
    assert kinds(cast.coordinator, cast.today) == {}
    assert b"Your line is clear" in as_(cast.coordinator).get(reverse(DESK)).content


def test_an_empty_desk_praises_nobody_for_work_that_is_not_theirs(cast, as_, opportunity):
    assert b"No open opportunity is yours" in as_(cast.administrator).get(reverse(DESK)).content
    assert b"Your line is clear" not in as_(cast.administrator).get(reverse(DESK)).content
    opportunity.standing.delete()
    assert b"No open opportunities yet" in as_(cast.administrator).get(reverse(DESK) + "?of=all").content


def test_a_past_day_is_refused_and_the_entry_kept(cast, as_, opportunity):
    said = {f"{opportunity.pk}-on": cast.today - DAY, f"{opportunity.pk}-place": "Mill 4"}
    answer = as_(cast.coordinator).post(reverse("desk:book", args=[opportunity.pk]), said)
    assert answer.status_code == 422
    assert b"This day is past" in answer.content
    assert b"Mill 4" in answer.content


def test_only_who_works_on_it_books_from_the_desk(cast, as_, opportunity):
    assert as_(cast.team_member).post(reverse("desk:book", args=[opportunity.pk]), {}).status_code == 403
    assert as_(cast.outsider).post(reverse("desk:book", args=[opportunity.pk]), {}).status_code == 404


def test_an_appointment_gone_by_asks_for_its_result(cast, opportunity):
    book(opportunity, cast.today - DAY, cast.coordinator)
    assert kinds(cast.coordinator, cast.today) == {"Coating line 4": "result"}


def test_each_need_has_its_kind(cast, opportunity):
    for key in ("first", "proposal", "contract"):
        report(opportunity.steps.get(key=key), by=cast.salesperson, result="won", on=cast.today)
    assert kinds(cast.coordinator, cast.today) == {"Coating line 4": "reached"}
    opportunity.refresh_from_db()
    opportunity.steps.get(key="first").reopen(by=cast.coordinator, on=cast.today, reason="New owner")
    report(opportunity.steps.get(key="first"), by=cast.salesperson, result="won", on=cast.today)
    assert kinds(cast.coordinator, cast.today) == {"Coating line 4": "confirm"}
    opportunity.steps.get(key="contract").reopen(by=cast.coordinator, on=cast.today, reason="Lawyers")
    opportunity.steps.get(key="proposal").confirm(by=cast.coordinator, on=cast.today)
    report(opportunity.steps.get(key="contract"), by=cast.salesperson, result="lost", on=cast.today)
    assert kinds(cast.coordinator, cast.today) == {"Coating line 4": "said_no"}


def test_what_only_others_may_do_is_not_asked_of_one(cast, as_, opportunity):
    theirs, mover = as_(cast.salesperson), as_(cast.coordinator)
    report(opportunity.current_step, by=cast.salesperson, result="lost", on=cast.today)
    end = reverse("opportunities:end", args=[opportunity.pk])
    assert end in mover.get(reverse(DESK)).text
    desk = theirs.get(reverse(DESK))
    assert (desk.context["in_hand"], desk.context["items"]) == (0, [])
    everybodys = theirs.get(reverse(DESK), {"of": "all"}).text
    assert end not in everybodys
    assert "its coordinator or a manager says whether it ends" in everybodys


def test_imported_ones_are_given_away_by_those_who_may(cast, as_, opportunity):
    Opportunity.objects.update(as_of=cast.today)
    restand([opportunity.pk])
    board = reverse("desk:board")
    assert (
        f'href="{board}?no_date=1&amp;person=me">See them on the Board</a>'
        in as_(cast.salesperson).get(reverse(DESK)).text
    )
    text = as_(cast.coordinator).get(reverse(DESK), {"of": "all"}).text
    assert f'href="{board}?no_date=1">See them on the Board, and give some to others</a>' in text


def test_over_its_usual_time_it_says_so(cast, playbook):
    begin(by=None, name="Slow", playbook_version=playbook, territory=cast.north, started_on=cast.today - 15 * DAY)
    assert kinds(cast.coordinator, cast.today) == {"Slow": "over"}
    begin(by=None, name="On time", playbook_version=playbook, territory=cast.north, started_on=cast.today - 14 * DAY)
    assert kinds(cast.coordinator, cast.today)["On time"] == "no_date"


def many(cast, playbook, n):
    for number in range(n):
        begin(
            by=None, name=f"Number {number:02}", playbook_version=playbook, territory=cast.north,
            value_minor=(number % 4) * 100_000_00 or None, started_on=cast.today - (number % 3) * DAY,
            coordinator=cast.coordinator,
        )  # fmt: skip


def test_it_pages_by_key_without_loss_or_repetition(cast, as_, playbook):
    many(cast, playbook, 47)
    client, address, seen = as_(cast.coordinator), reverse(DESK), []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'id="todo-(\d+)"', page)
        more = re.search(r'href="([^"]*after=[^"]*)"', page)
        address = more.group(1).replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == 47
    losses = [Standing.objects.get(pk=pk).weekly_loss_minor for pk in seen]
    assert losses == sorted(losses, reverse=True)


def order(client):
    """Return the names on the Desk from the top."""
    page = client.get(reverse(DESK)).text
    ids = [int(pk) for pk in re.findall(r'id="todo-(\d+)"', page)]
    names = dict(Opportunity.objects.values_list("pk", "name"))
    return [names[pk] for pk in ids]


def one(cast, playbook, name, value, **more):
    given = {"territory": cast.north, "coordinator": cast.coordinator, "started_on": cast.today}
    return begin(by=None, name=name, playbook_version=playbook, value_minor=value, **given | more)


def test_of_two_whose_chance_a_week_leaves_alone_the_larger_stands_above(cast, as_, playbook):
    one(cast, playbook, "Older and small", 10_000_00, started_on=cast.today - 2 * DAY)
    one(cast, playbook, "Newer and large", 900_000_00)
    Figure.objects.update(win_in_week=F("win"))
    restand(Opportunity.objects.values_list("pk", flat=True))
    assert Standing.objects.filter(weekly_loss_minor__gt=0).count() == 2
    assert order(as_(cast.coordinator)) == ["Newer and large", "Older and small"]


def test_an_unknown_value_stands_where_the_playbooks_middle_value_would(cast, as_, playbook):
    for name, value in (("Small", 10_000_00), ("Middle", 50_000_00), ("Large", 900_000_00)):
        one(cast, playbook, name, value)
    learn_and_refresh()
    one(cast, playbook, "Unknown", None)
    row = Standing.objects.get(name="Unknown")
    assert (row.value_minor, row.expected_minor, row.assumed_minor) == (None, None, 50_000_00)
    assert what_would_change() == set()
    client = as_(cast.coordinator)
    assert order(client) == ["Large", "Middle", "Unknown", "Small"]
    page = client.get(reverse(DESK)).text
    assert re.search(r"Value unknown: €50\sk is taken, what one like it brings", page)


def test_what_all_others_bring_is_not_said_to_be_of_one_like_it(cast, as_, playbook):
    one(cast, playbook, "Known", 50_000_00)
    learn_and_refresh()
    fit_out = Playbook.add(by=cast.coordinator, name="Fit-out").draft
    fit_out.add_step(by=None, name="Site surveyed", key="survey", usual_days=14)
    fit_out.publish(by=None)
    one(cast, fit_out, "Unknown", None)
    client = as_(cast.coordinator)
    assert re.search(r"Value unknown: €50\sk is taken, what yours usually bring", client.get(reverse(DESK)).text)

    one(cast, fit_out, "Its like", 900_000_00)
    learn_and_refresh()
    assert re.search(r"Value unknown: €900\sk is taken, what one like it brings", client.get(reverse(DESK)).text)


def test_where_no_value_at_all_is_known_it_says_so(cast, as_, playbook):
    one(cast, playbook, "Unknown", None)
    assert "value unknown" in as_(cast.coordinator).get(reverse(DESK)).text
    assert Standing.objects.get().weekly_loss_minor == 0


def test_what_waits_for_a_booked_day_further_off_than_a_week_loses_nothing(cast, playbook):
    opportunity = one(cast, playbook, "Booked", 900_000_00)
    first = opportunity.steps.get(key="first")
    Attempt.schedule(first, by=cast.coordinator, on=cast.today + 9 * DAY, time=None, zone="Europe/Berlin")
    assert Standing.objects.get().weekly_loss_minor == 0


def test_what_a_years_delay_costs_is_the_companys_to_say(cast, as_, playbook):
    one(cast, playbook, "Large", 900_000_00)
    Figure.objects.update(win_in_week=F("win"))
    said = {"name": "N", "currency": "EUR", "time_zone": "Europe/Berlin", "fiscal_year_starts": 1, "week_starts": 0}
    said |= {"fiscal_calendar": "months", "delay_percent": 20, "version": 1}
    before = Standing.objects.get().weekly_loss_minor
    assert as_(cast.administrator).post(reverse("desk:company"), said).status_code == 302
    assert Standing.objects.get().weekly_loss_minor > 1.5 * before > 0


def test_the_outsider_sees_and_counts_nothing(cast, as_, opportunity):
    page = as_(cast.outsider).get(reverse(DESK) + "?of=all").content
    assert b"Coating line 4" not in page
    assert b"Nothing needs" in page


@pytest.mark.parametrize("address", ["desk:desk", "desk:my_day"])
def test_it_asks_few_questions_however_many_rows(cast, as_, playbook, django_assert_max_num_queries, address):
    many(cast, playbook, 30)
    client = as_(cast.coordinator)
    client.get(reverse(address))
    with django_assert_max_num_queries(14):
        client.get(reverse(address))


def test_it_never_says_that_a_week_costs_nothing(cast, as_, opportunity):
    for loss, said in ((0, "under €1"), (99, "under €1"), (100, "€1")):
        Standing.objects.update(weekly_loss_minor=loss, value_minor=5_00)
        page = as_(cast.coordinator).get(reverse(DESK)).text
        assert f"<b>{said}</b> a week" in page
        assert "€0" not in page


def test_it_counts_the_warnings_about_people(cast, as_, opportunity, contact):
    page = as_(cast.coordinator).get(reverse(DESK)).text
    assert "#warnings" not in page
    Stakeholder.add(opportunity, by=cast.coordinator, contact=contact, stance="supporter", access="several")
    Standing.objects.update(step_number=3)
    warn_anew([opportunity.pk])
    page = as_(cast.coordinator).get(reverse(DESK)).text
    assert "3 warnings</a>" in page
    assert reverse("buyers:people", args=[opportunity.pk]) + "#warnings" in page


def test_an_import_nobody_has_touched_is_not_warned_of_for_nobody_being_known(cast, as_, opportunity):
    Standing.objects.update(step_number=3)
    warn_anew([opportunity.pk])
    assert "1 warning</a>" in as_(cast.coordinator).get(reverse(DESK)).text
    Standing.objects.update(as_of=cast.today)
    warn_anew([opportunity.pk])
    assert "#warnings" not in as_(cast.coordinator).get(reverse(DESK)).text


def test_a_place_that_makes_no_sense_is_the_first_page(cast, as_, opportunity):
    assert b"Coating line 4" in as_(cast.coordinator).get(reverse(DESK) + "?after=1_nonsense&kind=x&of=y").content


def test_the_desk_says_what_was_done_today_in_the_words_of_the_screen(cast, as_, opportunity):
    report(opportunity.current_step, by=cast.coordinator, result="won", on=cast.today)
    page = as_(cast.coordinator).get(reverse(DESK)).text
    assert "You reported “First talk” as reached" in page
    assert "Step won" not in page


def test_what_an_import_did_is_not_said_to_be_done_one_by_one(cast, as_, opportunity):
    for number, verb in enumerate(("updated by import", "import taken back")):
        opportunity.edit(by=cast.coordinator, verb=verb, name=f"Coating line {number}")
    opportunity.edit(by=cast.coordinator, name="Coating line 6")
    page = as_(cast.coordinator).get(reverse("desk:desk"))
    assert [said for said, _opportunity in page.context["done"]] == ["You changed it", "You began it"]


def test_it_names_no_client_where_the_account_is_unknown(cast, as_, playbook):
    nobodys = begin(
        by=None, name="Trade fair lead", playbook_version=playbook, territory=cast.north, coordinator=cast.coordinator
    )
    coordinator = as_(cast.coordinator)
    assert "Give “First talk” a date<" in coordinator.get(reverse(DESK)).text
    said = booking(coordinator, nobodys, on=cast.today + DAY)
    booked = coordinator.post(reverse("desk:book", args=[nobodys.pk]), said, follow=True)
    assert "“First talk” has its date." in booked.text


def test_a_day_that_the_client_set_is_late_on_no_screen(cast, as_, playbook):
    begun = cast.today - 15 * DAY
    slow = begin(
        by=None,
        name="Slow",
        playbook_version=playbook,
        territory=cast.north,
        started_on=begun,
        coordinator=cast.coordinator,
    )
    assert "data-over" in as_(cast.coordinator).get(reverse(DESK)).text
    slow.current_step.tailor(by=cast.coordinator, reason="Tender", due_on=cast.today + DAY)
    assert "data-over" not in as_(cast.coordinator).get(reverse(DESK)).text


def imported(playbook, cast, count):
    more = {"by": None, "playbook_version": playbook, "territory": cast.north, "coordinator": cast.coordinator}
    found = [begin(name=f"Line {n}", **more) for n in range(count)]
    Opportunity.objects.filter(pk__in=[one.pk for one in found]).update(as_of=cast.today)
    restand([one.pk for one in found])
    return found


def test_what_was_imported_and_nobody_has_touched_is_one_question(cast, as_, playbook, opportunity):
    found = imported(playbook, cast, 7)
    page = as_(cast.coordinator).get(reverse(DESK))
    assert page.context["imported"] == 7
    assert "1 thing needs you. 7 imported opportunities wait besides and have no date yet." in page.text
    assert "7 imported opportunities have no date yet" in page.text
    assert page.text.count('id="todo-') == 6
    assert set(kinds(cast.coordinator, cast.today).values()) == {"imported", "no_date"}
    one_by_one = as_(cast.coordinator).get(f"{reverse(DESK)}?kind=imported")
    assert one_by_one.text.count('id="todo-') == 7
    book(found[0], cast.today + 3 * DAY, cast.coordinator)
    assert as_(cast.coordinator).get(reverse(DESK)).context["imported"] == 6


def test_a_desk_of_imported_ones_alone_praises_nobody_and_begins_with_a_few(cast, as_, playbook):
    imported(playbook, cast, 3)
    page = as_(cast.coordinator).get(reverse(DESK))
    assert "3 imported opportunities wait for their first dates here." in page.text
    assert "needs you" not in page.text
    assert "Your line is clear" not in page.text
    assert "3 imported opportunities have no date yet" in page.text
    assert "one by one" not in page.text
