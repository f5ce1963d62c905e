"""History is said in one way everywhere, each folder in its own words."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.urls import reverse

from milepost.accounts.models import Account, Contact
from milepost.team.models import Membership
from milepost.web.history_words import WORDS, words_of

FOLDERS = ["accounts", "buyers", "forecasts", "opportunities", "playbooks", "team"]


def test_a_person_is_told_of_in_the_same_way(cast, as_):
    client, person = as_(cast.administrator), cast.salesperson
    Membership.give(by=cast.administrator, person=person, territory=cast.south, role="team_member")
    person.revise(by=cast.administrator, name="Another Name")
    page = client.get(reverse("team:person", args=[person.pk])).text
    assert f"{cast.administrator.name} gave a role" in page
    assert "Role: Team member, South" in page
    assert "Name: Another Name, was Salesperson Person" in page


def test_the_same_verb_has_each_folders_own_words(cast, as_, account, contact):
    contact.leave(by=cast.coordinator, on=cast.today)
    page = as_(cast.coordinator).get(reverse("desk:account_history", args=[account.pk])).text
    assert f"{cast.coordinator.name} recorded that they left" in page
    assert words_of("person").sentences["left"] != words_of("contact").sentences["left"]


def test_what_the_sentence_says_is_not_said_again(cast, as_, account):
    gone = Account.add(by=cast.coordinator, name="Gone Works", territory=cast.north)
    page = as_(cast.coordinator).get(reverse("desk:account_history", args=[gone.pk])).text
    assert f"{cast.coordinator.name} added it" in page
    Contact.add(by=cast.coordinator, account=account, name="Mara Lind")
    page = as_(cast.coordinator).get(reverse("desk:account_history", args=[account.pk])).text
    assert page.count("added the contact “Mara Lind”") == 1
    assert "Contact: Mara Lind" not in page


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_folder_says_what_the_shared_words_say_alike(folder):
    own = import_module(f"milepost.{folder}.history_words").WORDS.sentences
    assert [verb for verb in own if str(own[verb]) == str(WORDS.sentences.get(verb))] == []


def test_every_folder_with_words_is_found_by_its_things():
    found = {config.name.rpartition(".")[2] for config in apps.get_app_configs() if _has_words(config)}
    assert found == {*FOLDERS, "web"}


def _has_words(config):
    return config.name.startswith("milepost.") and find_spec(f"{config.name}.history_words") is not None
