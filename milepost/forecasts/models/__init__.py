"""What forecasts keep: how everything looked on past days, and what people set themselves."""

from milepost.forecasts.models.snapshots import Snapshot, SnapshotDay
from milepost.forecasts.models.targets import Target

__all__ = ["Snapshot", "SnapshotDay", "Target"]
