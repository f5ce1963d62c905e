"""Answers that took long to compute, by all that they follow from."""

from __future__ import annotations

from django.db import models


class KeptAnswer(models.Model):
    """What was computed once, as JSON in UTF-8; `key` is the sum of all that it follows from."""

    key = models.CharField(max_length=32, primary_key=True)
    answer = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.key
