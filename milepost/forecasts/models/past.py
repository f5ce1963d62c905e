"""The past of all opportunities as columns of numbers, and the opportunities whose past has changed since."""

from __future__ import annotations

from django.db import models


class KeptPast(models.Model):
    """How all opportunities went, as columns of numbers, as it was when they were kept; there is one.

    `stamp` tells one from the next. What has changed since is listed in `PastTouched`.
    """

    stamp = models.CharField(max_length=32)
    columns = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.stamp


class PastTouched(models.Model):
    """An opportunity of which a stay, an end or what it is told apart by has changed since the past was kept.

    The database itself writes these rows, by whatever way a change is made. `stamp` is chance, so that a row that was
    taken back never looks like another that came later.
    """

    opportunity = models.BigIntegerField()
    stamp = models.BigIntegerField()

    def __str__(self) -> str:
        return f"opportunity {self.opportunity}"
