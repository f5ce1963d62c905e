"""The company decides what is asked of people at a client, and in which words."""

from django.urls import reverse

from milepost.buyers.models import ListedAnswer, Lists, Stakeholder
from milepost.buyers.traits import TRAITS


def url(name, *args):
    return reverse(f"buyers:{name}", args=args)


def test_three_are_asked_until_the_company_says_otherwise(cast, as_, opportunity):
    client = as_(cast.administrator)
    page = client.get(url("add", opportunity.pk)).text
    asked = [trait for trait in TRAITS if f'name="{trait}"' in page]
    assert asked == ["role", "stance", "access"]
    client.post(url("ask_for"), {"trait": "status", "to": "asked"})
    client.post(url("ask_for"), {"trait": "access", "to": "not"})
    page = client.get(url("add", opportunity.pk)).text
    assert 'name="access"' not in page
    assert 'name="status"' in page


def test_what_is_asked_no_longer_stays_known(cast, as_, opportunity):
    row = Stakeholder.add(opportunity, by=None, placeholder="A director", influence="high")
    as_(cast.administrator).post(url("ask_for"), {"trait": "influence", "to": "not"})
    assert 'name="influence"' in as_(cast.coordinator).get(url("edit", row.pk)).text
    assert "High" in as_(cast.coordinator).get(url("person", row.pk)).text


def test_an_answer_is_added_reworded_and_retired(cast, as_, opportunity):
    client = as_(cast.administrator)
    client.post(url("list_answer"), {"trait": "role", "text": "Works council", "means": "approver"})
    assert (
        client.post(url("list_answer"), {"trait": "role", "text": "works council", "means": "legal"}).status_code == 422
    )
    client.post(url("list_answer"), {"trait": "stance", "key": "enemy", "text": "Prefers another"})
    client.post(url("retire"), {"trait": "role", "key": "blocker", "to": "retired"})
    page = as_(cast.coordinator).get(url("add", opportunity.pk)).text
    assert "Works council" in page
    assert "Prefers another" in page
    assert "Blocker" not in page
    own = ListedAnswer.objects.get(text="Works council")
    row = Stakeholder.add(opportunity, by=None, placeholder="Its chair", role=own.key, stance="enemy")
    page = as_(cast.coordinator).get(url("people", opportunity.pk)).text
    assert "Works council" in page
    assert 'data-side="against"' in page
    client.post(url("retire"), {"trait": "role", "key": own.key, "to": "retired"})
    assert "Works council" in as_(cast.coordinator).get(url("edit", row.pk)).text  # what is said stays choosable
    client.post(url("retire"), {"trait": "role", "key": "blocker", "to": "offered"})
    assert "Blocker" in as_(cast.coordinator).get(url("add", opportunity.pk)).text


def test_history_keeps_the_words_of_its_day(cast, as_, opportunity):
    row = Stakeholder.add(opportunity, by=None, placeholder="A director", stance="enemy")
    row.revise(by=cast.coordinator, stance="neutral")
    as_(cast.administrator).post(url("list_answer"), {"trait": "stance", "key": "enemy", "text": "Prefers another"})
    history = as_(cast.coordinator).get(reverse("opportunities:history", args=[opportunity.pk])).text
    assert "Stance: Neutral, was Against" in history


def test_the_last_answer_cannot_be_taken_away(cast, as_):
    client = as_(cast.administrator)
    for key in ("low", "medium", "high"):
        client.post(url("retire"), {"trait": "influence", "key": key, "to": "retired"})
    assert [one.key for one in Lists.read().all_of("influence") if one.offered] == ["high"]


def test_nonsense_changes_nothing(cast, as_):
    client = as_(cast.administrator)
    for name, data in (("ask_for", {"trait": "x"}), ("retire", {"trait": "role", "key": "x"}), ("retire", {})):
        assert client.post(url(name), data).status_code == 302
    assert client.get(url("list_answer"), {"trait": "x"}).status_code == 404
    assert client.get(url("list_answer"), {"trait": "role", "key": "x"}).status_code == 404
    assert client.post(url("list_answer"), {"trait": "role", "text": "Seer", "means": "nobody"}).status_code == 422
    assert not ListedAnswer.objects.exists()


def test_no_two_answers_of_a_list_say_the_same(cast, as_):
    client = as_(cast.administrator)
    client.post(url("list_answer"), {"trait": "role", "key": "champion", "text": "Coach"})
    answer = client.post(url("list_answer"), {"trait": "role", "key": "legal", "text": "coach"})

    assert answer.status_code == 422
    assert "is in the list already" in answer.text
    assert client.post(url("list_answer"), {"trait": "role", "key": "champion", "text": "COACH"}).status_code == 302
    assert Lists.read().text("role", "legal") == "Legal"
