"""Replays: what would have been said at the start of a past period, beside what came."""

from __future__ import annotations

from django.db import models

from milepost.team.models import Person, Territory


class Replays(models.QuerySet["Replay"]):
    """Questions about many replays."""

    def visible_to(self, person: Person) -> Replays:
        """Keep those of territories that the person sees whole: they hold totals of everybody's."""
        return self.filter(territory_id__in=person.sight.territories)


class Replay(models.Model):
    """One past period of a territory and all below it, forecast from what was known on its first day.

    Money is in minor units of the company's currency. Of `open` the values of `unvalued` are not known and count in no
    total; those of `assumed` are not known either, and something stands for them (`stand_ins.py`). `low`, `middle`,
    `high` and `mean` are what the model would have said, learnt from `stays`; `won` came from what was open on that
    day, `later` from what began afterwards and counts for neither.
    `called` is what people committed to by then, None where nobody had said anything. `base` and `staged` are what
    a base rate and rates by step would have said. `spread` is the standard deviation of luck and of what was not known,
    `slope` what one unit of log odds more in every chance would have added, both None where the period says nothing
    of later ones (`engine/drift.py`). `scores` and `tenths` are sums, so that periods add up.
    """

    period = models.CharField(max_length=8)
    start = models.DateField()
    end = models.DateField()
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now=True)
    stays = models.PositiveIntegerField()
    open = models.PositiveIntegerField()
    unvalued = models.PositiveIntegerField()
    assumed = models.PositiveIntegerField(default=0)
    undated = models.PositiveIntegerField()
    low = models.BigIntegerField()
    middle = models.BigIntegerField()
    high = models.BigIntegerField()
    mean = models.BigIntegerField()
    floor = models.BigIntegerField()
    won = models.BigIntegerField()
    won_number = models.PositiveIntegerField()
    later = models.BigIntegerField()
    later_number = models.PositiveIntegerField()
    spread = models.BigIntegerField(null=True)
    slope = models.BigIntegerField(null=True)
    called = models.BigIntegerField(null=True)
    called_number = models.PositiveIntegerField(default=0)
    base = models.BigIntegerField(null=True)
    staged = models.BigIntegerField(null=True)
    scores = models.JSONField()
    tenths = models.JSONField()

    objects = Replays.as_manager()

    class Meta:
        ordering = ["-start", "territory"]
        constraints = [models.UniqueConstraint(fields=["period", "territory"], name="replay_once")]

    def __str__(self) -> str:
        return f"{self.period}, {self.territory_id}"

    @property
    def is_inside(self) -> bool:
        """Tell whether what came lies in the range."""
        return self.low <= self.won <= self.high

    @property
    def off(self) -> int:
        """Return how far above what came the mean was; below 0 = too low."""
        return self.mean - self.won
