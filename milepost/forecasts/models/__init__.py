"""What forecasts keep: how everything looked, what people set and submit themselves, how past periods ended."""

from milepost.forecasts.models.answers import KeptAnswer
from milepost.forecasts.models.judged import JudgedLook, JudgedRecord
from milepost.forecasts.models.packs import KeptPack, PackKind, PackSubscription
from milepost.forecasts.models.past import KeptPast, PastTouched
from milepost.forecasts.models.ranges import KeptRange
from milepost.forecasts.models.replays import Replay
from milepost.forecasts.models.snapshots import Snapshot, SnapshotDay
from milepost.forecasts.models.submissions import PeriodLock, Submission
from milepost.forecasts.models.targets import Target
from milepost.forecasts.models.totals import PeriodTotal
from milepost.forecasts.models.trials import AnswersTrial

__all__ = [
    "AnswersTrial",
    "JudgedLook",
    "JudgedRecord",
    "KeptAnswer",
    "KeptPack",
    "KeptPast",
    "KeptRange",
    "PackKind",
    "PackSubscription",
    "PastTouched",
    "PeriodLock",
    "PeriodTotal",
    "Replay",
    "Snapshot",
    "SnapshotDay",
    "Submission",
    "Target",
]
