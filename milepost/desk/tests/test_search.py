"""Search finds by beginnings of words, and only what one may see."""

from functools import partial

import pytest
from django.apps import apps
from django.urls import reverse

from milepost.accounts.models import Account, Contact
from milepost.buyers.found import KINDS, put_into_the_index
from milepost.buyers.models import ClientRequest, Question, Stakeholder, Vision
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.web.models import SearchEntry
from milepost.web.search import candidates
from milepost.web.words import short_day


def found(as_, person, query):
    return as_(person).get(reverse("desk:search"), {"q": query}).content.decode()


def test_it_finds_each_kind(cast, as_, opportunity, contact):
    assert "Coating line 4" in found(as_, cast.coordinator, "coat")
    assert "Brennholt Paper" in found(as_, cast.coordinator, "paper brenn")
    assert "Dr Helene Brandt" in found(as_, cast.coordinator, "HELENE")
    assert "Playbooks" in found(as_, cast.coordinator, "play")


def test_it_finds_colleagues_and_leads_to_what_they_have_open(cast, as_, opportunity):
    page = found(as_, cast.coordinator, cast.salesperson.name.casefold()[:7])
    assert f'href="{reverse("desk:board")}?person={cast.salesperson.pk}"' in page
    assert "Coating line 4" in as_(cast.coordinator).get(f"{reverse('desk:board')}?person={cast.salesperson.pk}").text
    assert "People</h2>" not in found(as_, cast.coordinator, "coat")


def test_what_is_called_just_so_comes_first(cast, as_, playbook, account):
    for number in range(3):
        name = f"Brennholt Paper {number}"
        begin(by=None, name=name, playbook_version=playbook, territory=cast.north, account=account)
    Account.add(by=None, name="Brennholt", territory=cast.north)
    page = found(as_, cast.coordinator, "brennholt")
    assert page.index("Accounts</h2>") < page.index("Opportunities</h2>")
    first, second = (page.index(f'"strong">{name}<') for name in ("Brennholt", "Brennholt Paper"))
    assert first < second
    pages = found(as_, cast.coordinator, "brenn")
    assert pages.index("Opportunities</h2>") < pages.index("Accounts</h2>")


def test_opportunities_called_alike_are_told_apart_by_who_sells_them(cast, as_, opportunity):
    assert f"Brennholt Paper, {cast.salesperson.name}" in found(as_, cast.coordinator, "coat")


def test_opportunities_called_alike_are_told_apart_by_how_they_stand(cast, as_, opportunity):
    begun = short_day(opportunity.started_on)
    assert f"{cast.salesperson.name}, in “First talk”, begun {begun}" in found(as_, cast.coordinator, "coat")
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="No budget")
    assert f"{cast.salesperson.name}, lost {short_day(cast.today)}" in found(as_, cast.coordinator, "coat")


def test_it_finds_what_is_known_of_the_buyer(cast, as_, opportunity):
    vision = Vision.begin(opportunity, by=cast.coordinator, words="One crew on both machines")
    ClientRequest.take(opportunity, by=cast.coordinator, title="A price for line 5", text="With commissioning?")
    asked = Question.ask(opportunity, by=cast.coordinator, text="Whose budget is it?")
    somebody = Stakeholder.add(opportunity, by=cast.coordinator, placeholder="A finance director")
    for query, said in (
        ("crew mach", "One crew on both machines"),
        ("commissioning", "A price for line 5"),
        ("budget", "Whose budget is it?"),
        ("finance", "A finance director"),
    ):
        assert said in found(as_, cast.salesperson, query)
        assert "Nothing begins with" in found(as_, cast.outsider, query)
    vision.change(by=cast.coordinator, words="No night shift")
    asked.revise(by=cast.coordinator, text="Who signs?")
    somebody.remove(by=cast.coordinator)
    assert "No night shift" in found(as_, cast.salesperson, "night")
    for query in ("crew", "budget", "finance"):
        assert "Nothing begins with" in found(as_, cast.salesperson, query)


def test_what_was_there_before_search_knew_of_it_is_put_into_its_index(cast, as_, opportunity):
    Question.ask(opportunity, by=cast.coordinator, text="Whose budget is it?")
    Vision.begin(opportunity, by=cast.coordinator, words="One crew on both machines")
    SearchEntry.objects.filter(kind__in=KINDS).delete()
    assert "Nothing begins with" in found(as_, cast.salesperson, "budget")
    for _twice in range(2):
        put_into_the_index(SearchEntry, partial(apps.get_model, "buyers"))
    assert "Whose budget is it?" in found(as_, cast.salesperson, "budget")
    assert "One crew on both machines" in found(as_, cast.salesperson, "crew")


def test_nobody_elsewhere_finds_it(cast, as_, opportunity, contact):
    for query in ("coating", "brennholt", "helene"):
        assert "Nothing begins with" in found(as_, cast.outsider, query)
    opportunity.revise(by=cast.coordinator, confidential=True)
    assert "Coating line 4" not in found(as_, cast.sales_manager, "coating")
    assert "Coating line 4" in found(as_, cast.salesperson, "coating")


def test_what_is_open_comes_before_what_has_ended(cast, playbook):
    def row(name):
        return begin(by=None, name=name, playbook_version=playbook, territory=cast.north)

    first, second, third = (row(f"Coating {number}") for number in range(3))
    assert candidates("coat", kind="opportunity") == [third.pk, second.pk, first.pk]
    close(third, by=None, kind="lost", on=cast.today, words="No budget")
    assert candidates("coat", kind="opportunity") == [second.pk, first.pk, third.pk]
    assert candidates("coat", kind="opportunity", limit=2) == [second.pk, first.pk]
    assert candidates("coat 2", kind="opportunity") == [third.pk]
    assert candidates("coat", kind="account") == []


@pytest.mark.parametrize("mark", ["open", "ended"])
def test_the_marks_of_the_index_are_no_words(cast, opportunity, mark):
    assert candidates(mark, kind="opportunity") == []
    opportunity.revise(by=cast.coordinator, name=f"{mark} sea")
    assert candidates(mark, kind="opportunity") == [opportunity.pk]


@pytest.mark.parametrize(("name", "query"), [("Ünal Çelik", "unal"), ("Ромашка", "ромаш"), ("Straße AG", "STRASSE")])
def test_it_knows_letters_beyond_ascii(cast, as_, name, query):
    Account.add(by=None, name=name, territory=cast.north)
    assert name in found(as_, cast.coordinator, query)


@pytest.mark.parametrize("query", ['"', "'; DROP TABLE", "a* OR b", "NEAR(", "%", "-x", "& | !", "()", "\\", "x:*"])
def test_signs_of_the_index_are_harmless(cast, as_, opportunity, query):
    assert "Find or go to" in found(as_, cast.coordinator, query)


def test_what_is_renamed_is_found_under_its_new_name(cast, as_, opportunity, account):
    opportunity.revise(by=cast.coordinator, name="Pulper drives")
    assert "Pulper drives" in found(as_, cast.coordinator, "pulper")
    assert "Pulper drives" not in found(as_, cast.coordinator, "coating")


def test_names_are_escaped(cast, as_, account):
    Contact.add(by=None, account=account, name="<script>alert(1)</script> Evil")
    page = found(as_, cast.coordinator, "evil")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_it_asks_few_questions(cast, as_, playbook, django_assert_max_num_queries):
    for number in range(30):
        begin(by=None, name=f"Coating {number}", playbook_version=playbook, territory=cast.north)
    client = as_(cast.coordinator)
    client.get(reverse("desk:search"), {"q": "coating"})  # a process reads the team once
    with django_assert_max_num_queries(9):
        client.get(reverse("desk:search"), {"q": "coating"})


def test_it_looks_further_where_the_first_belong_to_others(cast, as_):
    mine = [Account.add(by=None, name=f"Paper {number:02}", territory=cast.north).name for number in range(12)]
    for number in range(25):
        Account.add(by=None, name=f"Paper elsewhere {number}", territory=cast.south)
    page = found(as_, cast.coordinator, "paper")
    assert "elsewhere" not in page
    assert [name for name in mine if name in page] == mine[-10:]
