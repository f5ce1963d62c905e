"""A step that is tried again says since when it lasts: a fresh clock is no good news by itself."""

import datetime

from django.urls import reverse

from milepost.engine.history import WON
from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.stays import read_stays
from milepost.opportunities.again import again_of
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Opportunity, Stay
from milepost.opportunities.report import report
from milepost.opportunities.standing import restand
from milepost.web.words import percent


def fresh(opportunity):
    return Opportunity.objects.select_related("standing__figure__run").get(pk=opportunity.pk)


def tried_again(cast, opportunity, days=40):
    since = cast.today - datetime.timedelta(days=days)
    Stay.objects.filter(opportunity=opportunity).update(entered_on=since)
    report(opportunity.steps.first(), by=cast.coordinator, result="again", on=cast.today)


def test_the_first_try_says_nothing_of_it(cast, as_, opportunity):
    assert again_of(opportunity, fresh(opportunity).standing, cast.today) is None
    assert (
        "The client was met" not in as_(cast.coordinator).get(reverse("opportunities:why", args=[opportunity.pk])).text
    )


def test_a_further_one_says_since_when_the_step_lasts(cast, as_, opportunity):
    tried_again(cast, opportunity)
    found = again_of(opportunity, fresh(opportunity).standing, cast.today)
    assert (found.met, found.days, found.counted) == (1, 40, 20)
    assert (found.is_half, found.are_few) == (True, True)
    text = as_(cast.coordinator).get(reverse("opportunities:why", args=[opportunity.pk])).text
    assert "The client was met once for “First talk” without its being reached." in text
    assert "It has lasted for 40 days: 40 until its last try began, 0 since." in text
    assert "too few further tries" in text
    assert "it is taken to be 20 days old" in text


def test_the_page_says_how_old_it_counts_and_what_became_of_others_as_old(cast, as_, opportunity):
    for n in range(30):
        old = begin(by=None, name=f"Old {n}", playbook_version=opportunity.playbook_version, territory=cast.north)
        Stay.objects.filter(opportunity=old).update(entered_on=cast.today - datetime.timedelta(days=60))
        report(old.steps.first(), by=cast.coordinator, result="lost" if n % 3 else "won", on=cast.today)
    learn_and_refresh()
    tried_again(cast, opportunity)
    for page in ("page", "why"):
        text = as_(cast.coordinator).get(reverse(f"opportunities:{page}", args=[opportunity.pk])).text
        assert "As it is tried again it counts as 20 days old. Of the 30 that lasted as long, 10 were reached" in text


def test_page_message_and_why_tell_how_one_age_follows_from_the_other(cast, as_, opportunity):
    client, first = as_(cast.coordinator), opportunity.steps.first()
    since, held = (cast.today - datetime.timedelta(days=days) for days in (25, 17))
    Stay.objects.filter(opportunity=opportunity).update(entered_on=since)
    Opportunity.objects.filter(pk=opportunity.pk).update(started_on=since)
    address = reverse("opportunities:report", args=[first.pk])
    page = client.get(address + "?result=again").context["form"]
    sent = {name: page[name].value() or "" for name in page.fields} | {"result": "again", "on": held}
    answer = client.post(address, sent, follow=True)
    assert answer.redirect_chain, answer.context["form"].errors
    said = answer.text
    assert "it counts as 21 days old, 4 from before and 17 since." in said
    assert "17 of usually 14 days, in this try" in said
    why = client.get(reverse("opportunities:why", args=[opportunity.pk])).text
    assert "It has lasted for 25 days: 8 until its last try began, 17 since." in why
    assert "of the days before that half count: it is taken to be 21 days old" in why


def test_an_answer_taken_back_on_its_day_is_told_as_such_and_is_no_try(cast, as_, opportunity):
    client, first = as_(cast.coordinator), opportunity.steps.first()
    tried_again(cast, opportunity)
    report(first, by=cast.coordinator, result="won", on=cast.today)
    assert "try 2" in client.get(reverse("opportunities:page", args=[opportunity.pk])).text
    client.post(reverse("opportunities:reopen", args=[first.pk]), {"reason": "A mistake"})
    page, why = (client.get(reverse(f"opportunities:{name}", args=[opportunity.pk])).text for name in ("page", "why"))
    assert "The client was met 2 times for “First talk”; the last answer was taken back on its own day" in why
    assert "without its being reached" not in why
    assert "try 2" not in page


def test_half_of_the_days_before_count(cast, opportunity):
    twin = begin(by=None, name="Twin", playbook_version=opportunity.playbook_version, territory=cast.north)
    tried_again(cast, opportunity, days=40)
    Stay.objects.filter(opportunity=twin).update(entered_on=cast.today - datetime.timedelta(days=20))
    restand([twin.pk], today=cast.today)
    assert fresh(opportunity).standing.figure == fresh(twin).standing.figure


def test_where_a_day_is_not_known_nothing_is_said(cast, opportunity):
    tried_again(cast, opportunity)
    Stay.objects.filter(opportunity=opportunity, end="again").update(entered_on=None)
    assert again_of(opportunity, fresh(opportunity).standing, cast.today) is None


def test_going_on_begins_anew(cast, opportunity):
    tried_again(cast, opportunity)
    report(opportunity.steps.first(), by=cast.coordinator, result="won", on=cast.today)
    assert again_of(opportunity, fresh(opportunity).standing, cast.today) is None


def test_going_back_on_the_same_day_makes_nothing_new(cast, opportunity):
    tried_again(cast, opportunity, days=300)
    first = opportunity.steps.first()
    age = fresh(opportunity).standing.figure
    report(first, by=cast.coordinator, result="won", on=cast.today)
    first.refresh_from_db()
    first.reopen(by=cast.coordinator, on=cast.today, reason="A mistake")
    assert fresh(opportunity).standing.figure == age
    again = again_of(opportunity, fresh(opportunity).standing, cast.today)
    assert (again.met, again.days) == (1, 300)
    history = read_stays().now(cast.today).history
    assert (history.end == WON).sum() == 0  # nothing was reached


def test_a_no_taken_back_on_the_same_day_changes_nothing(cast, opportunity):
    Stay.objects.filter(opportunity=opportunity).update(entered_on=cast.today - datetime.timedelta(days=17))
    restand([opportunity.pk], today=cast.today)
    before, first = fresh(opportunity).standing.figure, opportunity.steps.first()
    report(first, by=cast.coordinator, result="lost", on=cast.today)
    first.refresh_from_db()
    first.reopen(by=cast.coordinator, on=cast.today, reason="He meant the other offer")
    assert fresh(opportunity).standing.figure == before
    assert list(opportunity.stays.values_list("end", "cause")) == [("", "")]


def test_going_back_later_begins_anew(cast, opportunity):
    tried_again(cast, opportunity, days=300)
    first = opportunity.steps.first()
    report(first, by=cast.coordinator, result="won", on=cast.today)
    Stay.objects.filter(opportunity=opportunity, end="won").update(left_on=cast.today - datetime.timedelta(days=9))
    first.refresh_from_db()
    first.reopen(by=cast.coordinator, on=cast.today, reason="A new director")
    assert again_of(opportunity, fresh(opportunity).standing, cast.today) is None


def test_the_message_says_what_a_report_did_to_the_chance(cast, as_, opportunity):
    Stay.objects.filter(opportunity=opportunity).update(entered_on=cast.today - datetime.timedelta(days=60))
    restand([opportunity.pk], today=cast.today)
    before = fresh(opportunity).standing.win
    client, address = as_(cast.coordinator), reverse("opportunities:report", args=[opportunity.steps.first().pk])
    page = client.get(address + "?result=won").context["form"]
    sent = {name: page[name].value() or "" for name in page.fields} | {"result": "won"}
    answer = client.post(address, sent, follow=True)
    assert answer.redirect_chain, answer.context["form"].errors
    told = f"The win chance goes from {percent(before)} to {percent(fresh(opportunity).standing.win)}."
    assert told in answer.text


def test_the_message_says_why_meeting_again_moves_the_chance(cast, as_, opportunity):
    Stay.objects.filter(opportunity=opportunity).update(entered_on=cast.today - datetime.timedelta(days=60))
    restand([opportunity.pk], today=cast.today)
    client, address = as_(cast.coordinator), reverse("opportunities:report", args=[opportunity.steps.first().pk])
    page = client.get(address + "?result=again").context["form"]
    sent = {name: page[name].value() or "" for name in page.fields} | {"result": "again"}
    answer = client.post(address, sent, follow=True)
    told = "Until your past can tell how further tries fare, half of the days before count: it counts as 30 days old."
    assert f"You meet again for “First talk”. {told}" in answer.text


def test_the_message_tells_of_a_chance_that_comes_back_from_nothing(cast, as_, opportunity):
    first = opportunity.steps.first()
    report(first, by=cast.coordinator, result="lost", on=cast.today)
    assert fresh(opportunity).standing.win == 0
    address = reverse("opportunities:reopen", args=[first.pk])
    answer = as_(cast.coordinator).post(address, {"reason": "He meant the other offer"}, follow=True)
    told = f"The win chance goes from {percent(0)} to {percent(fresh(opportunity).standing.win)}."
    assert told in answer.text
