"""Nonsense in addresses and forms: it is left out or refused in words, and never breaks a page."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

HUGE = "9" * 5000  # Python itself refuses to read it as a number
NONSENSE = ["\x00", HUGE, "9" * 30, "²", "%_'\"\\", "0001-01-01", "9999-12-31", "‮<b>"]
ADDRESSES = [
    ("desk:search", "", "q"),
    ("desk:accounts", "", "q"),
    ("desk:accounts", "", "sector"),
    ("desk:accounts", "", "manager"),
    ("desk:accounts", "", "territory"),
    ("desk:accounts", "", "after"),
    ("desk:accounts_export", "", "q"),
    ("desk:board", "", "q"),
    ("desk:board", "", "after"),
    ("desk:board", "", "person"),
    ("desk:board", "", "min_value"),
    ("desk:board", "", "closes_before"),
    ("desk:board_csv", "", "q"),
    ("desk:ended", "", "after"),
    ("desk:ended", "", "year"),
    ("desk:desk", "", "after"),
    ("desk:account", "account", "after"),
    ("desk:account_history", "account", "before"),
    ("desk:account_merge", "account", "other"),
    ("accounts:names", "", "account"),
    ("accounts:twins", "", "name"),
    ("accounts:twins", "", "but"),
    ("accounts:new", "", "name"),
    ("opportunities:new", "", "account"),
    ("opportunities:new", "", "came_back_from"),
    ("opportunities:new", "", "name"),
    ("opportunities:accounts", "", "account_name"),
    ("opportunities:alike", "", "name"),
    ("opportunities:alike", "", "account"),
    ("opportunities:history", "opportunity", "before"),
    ("opportunities:end", "opportunity", "kind"),
    ("opportunities:add_task", "opportunity", "step"),
]


@pytest.mark.parametrize(("name", "of", "parameter"), ADDRESSES)
def test_it_makes_nothing_of_nonsense_in_an_address(world, as_, name, of, parameter):
    client = as_(world.cast.coordinator)
    address = reverse(name, args=[getattr(world, of).pk] if of else [])
    answers = [client.get(address, {parameter: text}) for text in NONSENSE]
    for answer in answers:
        b"".join(answer) if answer.streaming else answer.content  # an export is written while it is read
    assert {answer.status_code for answer in answers} <= {200, 404, 422}


@pytest.mark.parametrize("amount", ["9" * 16, "9" * 30, "1" + "0" * 39, "1" * 21 + "M"])
def test_it_refuses_an_amount_that_nobody_can_mean(world, as_, amount):
    client = as_(world.cast.coordinator)
    address = reverse("opportunities:edit", args=[world.opportunity.pk])
    answer = client.post(address, {"value_minor": amount, "currency": "EUR"})
    assert answer.status_code == 422
    assert "This amount is too large." in answer.text


@pytest.fixture
def on_the_line(world, as_):
    """Post to a deed on the step where work is, as its coordinator."""
    client, step = as_(world.cast.coordinator), world.opportunity.current_step

    def send(deed, **sent):
        return client.post(reverse(f"opportunities:{deed}", args=[step.pk]), sent)

    return send


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "0204-03-01"])
def test_it_asks_for_a_year_that_people_live_in(world, on_the_line, day):
    today = world.cast.today.isoformat()
    answers = [
        on_the_line("schedule", on=day, minutes=60, zone="Asia/Tokyo"),
        on_the_line("report", on=day, result="again"),
        on_the_line("report", on=today, result="won", next_on=day, next_time="23:59"),
        on_the_line("tailor", name="Talk", usual_days=5, due_on=day, reason="A wish"),
        on_the_line("add_condition", name="Legal", due_on=day),
    ]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert all("Write one from 1900 to 2199." in answer.text for answer in answers)


@pytest.mark.parametrize("days", ["999999999", "2147483648", "9223372036854775808"])
def test_it_refuses_a_step_of_a_million_years(on_the_line, days):
    answers = [
        on_the_line("tailor", name="Talk", usual_days=days, reason="A wish"),
        on_the_line("add_after", name="Talk", usual_days=days, reason="A wish"),
        on_the_line("add_condition", name="Legal", usual_days=days),
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert all("At most 3650." in answer.text for answer in answers)


def test_it_takes_no_impossible_person_for_a_choice(world, on_the_line):
    today = world.cast.today.isoformat()
    answer = on_the_line("schedule", on=today, minutes=60, zone="Europe/Berlin", ours=["9" * 30])
    assert answer.status_code == 422


def test_it_reports_no_appointment_from_before_the_beginning(world, on_the_line):
    answer = on_the_line("report", on="2001-01-01", result="won")
    assert answer.status_code == 422
    assert "The opportunity began later" in answer.text


def test_it_corrects_no_outcome_to_a_day_before_the_beginning(world, as_):
    client, one = as_(world.cast.coordinator), world.opportunity
    today = world.cast.today.isoformat()
    client.post(reverse("opportunities:end", args=[one.pk]), {"kind": "lost", "on": today, "words": "No money"})
    address = reverse("opportunities:correct", args=[one.pk])
    answer = client.post(address, {"kind": "lost", "on": "2001-01-01", "words": "No money", "why": "A slip"})
    assert answer.status_code == 422
    assert "It cannot end before it began" in answer.text


@pytest.mark.parametrize("wrong", [{"quantity": "-5"}, {"price_minor": "-1"}, {"margin_share": "999"}])
def test_it_makes_no_value_below_zero(world, as_, wrong):
    line = {"name": "Line", "quantity": "1", "price_minor": "10", "rhythm": "once"} | wrong
    answer = as_(world.cast.coordinator).post(reverse("opportunities:add_line", args=[world.opportunity.pk]), line)
    assert answer.status_code == 422


def test_it_refuses_lines_that_no_total_could_hold(world, as_):
    client, one = as_(world.cast.coordinator), world.opportunity
    address = reverse("opportunities:add_line", args=[one.pk])
    line = {"name": "Line", "quantity": "99999999999", "price_minor": "99999999999", "rhythm": "once"}
    assert client.post(address, line).status_code == 422
    one.refresh_from_db()
    assert one.value_minor == 120_000_00


def test_it_begins_nothing_tomorrow(world, as_):
    client, one = as_(world.cast.coordinator), world.opportunity
    head = {"name": one.name, "territory": one.territory_id, "currency": "EUR", "started_on": "2190-01-01"}
    answer = client.post(reverse("opportunities:edit", args=[one.pk]), head)
    assert answer.status_code == 422
    assert "a day still to come" in answer.text


@pytest.mark.parametrize("name", ["ß" * 120, "ﷺ" * 40])
def test_it_takes_a_name_whose_key_is_longer_than_itself(world, as_, name):
    client, north = as_(world.cast.administrator), world.cast.north.pk
    role = {"role": "coordinator", "territory": north, "scope": "all", "email": "long@example.com"}
    deeds = [
        (reverse("accounts:edit", args=[world.account.pk]), {"territory": north}, 302),
        (reverse("accounts:contact", args=[world.contact.pk]), {}, 302),
        (reverse("opportunities:edit", args=[world.opportunity.pk]), {"territory": north, "currency": "EUR"}, 302),
        (reverse("team:invite"), role, 200),
    ]
    assert [client.post(address, {**sent, "name": name}).status_code for address, sent, _ in deeds] == [
        status for _address, _sent, status in deeds
    ]


def test_it_refuses_a_nul_in_the_name_of_an_account(world, as_):
    client, north = as_(world.cast.coordinator), world.cast.north.pk
    head = {"name": "Line", "territory": north, "currency": "EUR", "account": "a\x00b"}
    answer = client.post(reverse("opportunities:edit", args=[world.opportunity.pk]), head)
    assert answer.status_code == 422


def test_it_takes_a_file_of_any_kind(world, as_):
    client, one = as_(world.cast.coordinator), world.opportunity
    file = SimpleUploadedFile("../../x", b"x", content_type="text/" + "x" * 500)
    assert client.post(reverse("opportunities:attach", args=[one.pk]), {"file": file}).status_code == 302
    assert one.attachments.get().name == "x"


def test_it_takes_a_cookie_with_a_nul_for_none(cast, client):
    client.raise_request_exception = True
    cookie = f'{settings.SESSION_COOKIE_NAME}="' + "\\000" * 12 + '"'
    assert client.get(reverse("desk:board"), headers={"cookie": cookie}).status_code == 302
