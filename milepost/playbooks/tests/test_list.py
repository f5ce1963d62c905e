"""The list of playbooks, and the life of one: begun, published, versioned, retired."""

import pytest
from django.urls import reverse

from milepost.opportunities.begin import begin
from milepost.playbooks.models import Playbook

LIST = reverse("playbooks:list")
NEW = reverse("playbooks:new")
KINDS = ("active", "drafts", "retired")


def to(name, row):
    return reverse(f"playbooks:{name}", args=[row.pk])


@pytest.fixture
def book(playbook):
    return playbook.playbook


def test_it_lists_what_is_in_use_what_is_not_yet_and_what_is_retired(as_, cast, book):
    Playbook.add(by=None, name="Renewal")
    Playbook.add(by=None, name="Old way").retire(by=cast.coordinator)

    response = as_(cast.team_member).get(LIST)

    groups = {
        name: [row["playbook"].name for row in response.context[name]] for name in ("active", "drafts", "retired")
    }
    assert groups == {"active": ["New business"], "drafts": ["Renewal"], "retired": ["Old way"]}
    assert response.content.decode().count('<ol class="string"') == 1
    assert NEW not in response.content.decode()


def test_it_says_what_a_playbook_is_when_there_is_none(as_, cast):
    page = as_(cast.coordinator).get(LIST).content.decode()

    assert "No playbooks yet" in page
    assert page.count(NEW) == 2  # with one of ours, or an empty line


def test_a_new_one_begins_with_an_empty_line_and_one_thing_to_do(as_, cast):
    page = as_(cast.coordinator).post(NEW, {"name": "Tender"}, follow=True).content.decode()

    assert "An empty line" in page
    assert "Add the first step" in page
    assert Playbook.objects.get().draft.steps.count() == 0


def test_two_playbooks_are_not_called_the_same(as_, cast, book):
    refused = as_(cast.coordinator).post(NEW, {"name": "New business", "description": "As before"})

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"name"}
    assert "As before" in refused.content.decode()


def test_everybody_reads_and_only_those_who_run_the_process_write(as_, cast, book, playbook):
    for person in (cast.salesperson, cast.account_manager, cast.team_member):
        seen = as_(person)
        page = seen.get(to("page", book))
        assert page.status_code == 200
        assert to("draft", book) not in page.content.decode()
        assert seen.get(NEW).status_code == 403
        assert seen.post(to("draft", book)).status_code == 403
        assert seen.post(to("retire", book)).status_code == 403
        assert seen.post(to("publish", playbook)).status_code == 403
    for person in (cast.sales_manager, cast.administrator, cast.outsider):
        assert as_(person).get(NEW).status_code == 200


def test_the_next_version_is_a_draft_and_the_old_one_stays(as_, cast, book, playbook):
    seen = as_(cast.coordinator)

    draft_page = seen.post(to("draft", book))
    draft = book.draft
    assert draft_page.url == to("version", draft)
    assert [step.key for step in draft.steps.all()] == [step.key for step in playbook.steps.all()]
    assert seen.post(to("draft", book)).url == to("version", draft)

    draft.steps.get(key="proposal").revise(by=cast.coordinator, name="Offer")
    assert seen.post(to("publish", draft)).url == to("page", book)
    assert book.active == draft
    assert seen.get(to("page", book)).context["active"] == draft
    assert "v2 is in use" in seen.get(to("version", playbook)).content.decode()
    assert playbook.steps.get(key="proposal").name == "Proposal"


def test_a_line_without_a_required_step_is_not_published(as_, cast):
    book = Playbook.add(by=None, name="Tender")

    refused = as_(cast.coordinator).post(to("publish", book.draft))

    assert refused.status_code == 422
    assert "at least one required step" in refused.content.decode()
    assert book.active is None


def test_a_draft_is_thrown_away_but_never_the_first_version(as_, cast, book):
    seen = as_(cast.coordinator)
    draft = book.new_draft(by=cast.coordinator)

    seen.post(to("throw_away", draft))
    assert book.draft is None

    first = Playbook.add(by=None, name="Tender").draft
    assert seen.post(to("throw_away", first)).status_code == 422
    assert seen.post(to("throw_away", book.active)).status_code == 422
    assert book.versions.count() == 1


def test_a_retired_playbook_keeps_what_runs_on_it_and_comes_back(as_, cast, book, opportunity):
    seen = as_(cast.coordinator)

    seen.post(to("retire", book))
    book.refresh_from_db()
    assert book.retired_at is not None
    assert "retired" in seen.get(to("page", book)).content.decode()
    assert opportunity.steps.count() == 4

    seen.post(to("revive", book))
    book.refresh_from_db()
    assert book.retired_at is None


def test_it_is_renamed_and_a_second_editor_is_told(as_, cast, book):
    opened = book.version
    seen = as_(cast.coordinator)

    seen.post(to("edit", book), {"name": "Machines", "description": "", "version": opened})
    late = seen.post(to("edit", book), {"name": "Devices", "description": "", "version": opened})

    book.refresh_from_db()
    assert book.name == "Machines"
    assert late.status_code == 409
    assert "Machines" in late.content.decode()


def test_its_history_tells_who_did_what(as_, cast, book):
    draft = book.new_draft(by=cast.coordinator)
    draft.steps.get(key="first").revise(by=cast.sales_manager, usual_days=9)
    draft.steps.get(key="visit").remove(by=cast.sales_manager)

    page = as_(cast.team_member).get(to("history", book)).content.decode()

    assert "opened the next version as a draft" in page
    assert "Usual days: 9, was 14" in page
    assert "removed the step “Site visit”" in page


def test_pages_take_few_queries(as_, cast, book, playbook, django_assert_max_num_queries):
    for number in range(12):
        other = Playbook.add(by=None, name=f"Way {number}")
        other.draft.add_step(by=None, name="First talk")
    draft = book.new_draft(by=cast.coordinator)
    begin(by=None, name="One", playbook_version=playbook, territory=cast.north)
    seen = as_(cast.coordinator)

    for url in (LIST, to("page", book), to("version", draft), to("compare", draft), to("history", book)):
        with django_assert_max_num_queries(15):
            seen.get(url)
