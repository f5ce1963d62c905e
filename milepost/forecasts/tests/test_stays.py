"""Stays as columns, beside a plain way to read them; what opportunities are told apart by."""

import datetime

import numpy as np
import pytest

from milepost.engine.history import LEFT, LOST, OPEN, WON
from milepost.forecasts.past import read_past
from milepost.forecasts.stays import read_stays
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.found import SIZE, TERRITORY
from milepost.opportunities.models import Opportunity, Stay
from milepost.opportunities.report import report

DAY = datetime.timedelta(days=1)
ENDS = {"": OPEN, "won": WON, "lost": LOST, "again": LEFT, "back": LEFT}


@pytest.fixture
def lives(cast, playbook, again):
    """Opportunities that tried again, went back, skipped, were lost, and came from elsewhere."""

    def make():
        made = [
            begin(
                by=None,
                name=f"Life {n}",
                playbook_version=playbook,
                territory=[cast.north, cast.south][n % 2],
                started_on=cast.today - (40 + n) * DAY,
                value_minor=(n + 1) * 1_000_00,
            )
            for n in range(6)
        ]
        for n, one in enumerate(made[:4]):
            first = one.steps.get(key="first")
            for days in range(n):
                report(first, by=cast.salesperson, result="again", on=cast.today - (30 - 5 * days) * DAY)
                first.refresh_from_db()
            report(first, by=cast.salesperson, result="won", on=cast.today - 12 * DAY)
        made[2].steps.get(key="first").reopen(by=cast.coordinator, on=cast.today - 9 * DAY, reason="A new director")
        close(made[3], by=cast.coordinator, kind="lost", on=cast.today - 3 * DAY)
        Opportunity.objects.filter(pk=made[5].pk).update(as_of=cast.today - 20 * DAY)
        return {one.name: one for one in made}

    return list(again("lives", make).values())


def plainly(today):
    """Read the same one by one."""
    rows = []
    for stay in Stay.objects.filter(entered_on__isnull=False, opportunity__merged_into=None).order_by("id"):
        if stay.end in ENDS and (stay.end == "" or stay.left_on):
            until = stay.left_on or stay.opportunity.as_of or today
            withdrawn = stay.left_on and Stay.objects.filter(step=stay.step_id, pk__gt=stay.pk).exists()
            end = LEFT if withdrawn else ENDS[stay.end]
            rows.append((stay.key, max(0, (until - stay.entered_on).days), end, before(stay)))
    return sorted(rows)


def before(stay):
    """Count the days since the first of the tries that led here."""
    first = stay
    while True:
        earlier = Stay.objects.filter(opportunity=stay.opportunity_id, pk__lt=first.pk).order_by("-id").first()
        if earlier is None or earlier.step_id != stay.step_id or earlier.end != "again":
            return (stay.entered_on - first.entered_on).days
        first = earlier


def test_columns_hold_what_a_plain_reading_finds(cast, lives):
    history = read_stays().now(cast.today).history
    columns = zip(history.step, history.days, history.end, history.before, strict=True)
    rows = sorted((history.keys[step], int(days), int(end), int(ago)) for step, days, end, ago in columns)
    assert rows == plainly(cast.today)
    assert max(ago for *_, ago in rows) > 0
    assert {end for _, _, end, _ in rows} == {OPEN, WON, LOST, LEFT}


@pytest.mark.parametrize("ago", [1, 8, 10, 13, 27, 39])
def test_what_was_seen_of_a_day_is_what_was_written_by_then(cast, lives, ago):
    day = cast.today - ago * DAY
    seen = read_stays().on(day.toordinal()).history
    Stay.objects.filter(entered_on__gte=day).delete()
    Stay.objects.filter(left_on__gte=day).update(left_on=None, end="")
    Opportunity.objects.update(as_of=None)
    if ago < 20:  # by then the source of one had been known for the last time
        Opportunity.objects.filter(pk=lives[5].pk).update(as_of=cast.today - 20 * DAY)
    then = read_stays().now(day).history
    for name in ("days", "end", "before", "day"):
        np.testing.assert_array_equal(getattr(seen, name), getattr(then, name), err_msg=name)


@pytest.mark.parametrize(("ago", "end"), [(11, WON), (9, WON), (8, LEFT), (0, LEFT)])
def test_a_yes_counts_until_the_day_it_was_gone_back_from(cast, lives, ago, end):
    day = cast.today - ago * DAY
    stays = read_stays()
    seen = stays.now(day) if ago == 0 else stays.on(day.toordinal())
    history = seen.history
    own = history.step[stays.about.pk[seen.place] == lives[2].pk] == history.keys.index("first")
    ends = history.end[stays.about.pk[seen.place] == lives[2].pk][own]
    assert ends.tolist() == [LEFT, LEFT, end, *([OPEN] if ago < 9 else [])]


def test_a_past_day_reads_the_same_from_columns_as_from_lives(cast, lives):
    stays = read_stays()
    pasts = [past for some in read_past() for past in some]
    tries = {past.pk: {(spell.entered, spell.entered - spell.first) for spell in past.spells} for past in pasts}
    columns = zip(stays.about.pk[stays.place].tolist(), stays.entered.tolist(), stays.before.tolist(), strict=True)
    assert {(pk, day, ago) for pk, day, ago in columns} == {(pk, *one) for pk, ones in tries.items() for one in ones}


def test_what_was_merged_or_has_no_days_is_not_there(cast, lives):
    Stay.objects.filter(opportunity=lives[0]).update(entered_on=None)
    Opportunity.objects.filter(pk=lives[1].pk).update(merged_into=lives[0])
    stays = read_stays()
    there = set(stays.about.pk[stays.place].tolist())
    assert there == {one.pk for one in lives[2:]}
    assert set(stays.about.pk.tolist()) == {lives[0].pk} | there


def test_sizes_are_no_way_where_only_the_won_have_a_value(cast, lives):
    stays = read_stays()
    seen, cuts = stays.now(cast.today), {str(lives[0].playbook_version.playbook_id): (3_000_00, 5_000_00)}
    assert set(stays.about.divisions(seen.history, seen.place, cuts)) == {TERRITORY, SIZE}
    assert stays.about.sizes(cuts).tolist() == [0, 0, 1, 1, 2, 2]
    Opportunity.objects.filter(pk=lives[3].pk).update(company_value_minor=None)
    stays = read_stays()
    assert set(stays.about.divisions(seen.history, seen.place, cuts)) == {TERRITORY}
    assert stays.about.sizes(cuts).tolist() == [0, 0, 1, -1, 2, 2]


def test_an_empty_company_has_no_rows(cast):
    stays = read_stays()
    assert len(stays.now(cast.today).history) == 0
    assert stays.about.cuts() == {}
