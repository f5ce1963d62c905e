"""What is shared is chosen, looked at and published; nothing else ever reaches the client's page."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.opportunities.models import Attempt, Task
from milepost.plans.content import canonical, differences
from milepost.plans.draft import Draft
from milepost.plans.models import PlanVersion, SharedPlan
from milepost.plans.tests.marked import SECRET, mark_everything


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


def draft(plan):
    return Draft.of(
        SharedPlan.objects.select_related("opportunity__account").get(pk=plan.pk), seller="Northwind Controls"
    )


def published(plan):
    return PlanVersion.publish(plan, draft(plan).content, by=None)


def test_it_begins_with_nothing_on_it(cast, as_, opportunity):
    client = as_(cast.coordinator)
    assert "Nothing is shared with the client" in client.get(url("plan", opportunity.pk)).text
    assert client.post(url("begin", opportunity.pk), {"title": ""}).status_code == 422
    client.post(url("begin", opportunity.pk), {"title": "Our plan", "tolerance_days": 3})
    page = client.get(url("plan", opportunity.pk)).text
    assert "Not published yet" in page
    assert " checked" not in page
    assert draft(opportunity.shared_plan).is_empty
    client.post(url("publish", opportunity.pk), {"seen": draft(opportunity.shared_plan).sha256})
    assert not PlanVersion.objects.exists()


def test_only_what_is_ticked_is_shared(cast, as_, opportunity, plan, step):
    client, visit = as_(cast.coordinator), opportunity.steps.get(key="visit")
    client.post(url("choose", opportunity.pk), {"share": [f"step-{step.pk}", "step-x", "money-1", f"task-{10**30}"]})
    page = client.get(url("preview", opportunity.pk)).text
    assert step.name in page
    assert visit.name not in page
    client.post(url("choose", opportunity.pk), {"was": [f"step-{step.pk}"], "share": []})
    assert draft(plan).is_empty


def test_two_who_choose_at_once_both_have_their_way(cast, as_, opportunity, plan, step):
    client, visit = as_(cast.coordinator), opportunity.steps.get(key="visit")
    client.post(url("choose", opportunity.pk), {"share": [f"step-{step.pk}"]})
    client.post(url("choose", opportunity.pk), {"share": [f"step-{visit.pk}"]})
    assert len(draft(plan).content["steps"]) == 2


def test_what_belongs_to_another_opportunity_is_not_taken(cast, as_, opportunity, plan, playbook):
    from milepost.opportunities.begin import begin

    far = begin(by=None, name="Far", territory=cast.south, playbook_version=playbook)
    as_(cast.coordinator).post(url("choose", opportunity.pk), {"share": [f"step-{far.steps.first().pk}"]})
    assert draft(plan).is_empty


def test_published_is_what_was_looked_at(cast, as_, opportunity, plan, step):
    client = as_(cast.coordinator)
    plan.share([("step", step.pk)], by=None)
    seen = draft(plan)
    part = plan.parts.get()
    client.post(url("part", part.pk), {"name": "We meet", "theirs": "your CFO", "version": part.version})
    refused = client.post(url("publish", opportunity.pk), {"seen": seen.sha256}, follow=True).text
    assert "It has changed since you looked." in refused
    assert not PlanVersion.objects.exists()
    page = client.get(url("preview", opportunity.pk))
    client.post(url("publish", opportunity.pk), {"seen": page.context["preview"].sha256})
    version = PlanVersion.objects.get()
    assert (version.number, version.is_intact, version.content["steps"][0]["theirs"]) == (1, True, "your CFO")
    assert "your CFO" in client.get(url("version", version.pk)).text


def test_the_version_looks_as_its_preview_did(cast, as_, opportunity, plan, step):
    client = as_(cast.coordinator)
    plan.share([("step", step.pk)], by=None)
    before = client.get(url("preview", opportunity.pk)).text
    client.post(url("publish", opportunity.pk), {"seen": seen_on(before)})
    after = client.get(url("version", PlanVersion.objects.get().pk)).text
    assert main_of(before) == main_of(after)


def seen_on(page):
    return page.partition('name="seen" value="')[2].partition('"')[0]


def main_of(page):
    return page.partition("<main")[2].partition("</main>")[0]


def test_a_new_name_of_ours_is_not_told_before_it_is_published(cast, as_, opportunity, plan, step):
    client = as_(cast.coordinator)
    plan.share([("step", step.pk)], by=None)
    version = published(plan)
    step.edit(by=None, name="Corner them")
    plan.revise(by=None, title="Another title")
    page = client.get(url("version", version.pk)).text
    assert "Corner them" not in page
    assert "Another title" not in page
    assert "2 changes not yet published" in client.get(url("plan", opportunity.pk)).text
    assert {each.field for each in draft(plan).changes} == {"title", "name"}
    assert published(plan).number == 2
    assert published(plan).number == 2  # the same once more is no new one
    assert draft(plan).changes == []


def test_what_happens_shows_at_once(cast, as_, opportunity, plan, step):
    task = Task.add(by=cast.coordinator, title="Name the shift", opportunity=opportunity, step=step)
    plan.share([("step", step.pk), ("task", task.pk)], by=None)
    version = published(plan)
    client, day = as_(cast.coordinator), cast.today + datetime.timedelta(days=5)
    assert client.get(url("version", version.pk)).context["shown"].steps[0].state == "planned"
    Attempt.schedule(step, by=None, on=day, time=datetime.time(14), zone="Europe/Berlin")
    task.finish(by=cast.coordinator)
    shown = client.get(url("version", version.pk)).context["shown"].steps[0]
    assert (shown.state, shown.on, shown.duties[0].done) == ("scheduled", day, True)
    step.win(by=None, on=cast.today)
    assert client.get(url("version", version.pk)).context["shown"].done == 1


def test_the_hash_does_not_depend_on_how_it_was_stored(opportunity, plan, step):
    plan.share([("step", step.pk)], by=None)
    version = published(plan)
    assert canonical(PlanVersion.objects.get(pk=version.pk).content) == canonical(version.content)
    assert version.is_intact
    version.content = {**version.content, "title": "Forged"}  # the database would refuse it
    assert not version.is_intact


def test_differences_name_what_came_and_went(opportunity, plan, step):
    plan.share([("step", step.pk)], by=None)
    before = draft(plan).content
    plan.keep_back([("step", step.pk)], by=None)
    plan.share([("step", opportunity.steps.get(key="visit").pk)], by=None)
    found = [(each.field, each.was, each.now) for each in differences(before, draft(plan).content)]
    assert found == [("added", None, "Site visit"), ("left out", "First talk", None)]


def test_nothing_internal_is_on_the_page(cast, as_, opportunity, plan, step, contact):
    """Every internal text there is carries a mark, and the values are numbers that stand nowhere else."""
    by = cast.coordinator
    mark_everything(cast, opportunity, plan, contact)
    page = as_(by).get(url("preview", opportunity.pk)).text
    for shared in (step.name, "Security review", "Name the shift", "plan.txt", "Our plan for line 4"):
        assert shared in page, shared
    assert SECRET not in page.upper()
    assert "987" not in main_of(page)
    assert SECRET not in canonical(draft(plan).content).decode().upper()
    for person in (cast.coordinator, cast.salesperson):
        assert person.email not in main_of(page)


def test_a_larger_plan_takes_as_many_questions(cast, as_, opportunity, plan):
    def questions():
        with CaptureQueriesContext(connection) as queries:
            client.get(url("plan", opportunity.pk))
        return len(queries)

    client = as_(cast.coordinator)
    plan.share([("step", opportunity.steps.first().pk)], by=None)
    client.get(url("plan", opportunity.pk))
    few = questions()
    for step in opportunity.steps.all():
        for n in range(3):
            task = Task.add(by=cast.coordinator, title=f"Task {n}", opportunity=opportunity, step=step)
            plan.share([("step", step.pk), ("task", task.pk)], by=None)
    assert questions() == few
    assert few <= 18, few


def test_the_plan_of_others_is_not_there(cast, as_, opportunity, plan, step):
    plan.share([("step", step.pk)], by=None)
    version = published(plan)
    for name, pk in (("plan", opportunity.pk), ("part", plan.parts.get().pk), ("version", version.pk)):
        assert as_(cast.outsider).get(url(name, pk)).status_code == 404
