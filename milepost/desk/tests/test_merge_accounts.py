"""Merge two accounts that are one company, and take it back."""

import pytest
from django.urls import reverse

from milepost.accounts import merge as merging
from milepost.accounts.models import Account, Contact, Merge
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Note, Standing, Task
from milepost.web.search import candidates


def merge_url(account):
    return reverse("desk:account_merge", args=[account.pk])


def page_url(account):
    return reverse("desk:account", args=[account.pk])


@pytest.fixture
def double(cast, playbook):
    """The same company a second time, with its own people, work and a company below it."""
    double = Account.add(by=None, name="Brennholt Paper GmbH", territory=cast.north, city="Halden", sector="Paper")
    Account.add(by=None, name="Brennholt Pulp", territory=cast.north, parent=double)
    Contact.add(by=None, account=double, name="Markus Oyelaran")
    begin(by=None, name="Winder drives", account=double, playbook_version=playbook, territory=cast.north)
    Task.add(by=cast.coordinator, title="Send the map", account=double)
    Note.write(by=cast.coordinator, text="New director", account=double)
    return double


def state():
    """Return everything that points at an account, by column and row."""
    return {
        merging._label(field): sorted(field.model._default_manager.values_list("pk", field.attname))
        for field in merging.pointing()
    }


def test_everything_moves_and_nothing_is_asked_twice(as_, cast, account, double, opportunity):
    seen = as_(cast.coordinator)
    assert f"?pick={double.pk}" in seen.get(merge_url(account)).content.decode()
    assert "Merge the two" in seen.get(merge_url(account), {"other": "brennholt paper gmbh"}).content.decode()

    seen.post(merge_url(account), {"pick": double.pk})

    account.refresh_from_db()
    page = seen.get(page_url(account)).content.decode()
    for text in (
        "Winder drives",
        "Coating line 4",
        "Markus Oyelaran",
        "Send the map",
        "New director",
        "Brennholt Pulp",
    ):
        assert text in page
    assert (account.city, account.sector) == ("Halden", "Paper")
    assert set(Standing.objects.values_list("account_name", flat=True)) == {"Brennholt Paper"}
    assert candidates("brennholt pap", kind="account") == [account.pk]
    assert [a.name for a in Account.objects.visible_to(cast.coordinator)] == ["Brennholt Paper", "Brennholt Pulp"]
    assert seen.get(page_url(double)).url == page_url(account)
    assert as_(cast.outsider).get(page_url(double)).status_code == 404


def test_it_is_taken_back_whole_but_for_what_came_since(as_, cast, account, double, opportunity):
    before = state()
    seen = as_(cast.coordinator)
    message = next(iter(seen.post(merge_url(account), {"pick": double.pk}, follow=True).context["messages"]))
    late = Contact.add(by=None, account=Account.objects.get(pk=account.pk), name="Late Comer")

    seen.post(message.extra_tags)

    account.refresh_from_db()
    double.refresh_from_db()
    after = state()
    assert (late.pk, account.pk) in after["accounts.contact.account"]
    after["accounts.contact.account"].remove((late.pk, account.pk))
    assert after == before
    assert (account.city, double.city, double.merged_into) == ("", "Halden", None)
    assert Standing.objects.get(name="Winder drives").account_name == "Brennholt Paper GmbH"
    assert Merge.objects.get().undone_by == cast.coordinator
    again = seen.post(message.extra_tags, follow=True)
    assert "taken back already" in again.content.decode()


def test_what_was_learnt_stays_where_somebody_has_changed_it(cast, account, double):
    row = merging.merge(double, into=account, by=cast.coordinator)
    account = Account.objects.get(pk=account.pk)
    account.revise(by=cast.coordinator, city="Oslo")

    merging.take_back(Merge.objects.get(pk=row.pk), by=cast.coordinator)

    account.refresh_from_db()
    assert (account.city, account.sector) == ("Oslo", "")


def test_an_account_may_take_over_the_group_it_belongs_to(cast, account, double):
    middle = Account.objects.get(name="Brennholt Pulp")
    account.revise(by=cast.coordinator, parent=middle)

    row = merging.merge(double, into=account, by=cast.coordinator)
    account.refresh_from_db()
    middle.refresh_from_db()
    assert (account.parent, middle.parent) == (None, account)

    merging.take_back(row, by=cast.coordinator)
    account.refresh_from_db()
    middle.refresh_from_db()
    assert (account.parent, middle.parent) == (middle, double)


def test_two_of_the_same_name_are_told_apart(as_, cast, account):
    twin = Account.add(by=None, name="Brennholt Paper", territory=cast.north)

    page = as_(cast.coordinator).get(merge_url(account), {"other": "Brennholt Paper"})

    assert page.context["other"] == twin


def test_only_who_runs_both_territories_merges(as_, cast, account, double):
    elsewhere = Account.add(by=None, name="Brennholt South", territory=cast.south, manager=cast.sales_manager)

    assert as_(cast.salesperson).get(merge_url(account)).status_code == 403
    assert as_(cast.outsider).post(merge_url(account), {"pick": double.pk}).status_code == 404
    refused = as_(cast.sales_manager).post(merge_url(account), {"pick": elsewhere.pk})
    assert refused.status_code == 422
    unseen = as_(cast.coordinator).post(merge_url(account), {"pick": elsewhere.pk})
    assert unseen.status_code == 422
    assert not Merge.objects.exists()


def test_nothing_goes_into_itself_or_nowhere(as_, cast, account):
    seen = as_(cast.coordinator)

    assert seen.post(merge_url(account), {"pick": account.pk}).status_code == 422
    assert seen.post(merge_url(account), {"other": ""}).status_code == 422
    with pytest.raises(ValueError, match="itself"):
        merging.merge(account, into=account, by=cast.coordinator)


def test_a_chain_of_merges_leads_to_its_end(as_, cast, account, double):
    third = Account.add(by=None, name="Brennholt Works", territory=cast.north)
    merging.merge(double, into=account, by=cast.coordinator)
    second = merging.merge(account, into=third, by=cast.coordinator)
    seen = as_(cast.coordinator)

    assert seen.get(page_url(double)).url == page_url(third)
    merging.take_back(second, by=cast.coordinator)
    assert seen.get(page_url(double)).url == page_url(account)


def test_the_history_shows_it_and_offers_the_way_back(as_, cast, account, double):
    row = merging.merge(double, into=account, by=cast.coordinator)
    url = reverse("desk:account_history", args=[account.pk])

    assert reverse("desk:merge_undo", args=[row.pk]) in as_(cast.coordinator).get(url).content.decode()
    assert reverse("desk:merge_undo", args=[row.pk]) not in as_(cast.salesperson).get(url).content.decode()
    assert as_(cast.salesperson).post(reverse("desk:merge_undo", args=[row.pk])).status_code == 403
