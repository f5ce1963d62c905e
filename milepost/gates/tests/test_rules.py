"""What always holds of a card."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from milepost.gates.rules import Known, answer_of, card

VALUES = st.none() | st.booleans() | st.floats(-1e9, 1e9)


@st.composite
def rules_and_facts(draw):
    rules, known = [], {}
    for at in range(draw(st.integers(0, 8))):
        compare = draw(st.sampled_from(["yes", "at_least", "at_most"]))
        rules.append(
            SimpleNamespace(
                key=str(at),
                compare=compare,
                threshold=draw(st.floats(-1e9, 1e9)),
                weight=draw(st.integers(0, 9)),
                veto=draw(st.booleans()),
            )
        )
        if draw(st.booleans()):
            known[str(at)] = Known(draw(VALUES))
    return rules, known


@given(rules_and_facts(), st.integers(0, 100))
def test_unknown_counts_against(pair, enough):
    rules, known = pair
    judged = card(rules, known, enough=enough)
    with_less = card(rules, {}, enough=enough)

    assert 0 <= judged.points <= 100
    assert with_less.points <= judged.points
    assert judged.speaks_for_it or not with_less.speaks_for_it


@given(rules_and_facts(), st.integers(0, 100))
def test_an_unmet_veto_stops_whatever_the_points(pair, enough):
    rules, known = pair
    judged = card(rules, known, enough=enough)

    if any(rule.veto and answer_of(rule, known.get(rule.key, Known())) != "yes" for rule in rules):
        assert not judged.speaks_for_it


@given(rules_and_facts())
def test_what_is_missing_is_what_is_not_met(pair):
    rules, known = pair
    judged = card(rules, known, enough=50)

    assert {one.key for one in judged.missing} == {one.key for one in judged.rules if one.answer != "yes"}
    vetoes = [one.veto for one in judged.missing]
    assert vetoes == sorted(vetoes, reverse=True)
