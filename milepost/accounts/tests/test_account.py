"""Add and edit an account through its addresses."""

import pytest
from django.urls import reverse

from milepost.accounts.models import Account
from milepost.accounts.twins import twins
from milepost.opportunities.models import Standing
from milepost.web.models import Change
from milepost.web.search import candidates, candidates_of_each

NEW = reverse("accounts:new")


def entry(cast, **changes):
    return {"name": "Solway Water", "territory": cast.north.pk, **changes}


def edit_url(account):
    return reverse("accounts:edit", args=[account.pk])


def test_it_adds_an_account(as_, cast, account):
    given = entry(cast, parent="brennholt PAPER", sector="Water", selected_on="2026-03-01", employees="1200")

    response = as_(cast.salesperson).post(NEW, given)

    added = Account.objects.get(name="Solway Water")
    assert response.url == reverse("desk:account", args=[added.pk])
    assert (added.parent, added.sector, added.employees) == (account, "Water", 1200)
    assert candidates("solway", kind="account") == [added.pk]


def test_it_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(as_, cast):
    response = as_(cast.coordinator).post(NEW, entry(cast, parent="Nobody Inc", website="not an address", city="Leith"))

    page = response.content.decode()
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"parent", "website"}
    assert 'value="Nobody Inc"' in page
    assert 'value="Leith"' in page
    assert not Account.objects.filter(name="Solway Water").exists()


def test_it_asks_before_a_company_is_added_twice(as_, cast, account):
    seen = as_(cast.coordinator)

    first = seen.post(NEW, entry(cast, name="BRENNHOLT-Paper GmbH & Co. KG"))
    again = seen.post(NEW, entry(cast, name="BRENNHOLT-Paper GmbH & Co. KG", anyway="on"))

    assert first.status_code == 422
    assert reverse("desk:account", args=[account.pk]) in first.content.decode()
    assert again.status_code == 302
    assert Account.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "alike"),
    [("Brennholt Paper Ltd.", True), ("Paper Brennholt", True), ("Brenholt Paper", True), ("Solway Water", False)],
)
def test_it_points_out_companies_called_alike_while_one_types(as_, cast, account, typed, alike):
    page = as_(cast.coordinator).get(reverse("accounts:twins"), {"name": typed}).content.decode()

    assert ("Brennholt Paper" in page) is alike


def test_it_points_out_nothing_that_one_may_not_see(as_, cast, account):
    page = as_(cast.outsider).get(reverse("accounts:twins"), {"name": "Brennholt Paper"}).content.decode()

    assert "Brennholt" not in page
    assert as_(cast.outsider).post(NEW, entry(cast, name="Brennholt Paper", territory=cast.south.pk)).status_code == 302


def test_twins_are_the_likest_first(cast, account):
    other = Account.add(by=None, name="Brennholt Papers", territory=cast.north)

    assert twins("Brennholt Papers SA", Account.objects.all()) == [other, account]
    assert twins("Brennholt Papers SA", Account.objects.all(), but=other.pk) == [account]


def test_it_offers_names_while_a_group_is_typed(as_, cast, account):
    url = reverse("accounts:names")

    assert "Brennholt Paper" in as_(cast.coordinator).get(url, {"parent": "pap"}).content.decode()
    assert "Brennholt" not in as_(cast.outsider).get(url, {"parent": "pap"}).content.decode()
    assert "Brennholt" not in as_(cast.coordinator).get(url, {"parent": ""}).content.decode()


def test_only_those_who_sell_or_coordinate_there_may_add_and_edit(as_, cast, account):
    assert as_(cast.team_member).get(NEW).status_code == 403
    assert as_(cast.team_member).post(edit_url(account), {"name": "Mine"}).status_code == 403
    assert as_(cast.outsider).get(edit_url(account)).status_code == 404
    elsewhere = as_(cast.outsider).post(NEW, entry(cast))
    assert elsewhere.status_code == 422
    assert "territory" in elsewhere.context["form"].errors


def test_its_manager_edits_it_without_a_role_there(as_, cast, account):
    account.revise(by=cast.coordinator, manager=cast.outsider)

    given = {"name": "Brennholt", "territory": cast.north.pk, "manager": cast.outsider.pk, "version": account.version}
    assert as_(cast.outsider).post(edit_url(account), given).status_code == 302


def test_a_new_name_is_found_and_shown_everywhere(as_, cast, account, contact, opportunity):
    given = {"name": "Brennholt Board", "territory": cast.north.pk, "version": account.version}

    as_(cast.coordinator).post(edit_url(account), given)

    assert Standing.objects.get().account_name == "Brennholt Board"
    kinds = ("account", "contact", "opportunity")
    assert all(candidates_of_each("board", kinds).values())
    assert not any(candidates_of_each("paper", kinds).values())
    change = Change.objects.get(subject_kind="account", verb="edited")
    assert change.what == {"name": ["Brennholt Paper", "Brennholt Board"]}
    assert change.by == cast.coordinator


def test_the_second_of_two_editors_is_shown_what_the_first_one_changed(as_, cast, account):
    opened = account.version
    account.revise(by=cast.administrator, city="Bremen")
    given = {"name": "Brennholt Paper", "territory": cast.north.pk, "city": "Hamburg", "version": opened}
    seen = as_(cast.coordinator)

    refused = seen.post(edit_url(account), given)
    page = refused.content.decode()

    assert refused.status_code == 409
    assert "Bremen" in page
    assert 'value="Hamburg"' in page
    account.refresh_from_db()
    assert account.city == "Bremen"
    again = seen.post(edit_url(account), {**given, "version": refused.context["form"].data["version"]})
    account.refresh_from_db()
    assert (again.status_code, account.city) == (302, "Hamburg")


def test_no_account_belongs_to_itself_however_far_up(as_, cast, account):
    middle = Account.add(by=None, name="Middle Works", territory=cast.north, parent=account)
    Account.add(by=None, name="Small Mill", territory=cast.north, parent=middle)
    given = {"name": account.name, "territory": cast.north.pk, "version": account.version, "parent": "Small Mill"}

    refused = as_(cast.coordinator).post(edit_url(account), given)

    assert refused.status_code == 422
    assert "circle" in refused.content.decode()
    account.refresh_from_db()
    assert account.parent is None


def test_forms_take_few_queries(as_, cast, account, django_assert_max_num_queries):
    seen = as_(cast.coordinator)

    with django_assert_max_num_queries(15):
        seen.get(edit_url(account))
