"""Days kept after the fact."""

import datetime

import pytest

from milepost.forecasts.models import Snapshot, SnapshotDay
from milepost.forecasts.recall import recall
from milepost.forecasts.snapshots import take
from milepost.opportunities.close import close

DAY = datetime.timedelta(days=1)


def test_it_keeps_days_as_their_evenings_looked(cast, as_, opportunity):
    close(opportunity, by=cast.coordinator, kind="lost", on=cast.today - 2 * DAY)
    recall([cast.today - n * DAY for n in (30, 8, 1)], today=cast.today)
    assert not Snapshot.objects.on(cast.today - 30 * DAY).exists()  # it began ten days ago
    before = Snapshot.objects.get(valid_from=cast.today - 8 * DAY)
    assert (before.state, before.step_name, before.valid_to) == ("open", "First talk", cast.today - 2 * DAY)
    assert 0 < before.win_low < before.win < before.win_high < 1
    assert Snapshot.objects.current().get().state == "lost"
    assert SnapshotDay.objects.count() == 3
    assert as_(cast.coordinator).get("/forecast/moved/").status_code == 200


def test_the_daily_look_goes_on_from_there(cast, opportunity):
    recall([cast.today - 3 * DAY], today=cast.today)
    assert take(today=cast.today).rows <= 1
    assert Snapshot.objects.current().count() == 1


def test_it_keeps_its_hands_off_days_that_are_kept(cast, opportunity):
    take(today=cast.today)
    with pytest.raises(ValueError, match="kept already"):
        recall([cast.today - DAY], today=cast.today)
