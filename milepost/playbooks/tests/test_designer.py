"""Design a draft's line through its addresses: add, edit, move, take out, step by step."""

import pytest
from django.urls import reverse
from django.utils import translation

from milepost.playbooks.observable import advice
from milepost.web.models import Change


def to(name, row):
    return reverse(f"playbooks:{name}", args=[row.pk])


@pytest.fixture
def draft(cast, playbook):
    return playbook.playbook.new_draft(by=cast.coordinator)


def names(version):
    return list(version.steps.order_by("position").values_list("name", flat=True))


def given(step, **changes):
    values = {"name": step.name, "milestone": step.milestone, "activity": "", "evidence": "", "usual_days": 14}
    return {**values, "required": "on", "version": step.version, **changes}


def test_a_step_is_added_at_the_end_or_before_another(as_, cast, draft):
    seen = as_(cast.coordinator)

    seen.post(to("add_step", draft), {"name": "Pilot", "usual_days": "30", "required": "on"})
    response = seen.post(to("add_step", draft), {"name": "Workshop", "usual_days": "7", "at": "3"})

    assert names(draft) == ["First talk", "Site visit", "Workshop", "Proposal", "Contract", "Pilot"]
    assert response.url == to("version", draft)
    assert not draft.steps.get(name="Workshop").required


def test_a_step_that_is_added_in_place_counts_among_the_versions_too(as_, cast, draft):
    mine, added = as_(cast.coordinator), {"name": "Pilot", "usual_days": "30", "required": "on"}
    assert "draft, 4 steps" in " ".join(mine.get(to("version", draft)).text.split())

    part = " ".join(mine.post(to("add_step", draft), added, headers={"HX-Request": "true"}).text.split())

    assert '<ul class="rows" id="versions" hx-swap-oob="true">' in part
    assert "draft, 5 steps" in part
    assert "hx-swap-oob" not in mine.get(to("version", draft)).text


def test_a_step_needs_a_name_and_a_day(as_, cast, draft):
    refused = as_(cast.coordinator).post(to("add_step", draft), {"milestone": "They sign", "usual_days": "0"})

    assert refused.status_code == 422
    assert set(refused.context["adding"].errors) == {"name", "usual_days"}
    assert 'value="They sign"' in refused.content.decode()
    less = as_(cast.coordinator).post(to("add_step", draft), {"name": "Sign", "usual_days": "-3"})
    assert less.context["adding"].errors["usual_days"] == ["At least one day."]


def test_a_step_is_edited_where_it_stands(as_, cast, draft):
    step = draft.steps.get(key="first")
    values = given(step, name="First meeting", evidence="Minutes", hours_salesperson="3.5", hours_coordinator="1")

    response = as_(cast.coordinator).post(to("step", step), values, headers={"HX-Request": "true"})

    step.refresh_from_db()
    assert (step.name, step.evidence, step.usual_days) == ("First meeting", "Minutes", 14)
    assert step.hours == {"coordinator": 1, "salesperson": 3.5}
    page = response.content.decode()
    assert "<html" not in page
    assert page.count("First meeting") > 2
    assert "3.5 h" in page


def test_editing_opens_in_the_page_without_scripts_too(as_, cast, draft):
    page = as_(cast.coordinator).get(to("step", draft.steps.get(key="first"))).content.decode()

    assert "<html" in page
    assert 'name="hours_salesperson"' in page


def test_the_second_of_two_editors_is_told_and_keeps_what_they_typed(as_, cast, draft):
    step = draft.steps.get(key="first")
    values = given(step, milestone="They name the sum")
    step.revise(by=cast.sales_manager, milestone="They name the buyer", hours={"salesperson": 2})

    refused = as_(cast.coordinator).post(to("step", step), values)

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "They name the buyer" in page
    assert 'value="They name the sum"' in page


def test_steps_move_and_the_line_follows(as_, cast, draft):
    seen = as_(cast.coordinator)

    seen.post(to("move", draft.steps.get(key="contract")), {"to": "1"})
    assert names(draft) == ["Contract", "First talk", "Site visit", "Proposal"]

    seen.post(to("move", draft.steps.get(key="contract")), {"to": "99"})
    assert names(draft) == ["First talk", "Site visit", "Proposal", "Contract"]

    seen.post(to("move", draft.steps.get(key="visit")), {"to": "3"})
    assert names(draft) == ["First talk", "Proposal", "Site visit", "Contract"]
    assert [step.position for step in draft.steps.order_by("position")] == [1, 2, 3, 4]


def test_a_move_that_moves_nothing_leaves_no_trace(as_, cast, draft):
    as_(cast.coordinator).post(to("move", draft.steps.get(key="first")), {"to": "0"})

    assert not Change.objects.filter(verb="step moved").exists()


@pytest.mark.parametrize("place", ["", "x", "-1", "9999999999"])
def test_a_place_is_a_number(as_, cast, draft, place):
    assert as_(cast.coordinator).post(to("move", draft.steps.get(key="first")), {"to": place}).status_code == 422


def test_a_step_is_taken_out_and_the_others_close_up(as_, cast, draft, playbook):
    as_(cast.coordinator).post(to("remove", draft.steps.get(key="visit")))

    assert names(draft) == ["First talk", "Proposal", "Contract"]
    assert [step.position for step in draft.steps.order_by("position")] == [1, 2, 3]
    assert "Site visit" in names(playbook)


def test_a_published_version_is_never_edited(as_, cast, playbook):
    step = playbook.steps.get(key="first")
    seen = as_(cast.coordinator)

    answers = [
        seen.post(to("add_step", playbook), {"name": "X", "usual_days": "1"}),
        seen.post(to("step", step), given(step, name="X")),
        seen.post(to("move", step), {"to": "2"}),
        seen.post(to("remove", step)),
        seen.post(to("publish", playbook)),
    ]

    assert [answer.status_code for answer in answers] == [422] * 5
    assert all("A published version is not edited" in answer.content.decode() for answer in answers)
    assert names(playbook) == ["First talk", "Site visit", "Proposal", "Contract"]


def test_a_draft_published_meanwhile_is_not_edited_either(cast, draft):
    stale = draft.steps.get(key="first")
    stale.version_of  # noqa: B018 - read before the other publishes it
    draft.publish(by=cast.sales_manager)

    with pytest.raises(ValueError, match="published"):
        stale.revise(by=cast.coordinator, name="X")


def test_only_those_who_write_playbooks_design(as_, cast, draft):
    step = draft.steps.get(key="first")
    seen = as_(cast.salesperson)

    answers = [
        seen.post(to("add_step", draft), {"name": "X", "usual_days": "1"}),
        seen.get(to("step", step)),
        seen.post(to("move", step), {"to": "2"}),
        seen.post(to("remove", step)),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


def test_it_advises_on_a_milestone_nobody_can_observe_and_saves_it_all_the_same(as_, cast, draft):
    step = draft.steps.get(key="first")
    seen = as_(cast.coordinator)

    seen.post(to("step", step), given(step, milestone="Build rapport with the director"))

    step.refresh_from_db()
    assert step.milestone == "Build rapport with the director"
    assert "nobody can see whether it happened" in seen.get(to("version", draft)).content.decode()
    assert "nobody can see" not in as_(cast.salesperson).get(to("version", draft)).content.decode()


def test_advice_that_reads_english_says_nothing_in_another_language():
    with translation.override("de"):
        assert advice("Present the offer") == ""
        assert advice("") != ""
    with translation.override("en-gb"):
        assert "begins with what we do" in advice("Present the offer")


def test_a_step_taken_out_meanwhile_gives_back_what_was_typed(as_, cast, draft):
    step, me = draft.steps.get(key="visit"), as_(cast.coordinator)
    address, typed = to("step", step), given(step, name="Visit and measure", evidence="Signed sketch")
    step.remove(by=cast.sales_manager)

    answer = me.post(address, typed)

    assert answer.status_code == 409
    assert f"{cast.sales_manager.name} took “Site visit” out, on" in answer.text
    assert all(text in answer.text for text in ("Visit and measure", "Signed sketch", to("version", draft)))
    in_place = me.post(address, typed, headers={"HX-Request": "true"})
    assert in_place.headers["HX-Retarget"] == "body"
    assert me.get(address).url == to("version", draft)


def test_a_draft_thrown_away_or_published_meanwhile_gives_back_what_was_typed(as_, cast, playbook, draft):
    me, new = as_(cast.coordinator), {"name": "Sign-off", "milestone": "They signed", "usual_days": "9"}
    draft.publish(by=cast.sales_manager)
    step = draft.steps.get(key="visit")
    answers = [
        me.post(to("step", step), given(step, name="Visit", evidence="They signed")),
        me.post(to("add_step", draft), new),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert f"{cast.sales_manager.name} published" in answer.text
        assert "They signed" in answer.text
    third = draft.playbook.new_draft(by=cast.coordinator)
    step = third.steps.get(key="visit")
    addresses = [to("step", step), to("add_step", third)]
    third.throw_away(by=cast.sales_manager)
    for address in addresses:
        answer = me.post(address, new)
        assert answer.status_code == 409
        assert f"{cast.sales_manager.name} took" in answer.text
        assert "They signed" in answer.text
