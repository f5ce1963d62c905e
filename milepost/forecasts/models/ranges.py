"""Ranges that were computed, by all that they follow from."""

from __future__ import annotations

from django.db import models


class KeptRange(models.Model):
    """What a total will come to, in units of the company's currency; `key` is the sum of all that it follows from.

    Of those that were computed exactly the mean is kept too, `dots`, so many equally likely
    results, ascending, and `floor`, how far off one would be who knew every chance.
    """

    key = models.CharField(max_length=32, primary_key=True)
    low = models.FloatField()
    middle = models.FloatField()
    high = models.FloatField()
    reach = models.FloatField(null=True)
    mean = models.FloatField(null=True)
    dots = models.JSONField(null=True)
    floor = models.FloatField(null=True)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.key
