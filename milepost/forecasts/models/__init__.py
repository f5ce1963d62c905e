"""What forecasts keep: how everything looked on past days, and what people set and submit themselves."""

from milepost.forecasts.models.snapshots import Snapshot, SnapshotDay
from milepost.forecasts.models.submissions import PeriodLock, Submission
from milepost.forecasts.models.targets import Target

__all__ = ["PeriodLock", "Snapshot", "SnapshotDay", "Submission", "Target"]
