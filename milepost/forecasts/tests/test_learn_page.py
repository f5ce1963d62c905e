"""The Learn page: where opportunities are won and lost, why, and whether that changes."""

import csv
import datetime
import io
from unittest.mock import patch

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.learnt import asked
from milepost.forecasts.learnt.past import keep_past
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Opportunity, Outcome, Reason, Rival
from milepost.opportunities.report import report

DAY = datetime.timedelta(days=1)


@pytest.fixture
def ended(cast, playbook, again):
    """Make 3 that reached the first step and went on, 2 lost at it, 1 without a decision."""

    def one(name, days=30):
        return begin(
            by=None, name=name, playbook_version=playbook, territory=cast.north, started_on=cast.today - days * DAY
        )

    def make():
        price = Reason.add(by=None, outcome="lost", text="Too dear for them")
        for n in range(3):
            report(one(f"On {n}").steps.get(key="first"), by=cast.coordinator, result="won", on=cast.today - 10 * DAY)
        for n in range(2):
            close(one(f"Lost {n}"), by=cast.coordinator, kind="lost", on=cast.today, reasons=[price], lost_to="Aurelio")
        close(one("Nothing came"), by=cast.coordinator, kind="no_decision", on=cast.today, words="Nobody decided")
        return {}

    again("ended", make)


def page(as_, person, query=""):
    answer = as_(person).get(f"/learn/{query}")
    assert answer.status_code == 200
    return answer


def first(answer):
    return next(line for line in answer.context["lines"] if line.step.key == "first")


def test_it_counts_what_became_of_those_that_came_to_a_step(cast, as_, ended):
    line = first(page(as_, cast.coordinator))
    assert (line.came, line.counts["won"], line.counts["no"], line.counts["no_decision"]) == (6, 3, 2, 1)
    assert line.figure.conversion.low < 0.5 < line.figure.conversion.high
    assert line.days[1] <= 20 <= line.days[2]


def test_what_is_there_now_counts_as_far_as_it_was_seen(cast, as_, ended):
    visit = next(line for line in page(as_, cast.coordinator).context["lines"] if line.step.key == "visit")
    assert (visit.came, visit.counts["open"], visit.ended) == (3, 3, 0)
    assert not visit.figure.is_elders


def test_where_nobody_came_everybodys_figure_stands(cast, as_, ended):
    contract = page(as_, cast.coordinator).context["lines"][-1]
    assert (contract.came, contract.figure.is_elders) == (0, True)
    assert 0.2 < contract.figure.conversion.mean < 0.9


def test_it_names_the_weakest_step_and_small_groups(cast, as_, ended):
    answer = page(as_, cast.coordinator)
    assert first(answer).is_weakest
    assert "fewer than 20" in answer.content.decode()


def test_it_says_what_the_weakest_step_is_worth(cast, as_, ended, opportunity):
    learn_and_refresh()
    answer = page(as_, cast.coordinator)
    weakest = next(line for line in answer.context["lines"] if line.is_weakest)
    own = answer.context["lines"]
    assert weakest.worth_minor == max(line.worth_minor or 0 for line in own if line.step.required) > 0
    # Five of a hundred more of about a half: a tenth of what it is expected to bring, or more.
    expected = opportunity.standing.expected_minor
    assert 0.05 * expected < weakest.worth_minor < 0.3 * expected
    assert "would add" in answer.content.decode()


def test_it_draws_the_line_twice_along_and_down_the_page(cast, as_, ended):
    text = page(as_, cast.coordinator).content.decode()
    assert 'class="funnel along"' in text
    assert 'class="funnel down"' in text
    assert "of 100" in text


def test_it_says_why_and_to_whom(cast, as_, ended):
    reading = page(as_, cast.coordinator).context["reading"]
    lost = next(kind for kind in reading.kinds if kind.kind == "lost")
    why = lost.whys[0]
    assert (lost.whole.count, why.text, why.number.count, why.part) == (2, "Too dear for them", 2, 1.0)
    assert [(rival.name, rival.number.count) for rival in reading.rivals] == [("Aurelio", 2)]


def test_it_says_where_they_ended(cast, as_, ended):
    reading = page(as_, cast.coordinator).context["reading"]
    assert [(place.name, [each.count for each in place.numbers]) for place in reading.places] == [
        ("First talk", [2, 1, 0])
    ]


def test_it_counts_the_quarter(cast, as_, ended):
    now = page(as_, cast.coordinator).context["reading"].quarters[0]
    assert (now.numbers["lost"].count, now.numbers["no_decision"].count, now.share.cases) == (2, 1, 3)


def test_it_filters(cast, as_, ended, playbook):
    def kinds(query):
        return page(as_, cast.coordinator, query).context["reading"].kinds

    assert kinds(f"?territory={cast.south.pk}") == []
    assert kinds(f"?playbook={playbook.playbook_id}")
    assert kinds(f"?playbook={playbook.playbook_id}&version={playbook.pk}")
    assert kinds(f"?playbook={playbook.playbook_id}&version=999999") == []
    assert page(as_, cast.coordinator, "?playbook=999999").context["lines"] == []
    assert kinds("?size=unknown")
    assert kinds("?size=0-1000000") == []


def test_sizes_follow_what_things_are_worth(cast, as_, ended):
    some = Opportunity.objects.filter(name__startswith="Lost").order_by("pk")
    some.filter(pk=some[0].pk).update(company_value_minor=40_000_00)
    counts = [
        page(as_, cast.coordinator, f"?size={size}").context["reading"].ends.count
        for size in ("-50000", "40000-", "-40000", "unknown", "x")
    ]
    assert counts == [1, 1, 0, 2, 3]


def test_it_counts_nothing_of_other_territories(cast, as_, ended):
    answer = page(as_, cast.outsider)
    assert answer.context["reading"].kinds == []
    assert "Aurelio" not in answer.content.decode()
    assert "Nothing to learn from yet" in answer.content.decode()


@pytest.fixture
def sellers(cast, ended):
    """Give the salesperson four that ended, the account manager five, the rest to nobody."""
    gone = list(Opportunity.objects.filter(outcomes__isnull=False).order_by("pk"))
    Opportunity.objects.filter(pk__in=[one.pk for one in gone]).update(salesperson=cast.salesperson)
    return cast.salesperson


@pytest.fixture
def by_name(cast):
    cast.company.revise(by=cast.administrator, accuracy_by_name=True)


def test_a_persons_few_are_shown_to_themselves_alone(cast, as_, sellers, by_name):
    asked = f"?person={sellers.pk}"
    own, others = page(as_, sellers, asked), page(as_, cast.sales_manager, asked)
    assert own.context["reading"].kinds
    assert "mostly chance" in own.content.decode()
    assert others.context["reading"].kinds == []
    assert others.context["lines"] == []
    text = others.content.decode()
    assert "Fewer than five" in text
    assert "Aurelio" not in text
    assert "Too dear" not in as_(cast.sales_manager).get(f"/learn/csv/reasons/{asked}").getvalue().decode()


@pytest.fixture
def five(cast, sellers, playbook):
    """Let five of the salesperson's have ended."""
    for n in range(2):
        one = begin(by=None, name=f"More {n}", playbook_version=playbook, territory=cast.north, salesperson=sellers)
        close(one, by=cast.coordinator, kind="lost", on=cast.today, lost_to="Aurelio")
    return sellers


def test_a_persons_five_are_shown_with_caution(cast, as_, five, sellers, by_name):
    answer = page(as_, cast.sales_manager, f"?person={sellers.pk}")
    assert answer.context["reading"].ends.count == 5
    assert "mostly chance" in answer.content.decode()


def test_by_name_nothing_is_told_of_others_unless_the_company_has_settled_so(cast, as_, five):
    asked = f"?person={five.pk}"
    assert page(as_, five, asked).context["reading"].ends.count == 5
    answer = page(as_, cast.sales_manager, asked)
    assert (answer.context["lines"], answer.context["reading"].kinds) == ([], [])
    assert "Not shown by name" in answer.content.decode()
    for address in ("csv/reasons/", "csv/steps/", "competitors/export/"):
        taken = as_(cast.sales_manager).get(f"/learn/{address}{asked}").getvalue().decode()
        assert len(taken.splitlines()) == 1
    cast.company.revise(by=cast.administrator, accuracy_by_name=True)
    assert page(as_, cast.sales_manager, asked).context["reading"].kinds


def test_a_competitors_page_tells_nothing_of_others_by_name(cast, as_, five):
    rival = Rival.named("Aurelio", by=None)
    address = f"/learn/competitors/{rival.pk}/"
    told = as_(cast.sales_manager).get(address).content.decode()
    assert "lost to them" in told
    asked = as_(cast.sales_manager).get(f"{address}?person={five.pk}").content.decode()
    assert "lost to them" not in asked
    assert "Not shown by name" in asked


def test_names_are_offered_where_one_has_a_role(cast, as_, ended, by_name):
    assert cast.salesperson.name in page(as_, cast.coordinator).content.decode()
    assert cast.salesperson.name not in page(as_, cast.outsider).content.decode()


def test_by_name_nobody_is_offered_but_oneself(cast, as_, ended):
    text = page(as_, cast.coordinator).content.decode()
    assert cast.salesperson.name not in text
    assert f"?person={cast.coordinator.pk}" in text


@pytest.mark.parametrize(
    "query", ["?years=7", "?years=x&territory=-1", f"?playbook={'9' * 40}", "?years=all", "?size=9-1"]
)
def test_it_takes_what_it_does_not_understand_for_the_usual(cast, as_, ended, query):
    assert page(as_, cast.coordinator, query).context["reading"].quarters


def test_what_ended_before_the_time_that_is_asked_is_left_out(cast, as_, ended):
    Outcome.objects.update(on=cast.today - 800 * DAY)
    assert page(as_, cast.coordinator).context["reading"].ends.count == 0
    assert page(as_, cast.coordinator, "?years=4").context["reading"].ends.count == 3


def test_a_few_that_ended_on_no_known_day_are_told_too(cast, as_, ended):
    assert "nobody recorded" not in page(as_, cast.coordinator).text
    first = Outcome.objects.first()
    Outcome.objects.filter(pk=first.pk).update(on=None)
    assert "One more ended before this time, or on a day nobody recorded" in page(as_, cast.coordinator).text
    assert "nobody recorded" not in page(as_, cast.coordinator, "?years=all").text
    url = reverse("opportunities:page", args=[first.opportunity_id])
    assert "on a day nobody recorded" in as_(cast.coordinator).get(url).text


def test_old_data_are_counted_back_from_the_day_they_were_known(cast, as_, ended):
    then = cast.today - 3000 * DAY
    Outcome.objects.update(on=then - 10 * DAY)
    Opportunity.objects.update(as_of=then)
    answer = page(as_, cast.coordinator)
    assert answer.context["reading"].ends.count == 3
    assert "the years are counted back from then" in answer.content.decode()
    Opportunity.objects.update(as_of=None)  # what ended was worked on here
    assert page(as_, cast.coordinator).context["reading"].ends.count == 0


def test_old_data_are_still_the_past_once_somebody_works_here(cast, as_, ended, opportunity):
    then = cast.today - 3000 * DAY
    Outcome.objects.update(on=then - 10 * DAY)
    Opportunity.objects.exclude(pk=opportunity.pk).update(as_of=then)
    assert page(as_, cast.coordinator).context["reading"].ends.count == 3
    with patch.object(asked, "NEARLY_ALL", 1):
        close(opportunity, by=cast.coordinator, kind="won", on=cast.today, override="Bought at once")
        answer = page(as_, cast.coordinator)
    reading = answer.context["reading"]
    assert "What has ended here since counts, too." in answer.content.decode()
    assert reading.ends.count == 4
    assert reading.quarters[0].numbers["won"].count == 1


def test_a_quarter_in_which_a_handful_ended_tells_no_share(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="won", on=cast.today, override="Bought at once")
    answer = page(as_, cast.coordinator)
    assert answer.context["reading"].has_handful
    assert "too few" in answer.content.decode()
    assert "Of fewer than five no share is told" in answer.content.decode()


def test_the_value_won_is_not_known_where_none_is(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="won", on=cast.today, override="Bought at once")
    Opportunity.objects.update(company_value_minor=None)
    newest = page(as_, cast.coordinator).context["reading"].quarters[0]
    assert (newest.numbers["won"].count, newest.value_minor) == (1, None)
    assert newest.share.cases == 1


def test_it_asks_few_questions(cast, as_, ended, opportunity, django_assert_max_num_queries):
    learn_and_refresh()
    keep_past()
    client = as_(cast.coordinator)
    client.get("/learn/")
    with django_assert_max_num_queries(15):
        client.get("/learn/")


@pytest.mark.parametrize(
    ("what", "holds"),
    [
        ("steps", "First talk"),
        ("reasons", "Too dear for them"),
        ("rivals", "Aurelio"),
        ("places", "First talk"),
        ("quarters", "Q"),
    ],
)
def test_its_tables_can_be_taken_along(cast, as_, ended, what, holds):
    answer = as_(cast.coordinator).get(f"/learn/csv/{what}/")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert any(holds in cell for row in rows[1:] for cell in row)


def test_exports_follow_the_filters(cast, as_, ended):
    answer = as_(cast.coordinator).get(f"/learn/csv/rivals/?territory={cast.south.pk}")
    assert "Aurelio" not in answer.getvalue().decode()
    assert as_(cast.coordinator).get("/learn/csv/nothing/").status_code == 404


def test_all_of_it_is_one_book(cast, as_, ended):
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_(cast.coordinator).get("/learn/xlsx/").getvalue()))
    assert book.sheet_names == ["Steps", "Reasons", "Lost to", "Where they ended", "Quarters", "Months", "Lessons"]
    assert any("Aurelio" in row for row in book.get_sheet_by_name("Lost to").to_python())


def test_what_was_told_in_words_is_no_missing_reason_and_can_be_read(cast, as_, ended, opportunity):
    hidden = Opportunity.objects.get(name="Nothing came")
    text = page(as_, cast.coordinator).text
    assert "No reason from the list; 1 is told in words:" in text
    assert "No reasons were given." not in text
    kind = next(k for k in page(as_, cast.coordinator).context["reading"].kinds if k.kind == "no_decision")
    assert (kind.whole.count, kind.worded) == (1, 1)
    assert "“Nobody decided”" in as_(cast.coordinator).get(kind.whole.href).text
    assert "told in words" not in page(as_, cast.outsider).text
    Outcome.objects.filter(opportunity=hidden).update(words="")
    assert "No reasons were given." in page(as_, cast.coordinator).text
