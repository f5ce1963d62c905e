"""A form on an account that a colleague merged away meanwhile says so and keeps what was typed."""

import pytest
from django.urls import reverse

from milepost.accounts import merge as merging
from milepost.accounts.models import Account, Contact, Merge
from milepost.opportunities.models import Note, Opportunity, Task


@pytest.fixture
def gone(cast, account):
    """An account that was merged into `account` while forms on it were open."""
    gone = Account.add(by=None, name="Brennholt GmbH", territory=cast.north, city="Halden")
    account.revise(by=None, city="Oslo", website="https://brennholt.example")
    merging.merge(gone, into=account, by=cast.sales_manager)
    gone.refresh_from_db()
    return gone


def at(name, account):
    return reverse(name, args=[account.pk])


def edited(gone, cast, **typed):
    """Return what the edit form of the account that went sends."""
    known = {"name": gone.name, "territory": cast.north.pk, "city": gone.city, "country": "", "website": ""}
    return {**known, "description": "", "sector": "", "version": 1, **typed}


def told(cast, gone, account):
    return f"“{gone.name}” was merged into “{account.name}” by {cast.sales_manager.name} on"


def test_what_was_typed_about_it_is_offered_to_the_account_it_went_into(as_, cast, account, gone):
    me = as_(cast.coordinator)

    answer = me.post(at("accounts:edit", gone), edited(gone, cast, description="Two mills, one buyer", employees="340"))

    assert answer.status_code == 409
    for text in (told(cast, gone, account), "Two mills, one buyer", "340", at("desk:account", account)):
        assert text in answer.text
    assert f'action="{at("accounts:edit", account)}"' in answer.text
    sent = {name: answer.context["form"].data[name] for name in answer.context["form"].fields if name != "anyway"}
    assert me.post(at("accounts:edit", account), sent).status_code == 302
    now = Account.objects.get(pk=account.pk)
    assert (now.description, now.employees) == ("Two mills, one buyer", 340)
    # What nobody touched in the form is as the account that stays has it.
    assert (now.name, now.city, now.website) == (account.name, "Oslo", "https://brennholt.example")


def test_what_differs_there_is_shown_beside_what_was_typed(as_, cast, account, gone):
    answer = as_(cast.coordinator).post(at("accounts:edit", gone), edited(gone, cast, city="Drammen"))
    differs = [(row.label, row.theirs, row.yours) for row in answer.context["form"].conflicts]
    assert differs == [("City", "Oslo", "Drammen")]
    wrong = as_(cast.coordinator).post(at("accounts:edit", gone), edited(gone, cast, employees="many", city="Drammen"))
    assert wrong.status_code == 409
    assert "many" in wrong.text


def test_who_only_looks_is_led_to_where_it_went(as_, cast, account, gone):
    names = ["accounts:edit", "accounts:add_contact", "desk:account_task", "desk:account_note", "desk:account_history"]
    for name in (*names, "desk:account", "desk:account_merge"):
        answer = as_(cast.coordinator).get(at(name, gone), follow=True)
        assert answer.redirect_chain == [(at("desk:account", account), 302)]
        assert told(cast, gone, account) in answer.text
    assert as_(cast.outsider).get(at("accounts:edit", gone)).status_code == 404


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("accounts:add_contact", {"name": "Ines Kovar", "job_title": "Buyer"}, (Contact, "name")),
        ("desk:account_task", {"task-title": "Send the drawings"}, (Task, "title")),
        ("desk:account_note", {"note-text": "They buy in May", "note-kind": "note"}, (Note, "text")),
    ],
)
def test_what_is_added_to_it_is_kept_and_goes_there_when_sent_again(as_, cast, account, gone, name, typed, kept):
    me = as_(cast.coordinator)
    model, field = kept

    answer = me.post(at(name, gone), typed)

    assert answer.status_code == 409
    assert told(cast, gone, account) in answer.text
    assert all(value in answer.text for value in typed.values())
    assert not model.objects.exists()
    assert f'action="{at(name, account)}"' in answer.text
    assert me.post(at(name, account), typed).status_code == 302
    assert getattr(model.objects.get(), field) in typed.values()
    assert model.objects.get().account == account


def test_an_opportunity_for_it_is_asked_about_and_begun_where_it_went(as_, cast, account, gone, playbook):
    me = as_(cast.coordinator)
    address = reverse("opportunities:new")
    typed = {"name": "Winder drives", "playbook_version": playbook.pk, "currency": "EUR", "description": "In May"}
    for how in ({"account": gone.pk, "account_name": gone.name}, {"account_name": gone.name}):
        answer = me.post(address, typed | how)
        assert answer.status_code == 409
        assert told(cast, gone, account) in answer.text
        assert "In May" in answer.text
    again = {name: answer.context["form"].data[name] for name in ("account", "account_name")}
    assert me.post(address, typed | again).status_code == 302
    assert Opportunity.objects.get().account == account
    assert me.get(address, {"account": gone.pk}).context["form"]["account_name"].value() == account.name


def test_its_name_means_the_account_it_went_into(as_, cast, account, gone, opportunity):
    below = Account.add(by=None, name="Brennholt Pulp", territory=cast.north)
    sent = edited(below, cast, parent=gone.name, city="")
    assert as_(cast.coordinator).post(at("accounts:edit", below), sent).status_code == 302
    assert Account.objects.get(pk=below.pk).parent == account


def test_merging_into_it_or_taking_more_from_it_leads_on(as_, cast, account, gone):
    other = Account.add(by=None, name="Brennholt Works", territory=cast.north)
    answer = as_(cast.coordinator).post(at("desk:account_merge", gone), {"pick": other.pk})
    assert answer.status_code == 409
    assert told(cast, gone, account) in answer.text
    assert at("desk:account", account) in answer.text
    assert Merge.objects.count() == 1


def test_who_does_not_see_where_it_went_is_told_and_keeps_what_was_typed(as_, cast):
    into = Account.add(by=None, name="Secret South", territory=cast.south)
    gone = Account.add(by=None, name="Brennholt North", territory=cast.north)
    merging.merge(gone, into=into, by=cast.sales_manager)
    answer = as_(cast.coordinator).post(at("desk:account_note", gone), {"note-text": "They buy in May"})
    assert answer.status_code == 409
    assert "an account that you do not see" in answer.text
    assert "They buy in May" in answer.text
    assert "Secret South" not in answer.text
    assert as_(cast.team_member).get(at("desk:account", gone)).status_code == 404


def test_who_may_not_edit_there_is_told_and_keeps_what_was_typed(as_, cast, account, gone):
    answer = as_(cast.team_member).post(at("desk:account_note", gone), {"note-text": "They buy in May"})
    assert answer.status_code == 409
    assert told(cast, gone, account) in answer.text
    assert "They buy in May" in answer.text
    assert not Note.objects.exists()


def test_nothing_is_given_to_an_account_at_the_moment_it_goes(cast, account, playbook):
    stale = Account.add(by=None, name="Brennholt GmbH", territory=cast.north)
    merging.merge(Account.objects.get(pk=stale.pk), into=account, by=cast.sales_manager)
    with pytest.raises(ValueError, match="merged"):
        Contact.add(by=cast.coordinator, account=stale, name="Ines Kovar")
    with pytest.raises(ValueError, match="merged"):
        Note.write(by=cast.coordinator, account=stale, text="They buy in May")
    with pytest.raises(ValueError, match="merged"):
        Task.add(by=cast.coordinator, account=stale, title="Send the drawings")
