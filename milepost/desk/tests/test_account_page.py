"""The page of one account: everything about it that the person may see."""

import datetime

import pytest
from django.urls import reverse

from milepost.accounts.models import Account
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Note, Task


def page_url(account):
    return reverse("desk:account", args=[account.pk])


@pytest.fixture
def another(cast, playbook, account):
    def start(name, **values):
        given = {"territory": cast.north, "coordinator": cast.coordinator, "value_minor": 50_000_00, **values}
        start = cast.today - datetime.timedelta(days=40)
        return begin(by=None, name=name, account=account, playbook_version=playbook, started_on=start, **given)

    return start


def end(cast, opportunity, kind, days_ago=0):
    on = cast.today - datetime.timedelta(days=days_ago)
    return close(opportunity, by=cast.coordinator, kind=kind, on=on, override="Not needed.")


def test_it_shows_opportunities_past_and_present_each_on_its_string(as_, cast, account, opportunity, another):
    end(cast, another("Older line", value_minor=70_000_00), "won", days_ago=5)
    end(cast, another("Stopped line"), "withdrawn", days_ago=2)

    response = as_(cast.coordinator).get(page_url(account))
    page = response.content.decode()

    assert page.count('<ol class="string"') == 3
    assert [item.opportunity.name for item in response.context["ended"]] == ["Stopped line", "Older line"]
    assert [item["row"].name for item in response.context["open"]] == ["Coating line 4"]
    assert response.context["tally"] == {"ended": 2, "won": 1, "value": 70_000_00}
    assert "1 of 2 won" in page
    assert "€120" in page
    assert "80 % between" in page.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_it_keeps_confidential_opportunities_to_their_team(as_, cast, account, another):
    secret = another("Secret line", confidential=True)
    end(cast, another("Secret past", confidential=True), "won")

    assert "Secret line" in as_(cast.coordinator).get(page_url(account)).content.decode()
    others = as_(cast.sales_manager).get(page_url(account))
    assert "Secret" not in others.content.decode()
    assert others.context["tally"] == {}
    assert secret.standing.value_minor == 50_000_00


def test_it_is_not_there_for_somebody_outside(as_, cast, account):
    seen = as_(cast.outsider)

    assert seen.get(page_url(account)).status_code == 404
    assert seen.get(reverse("desk:account_history", args=[account.pk])).status_code == 404
    assert seen.post(reverse("desk:account_note", args=[account.pk]), {"note-text": "x"}).status_code == 404


def test_it_reads_without_acts_for_those_who_may_not_edit(as_, cast, account):
    page = as_(cast.team_member).get(page_url(account)).content.decode()

    assert reverse("accounts:edit", args=[account.pk]) not in page
    assert reverse("accounts:add_contact", args=[account.pk]) not in page
    assert as_(cast.team_member).post(reverse("desk:account_task", args=[account.pk])).status_code == 403


def test_it_says_something_useful_when_nothing_is_there_yet(as_, cast, account):
    page = as_(cast.coordinator).get(page_url(account)).content.decode()

    assert "Nothing is open here now." in page
    assert "Nobody is known here yet." in page


def test_it_pages_what_has_ended(as_, cast, account, another):
    for number in range(10):
        end(cast, another(f"Line {number}"), "lost", days_ago=number // 2)
    seen = as_(cast.coordinator)

    first = seen.get(page_url(account))
    second = seen.get(page_url(account), {"after": first.context["next"]}, headers={"HX-Request": "true"})

    found = [item.opportunity.pk for page in (first, second) for item in page.context["ended"]]
    assert len(found) == len(set(found)) == 10
    assert "<html" not in second.content.decode()
    assert seen.get(page_url(account), {"after": "nonsense"}).status_code == 200


def test_a_task_is_added_and_stands_on_ones_own_list(as_, cast, account):
    seen = as_(cast.salesperson)

    response = seen.post(reverse("desk:account_task", args=[account.pk]), {"task-title": "Send the map"})

    task = Task.objects.get()
    assert (response.url, task.account, task.owner) == (page_url(account), account, cast.salesperson)
    assert "Send the map" in seen.get(page_url(account)).content.decode()
    assert "Send the map" in seen.get(reverse("desk:my_day")).content.decode()


def test_a_note_is_kept_with_whom_one_spoke(as_, cast, account, contact):
    given = {"note-text": "Budget in May", "note-kind": "call", "note-contact": contact.pk}

    as_(cast.salesperson).post(reverse("desk:account_note", args=[account.pk]), given)

    note = Note.objects.get()
    assert (note.kind, note.contact, note.by) == ("call", contact, cast.salesperson)


def test_an_empty_note_is_refused_at_its_field(as_, cast, account):
    refused = as_(cast.salesperson).post(reverse("desk:account_note", args=[account.pk]), {"note-kind": "note"})

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"text"}


def test_a_form_opens_in_its_place_or_as_a_page_of_its_own(as_, cast, account):
    seen, url = as_(cast.salesperson), reverse("desk:account_note", args=[account.pk])

    assert "<html" in seen.get(url).content.decode()
    assert "<html" not in seen.get(url, headers={"HX-Request": "true"}).content.decode()


def test_its_group_and_its_companies_lead_to_each_other(as_, cast, account):
    child = Account.add(by=None, name="Brennholt Pulp", territory=cast.north, parent=account)
    Account.add(by=None, name="Hidden Pulp", territory=cast.south, parent=account)
    seen = as_(cast.coordinator)

    above = seen.get(page_url(account)).content.decode()
    assert page_url(child) in above
    assert "Hidden Pulp" not in above
    assert page_url(account) in seen.get(page_url(child)).content.decode()


def test_it_takes_few_queries(as_, cast, account, contact, opportunity, another, django_assert_max_num_queries):
    another("Second line")
    end(cast, another("Older line"), "won", days_ago=5)
    Account.add(by=None, name="Brennholt Pulp", territory=cast.north, parent=account)
    seen = as_(cast.coordinator)
    seen.get(page_url(account))

    with django_assert_max_num_queries(15):
        seen.get(page_url(account))
    with django_assert_max_num_queries(15):
        seen.get(reverse("desk:account_history", args=[account.pk]))
