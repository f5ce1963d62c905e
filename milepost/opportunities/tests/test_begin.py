"""Begin an opportunity; point out what is here already; edit its head."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from milepost.accounts.models import Account
from milepost.opportunities.models import Offer, Opportunity, Standing
from milepost.team.models import Membership


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


@pytest.fixture
def asked(cast, playbook):
    def values(**more):
        first = {"name": "Depot lighting", "playbook_version": playbook.pk, "currency": "EUR"}
        return {**first, "started_on": cast.today, "coordinator": cast.coordinator.pk, **more}

    return values


def begun(name="Depot lighting"):
    return Opportunity.objects.get(name=name)


def test_it_begins_at_an_account_that_is_named(cast, as_, account, asked):
    data = asked(account_name="brennholt  paper", value_minor="1,250,000.50", margin_minor="")
    response = as_(cast.coordinator).post(url("new"), data)
    opportunity = begun()
    assert response.url == url("page", opportunity.pk)
    assert (opportunity.account, opportunity.territory) == (account, cast.north)
    assert (opportunity.value_minor, opportunity.margin_minor) == (1_250_000_50, None)
    assert opportunity.steps.count() == 4


def test_account_and_value_may_be_unknown(cast, as_, asked):
    as_(cast.coordinator).post(url("new"), asked(territory=cast.north.pk))
    opportunity = begun()
    assert (opportunity.account, opportunity.value_minor) == (None, None)
    text = as_(cast.coordinator).get(url("page", opportunity.pk)).content.decode()
    assert "account unknown" in text
    assert "€0" not in text


def test_an_account_that_is_not_there_is_added_when_that_is_said(cast, as_, asked):
    client = as_(cast.coordinator)
    response = client.post(url("new"), asked(account_name="Halden Dairy"))
    assert response.status_code == 422
    assert not Account.objects.exists()
    client.post(url("new"), asked(account_name="Halden Dairy", account="new", territory=cast.north.pk))
    assert begun().account.name == "Halden Dairy"


def test_that_an_account_is_to_be_added_stays_chosen_where_something_else_is_asked(cast, as_, account, asked):
    Membership.give(by=None, person=cast.coordinator, territory=cast.south, role="coordinator")
    client, typed = as_(cast.coordinator), asked(account_name="Brenholt Paper", account="new")
    answer = client.post(url("new"), typed)
    assert answer.context["form"].errors == {"territory": ["Choose the territory."]}
    new = '<input type="radio" name="account" value="new" checked>'
    assert new in answer.text
    assert f'name="account" value="{account.pk}">' in answer.text
    assert "in the territory chosen below" in answer.text
    assert "in the territory chosen below" in client.get(url("accounts"), {"account_name": "Brenholt Paper"}).text
    client.post(url("new"), typed | {"territory": cast.south.pk})
    assert (begun().account.name, begun().account.territory) == ("Brenholt Paper", cast.south)


def test_who_works_in_one_territory_is_not_led_to_choosing_it(cast, as_):
    offered = as_(cast.coordinator).get(url("accounts"), {"account_name": "Halden Dairy"}).text
    assert "as a new account" in offered
    assert "in the territory chosen below" not in offered


def test_an_account_spelt_almost_so_is_offered(cast, as_, account, asked):
    client = as_(cast.coordinator)
    response = client.post(url("new"), asked(account_name="Brenholt Paper"))
    assert response.context["form"].offered == [account]
    client.post(url("new"), asked(account_name="Brenholt Paper", account=account.pk))
    assert begun().account == account
    assert Account.objects.count() == 1


def test_accounts_are_offered_while_one_types_but_never_hidden_ones(cast, as_, account):
    hidden = Account.add(by=None, name="Brennholt South", territory=cast.south)
    text = as_(cast.coordinator).get(url("accounts"), {"account_name": "Brenn"}).content.decode()
    assert "Brennholt Paper" in text
    assert hidden.name not in text


def test_a_likely_duplicate_is_pointed_out_while_one_types(cast, as_, opportunity, account):
    data = {"name": "coating line4", "account": account.pk}
    assert "Coating line 4" in as_(cast.coordinator).get(url("alike"), data).content.decode()
    assert "Coating line 4" not in as_(cast.outsider).get(url("alike"), data).content.decode()


def test_a_duplicate_is_begun_only_when_it_is_said_to_be_another(cast, as_, opportunity, account, asked):
    client = as_(cast.coordinator)
    data = asked(name="Coating Line  4", account_name=account.name)
    response = client.post(url("new"), data)
    assert response.status_code == 422
    assert response.context["form"].duplicates == [opportunity]
    assert 'name="another"' in response.content.decode()
    assert client.post(url("new"), {**data, "another": "on"}).status_code == 302
    assert Opportunity.objects.count() == 2


def test_the_same_name_at_another_account_is_another_opportunity(cast, as_, opportunity, asked):
    Account.add(by=None, name="Halden Dairy", territory=cast.north)
    data = asked(name="Coating line 4", account_name="Halden Dairy")
    assert as_(cast.coordinator).post(url("new"), data).status_code == 302


def test_nobody_begins_what_they_would_not_see(cast, as_, account, asked):
    data = asked(account_name=account.name, coordinator="", salesperson=cast.salesperson.pk, confidential="on")
    response = as_(cast.coordinator).post(url("new"), data)
    assert response.status_code == 422
    assert "salesperson" in response.context["form"].errors


def test_it_lies_where_its_salesperson_works_within_the_accounts_territory(cast, as_, asked):
    Account.add(by=None, name="Halden Dairy", territory=cast.world)
    client, seller = as_(cast.administrator), cast.salesperson.pk
    Membership.give(by=None, person=cast.administrator, territory=cast.world, role="coordinator")
    client.post(url("new"), asked(account_name="Halden Dairy", salesperson=seller))
    assert begun().territory == cast.north
    client.post(url("new"), asked(name="Quay", account_name="Halden Dairy"))
    assert begun("Quay").territory == cast.world
    Membership.give(by=None, person=cast.salesperson, territory=cast.south, role="salesperson")
    client.post(url("new"), asked(name="Crane", account_name="Halden Dairy", salesperson=seller))
    assert begun("Crane").territory == cast.world


def test_it_lies_in_the_accounts_territory_where_its_salesperson_works_elsewhere(cast, as_, account, asked):
    Membership.objects.filter(person=cast.salesperson).update(territory=cast.south)
    as_(cast.coordinator).post(url("new"), asked(account_name=account.name, salesperson=cast.salesperson.pk))
    assert begun().territory == cast.north


def test_a_territory_of_others_is_not_offered(cast, as_, asked):
    response = as_(cast.coordinator).post(url("new"), asked(territory=cast.south.pk))
    assert response.status_code == 422
    assert "territory" in response.context["form"].errors


def test_a_team_member_begins_none(cast, as_):
    assert as_(cast.team_member).get(url("new")).status_code == 403


def test_without_a_playbook_it_says_what_comes_first(cast, as_):
    assert "First a playbook" in as_(cast.coordinator).get(url("new")).content.decode()


@pytest.fixture
def head(opportunity):
    def values(**more):
        o = Opportunity.objects.get(pk=opportunity.pk)
        first = {"name": o.name, "account": o.account.name, "territory": o.territory_id, "currency": o.currency}
        return {**first, "value_minor": "120,000", "started_on": o.started_on, "version": o.version, **more}

    return values


def test_its_head_is_edited(cast, as_, opportunity, head):
    day = cast.today - datetime.timedelta(days=5)
    data = head(value_minor="1.250.000,50", account="", started_on=day)
    as_(cast.salesperson).post(url("edit", opportunity.pk), data)
    opportunity.refresh_from_db()
    assert (opportunity.value_minor, opportunity.account, opportunity.started_on) == (1_250_000_50, None, day)


def test_an_account_that_is_not_there_says_where_to_add_it(cast, as_, opportunity, head):
    response = as_(cast.salesperson).post(url("edit", opportunity.pk), head(account="Nobody & Sons"))
    assert response.status_code == 422
    assert "There is no account “Nobody &amp; Sons” that you can see." in response.text
    assert "add it under Accounts" in response.text


def test_an_account_named_in_short_is_offered(cast, as_, opportunity, head):
    Account.add(by=cast.administrator, name="Acme Corporation", territory=opportunity.territory)
    response = as_(cast.salesperson).post(url("edit", opportunity.pk), head(account="Acme"))
    assert response.status_code == 422
    assert "Do you mean one of these: Acme Corporation?" in response.text


def test_what_is_not_touched_is_not_changed(cast, as_, opportunity, head):
    before = opportunity.version
    as_(cast.salesperson).post(url("edit", opportunity.pk), head())
    opportunity.refresh_from_db()
    assert opportunity.version == before


def test_another_currency_counts_in_its_own_decimals(cast, as_, opportunity, head):
    as_(cast.salesperson).post(url("edit", opportunity.pk), head(currency="JPY"))
    opportunity.refresh_from_db()
    assert (opportunity.value_minor, opportunity.currency) == (120_000, "JPY")


def test_an_amount_that_could_be_two_is_asked_again(cast, as_, opportunity, head):
    response = as_(cast.salesperson).post(url("edit", opportunity.pk), head(value_minor="1.250"))
    assert response.status_code == 422
    assert "1250 or about 1.25" in str(response.context["form"].errors["value_minor"])


def test_a_margin_is_no_more_than_the_value_it_is_part_of(cast, as_, opportunity, head):
    response = as_(cast.salesperson).post(url("edit", opportunity.pk), head(value_minor="100", margin_minor="101"))
    assert response.context["form"].errors == {"margin_minor": ["This is more than the value it is part of."]}
    assert as_(cast.salesperson).post(url("edit", opportunity.pk), head(value_minor="100", margin_minor="100")).url


def test_an_unknown_value_says_what_stands_for_it(cast, as_, opportunity):
    client, edit = as_(cast.coordinator), url("edit", opportunity.pk)
    assert "Meanwhile the Desk reckons" not in client.get(edit).text
    Opportunity.objects.filter(pk=opportunity.pk).update(value_minor=None)
    Standing.objects.update(value_minor=None, assumed_minor=50_000_00)
    assert "Meanwhile the Desk reckons with €50,000, what one like it" in client.get(edit).text
    Standing.objects.update(assumed_alike=False)
    assert "with €50,000, what yours usually bring" in client.get(edit).text


def test_who_sells_it_is_changed_from_where_it_is_edited(cast, as_, opportunity):
    assign = url("assign", opportunity.pk)
    assert assign in as_(cast.coordinator).get(url("edit", opportunity.pk)).text
    assert assign not in as_(cast.salesperson).get(url("edit", opportunity.pk)).text


def test_a_comma_means_what_it_means_to_the_person(cast, as_, opportunity, head):
    cast.salesperson.language = "de"
    cast.salesperson.save()
    as_(cast.salesperson).post(url("edit", opportunity.pk), head(value_minor="12.345"))
    opportunity.refresh_from_db()
    assert opportunity.value_minor == 12_345_00


def test_the_second_editor_is_shown_what_the_first_changed(cast, as_, opportunity, head):
    late = head(value_minor="99,000")
    as_(cast.coordinator).post(url("edit", opportunity.pk), head(value_minor="150,000"))
    response = as_(cast.salesperson).post(url("edit", opportunity.pk), late)
    assert response.status_code == 409
    text = response.content.decode()
    assert 'value="99,000"' in text
    assert [(c.label, c.theirs, c.yours) for c in response.context["form"].conflicts] == [
        ("Value", "€150,000", "€99,000")
    ]
    opportunity.refresh_from_db()
    assert opportunity.value_minor == 150_000_00
    again = {**late, "version": response.context["form"]["version"].value()}
    as_(cast.salesperson).post(url("edit", opportunity.pk), again)
    opportunity.refresh_from_db()
    assert opportunity.value_minor == 99_000_00


def test_who_is_not_on_it_does_not_edit(cast, as_, opportunity, head):
    assert as_(cast.team_member).post(url("edit", opportunity.pk), head(name="Mine")).status_code == 403
    assert as_(cast.outsider).post(url("edit", opportunity.pk), head(name="Mine")).status_code == 404


def test_who_sees_only_their_own_begins_it_with_themselves_on_it(cast, as_, account, asked):
    Membership.objects.filter(person=cast.salesperson).update(scope="own")
    account.manager = cast.salesperson
    account.save()
    data = asked(account_name=account.name)
    assert as_(cast.salesperson).post(url("new"), data).status_code == 422
    data["salesperson"] = cast.salesperson.pk
    assert as_(cast.salesperson).post(url("new"), data).status_code == 302


def test_what_is_asked_for_is_chosen_where_something_is_sold(as_, cast, playbook):
    client, url = as_(cast.coordinator), reverse("opportunities:new")
    assert 'name="asked_for"' not in client.get(url).text
    pump, old = Offer.objects.create(name="Pump"), Offer.objects.create(name="Old", retired_at=timezone.now())
    page = client.get(url).text
    assert "Pump" in page
    assert ">Old<" not in page
    data = {"name": "Line 9", "playbook_version": playbook.pk, "currency": "EUR", "territory": cast.north.pk}
    client.post(url, data | {"asked_for": pump.pk, "coordinator": cast.coordinator.pk})
    one = Opportunity.objects.get(name="Line 9")
    assert one.asked_for == pump
    assert "Pump" in client.get(reverse("opportunities:value", args=[one.pk])).text

    Opportunity.objects.filter(pk=one.pk).update(asked_for=old)
    edit = reverse("opportunities:edit", args=[one.pk])
    assert ">Old<" in client.get(edit).text  # what was asked for stays choosable
    client.post(edit, data | {"asked_for": "", "version": Opportunity.objects.get(pk=one.pk).version})
    assert Opportunity.objects.get(pk=one.pk).asked_for is None
    assert "Asked for" in client.get(reverse("opportunities:history", args=[one.pk])).text


def test_without_an_account_the_very_same_name_is_pointed_out_wherever_it_is(cast, as_, opportunity, asked):
    client, data = as_(cast.coordinator), asked(name="Coating line 4", account_name="")
    typed = client.get(url("alike"), {"name": "Coating line 4"}).text
    assert "Coating line 4" in typed
    assert str(opportunity.salesperson) in typed
    assert client.post(url("new"), data).context["form"].duplicates == [opportunity]
