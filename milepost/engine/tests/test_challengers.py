"""Challengers are tried against the chain on later days, earn it only where they foretell, and leave the level be."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.engine.beside import Past, Table
from milepost.engine.challengers import CHALLENGERS, as_correction, held, matured, try_corrections
from milepost.engine.corrections import BOLDEST, STATES, Correction, corrected

QUESTIONS = ("budget", "colour")


def company(size, strength, seed, *, rows=3, slow=0.0):
    """Make opportunities with three rows each: an answer moves log odds by `strength`, days in all by `-slow`.

    The chain knows the step alone: 30 % in the first, 60 % in the second.
    """
    rng = np.random.default_rng(seed)
    begun = np.sort(rng.integers(0, 1000, size))
    closed = begun + rng.integers(40, 90, size)
    known = rng.choice(["yes", "no", ""], size)
    case = np.repeat(np.arange(size), rows)
    step = np.tile(np.arange(rows) % 2, size)
    late = rng.integers(1, 300, size)
    first = np.log(np.where(step[::rows] == 0, 3 / 7, 6 / 4))
    lean = strength * ((known == "yes") - (known == "no") * 1.0) - slow * (np.log1p(late) - 4.6)
    won = rng.random(size) < 1 / (1 + np.exp(-first - lean))
    day = begun[case] + np.tile(np.arange(rows) * 12, size)
    answers = [[str(known[i]), str(rng.choice(["red", "blue"]))] for i in case]
    ages = np.column_stack([day - begun[case], late[case]]).astype(float)
    chain = np.full(len(case), 0.3)
    return Past(chain, answers, step, ages, won[case] * 1.0, day, closed[case], case, closed[case])


def take(past, rows):
    """Keep some rows, in this order."""
    values = {f.name: getattr(past, f.name) for f in fields(past)}
    picked = {name: v[rows] if isinstance(v, np.ndarray) else [v[i] for i in rows] for name, v in values.items()}
    return Past(**picked)


def tried(past):
    return try_corrections(QUESTIONS, ("meet", "offer"), past)


def test_what_foretells_beyond_the_chain_earns_it():
    found = tried(company(500, 2.0, 1))
    assert found.chosen.name == "answers"
    assert found.chosen.loss < found.chain - 0.05
    told = found.correction.answers
    assert told["budget"]["yes"] > 0.8 > -0.4 > told["budget"]["no"]
    assert abs(told.get("colour", {}).get("red", 0.0)) < 0.1
    effects = {(e.question, e.answer): e.factor for e in found.effects}
    assert effects["budget", "yes"] > 2 > 0.6 > effects["budget", "no"]


def test_ages_that_the_chain_does_not_see_earn_it_too():
    found = tried(company(700, 0.0, 2, slow=1.5))
    assert found.chosen.name == "states"
    assert not found.correction.answers
    young, old = (dict(found.correction.parts({}, "meet", (10, days)))[STATES] for days in (3, 250))
    assert young > 0.5 > -0.3 > old


@pytest.mark.parametrize("seed", range(8))
def test_what_says_nothing_does_not_earn_it(seed):
    found = tried(company(500, 0.0, seed + 20))
    assert found.chosen is None
    assert found.correction is None


def test_the_right_is_taken_away_when_it_no_longer_foretells():
    """What told much once and tells nothing in later years loses, whatever it told before."""
    once, since = company(250, 2.5, 5), company(600, 0.0, 6)
    later = replace(since, day=since.day + 1200, closed=since.closed + 1200, matured=since.matured + 1200)
    both = {f.name: [getattr(once, f.name), getattr(later, f.name)] for f in fields(Past)}
    both["case"][1] = both["case"][1] + 10_000
    joined = {n: a + b if isinstance(a, list) else np.concatenate([a, b]) for n, (a, b) in both.items()}
    assert tried(once).chosen is not None
    assert tried(Past(**joined)).chosen is None


def test_rows_of_one_opportunity_count_once():
    past = company(300, 1.5, 3)
    once, more = (tried(each) for each in (past, take(past, np.repeat(np.arange(len(past)), 4))))
    assert once.cases == more.cases
    assert [r.loss for r in once.results] == pytest.approx([r.loss for r in more.results], abs=1e-6)


def test_what_came_later_does_not_help_to_foretell():
    """An answer given on the last rows alone, after all learning, is worth nothing."""
    past = company(400, 0.0, 4)
    late = past.day >= np.quantile(past.closed, 0.85)
    told = [[("won" if won else "lost") if out else "", ""] for won, out in zip(past.won, late, strict=True)]
    assert tried(replace(past, answers=told)).results[0].saved < 0.05


def test_a_day_that_has_not_matured_is_not_learnt_from():
    past = company(400, 2.0, 7)
    assert tried(replace(past, matured=np.full(len(past), np.iinfo(np.int64).max))) is None


def test_too_little_is_not_tried():
    assert tried(take(company(3, 1.0, 1), [])) is None
    few = tried(company(40, 3.0, 5))
    assert few is None or few.chosen is None


def test_a_day_matures_when_four_in_five_have_ended():
    far = np.iinfo(np.int64).max
    begun, ended = np.array([0, 0, 0, 0, 0, 50]), np.array([10, 20, 30, 40, far, 60])
    assert matured(begun, ended, np.array([0, 5, 15, 55, 70])).tolist() == [far, 40, far, far, far]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60))
def test_order_does_not_matter(seed, size):
    past = company(size, 1.0, seed)
    one, two = (tried(each) for each in (past, take(past, np.random.default_rng(seed).permutation(len(past)))))
    assert (one is None) == (two is None)
    if one and two:
        assert [r.loss for r in one.results] == pytest.approx([r.loss for r in two.results], abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.02, 0.95), st.floats(-2, 2), st.sampled_from(sorted(CHALLENGERS)))
def test_the_level_stays_the_chains(seed, chance, strength, name):
    """However far the chain's level is from what came, a correction shares chances out and keeps their sum."""
    past = company(80, strength, seed)
    past = replace(past, chain=np.clip(chance + 0.03 * (past.case % 5 - 2), 0.01, 0.99))
    table = Table(QUESTIONS, ("meet", "offer"), past)
    found = as_correction(table, table.learn(np.ones(len(past), bool), [CHALLENGERS[name]])[0])
    moved = np.array(
        [
            sum(by for _n, by in found.parts(dict(zip(QUESTIONS, told, strict=True)), ("meet", "offer")[step], ages))
            for told, step, ages in zip(past.answers, past.step, past.ages.tolist(), strict=True)
        ]
    )
    p = corrected(past.chain, found.level + moved)
    assert table.once @ p == pytest.approx(table.once @ past.chain, rel=2e-3)


@given(
    st.floats(0, 1),
    st.lists(st.tuples(st.text(), st.floats(-9, 9)), max_size=4),
    st.floats(-3, 3),
    st.floats(0, BOLDEST),
)
def test_a_correction_never_says_never_nor_always(chance, parts, c, bold):
    one = Correction({}, {}, ((0, 1), (0, 1)), c, bold)
    shift = one.shift(parts)
    assert abs(shift) <= bold
    assert 0 < corrected(chance, shift) < 1
    more = one.shift([*parts, ("more", 1.0)])
    assert corrected(chance, more) >= corrected(chance, shift)


def test_a_correction_is_kept_as_plain_values():
    import json

    found = tried(company(500, 2.0, 1)).correction
    again = Correction.from_json(json.loads(json.dumps(found.to_json())))
    asked = ({"budget": "no", "colour": "red"}, "meet", (3, 40))
    assert again == found
    assert again.shift(again.parts(*asked)) == found.shift(found.parts(*asked))
    assert again.error(again.parts(*asked), asked[0]) == found.error(found.parts(*asked), asked[0]) > 0


def alike(size, seed):
    """Make opportunities with an answer, one that mostly says the same, and one that follows the first by chance."""
    past = company(size, 1.0, seed)
    rng = np.random.default_rng(seed)
    second = [told[0] if rng.random() < 0.85 else str(rng.choice(["yes", "no", ""])) for told in past.answers]
    third = ["late" if told[0] == "yes" and rng.random() < 0.3 else "early" for told in past.answers]
    return replace(past, answers=[[told[0], *more] for told, *more in zip(past.answers, second, third, strict=True)])


@pytest.mark.parametrize("seed", range(4))
def test_answers_that_say_the_same_share_it_and_none_turns_against_the_others(seed):
    past, questions = alike(300, seed), ("budget", "paid", "late")
    table, everything = Table(questions, ("meet", "offer"), past), np.ones(300 * 3, bool)
    learnt = table.learn(everything, [(True, False)])[0]
    told = as_correction(table, learnt).answers
    alone = {
        q: {a: table.alone(everything).answers[n] for n, a in enumerate(k, s)}
        for q, k, s in zip(questions, table.levels, table.starts, strict=False)
    }
    for question, answers in told.items():
        order = sorted(answers, key=answers.get)
        assert order == sorted(alone[question], key=alone[question].get)
        assert np.ptp(list(answers.values())) <= np.ptp(list(alone[question].values())) + 1e-12
    both = sum(answers["yes"] - answers["no"] for question, answers in told.items() if question != "late")
    assert 0.5 < both < 2.6


@pytest.mark.parametrize(("strength", "most"), [(0.0, 0), (1.2, 4)])
def test_of_twenty_questions_those_that_say_something_count(strength, most):
    rng, past = np.random.default_rng(2), company(600, strength, 9)
    luck = rng.choice(["a", "b", "c", ""], (600, 18))
    answers = [[*told, *luck[case].tolist()] for told, case in zip(past.answers, past.case.tolist(), strict=True)]
    found = try_corrections((*QUESTIONS, *map(str, range(18))), ("meet", "offer"), replace(past, answers=answers))
    counts = found.correction.answers if found.correction else {}
    assert len(counts) <= most
    assert ("budget" in counts) == (strength > 0)
    assert found.results[0].saved > (0.03 if strength else -0.005)


def test_what_held_only_half_on_later_days_counts_half():
    rng = np.random.default_rng(1)
    by = rng.choice([-2.0, 0.0, 2.0], 4000)
    won = (rng.random(4000) < 1 / (1 + np.exp(-by / 2))) * 1.0
    kappa, bold = held(np.zeros(4000), by, won, np.arange(4000))
    assert kappa == pytest.approx(0.5, abs=0.1)
    assert bold == pytest.approx(2 * kappa)
    assert held(np.zeros(4000), -by, won, np.arange(4000)) == (0, 0)


def test_its_error_is_how_far_it_is_from_the_truth():
    """Over companies of one kind, the square of the error is the mean square of what an answer's log odds miss."""
    missed, errors = [], []
    for seed in range(24):
        past = company(250, 1.2, 100 + seed, rows=1)
        table = Table(QUESTIONS, ("meet", "offer"), past)
        one = as_correction(table, table.learn(np.ones(len(past), bool), [(True, False)])[0])
        parts = one.parts({"budget": "yes", "colour": "red"}, "meet", (1, 1))
        missed.append(sum(by for _name, by in parts) - 1.2)
        errors.append(one.error(parts, {"budget": "yes", "colour": "red"}))
    assert np.sqrt(np.mean(np.square(missed))) == pytest.approx(np.mean(errors), rel=0.4)
