"""The Opportunity page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


def test_it_shows_the_string_and_the_step_where_work_is(cast, as_, opportunity):
    page = as_(cast.coordinator).get(url("page", opportunity.pk))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Coating line 4" in text
    assert "First talk" in text
    assert "They name the problem" in text
    assert "10 of usually 14 days" in text


def test_every_tab_answers(cast, as_, opportunity):
    client = as_(cast.coordinator)
    for name in ("why", "history", "edit", "end", "judge", "assign", "add_member", "value", "add_line", "work"):
        assert client.get(url(name, opportunity.pk)).status_code == 200, name
    step = opportunity.steps.all()[0]
    for name in ("schedule", "report", "skip", "tailor", "add_after", "move", "add_condition", "call_off", "reopen"):
        assert client.get(url(name, step.pk)).status_code == 200, name
    assert client.get(reverse("buyers:people", args=[opportunity.pk])).status_code == 200
    assert client.get(reverse("buyers:add", args=[opportunity.pk])).status_code == 200
    assert client.get(url("new")).status_code == 200


def test_somebody_of_another_territory_finds_nothing(cast, as_, opportunity):
    assert as_(cast.outsider).get(url("page", opportunity.pk)).status_code == 404


def test_it_takes_at_most_fifteen_queries(cast, as_, opportunity):
    client = as_(cast.salesperson)
    client.get(url("page", opportunity.pk))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(url("page", opportunity.pk))
    assert len(queries) <= 15, "\n".join(q["sql"][:160] for q in queries)
