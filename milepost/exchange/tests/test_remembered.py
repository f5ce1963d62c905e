"""What was settled when files of a source first came in is not asked anew, and not answered otherwise."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from milepost.exchange.mapping import Mapping
from milepost.exchange.models import ImportBatch
from milepost.exchange.remembered import remember
from milepost.exchange.stages import StageFacts, StagePlan
from milepost.exchange.survey import Survey, _plan_stages
from milepost.opportunities.models import Opportunity
from milepost.playbooks.models import Playbook

PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n"
PIPELINE = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
ROWS = (
    "ONE,Ada Fox,GTXPro,Acme,Engaging,2016-10-20,,\nTWO,Ada Fox,GTX Pro,Acme,Won,2016-10-25,2017-03-01,4500\n"
    "SIX,Ada Fox,MG Special,Acme,Prospecting,,,\n"
)


@pytest.fixture
def me(as_, cast):
    return as_(cast.administrator)


def look(me, **files):
    """Hand files in; return the page that shows what they become."""
    handed_in = [SimpleUploadedFile(f"{name}.csv", text.encode()) for name, text in files.items()]
    return me.post(reverse("exchange:add"), {"files": handed_in}, follow=True)


def bring(me, page, **changed):
    """Import with what the page's form says, but for what is changed; return the import."""
    form = page.context["form"]
    said = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    pk = page.context["batch"].pk
    me.post(reverse("exchange:mapping", args=[pk]), said | changed | {"import": "1"})
    return ImportBatch.objects.get(pk=pk)


def test_a_newer_file_alone_is_read_as_the_first_ones_were(me):
    first = bring(
        me, look(me, products=PRODUCTS, sales_pipeline=PIPELINE + ROWS), playbook="Ours", **{"s0-step": "Look"}
    )
    assert first.mapping["same_as"]["offer"] == {"GTXPro": "GTX Pro"}
    assert first.state == ImportBatch.State.DONE
    page = look(me, sales_pipeline=PIPELINE + ROWS.replace("4500", "4600"))
    assert "“GTXPro” (1 row) is in no list of products. As last time, it …" in page.text
    second = bring(me, page)
    assert second.counts["opportunity"] == {"changed": 1, "unchanged": 2}
    assert sorted(Opportunity.objects.values_list("name", flat=True))[0] == "GTX Pro for Acme"
    assert second.mapping["playbook"] == "Ours"
    assert second.mapping["stages"][0]["step"] == "Look"


def won(number, stage="Won"):
    return f"W{number},Ada Fox,GTX Pro,Acme,{stage},2016-10-25,2017-03-01,4500\n"


def test_a_stage_that_is_a_slip_of_a_known_one_is_asked_about_and_read_as_that(me):
    many = "".join(won(number) for number in range(25))
    bring(me, look(me, products=PRODUCTS, sales_pipeline=PIPELINE + ROWS + many))
    page = look(me, sales_pipeline=PIPELINE + ROWS + many + won("X", "Wonn") + won("Y", "Negotiation"))
    assert "Probably “Won” is meant" in page.text
    assert page.text.count("New: the playbook gets this step.") == 1
    bring(me, page)
    assert Opportunity.objects.filter(outcomes__kind="won").count() == 1 + 25 + 1
    (playbook,) = Playbook.objects.all()
    assert [step.name for step in playbook.active.steps.all()] == ["Prospecting", "Engaging", "Negotiation"]
    assert "is meant, and it is read as that" not in look(me, sales_pipeline=PIPELINE + won("X", "Wonn")).text


def test_a_stage_that_only_looks_like_a_slip_may_be_said_to_be_one_of_its_own(me):
    many = "".join(won(number) for number in range(25))
    bring(me, look(me, products=PRODUCTS, sales_pipeline=PIPELINE + ROWS + many))
    page = look(me, sales_pipeline=PIPELINE + many + won("X", "Wonn"))
    at = next(n for n, plan in enumerate(page.context["form"].was.stages) if plan.stage == "Wonn")
    bring(me, page, **{f"s{at}-means": "step", f"s{at}-step": "Wonn"})
    assert "Wonn" in [step.name for step in Playbook.objects.get().active.steps.all()]


def test_a_step_that_people_took_out_comes_back_only_with_rows_that_are_in_it(me, cast):
    bring(me, look(me, products=PRODUCTS, sales_pipeline=PIPELINE + ROWS))
    playbook = Playbook.objects.get()

    def steps():
        return [step.name for step in Playbook.objects.get().active.steps.all()]

    draft = playbook.new_draft(by=cast.administrator)
    draft.steps.get(name="Prospecting").remove(by=cast.administrator)
    draft.publish(by=cast.administrator)
    others = "".join(line + "\n" for line in ROWS.splitlines() if "Prospecting" not in line)
    page = look(me, sales_pipeline=PIPELINE + others.replace("4500", "4600"))
    assert "the playbook gets this step" not in page.text
    bring(me, page)
    assert steps() == ["Engaging"]
    page = look(me, sales_pipeline=PIPELINE + ROWS)
    assert page.text.count("New: the playbook gets this step.") == 1
    bring(me, page)
    assert steps() == ["Prospecting", "Engaging"]


@pytest.mark.parametrize(
    ("known", "new"),
    [("Demo 1", "Demo 2"), ("Closed Won", "Closed Lost"), ("Qualified", "Disqualified"), ("Proposal", "Approval")],
)
def test_other_stages_are_no_slips(known, new):
    mapping = Mapping(source="crm", stages=[StagePlan(known, "step", known)])
    facts = {name.casefold(): StageFacts(name, n, rows) for n, (name, rows) in enumerate([(known, 90), (new, 1)])}
    survey = Survey(mapping, [])
    _plan_stages(survey, facts, [])
    assert survey.new_stages == {new: ""}
    facts[new.casefold()].rows = 20  # too many for a slip
    survey = Survey(Mapping(source="crm", stages=[StagePlan(known, "step", known)]), [])
    _plan_stages(survey, facts | {f"{known}s".casefold(): StageFacts(f"{known}s", 3, 20)}, [])
    assert set(survey.new_stages.values()) == {""}


def test_it_says_which_list_is_meant_and_the_report_how_it_was_read(me):
    page = look(me, products=PRODUCTS, sales_pipeline=PIPELINE + ROWS)
    assert "“GTXPro” (1 row) is in no list of products. It …" in page.text
    report = reverse("exchange:batch", args=[bring(me, page).pk])
    assert "“GTXPro” (1 row) was read as “GTX Pro”, as was proposed." in me.get(report).text
    own = reverse("exchange:batch", args=[bring(me, look(me, sales_pipeline=PIPELINE + ROWS), n0="").pk])
    assert "was read as" not in me.get(own).text


def test_what_is_something_of_its_own_stays_so_until_it_is_said_otherwise(me):
    bring(me, look(me, products=PRODUCTS, sales_pipeline=PIPELINE + ROWS), n0="")
    assert Opportunity.objects.filter(name="GTXPro for Acme").exists()
    again = look(me, products=PRODUCTS, sales_pipeline=PIPELINE + ROWS)
    assert "“GTXPro” (1 row) is in no list of products. As last time, it …" in again.text
    assert again.context["form"]["n0"].value() == ""
    assert "was read as" not in me.get(reverse("exchange:batch", args=[bring(me, again).pk])).text
    assert Opportunity.objects.filter(name="GTXPro for Acme").exists()
    third = bring(me, look(me, products=PRODUCTS, sales_pipeline=PIPELINE + ROWS), n0="GTX Pro")
    assert "was read as “GTX Pro”, as was proposed" in me.get(reverse("exchange:batch", args=[third.pk])).text
    assert Opportunity.objects.filter(name="GTX Pro for Acme").exists()


def test_another_source_is_not_answered_for(me):
    bring(me, look(me, products=PRODUCTS, sales_pipeline=PIPELINE + ROWS))
    other = Mapping("another")
    remember(other)
    assert other == Mapping("another")


def test_what_is_new_in_a_newer_file_is_asked(me):
    bring(me, look(me, products=PRODUCTS, sales_pipeline=PIPELINE + ROWS))
    page = look(me, sales_pipeline=PIPELINE + ROWS + "TEN,Ada Fox,MG Special,Acme,Signing,2016-11-01,,\n")
    assert "Signing" in page.context["mapping"].steps()
