"""A slip of the pen in a stage of a later file is read as the stage that is meant, and tells nothing new."""

import pytest

from milepost.exchange.mapping import Mapping, MappingFault
from milepost.exchange.stages import StagePlan
from milepost.exchange.tests.test_remembered import PIPELINE, bring, look
from milepost.opportunities.models import Opportunity
from milepost.playbooks.models import Playbook

EARLY = "SIX,Ada Fox,MG,Acme,Prospecting,,,\n"


def deal(number, stage="Engaging"):
    return f"E{number},Ada Fox,GTX,Acme,{stage},2016-10-20,,\n"


MANY = "".join(deal(number) for number in range(25))


@pytest.fixture
def me(as_, cast):
    return as_(cast.administrator)


@pytest.fixture
def slipped(me):
    """Import a file, then look at a newer one with a slip in a stage, and a new stage."""
    bring(me, look(me, sales_pipeline=PIPELINE + EARLY + MANY + deal("X")))
    return look(me, sales_pipeline=PIPELINE + EARLY + MANY + deal("X", "Engagin") + deal("Y", "Negotiating"))


def rows(page):
    """Give what the page's table of stages says: the stage, what it is here, its step, its place."""
    listed = page.context["form"].stages()
    return [(plan.stage, means.value(), step.value(), order.value()) for plan, means, step, order, _new in listed]


def steps():
    return [step.name for step in Playbook.objects.get().active.steps.all()]


def number(page, stage):
    return [plan.stage for plan in page.context["form"].was.stages].index(stage)


def test_a_row_with_a_slip_stays_as_it_was_and_the_report_says_how_it_was_read(me, slipped):
    told = slipped.context["told"]
    assert (told["new"], told["changed"], told["same"]) == (1, 0, 27)
    done = bring(me, slipped)
    assert done.counts["opportunity"] == {"created": 1, "unchanged": 27}
    report = me.get(f"/import/{done.pk}/").text
    assert "“Engagin” (1 row) was read as “Engaging”, as was proposed." in report
    assert "Engagin," not in report
    again = bring(me, look(me, sales_pipeline=PIPELINE + MANY + deal("X")))
    assert again.counts["opportunity"] == {"unchanged": 26}


def test_a_new_row_with_a_slip_stands_where_it_is_meant(me):
    bring(me, look(me, sales_pipeline=PIPELINE + EARLY + MANY))
    page = look(me, sales_pipeline=PIPELINE + MANY + deal("Z", "Engagin"))
    assert page.context["told"]["first"][0]["stage"] == "Engaging"
    bring(me, page)
    assert Opportunity.objects.order_by("-pk").first().current_step.name == "Engaging"


def test_the_table_gives_a_slip_no_step_and_no_place_of_its_own(slipped):
    assert rows(slipped) == [
        ("Prospecting", "step", "Prospecting", 1),
        ("Engaging", "step", "Engaging", 2),
        ("Engagin", "slip", "", 2),
        ("Negotiating", "step", "Negotiating", 3),
    ]
    assert "Step made of “Negotiating”" in slipped.text
    assert "Step made of “Engagin”" not in slipped.text
    assert "Place of “Engagin”" not in slipped.text
    assert ">as “Engaging”<" in slipped.text


def test_a_slip_becomes_what_the_stage_that_is_meant_is_said_to_become(me, slipped):
    at = number(slipped, "Engaging")
    done = bring(me, slipped, **{f"s{at}-step": "Talking", f"s{at}-order": "9"})
    mapping = Mapping.from_json(done.mapping)
    assert mapping.steps() == ["Prospecting", "Negotiating", "Talking"]
    assert mapping.plan_of("Engagin").step == "Talking"


def test_it_may_be_said_to_be_a_stage_of_its_own_and_that_may_be_taken_back(me, slipped):
    form, pk = slipped.context["form"], slipped.context["batch"].pk
    said = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    at = number(slipped, "Engagin")
    own = me.post(f"/import/{pk}/mapping/", said | {f"s{at}-means": "step"}, follow=True)
    assert rows(own)[2] == ("Engagin", "step", "Engagin", 3)
    assert own.context["told"]["changed"] == 1
    assert own.text.count("New: the playbook gets this step.") == 2
    said = {bound.html_name: bound.value() for bound in own.context["form"] if bound.value() not in (None, False)}
    back = me.post(f"/import/{pk}/mapping/", said | {f"s{at}-means": "slip"}, follow=True)
    assert rows(back) == rows(slipped)
    assert back.context["told"]["changed"] == 0
    bring(me, own)
    assert steps() == ["Prospecting", "Engaging", "Engagin", "Negotiating"]


def test_a_slip_that_was_answered_is_read_the_same_and_listed_only_where_it_is_met(me, slipped):
    bring(me, slipped)
    page = look(me, sales_pipeline=PIPELINE + MANY + deal("X", "Engagin"))
    assert "As last time, it is read as “Engaging”." in page.text
    assert "Engagin" not in [row[0] for row in rows(look(me, sales_pipeline=PIPELINE + MANY))]
    done = bring(me, page)
    assert done.counts["opportunity"] == {"unchanged": 26}
    assert "“Engagin” (1 row) was read as “Engaging”, as last time." in me.get(f"/import/{done.pk}/").text


def test_mappings_that_were_saved_without_slips_are_read_still():
    saved = Mapping("crm", stages=[StagePlan("Engaging", "step"), StagePlan("Engagin", "step", "Engaging")]).as_json()
    for plan in saved["stages"]:
        del plan["meant"]
    assert Mapping.from_json(saved).steps() == ["Engaging"]
    saved["stages"] = [{"stage": "Engagin", "means": "step", "meant": "Engaging"}]
    with pytest.raises(MappingFault, match="Engagin"):
        Mapping.from_json(saved)
