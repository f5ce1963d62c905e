"""Trials of answers: whether what was known of past opportunities would have foretold their ends."""

from __future__ import annotations

from django.db import models


class AnswersTrial(models.Model):
    """One trial: mean log loss on `cases` opportunities not learnt from, without answers and with them.

    `error` is the standard error of what answers save. `facts` are the keys that were tried; `effects` are
    [fact, answer, factor on the odds, won, lost], the strongest first.
    """

    as_of = models.DateField()
    made_at = models.DateTimeField(auto_now_add=True)
    cases = models.PositiveIntegerField()
    without = models.FloatField(null=True)
    with_answers = models.FloatField(null=True)
    error = models.FloatField(null=True)
    earned = models.BooleanField(default=False)
    facts = models.JSONField(default=list)
    effects = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.as_of}, {self.cases}"
