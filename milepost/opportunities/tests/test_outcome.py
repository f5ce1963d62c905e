"""End an opportunity with reasons, correct an end that was wrong, take up one that came back."""

import datetime

import pytest
from django.urls import reverse

from milepost.buyers.models import ClientRequest, Question
from milepost.opportunities.close import close, correct
from milepost.opportunities.models import Condition, Opportunity, Outcome, Reason, Stay, Task
from milepost.opportunities.models.step import NotAllowed
from milepost.opportunities.report import report
from milepost.web.history import record
from milepost.web.words import day, short_day


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


@pytest.fixture
def reasons(db):
    return {kind: Reason.objects.create(outcome=kind, text=f"Reason {kind}") for kind in Reason.For.values}


def test_it_ends_lost_with_a_reason_of_the_list(cast, as_, opportunity, reasons):
    data = {"kind": "lost", "on": cast.today, "reasons_lost": [reasons["lost"].pk], "lost_to": "Vantor"}
    response = as_(cast.coordinator).post(url("end", opportunity.pk), data)
    assert response.url == url("page", opportunity.pk)
    outcome = opportunity.outcome
    assert (outcome.kind, outcome.lost_to, list(outcome.reasons.all())) == ("lost", "Vantor", [reasons["lost"]])
    assert "Vantor" in as_(cast.coordinator).get(url("page", opportunity.pk)).content.decode()


def test_only_reasons_that_fit_the_outcome_count(cast, as_, opportunity, reasons):
    data = {"kind": "lost", "on": cast.today, "reasons_won": [reasons["won"].pk]}
    response = as_(cast.coordinator).post(url("end", opportunity.pk), data)
    assert response.status_code == 422
    assert "reasons_lost" in response.context["form"].errors
    assert opportunity.outcome is None


def test_winning_asks_for_a_value_that_is_unknown(cast, as_, opportunity):
    address, client = url("end", opportunity.pk), as_(cast.coordinator)
    assert "Its value is unknown" not in client.get(address).text
    Opportunity.objects.update(value_minor=None, margin_minor=None)
    assert "For how much?" in client.get(address).text
    data = {
        "kind": "won",
        "on": cast.today,
        "words": "Best fit",
        "override": "Won in one meeting",
        "value_minor": "much",
    }
    assert "value_minor" in client.post(address, data).context["form"].errors
    assert client.post(address, data | {"value_minor": "48,000"}).url == url("page", opportunity.pk)
    won = Opportunity.objects.get()
    assert (won.value_minor, won.outcome.kind) == (48_000_00, "won")


def test_winning_asks_whether_the_value_is_still_what_it_was(cast, as_, opportunity):
    address, client = url("end", opportunity.pk), as_(cast.coordinator)
    thought = opportunity.value_minor
    assert client.get(address).context["form"]["value_minor"].value() == "120,000"
    assert "Change it if it was won for more or less" in client.get(address).text
    data = {"kind": "won", "on": cast.today, "words": "Best fit", "override": "Won in one meeting"}
    client.post(address, data | {"value_minor": "90,000"})
    won = Opportunity.objects.get()
    assert (won.value_minor, won.outcome.kind) == (90_000_00, "won")
    assert won.value_minor < thought


def test_value_lines_say_for_how_much_it_was_won(cast, as_, opportunity):
    said = {"name": "Pumps", "quantity": "1", "price_minor": "50,000", "rhythm": "once", "discount": "0"}
    assert as_(cast.coordinator).post(url("add_line", opportunity.pk), said).status_code == 302
    assert "For how much?" not in as_(cast.coordinator).get(url("end", opportunity.pk)).text


def test_what_is_lost_needs_no_value(cast, as_, opportunity):
    Opportunity.objects.update(value_minor=None, margin_minor=None)
    data = {"kind": "lost", "on": cast.today, "words": "Price", "value_minor": "unreadable"}
    as_(cast.coordinator).post(url("end", opportunity.pk), data)
    lost = Opportunity.objects.get()
    assert (lost.value_minor, lost.outcome.kind) == (None, "lost")


def test_what_is_still_to_do_is_named_before_it_ends(cast, as_, opportunity):
    address = url("end", opportunity.pk)
    assert "Still open" not in as_(cast.coordinator).get(address).text
    Task.add(by=cast.coordinator, title="Send price list", owner=cast.salesperson, opportunity=opportunity)
    assert "Send price list, " in as_(cast.coordinator).get(address).text


def test_what_was_left_open_stands_beneath_the_outcome_and_is_ticked_there(cast, as_, opportunity):
    client, by = as_(cast.coordinator), cast.coordinator
    Task.add(by=by, title="Draft scope", owner=by, opportunity=opportunity, step=opportunity.steps.first())
    ClientRequest.take(opportunity, by=by, title="A price list")
    for text in ("Who signs?", "Who uses it?"):
        Question.ask(opportunity, by=by, text=text)
    asked = client.get(url("end", opportunity.pk)).text
    client.post(url("end", opportunity.pk), {"kind": "lost", "on": cast.today, "words": "No money"})
    page = client.get(url("page", opportunity.pk)).text
    for text in (asked, page):
        assert "Draft scope" in text
        assert "1 request of the client" in text
        assert "2 questions we had to find out" in text
    task = Task.objects.get()
    assert url("finish_task", task.pk) in page
    client.post(url("finish_task", task.pk))
    client.get(url("page", opportunity.pk))  # with the message that it is done
    assert "Draft scope" not in client.get(url("page", opportunity.pk)).text


def test_words_are_reason_enough(cast, as_, opportunity):
    data = {"kind": "no_decision", "on": cast.today, "words": "The budget went elsewhere"}
    as_(cast.coordinator).post(url("end", opportunity.pk), data)
    assert opportunity.outcome.words == "The budget went elsewhere"


def test_winning_names_what_was_skipped_though_required(cast, as_, opportunity):
    client = as_(cast.coordinator)
    assert "Skipped though required" not in client.get(url("end", opportunity.pk)).text
    opportunity.steps.get(key="proposal").skip(by=cast.coordinator, on=cast.today, reason="They had one already")
    assert "Skipped though required: <b>Proposal</b>" in client.get(url("end", opportunity.pk)).text


def test_winning_names_what_is_missing_and_asks_for_an_override(cast, as_, opportunity):
    data = {"kind": "won", "on": cast.today, "words": "They bought by mail"}
    client = as_(cast.coordinator)
    asked = client.get(url("end", opportunity.pk)).text.split("Why are the missing steps skipped?")[1]
    assert "optional" not in asked.split("</label>")[0]
    response = client.post(url("end", opportunity.pk), data)
    assert response.status_code == 422
    assert "First talk, Proposal, Contract" in str(response.context["form"].errors["override"])
    client.post(url("end", opportunity.pk), {**data, "override": "They skipped it all"})
    assert opportunity.outcome.kind == "won"


def test_a_refused_end_begins_at_its_first_wrong_answer(cast, as_, opportunity, reasons):
    answer = as_(cast.coordinator).post(url("end", opportunity.pk), {"kind": "won", "on": cast.today})
    wrong = [field.html_name for field in answer.context["form"] if field.errors]
    assert wrong == ["reasons_won", "override"]
    begins = [part.split(">")[0] for part in answer.text.split("<")[1:] if " autofocus" in part.split(">")[0]]
    assert len(begins) == 1
    assert 'name="reasons_won"' in begins[0]


def test_it_does_not_end_tomorrow(cast, as_, opportunity):
    data = {"kind": "lost", "on": cast.today + datetime.timedelta(days=1), "words": "No"}
    assert as_(cast.coordinator).post(url("end", opportunity.pk), data).status_code == 422
    with pytest.raises(NotAllowed, match="still to come"):
        close(opportunity, by=cast.coordinator, kind="lost", on=cast.today + datetime.timedelta(days=1))


def test_it_does_not_end_before_it_began(cast, as_, opportunity):
    data = {"kind": "lost", "on": cast.today - datetime.timedelta(days=99), "words": "No"}
    response = as_(cast.coordinator).post(url("end", opportunity.pk), data)
    assert response.status_code == 422
    assert "before it began" in response.context["form"].errors["on"][0]


def refusal_of(client, address, cast, days):
    """Return what the form says at the day when the end is to have been that many days ago."""
    data = {"kind": "lost", "on": cast.today - datetime.timedelta(days=days), "words": "No", "why": "Another day"}
    answer = client.post(address, data)
    return answer.context["form"].errors["on"][0] if answer.status_code == 422 else ""


def test_it_does_not_end_before_the_last_step_was_reached(cast, as_, opportunity):
    two_days_ago = cast.today - datetime.timedelta(days=2)
    report(opportunity.steps.get(key="first"), by=cast.coordinator, result="won", on=two_days_ago)
    client, address = as_(cast.coordinator), url("end", opportunity.pk)
    assert "“First talk” was reached on" in refusal_of(client, address, cast, 3)
    assert day(two_days_ago) in refusal_of(client, address, cast, 3)
    assert refusal_of(client, address, cast, 2) == ""
    assert opportunity.outcome.on == two_days_ago
    assert "“First talk” was reached on" in refusal_of(client, url("correct", opportunity.pk), cast, 3)
    assert refusal_of(client, url("correct", opportunity.pk), cast, 1) == ""


def test_it_does_not_end_before_the_client_said_no_or_met_us(cast, as_, opportunity):
    client, address, first = as_(cast.coordinator), url("end", opportunity.pk), opportunity.steps.get(key="first")
    report(first, by=cast.coordinator, result="again", on=cast.today - datetime.timedelta(days=2))
    assert "The appointment of “First talk” was held on" in refusal_of(client, address, cast, 3)
    first.refresh_from_db()
    report(first, by=cast.coordinator, result="lost", on=cast.today - datetime.timedelta(days=1))
    assert "The client said no at “First talk” on" in refusal_of(client, address, cast, 2)
    assert refusal_of(client, address, cast, 1) == ""


def test_an_imported_end_that_is_older_than_a_step_can_be_corrected_as_it_is(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today - datetime.timedelta(days=3), words="No")
    opportunity.steps.filter(key="first").update(state="won", ended_on=cast.today)
    client, address = as_(cast.coordinator), url("correct", opportunity.pk)
    assert "was reached on" in refusal_of(client, address, cast, 2)
    assert refusal_of(client, address, cast, 3) == ""


def test_a_wrong_outcome_is_corrected_in_sight(cast, as_, opportunity, reasons):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="No budget")
    client = as_(cast.sales_manager)
    data = {"kind": "withdrawn", "on": cast.today, "words": "We stopped it", "why": "It was us"}
    client.post(url("correct", opportunity.pk), data)
    assert [(o.kind, bool(o.superseded_by_id)) for o in Outcome.objects.order_by("id")] == [
        ("lost", True),
        ("withdrawn", False),
    ]
    assert Stay.objects.get(key="first").cause == "withdrawn"
    assert "It was us" in client.get(url("history", opportunity.pk)).content.decode()


def test_the_step_where_it_ended_lasted_until_the_corrected_day(cast, as_, opportunity):
    report(opportunity.steps.get(key="first"), by=cast.coordinator, result="won", on=cast.today - datetime.timedelta(5))
    close(Opportunity.objects.get(), by=cast.coordinator, kind="lost", on=cast.today, words="No budget")
    three = cast.today - datetime.timedelta(days=3)
    data = {"kind": "lost", "on": three, "words": "No budget", "why": "It was in the mail of that day"}
    as_(cast.coordinator).post(url("correct", opportunity.pk), data)
    assert opportunity.outcome.on == three
    assert Stay.objects.get(key="visit").left_on == three
    assert Stay.objects.get(key="first").left_on == cast.today - datetime.timedelta(days=5)


def test_correcting_the_day_keeps_the_reasons_ticked(cast, as_, opportunity, reasons):
    chosen = Reason.objects.filter(outcome="lost").first()
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, reasons=[chosen])
    form = as_(cast.coordinator).get(url("correct", opportunity.pk)).context["form"]
    assert form["reasons_lost"].value() == [chosen.pk]


def test_what_was_said_of_an_end_counts_on_for_its_kind_alone(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="No budget")
    client, address = as_(cast.coordinator), url("correct", opportunity.pk)
    page = client.get(address)
    form = page.context["form"]
    assert (form["kept_words"].value(), form["words"].value() or "") == ("No budget", "")
    assert "Said when it counted as lost: “No budget”" in page.text
    as_shown = {"on": cast.today, "why": "It was us", "kept_words": "No budget", "words": ""}
    refused = client.post(address, as_shown | {"kind": "withdrawn"})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"words"})
    blank = client.post(address, as_shown | {"kind": "lost", "kept_words": ""})
    assert set(blank.context["form"].errors) == {"kept_words"}
    client.post(address, as_shown | {"kind": "lost", "on": cast.today - datetime.timedelta(days=1)})
    assert opportunity.outcome.words == "No budget"
    client.post(address, as_shown | {"kind": "withdrawn", "words": "Too few people"})
    assert (opportunity.outcome.kind, opportunity.outcome.words) == ("withdrawn", "Too few people")
    client.post(address, {"kind": "open_again", "why": "They called", "kept_words": "Too few people"})
    assert opportunity.outcomes.get(superseded_by=None).words == ""


def test_a_lost_one_that_was_won_after_all_teaches_no_loss(cast, opportunity):
    wrong = close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="No budget")
    correct(wrong, by=cast.sales_manager, kind="won", on=cast.today, why="They signed", override="By mail")
    assert (opportunity.outcome.kind, Stay.objects.get(key="first").end) == ("won", "skipped")


def test_what_was_won_after_all_says_how_each_step_was_passed(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="No budget")
    client, address = as_(cast.coordinator), url("correct", opportunity.pk)
    page = client.get(address)
    assert [field.label for field in page.context["form"].step_fields()] == ["First talk", "Proposal", "Contract"]
    first, proposal, contract = (field.html_name for field in page.context["form"].step_fields())
    said = {"kind": "won", "on": cast.today, "words": "They signed", "why": "The mail was late"}
    answer = client.post(address, {**said, first: "reached"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {proposal, contract}
    steps = {first: "reached", proposal: "skipped", contract: "reached"}
    assert set(client.post(address, said | steps).context["form"].errors) == {"override"}
    assert opportunity.outcome.kind == "lost"
    assert client.post(address, {**said, **steps, "override": "Never written"}).status_code == 302
    assert opportunity.outcome.kind == "won"
    assert opportunity.outcome.step is None
    states = dict(opportunity.steps.values_list("name", "state"))
    assert states == {"First talk": "won", "Site visit": "planned", "Proposal": "skipped", "Contract": "won"}
    assert (opportunity.tailorings.get().kind, opportunity.tailorings.get().reason) == ("overridden", "Never written")
    assert Stay.objects.get(key="first").end == "won"
    history = client.get(url("history", opportunity.pk)).content.decode()
    assert "skipped “Proposal”" in history
    assert "Never written" in history


def test_a_step_whose_condition_is_open_was_not_reached_by_a_correction(cast, as_, opportunity):
    Condition.add(opportunity.steps.get(key="contract"), by=cast.coordinator, name="Legal review")
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="No budget")
    client, address = as_(cast.coordinator), url("correct", opportunity.pk)
    steps = {field.html_name: "reached" for field in client.get(address).context["form"].step_fields()}
    said = {"kind": "won", "on": cast.today, "words": "They signed", "why": "The mail was late", **steps}
    answer = client.post(address, said)
    assert answer.status_code == 422
    assert "Legal review is still open" in answer.text
    assert opportunity.outcome.kind == "lost"
    assert not opportunity.steps.filter(state="won").exists()


def test_a_no_and_a_win_to_confirm_are_put_right_too(cast, as_, opportunity):
    report(opportunity.steps.get(key="first"), by=cast.salesperson, result="won", on=cast.today)
    report(opportunity.steps.get(key="proposal"), by=cast.salesperson, result="won", on=cast.today)
    opportunity.steps.get(key="first").reopen(by=cast.coordinator, on=cast.today, reason="New director")
    report(opportunity.steps.get(key="first"), by=cast.salesperson, result="lost", on=cast.today)
    wrong = close(Opportunity.objects.get(pk=opportunity.pk), by=cast.coordinator, kind="lost", on=cast.today)
    reached = list(opportunity.steps.values_list("pk", flat=True))
    correct(wrong, by=cast.coordinator, kind="won", on=cast.today, why="They signed", reached=reached)
    rows = opportunity.steps.filter(required=True).values_list("state", "to_confirm")
    assert set(rows) == {("won", False)}


def test_it_goes_on_after_an_end_that_was_none(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today, words="No budget")
    client = as_(cast.coordinator)
    client.post(url("correct", opportunity.pk), {"kind": "open_again", "words": "-", "why": "They called back"})
    assert opportunity.outcome is None
    assert client.get(url("page", opportunity.pk)).context["standing"] is not None


def test_one_that_comes_back_is_a_new_opportunity_linked(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="no_decision", on=cast.today, words="No budget")
    client = as_(cast.coordinator)
    form = client.get(url("new") + f"?came_back_from={opportunity.pk}").context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    data |= {"account": str(opportunity.account_id), "value_minor": "120000", "came_back_from": opportunity.pk}
    data = {k: getattr(v, "pk", v) for k, v in data.items()}
    assert client.post(url("new"), data).status_code == 302
    later = Opportunity.objects.get(came_back_from=opportunity)
    assert (later.account, later.value_minor) == (opportunity.account, opportunity.value_minor)
    assert later.name in client.get(url("page", opportunity.pk)).content.decode()


def test_only_who_moves_the_string_ends_it(cast, as_, opportunity):
    data = {"kind": "lost", "on": cast.today, "words": "No"}
    assert as_(cast.salesperson).post(url("end", opportunity.pk), data).status_code == 403
    assert as_(cast.outsider).post(url("end", opportunity.pk), data).status_code == 404
    assert "End<" not in as_(cast.salesperson).get(url("page", opportunity.pk)).content.decode()
    assert opportunity.outcome is None


def test_it_asks_for_words_where_there_is_no_list_of_reasons(cast, as_, opportunity):
    answer = as_(cast.coordinator).post(url("end", opportunity.pk), {"kind": "lost", "on": cast.today})
    assert answer.status_code == 422
    assert "Say why it ended so." in answer.text
    assert "at least one reason" not in answer.text


def test_the_step_at_which_it_ended_is_not_called_one_that_was_never_begun(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="withdrawn", on=cast.today, words="No fit")
    text = as_(cast.coordinator).get(url("page", opportunity.pk)).text
    assert text.count("ended here") == 1
    assert "not begun" in text


def test_the_history_keeps_why_it_ended_and_what_it_was_corrected_to(cast, as_, opportunity, reasons):
    reason = Reason.objects.filter(outcome="lost").first()
    client = as_(cast.sales_manager)
    said = {"kind": "lost", "on": cast.today, "lost_to": "Globex"}
    client.post(url("end", opportunity.pk), said | {"reasons_lost": [reason.pk]})
    told = client.get(url("history", opportunity.pk)).text
    for detail in (f"Reasons: {reason.text}", "Lost to: Globex"):  # in which order, the database decides
        assert detail in told
    client.post(url("correct", opportunity.pk), said | {"lost_to": "Initech", "words": "Price", "why": "Wrong name"})
    assert "Lost to: Initech, was Globex" in client.get(url("history", opportunity.pk)).text


def test_the_history_of_an_end_that_was_none_says_in_words_that_its_day_is_gone(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today)
    correct(Outcome.objects.get(), by=cast.coordinator, kind="open_again", on=None, why="It was none")
    text = as_(cast.coordinator).get(reverse("opportunities:history", args=[opportunity.pk])).text
    assert f"The day is no longer set, it was {short_day(cast.today)}" in text
    as_it_was_kept = {"on": [cast.today.isoformat(), "None"]}
    record(opportunity, "outcome corrected", by=cast.coordinator, what=as_it_was_kept)
    text = as_(cast.coordinator).get(reverse("opportunities:history", args=[opportunity.pk])).text
    assert text.count("The day is no longer set") == 2
