"""Trials: whether what is known of past opportunities would have foretold their ends better than the chain."""

from __future__ import annotations

from django.db import models


class AnswersTrial(models.Model):
    """One trial: mean log loss on `cases` opportunities not learnt from, as the chain has it, and with answers.

    `with_answers` and `error`, the standard error of what is saved, are the champion's; where the chain stands alone,
    those of the challenger that came nearest. `champion` names it, "" for the chain; `results` are [challenger, log
    loss, saved, error]. `correction` is what counts from now on. `facts` are the keys that were tried; `effects` are
    [fact, answer, factor on the odds, won, lost], the strongest first.
    """

    as_of = models.DateField()
    made_at = models.DateTimeField(auto_now_add=True)
    cases = models.PositiveIntegerField()
    without = models.FloatField(null=True)
    with_answers = models.FloatField(null=True)
    error = models.FloatField(null=True)
    earned = models.BooleanField(default=False)
    champion = models.CharField(max_length=10, blank=True)
    results = models.JSONField(default=list)
    correction = models.JSONField(default=dict)
    facts = models.JSONField(default=list)
    effects = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.as_of}, {self.cases}"
