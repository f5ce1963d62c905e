"""Where a person's word counts beside the model, and where it is kept apart."""

import datetime

import pytest

from milepost.forecasts.learn import learn_and_refresh
from milepost.forecasts.records import voices
from milepost.opportunities.models import FiguresRun, Judgement, Standing

DAY = datetime.timedelta(days=1)
PAGE = "/forecast/accuracy/"


def words(answer):
    return " ".join(answer.content.decode().split())


VOICE = {"weight": 0.5, "bias": 0.4, "people": 7, "tested": 90, "gained": 0.03, "proven": True}


@pytest.fixture
def counts(cast, opportunity):
    """Let words count half, as learnt of seven people, and one of 90 % be said."""
    learn_and_refresh(today=cast.today)
    before = Standing.objects.get(pk=opportunity.pk).win
    FiguresRun.objects.update(voices={"by_name": False, "everyone": VOICE, "people": {}})
    Judgement.give(opportunity, by=cast.salesperson, on=cast.today, probability=0.9)
    return before


def test_a_word_that_counts_makes_one_number_everywhere(cast, as_, opportunity, counts):
    import numpy as np

    row = Standing.objects.select_related("figure").get(pk=opportunity.pk)
    assert counts < row.win < 0.9
    assert row.expected_minor == round(row.value_minor * row.win)
    assert row.win_low < row.win < row.win_high
    draws = np.frombuffer(bytes(row.figure.win_draws), np.float32)
    assert draws.mean() == pytest.approx(row.win, abs=1e-5)
    by = np.frombuffer(bytes(row.figure.won_by), np.float16).reshape(-1, len(draws))
    assert (np.diff(by.astype(float), axis=0) >= -1e-3).all()
    assert (by[-1] <= draws + 1e-3).all()
    shown = f"{row.win * 100:.0f} %"
    for address in ("/board/", f"/opportunities/{opportunity.pk}/", f"/opportunities/{opportunity.pk}/why/"):
        assert shown in words(as_(cast.coordinator).get(address)), address
    opportunity.restand()
    assert Standing.objects.get(pk=opportunity.pk).win == row.win


def test_how_it_is_computed_says_whose_word_counts(cast, as_, opportunity, counts):
    why = f"/opportunities/{opportunity.pk}/why/"
    assert "Your call of 90" in words(as_(cast.salesperson).get(why))
    text = words(as_(cast.coordinator).get(why))
    assert "counts for 50 % of the win chance" in text
    assert f"Without it: {counts * 100:.0f}" in text


def test_how_much_one_persons_word_counts_is_theirs_to_know(cast, as_, opportunity, counts):
    own = {str(cast.salesperson.pk): VOICE | {"people": 1}}
    FiguresRun.objects.update(voices={"by_name": True, "everyone": None, "people": own})
    opportunity.restand()
    why = f"/opportunities/{opportunity.pk}/why/"
    assert "counts for 50 %" in words(as_(cast.salesperson).get(why))
    assert "counts for 50 %" not in words(as_(cast.coordinator).get(why))
    assert "counts for 50 %" not in words(as_(cast.sales_manager).get(why))
    cast.company.revise(by=cast.administrator, accuracy_by_name=True)
    assert "counts for 50 %" in words(as_(cast.sales_manager).get(why))
    assert "counts for 50 %" not in words(as_(cast.coordinator).get(why))


def test_an_old_word_counts_no_more(cast, opportunity, counts):
    Judgement.objects.update(on=cast.today - 91 * DAY)
    opportunity.restand()
    assert Standing.objects.get(pk=opportunity.pk).win == pytest.approx(counts)


def test_without_proof_it_is_kept_beside(cast, as_, opportunity):
    learn_and_refresh(today=cast.today)
    Judgement.give(opportunity, by=cast.salesperson, on=cast.today, probability=0.9)
    assert "Kept beside the win chance, not used" in words(
        as_(cast.coordinator).get(f"/opportunities/{opportunity.pk}/why/")
    )


def test_words_of_fewer_than_five_count_only_where_names_are_shown(monkeypatch):
    from milepost.engine import blend
    from milepost.engine.blend import Blend, Voice

    voice = Voice(0.4, 0.1, 4, 80, 0.03, True)
    monkeypatch.setattr(blend, "learn_blend", lambda calls: Blend(voice, {7: Voice(0.6, 0.2, 1, 30, 0.1, True)}))
    assert voices([], by_name=False)["everyone"] is None
    assert voices([], by_name=False)["people"] == {}
    shown = voices([], by_name=True)
    assert shown["everyone"]["weight"] == 0.4
    assert shown["people"]["7"]["weight"] == 0.6
