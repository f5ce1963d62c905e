"""How an opportunity's win chance went, on the page that explains it."""

import datetime

from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.snapshots import take
from milepost.opportunities.models import Judgement
from milepost.web import words

DAY = datetime.timedelta(days=1)


def page(as_, person, opportunity):
    answer = as_(person).get(f"/opportunities/{opportunity.pk}/why/")
    assert answer.status_code == 200
    return answer


def shown(answer):
    return [[cell.shown for cell in row] for row in answer.context["timeline"].rows]


def test_it_says_so_where_no_two_days_are_kept(cast, as_, opportunity):
    assert "As soon as two days are kept" in page(as_, cast.salesperson, opportunity).content.decode()
    opportunity.as_of = cast.today
    opportunity.save(update_fields=["as_of"])
    assert (
        "before it was imported only its steps are known" in page(as_, cast.salesperson, opportunity).content.decode()
    )


def test_it_shows_kept_days_to_today_and_what_happened(cast, as_, opportunity):
    take(today=cast.today - 9 * DAY)
    soon = cast.today + 40 * DAY
    Judgement.give(opportunity, by=cast.salesperson, on=cast.today - 5 * DAY, probability=0.7, category="commit")
    Judgement.give(opportunity, by=cast.salesperson, on=cast.today - 4 * DAY, close_on=soon)
    take(today=cast.today - 4 * DAY)
    answer = page(as_, cast.salesperson, opportunity)
    rows = shown(answer)
    told = " / ".join(row[-1] for row in rows)
    assert "Salesperson Person: Commit, 70\u202f%" in told
    assert "Closing" in told
    plot = answer.context["timeline"].plot
    assert plot["lines"][0]["points"][-1][1] == opportunity.standing.win
    assert all(low <= high for _day, low, high in plot["band"])
    assert {kind for _day, _value, kind in plot["marks"]} == {"said", "date"}
    assert next(value for _day, value, kind in plot["marks"] if kind == "said") == 0.7


def test_it_marks_the_days_on_which_the_past_was_learnt_anew(cast, as_, opportunity):
    take(today=cast.today - 9 * DAY)
    for ago, anew in ((6, True), (4, False), (2, True)):
        learn_and_refresh(today=cast.today - ago * DAY, anew=anew)
    answer = page(as_, cast.salesperson, opportunity)
    told = {row[0]: row[-1] for row in shown(answer) if "Learnt anew" in row[-1]}
    assert list(told) == [words.day(cast.today - ago * DAY) for ago in (6, 2)]
    assert "learnt anew from the past" in answer.content.decode()
    assert [kind for _day, _value, kind in answer.context["timeline"].plot["marks"]] == ["learnt", "learnt"]


def test_it_ends_where_the_opportunity_ended(cast, as_, opportunity):
    from milepost.opportunities.close import close

    take(today=cast.today - 9 * DAY)
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today - 3 * DAY)
    take(today=cast.today - 3 * DAY)
    plot = page(as_, cast.salesperson, opportunity).context["timeline"].plot
    days = {point[0] for point in plot["lines"][0]["points"]}
    assert (max(days) - min(days)) / 86_400_000 == 5


def test_it_asks_the_database_as_often_for_many_days(cast, as_, opportunity, django_assert_max_num_queries):
    for n in range(20, 1, -2):
        opportunity.revise(by=cast.coordinator, value_minor=100_00 + n)
        take(today=cast.today - n * DAY)
    client = as_(cast.salesperson)
    client.get(f"/opportunities/{opportunity.pk}/why/")
    with django_assert_max_num_queries(15):
        answer = client.get(f"/opportunities/{opportunity.pk}/why/")
    assert len(shown(answer)) >= 10
