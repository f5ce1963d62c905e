"""What people, or a later import, have built on an import that changed rows stands against taking it back."""

import pytest

from milepost.exchange.before import Before
from milepost.exchange.built_on import why_not
from milepost.exchange.tests.deals import HEAD, ROWS, one
from milepost.exchange.tests.second_files import LATER, changed
from milepost.exchange.tests.standing_rows import differences, standing_rows
from milepost.exchange.undo import undo


def test_what_people_have_worked_on_since_stands_against_it(bring, cast):
    bring()
    batch = bring(changed("value"))
    one("Line 4").edit(by=cast.coordinator, name="Ours")
    assert why_not(batch) == "1 thing it changed has been worked on since."
    with pytest.raises(ValueError, match="worked on since"):
        undo(batch, by=cast.coordinator)
    assert one("Ours").value_minor == 150000


def test_what_people_do_with_rows_that_said_nothing_new_stands_not_against_it(bring, cast):
    bring()
    batch = bring(changed("value"), as_of=LATER)
    one("Line 5").current_step.win(by=cast.coordinator, on=cast.today)
    stood = one("Line 5").as_of
    undo(batch, by=cast.coordinator)
    assert (one("Line 5").as_of, one("Line 4").value_minor) == (stood, 100050)


def test_imports_are_taken_back_one_after_the_other(bring, cast):
    empty = standing_rows()
    first = bring()
    second = bring(changed("value", "lost"), as_of=LATER)
    assert why_not(first) == "A later import has read the same rows. Undo that one first."
    undo(second, by=cast.coordinator)
    assert why_not(first) == ""
    undo(first, by=cast.coordinator)
    assert differences(empty, standing_rows()) == {}


def test_what_stood_before_is_let_go_once_a_later_import_has_read_the_rows(bring, cast):
    bring()
    second = bring(changed("value"))
    assert second.before.exists()
    third = bring(changed("name"))
    second.refresh_from_db()
    assert set(Before.objects.values_list("batch", flat=True)) == {third.pk}
    assert "kept no longer" in why_not(second)
    undo(third, by=cast.coordinator)
    assert "kept no longer" in why_not(second)


def test_what_stood_before_is_kept_while_another_import_reads_other_rows(bring, cast):
    bring()
    second = bring(changed("value").replace(ROWS[ROWS.index("2,Line 5") :], ""))
    bring(HEAD + "9,Other,Acme,Ada Fox,Discovery,5,10,2026-01-05,,,\n")
    assert second.before.exists()
    assert why_not(second) == ""


def test_an_import_of_before_this_was_kept_is_not_taken_back(bring):
    bring()
    batch = bring(changed("value"))
    batch.before.all().delete()
    assert "kept no longer" in why_not(batch)
