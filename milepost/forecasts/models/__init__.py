"""What forecasts keep: how everything looked, what people set and submit themselves, how past periods ended."""

from milepost.forecasts.models.packs import KeptPack, PackKind, PackSubscription
from milepost.forecasts.models.replays import Replay
from milepost.forecasts.models.snapshots import Snapshot, SnapshotDay
from milepost.forecasts.models.submissions import PeriodLock, Submission
from milepost.forecasts.models.targets import Target

__all__ = [
    "KeptPack",
    "PackKind",
    "PackSubscription",
    "PeriodLock",
    "Replay",
    "Snapshot",
    "SnapshotDay",
    "Submission",
    "Target",
]
