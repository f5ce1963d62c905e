"""The History page tells every change in plain words."""

import datetime

from django.urls import reverse

from milepost.opportunities.report import report
from milepost.opportunities.views import page as page_views
from milepost.team.models import Cover
from milepost.web.words import short_day


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


def test_it_says_who_did_what_and_when(cast, as_, opportunity):
    report(opportunity.steps.first(), by=cast.salesperson, result="won", on=datetime.date(2020, 11, 3), notes="Good")
    text = as_(cast.coordinator).get(url("history", opportunity.pk)).content.decode()
    assert f"{cast.salesperson.name} reported “First talk” as reached, 3 Nov 2020" in text
    assert "“Good”" in text
    assert f"{cast.coordinator.name} began it" in text


def test_it_says_for_whom_a_stand_in_did_it(cast, as_, opportunity):
    Cover.arrange(
        by=None, absent=cast.coordinator, stand_in=cast.sales_manager, starts_on=cast.today, ends_on=cast.today
    )
    as_(cast.sales_manager).post(url("skip", opportunity.steps.first().pk), {"reason": "Known"})
    text = as_(cast.coordinator).get(url("history", opportunity.pk)).content.decode()
    assert f"for {cast.coordinator.name}" in text


def test_it_is_paged_by_key(cast, as_, opportunity, monkeypatch):
    monkeypatch.setattr(page_views, "PAGE", 2)
    for text in "abc":
        opportunity.revise(by=cast.coordinator, name=f"Line {text}")
    client = as_(cast.coordinator)
    first = client.get(url("history", opportunity.pk))
    assert [c.details for c in first.context["changes"]] == [["Name: Line c, was Line b"], ["Name: Line b, was Line a"]]
    later = client.get(url("history", opportunity.pk), {"before": first.context["more"]})
    assert [c.sentence for c in later.context["changes"]][-1].endswith("began it")
    assert later.context["more"] is None


def test_amounts_are_said_as_money(cast, as_, opportunity):
    opportunity.revise(by=cast.coordinator, value_minor=99_000_00)
    text = as_(cast.coordinator).get(url("history", opportunity.pk)).content.decode()
    assert "Value: €99,000, was €120,000" in text


def test_outsiders_read_none_of_it(cast, as_, opportunity):
    assert as_(cast.outsider).get(url("history", opportunity.pk)).status_code == 404


def test_a_day_is_said_once(cast, as_, opportunity):
    report(opportunity.steps.first(), by=cast.salesperson, result="won", on=cast.today)
    text = as_(cast.coordinator).get(url("history", opportunity.pk)).text
    assert "reported “First talk” as reached" in text
    assert f"as reached, {short_day(cast.today)}" not in text
