"""A client's yes to one exact version: by a code to the person's own mailbox, kept as it was given."""

import datetime
import re

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from milepost.accounts.models import Contact
from milepost.opportunities.close import close
from milepost.opportunities.models import Standing
from milepost.plans.models import Agreement, PlanVersion, SharedPlan
from milepost.team.models import NO_ADDRESS
from milepost.web.models import Change, Letter


@pytest.fixture
def address(shared, contact, invited):
    contact.revise(by=None, email="brandt@example.com")
    return invited(shared, contact)[1]


@pytest.fixture
def code(client):
    """Ask for a code and read it: `code(address)`."""

    def now(address):
        client.post(f"{address}agree/code/")
        return re.search(r"\b\d{6}\b", Letter.objects.filter(purpose="plan code").latest("pk").text)[0]

    return now


@pytest.fixture
def confirm(client):
    def now(address, code, **said):
        return client.post(f"{address}agree/", {"name": "Helene Brandt", "seen": 1, "code": code, **said})

    return now


def move(plan, step, days):
    part = plan.parts.get(step=step)
    part.revise(by=None, on=part.on + datetime.timedelta(days=days))


def test_it_is_confirmed_with_a_code_and_kept(cast, as_, client, opportunity, shared, address, code, confirm):
    assert "Not confirmed yet" in client.get(address).text
    assert "binding on neither side" in client.get(f"{address}agree/").text
    ours = as_(cast.coordinator)
    assert "Waiting for the client" in ours.get(reverse("opportunities:page", args=[opportunity.pk])).text
    answer = confirm(address, code(address))
    assert answer.status_code == 302
    agreement = Agreement.objects.get()
    assert (agreement.name, agreement.email) == ("Helene Brandt", "brandt@example.com")
    assert agreement.sha256 == agreement.version.sha256
    assert agreement.version.is_intact
    assert "Version 1 is confirmed" in client.get(address).text
    tab = ours.get(reverse("plans:plan", args=[opportunity.pk])).text
    assert agreement.sha256 in tab
    assert "Plan confirmed v1" in tab
    assert Standing.objects.values_list("seal", "seal_version").get() == ("agreed", 1)
    assert "Plan confirmed v1" in ours.get(reverse("desk:board")).text
    sheet = ours.get(reverse("desk:board_csv"))
    assert "Plan confirmed v1" in b"".join(sheet.streaming_content).decode()
    receipts = Letter.objects.filter(purpose="plan receipt")
    assert {each.address for each in receipts} == {
        "brandt@example.com",
        cast.coordinator.email,
        cast.salesperson.email,
    }
    assert all(agreement.sha256 in each.text for each in receipts)
    assert Change.objects.filter(verb="client agreed").count() == 1


def test_no_receipt_goes_to_a_made_up_address(cast, client, shared, address, code, confirm):
    cast.coordinator.revise(by=None, email=f"c{NO_ADDRESS}")
    assert confirm(address, code(address)).status_code == 302
    receipts = Letter.objects.filter(purpose="plan receipt")
    assert {each.address for each in receipts} == {"brandt@example.com", cast.salesperson.email}


def test_nobody_is_thanked_for_a_yes_that_was_not_given(client, shared, address):
    assert "The plan is confirmed" not in client.get(f"{address}?agreed=1").text


def test_once_it_has_ended_nothing_is_confirmed_any_more(cast, client, opportunity, shared, address, code, confirm):
    right = code(address)
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="The budget went elsewhere")
    assert confirm(address, right).status_code == 409
    assert not Agreement.objects.exists()
    page = client.get(f"{address}agree/").text
    assert "there is nothing left to confirm" in page
    assert "Send me the code" not in page
    client.post(f"{address}agree/code/")
    assert Letter.objects.filter(purpose="plan code").count() == 1


def test_only_the_newest_code_counts_and_only_once(client, shared, address, code, confirm):
    old = code(address)
    new = code(address)
    wrong = confirm(address, "000000" if new != "000000" else "000001", name="Typed Name")
    assert wrong.status_code == 422
    assert "This code is not right" in wrong.text
    assert "Typed Name" in wrong.text
    if old != new:
        assert confirm(address, old).status_code == 422
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=16)):
        assert confirm(address, new).status_code == 422
    assert not Agreement.objects.exists()
    assert confirm(address, new).status_code == 302
    assert confirm(address, new).status_code == 422
    assert Agreement.objects.count() == 1
    assert confirm(address, code(address)).status_code == 409  # the same version a second time
    assert Agreement.objects.count() == 1


def test_neither_trying_nor_asking_goes_on_for_ever(client, shared, address, code, confirm):
    right = code(address)
    for n in range(5):
        confirm(address, "1" if right != "1" else "2", name=str(n))
    assert confirm(address, right).status_code == 422
    for _again in range(4):
        code(address)
    assert client.post(f"{address}agree/code/").status_code == 429


def test_a_version_published_meanwhile_is_not_agreed_unread(client, shared, address, code, confirm, publish):
    right = code(address)
    shared.revise(by=None, title="A newer title")
    publish(shared)
    answer = confirm(address, right)
    assert answer.status_code == 409
    assert "A newer version was published meanwhile" in answer.text
    assert confirm(address, right, seen=2).status_code == 422  # the code was for the first
    assert not Agreement.objects.exists()
    assert confirm(address, code(address), seen=2).status_code == 302
    assert Agreement.objects.get().version.number == 2


def test_small_moves_keep_the_yes_and_others_ask_again(
    cast, as_, client, opportunity, shared, step, address, code, confirm, publish
):
    shared.parts.get(step=step).revise(by=None, on=cast.today + datetime.timedelta(days=20))
    publish(shared)
    confirm(address, code(address), seen=2)
    for days, state in ((2, "agreed"), (1, "agreed"), (1, "changed"), (-4, "agreed")):  # counted from what was agreed
        move(shared, step, days)
        publish(shared)
        opportunity.refresh_from_db()
        assert (opportunity.seal, opportunity.seal_version) == (state, 2)
    shared.revise(by=None, title="A newer title")
    publish(SharedPlan.objects.get(pk=shared.pk))
    page = client.get(address).text
    assert "Version 2 was confirmed, and has changed since" in page
    assert "A newer title: other words" in page
    assert "Changed since v2" in as_(cast.coordinator).get(reverse("plans:plan", args=[opportunity.pk])).text
    confirm(address, code(address), seen=7)
    opportunity.refresh_from_db()
    assert (opportunity.seal, opportunity.seal_version) == ("agreed", 7)


def test_whose_address_we_do_not_know_gets_no_code(client, shared, account, invited):
    stranger = Contact.add(by=None, account=account, name="Markus Oyelaran")
    address = invited(shared, stranger)[1]
    assert "We have no e-mail address of yours" in client.get(f"{address}agree/").text
    client.post(f"{address}agree/code/")
    assert not Letter.objects.exists()


@pytest.mark.parametrize("model", [Agreement, PlanVersion])
@pytest.mark.parametrize("deed", ["UPDATE {} SET sha256 = '0'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete_it(shared, address, code, confirm, model, deed):
    confirm(address, code(address))
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed.format(model._meta.db_table))
    assert model.objects.count() == 1


def test_what_stands_under_it_cannot_be_deleted(opportunity, shared, address, code, confirm):
    confirm(address, code(address))
    for row in (opportunity, shared, shared.versions.get(), shared.agreements.get()):
        with pytest.raises((ProtectedError, DatabaseError)), transaction.atomic():
            row.delete()
    assert Agreement.objects.get().version.is_intact


def test_a_confirmed_plan_asks_ten_questions_at_its_first_look(
    client, account, shared, invited, address, code, confirm, django_assert_max_num_queries
):
    confirm(address, code(address))
    other = Contact.add(by=None, account=account, name="Jonas Reber")
    first = invited(shared, other)[1]
    client.get(address)  # a server that has answered before
    with django_assert_max_num_queries(10):
        assert "Version 1 is confirmed" in client.get(first).text
    with django_assert_max_num_queries(8):
        client.get(first)  # the same look
