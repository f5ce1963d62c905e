"""Tailor a line: change, add and move a step, with the reason kept."""

import datetime

from django.contrib.messages import get_messages
from django.urls import reverse

from milepost.opportunities.models import Opportunity, Standing, Stay
from milepost.opportunities.picture import expected_days
from milepost.opportunities.report import report


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


def step(opportunity, name):
    return Opportunity.objects.get(pk=opportunity.pk).steps.get(name=name)


def names(opportunity):
    return list(opportunity.steps.order_by("position").values_list("name", flat=True))


def asked(one, **more):
    fields = ("name", "activity", "milestone", "evidence", "usual_days")
    return {**{f: getattr(one, f) for f in fields}, "version": one.version, "reason": "Their way", **more}


def test_a_step_asks_for_something_else_here(cast, as_, opportunity):
    proposal = step(opportunity, "Proposal")
    deadline = cast.today + datetime.timedelta(days=30)
    data = asked(proposal, milestone="The board nods", usual_days=40, due_on=deadline)
    assert as_(cast.coordinator).post(url("tailor", proposal.pk), data).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.milestone, proposal.usual_days, proposal.due_on) == ("The board nods", 40, deadline)
    assert opportunity.tailorings.get().reason == "Their way"
    history = as_(cast.coordinator).get(url("history", opportunity.pk)).content.decode()
    assert "tailored “Proposal”" in history
    assert "Usual days: 40, was 21" in history


def test_tailoring_needs_its_reason(cast, as_, opportunity):
    proposal = step(opportunity, "Proposal")
    response = as_(cast.coordinator).post(url("tailor", proposal.pk), asked(proposal, name="Offer", reason=""))
    assert response.status_code == 422
    assert step(opportunity, "Proposal").name == "Proposal"


def test_a_stale_edit_is_shown_and_keeps_what_was_typed(cast, as_, opportunity):
    proposal = step(opportunity, "Proposal")
    first = asked(proposal, usual_days=40)
    as_(cast.coordinator).post(url("tailor", proposal.pk), first)
    response = as_(cast.sales_manager).post(url("tailor", proposal.pk), asked(proposal, usual_days=50))
    assert response.status_code == 409
    text = response.content.decode()
    assert 'value="50"' in text
    assert [(c.theirs, c.yours) for c in response.context["form"].conflicts] == [(40, 50)]
    assert step(opportunity, "Proposal").usual_days == 40


def test_a_step_is_added_on_this_opportunity_alone(cast, as_, opportunity, playbook):
    data = {"name": "Legal talk", "usual_days": 7, "required": "on", "reason": "Their lawyers decide"}
    as_(cast.coordinator).post(url("add_after", step(opportunity, "Proposal").pk), data)
    assert names(opportunity) == ["First talk", "Site visit", "Proposal", "Legal talk", "Contract"]
    assert playbook.steps.count() == 4
    assert Standing.objects.get(pk=opportunity.pk).step_count == 5


def added(client, behind, **more):
    """Add a step behind another one; return the message that confirms it."""
    data = {"name": "Legal talk", "usual_days": 7, "required": "on", "reason": "Their lawyers decide", **more}
    return next(iter(get_messages(client.post(url("add_after", behind.pk), data).wsgi_request)))


def test_an_added_step_is_taken_out_again(cast, as_, opportunity):
    client = as_(cast.coordinator)
    was = Standing.objects.get(pk=opportunity.pk)
    message = added(client, step(opportunity, "Proposal"))
    assert message.extra_tags == url("unadd", step(opportunity, "Legal talk").pk)
    assert b"is off the line again" in client.post(message.extra_tags, follow=True).content
    assert names(opportunity) == ["First talk", "Site visit", "Proposal", "Contract"]
    assert list(opportunity.steps.values_list("position", flat=True)) == [1, 2, 3, 4]
    assert not opportunity.tailorings.exists()
    now = Standing.objects.get(pk=opportunity.pk)
    assert (now.step_count, now.win, now.close_on) == (4, was.win, was.close_on)
    assert "took back that the step “Legal talk” was added" in client.get(url("history", opportunity.pk)).text
    assert client.post(message.extra_tags).status_code == 404


def test_the_step_that_an_added_one_came_before_goes_on(cast, as_, opportunity):
    report(step(opportunity, "First talk"), by=cast.salesperson, result="won", on=cast.today)
    Stay.objects.filter(key="site").update(entered_on=cast.today - datetime.timedelta(days=9))
    was = list(Stay.objects.order_by("pk").values())
    client = as_(cast.coordinator)
    message = added(client, step(opportunity, "First talk"))
    assert Stay.objects.get(end="", left_on=None).step.name == "Legal talk"
    client.post(message.extra_tags)
    assert list(Stay.objects.order_by("pk").values()) == was


def test_an_added_step_stays_once_something_was_done(cast, as_, opportunity):
    client = as_(cast.coordinator)
    undo = added(client, step(opportunity, "Proposal")).extra_tags
    data = {"name": "Their form", "side": "ours"}
    client.post(url("add_condition", step(opportunity, "Legal talk").pk), data)
    assert b"Skip the step instead" in client.post(undo, follow=True).content
    assert "Legal talk" in names(opportunity)


def test_an_added_step_stays_while_something_hangs_on_it_that_history_does_not_name(cast, as_, opportunity):
    client = as_(cast.coordinator)
    undo = added(client, step(opportunity, "Proposal")).extra_tags
    step(opportunity, "Legal talk").notes.create(opportunity=opportunity, text="Ring them", by=cast.coordinator)
    assert "Something hangs on “Legal talk” by now" in client.post(undo, follow=True).text
    assert "Legal talk" in names(opportunity)


def test_only_who_added_a_step_takes_it_out(cast, as_, opportunity):
    undo = added(as_(cast.coordinator), step(opportunity, "Proposal")).extra_tags
    as_(cast.sales_manager).post(undo)
    assert "Legal talk" in names(opportunity)


def test_adding_to_an_imported_line_that_stood_still_offers_no_undo(cast, as_, opportunity):
    Opportunity.objects.filter(pk=opportunity.pk).update(as_of=cast.today)
    assert not added(as_(cast.coordinator), step(opportunity, "Proposal")).extra_tags


def test_nothing_is_added_before_what_has_happened(cast, as_, opportunity):
    for name in ("First talk", "Proposal"):
        report(step(opportunity, name), by=cast.salesperson, result="won", on=cast.today)
    data = {"name": "Too late", "usual_days": 7, "reason": "Why not"}
    response = as_(cast.coordinator).post(url("add_after", step(opportunity, "First talk").pk), data)
    assert response.status_code == 422
    assert "happened already" in response.content.decode()
    assert names(opportunity) == ["First talk", "Site visit", "Proposal", "Contract"]


def test_a_step_ahead_is_moved(cast, as_, opportunity):
    data = {"behind": step(opportunity, "Contract").pk, "reason": "They sign first"}
    as_(cast.coordinator).post(url("move", step(opportunity, "Proposal").pk), data)
    assert names(opportunity) == ["First talk", "Site visit", "Contract", "Proposal"]
    assert opportunity.tailorings.get().kind == "moved"


def test_moving_another_step_to_the_front_begins_it_and_is_no_trial(cast, as_, opportunity):
    data = {"behind": "", "reason": "They ask for a price at once"}
    as_(cast.coordinator).post(url("move", step(opportunity, "Proposal").pk), data)
    assert names(opportunity)[0] == "Proposal"
    assert [(s.key, s.end) for s in Stay.objects.order_by("id")] == [("first", "moved"), ("proposal", "")]


def test_what_has_happened_keeps_its_place(cast, as_, opportunity):
    report(step(opportunity, "First talk"), by=cast.salesperson, result="won", on=cast.today)
    data = {"behind": step(opportunity, "Contract").pk, "reason": "Tidier"}
    response = as_(cast.coordinator).post(url("move", step(opportunity, "First talk").pk), data)
    assert response.status_code == 422
    assert names(opportunity)[0] == "First talk"


def test_a_step_skipped_further_ahead_keeps_nothing_in_its_place(cast, as_, opportunity):
    client, contract = as_(cast.coordinator), step(opportunity, "Contract")
    client.post(url("skip", contract.pk), {"reason": "A letter will do", "version": contract.version})
    assert step(opportunity, "Contract").state == "skipped"
    rows = {row.step.name: row for row in client.get(url("page", opportunity.pk)).context["rows"]}
    assert all(row.can_add_after for row in rows.values())
    assert [name for name, row in rows.items() if row.can_move] == ["First talk", "Site visit", "Proposal"]
    assert str(rows["Site visit"].menu).count("Add a step after it") == 1
    data = {"name": "Board talk", "usual_days": 7, "required": "on", "reason": "They decide"}
    assert client.post(url("add_after", step(opportunity, "First talk").pk), data).status_code == 302
    data = {"behind": step(opportunity, "Proposal").pk, "reason": "They see it first"}
    assert client.post(url("move", step(opportunity, "Site visit").pk), data).status_code == 302
    assert names(opportunity) == ["First talk", "Board talk", "Proposal", "Site visit", "Contract"]


def test_what_is_changed_further_ahead_moves_no_day_before_it(cast, as_, opportunity):
    client = as_(cast.coordinator)

    def about():
        now = Opportunity.objects.get(pk=opportunity.pk)
        return {step.name: at for step in now.steps_in_order if (at := days(now).get(step.pk))}

    def days(now):
        return expected_days(now.steps_in_order, now.standing, cast.today)

    was = about()
    assert was["Contract"] == Standing.objects.get().close_on
    data = {"name": "Board talk", "usual_days": 90, "required": "on", "reason": "They decide"}
    client.post(url("add_after", step(opportunity, "Proposal").pk), data)
    longer = about()
    assert (longer["Proposal"], longer["Contract"] > was["Contract"]) == (was["Proposal"], True)
    contract = step(opportunity, "Contract")
    client.post(url("skip", contract.pk), {"reason": "A letter will do", "version": contract.version})
    shorter = about()
    assert "Contract" not in shorter
    assert shorter.items() <= longer.items()


def test_only_who_moves_the_string_tailors_it(cast, as_, opportunity):
    for name in ("tailor", "add_after", "move"):
        assert as_(cast.salesperson).get(url(name, step(opportunity, "Proposal").pk)).status_code == 403
        assert as_(cast.outsider).get(url(name, step(opportunity, "Proposal").pk)).status_code == 404


def test_what_is_empty_is_written_without_a_reason(cast, as_, opportunity):
    proposal = step(opportunity, "Proposal")
    type(proposal).objects.filter(pk=proposal.pk).update(milestone="")
    proposal.refresh_from_db()
    both = asked(proposal, milestone="They nod", usual_days=3, reason="")
    assert as_(cast.coordinator).post(url("tailor", proposal.pk), both).status_code == 422
    alone = asked(proposal, milestone="They nod", reason="")
    assert as_(cast.coordinator).post(url("tailor", proposal.pk), alone).status_code == 302
    assert step(opportunity, "Proposal").milestone == "They nod"
