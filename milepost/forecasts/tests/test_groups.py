"""Groups from which nobody's own accuracy can be read, nor reckoned from two of them."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.forecasts.groups import found, grouped, spans
from milepost.forecasts.records import GROUP

VIEWER = 0


@st.composite
def companies(draw):
    """Draw a tree of territories, and who has calls in each."""
    paths, people = {1: "/1/"}, {}
    for pk in range(2, draw(st.integers(2, 9))):
        parent = draw(st.sampled_from(sorted(paths)))
        paths[pk] = f"{paths[parent]}{pk}/"
    for pk in paths:
        people[pk] = draw(st.sets(st.integers(0, 14), max_size=9))
    return paths, people


def flat(group):
    return [] if group is None else [group, *(each for part in group.parts for each in flat(part))]


def who(territories, people):
    return set().union(*(people[each] for each in territories)) - {VIEWER}


@settings(max_examples=300)
@given(companies())
def test_no_group_nor_difference_of_two_holds_fewer_than_five(company):
    paths, people = company
    groups = flat(grouped(people, paths, 1, viewer=VIEWER))
    for group in groups:
        assert len(who(group.territories, people)) >= GROUP
    for one, other in combinations(groups, 2):
        for rest in (one.territories - other.territories, other.territories - one.territories):
            if one.territories & other.territories and any(people[each] for each in rest):
                assert len(who(rest, people)) >= GROUP


@settings(max_examples=300)
@given(companies())
def test_the_parts_of_a_group_leave_nobody_to_be_reckoned(company):
    paths, people = company
    for group in flat(grouped(people, paths, 1, viewer=VIEWER)):
        if group.parts:
            together = frozenset().union(*(part.territories for part in group.parts))
            assert not any(people[each] for each in group.territories - together)
            assert sum(len(part.territories) for part in group.parts) == len(together)


def test_too_few_are_counted_with_others():
    paths = {1: "/1/", 2: "/1/2/", 3: "/1/3/", 4: "/1/4/"}
    people = {1: set(), 2: set(range(1, 7)), 3: set(range(10, 19)), 4: {20, 21}}
    whole = grouped(people, paths, 1, viewer=VIEWER)
    assert [(part.top, sorted(part.territories), part.alone) for part in whole.parts] == [
        (3, [3], True),
        (2, [1, 2, 4], False),
    ]
    assert found(whole, 3) is not None
    assert found(whole, 4) is None
    assert found(whole, 2) is None
    assert grouped({**people, 2: {1}, 3: {2, 3}}, paths, 1, viewer=VIEWER).parts == ()
    assert grouped({key: {1, 2} for key in paths}, paths, 1, viewer=VIEWER) is None


def test_the_one_who_looks_counts_for_nothing():
    paths = {1: "/1/"}
    assert grouped({1: {1, 2, 3, 4, 5}}, paths, 1, viewer=5) is None
    assert grouped({1: {1, 2, 3, 4, 5}}, paths, 1, viewer=9) is not None


@given(st.dictionaries(st.sampled_from([f"2026-Q{n}" for n in range(1, 5)]), st.sets(st.integers(0, 9), min_size=1)))
def test_every_span_of_quarters_has_enough_people(people):
    runs = spans(people, viewer=VIEWER)
    for run in runs:
        assert len(set().union(*(people[each] for each in run)) - {VIEWER}) >= GROUP
    if runs:
        assert sorted(each for run in runs for each in run) == sorted(people)
