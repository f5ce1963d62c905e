"""What is derived and kept for reading: the learnt model's runs, its figures, and the standing of open ones."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from milepost.accounts.models import Account
from milepost.opportunities import line
from milepost.opportunities.models.judgement import Category
from milepost.opportunities.models.opportunity import Opportunity, seen_by
from milepost.playbooks.models import Playbook
from milepost.team.models import Person, Territory
from milepost.team.sight import Sees

NEVER = datetime.date(9999, 12, 31)


class FiguresRun(models.Model):
    """One estimate of the company's conversions, made daily; `learnt` is the engine's own bytes.

    `period_ends` are the last days of the fiscal month it was made in and of those that follow, as "YYYY-MM-DD".
    `refreshed_at` is None until every open opportunity has its figures; `found` is what `Found` writes.
    """

    as_of = models.DateField()
    period_ends = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    refreshed_at = models.DateTimeField(null=True)
    learnt = models.BinaryField()
    found = models.JSONField(default=dict)
    stays = models.PositiveIntegerField(default=0)
    # What is usual of known values, by playbook ("" for all): Desk orders the unknown by it until the next run.
    usual_values = models.JSONField(default=dict)
    # How much people's words count while this run is the newest: see `opportunities/voices.py`.
    voices = models.JSONField(default=dict)
    # By how much periods move as a whole, as far as past ones told when it was made: see `engine/drift.py`.
    drift = models.JSONField(default=dict)
    # What corrects the chances of single opportunities, as it has earned: see `opportunities/answers.py`.
    earned = models.JSONField(default=dict)
    # At what pace steps move in each calendar month, where that was learnt: see `engine/season.py`.
    season = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]

    @property
    def ends(self) -> list[datetime.date]:
        """Return the last days of the fiscal months its figures know."""
        return [datetime.date.fromisoformat(day) for day in self.period_ends]


class Figure(models.Model):
    """The chance of every opportunity with the same steps still to win, the same age and the same booking.

    `win_draws` holds one float32 a posterior draw; `won_by` one float16 for each of the run's period ends and draw:
    the chance to be won by then, as if the run's day were today; `steps` the conversion of each step with its counts;
    `close_days` the 10, 50 and 90 % quantiles of the days until it is won, given that it is. `word` tells whose word
    counts in it and how much, and the chance without it; `moved` by how many log odds answers have moved it, and the
    chance without them. Both are empty where nothing counts.
    """

    run = models.ForeignKey(FiguresRun, models.CASCADE, related_name="figures")
    key = models.CharField(max_length=64)
    win = models.FloatField()
    win_low = models.FloatField()
    win_high = models.FloatField()
    win_in_week = models.FloatField()
    close_days = models.JSONField()
    weakest = models.PositiveSmallIntegerField(null=True)
    thin = models.BooleanField(default=False)
    steps = models.JSONField()
    win_draws = models.BinaryField()
    won_by = models.BinaryField(default=b"")
    word = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="figure_once_a_run")]


class Standings(models.QuerySet["Standing"]):
    """Questions about all open opportunities; lists, totals and charts read only this."""

    def visible_to(self, person: Sees) -> Standings:
        """Keep what the person may see."""
        return self.filter(seen_by(person))

    def person_renamed(self, person: Person) -> None:
        """Bring the name of whoever does what comes next up to date: the salesperson's, else the coordinator's."""
        theirs = models.Q(salesperson=person) | models.Q(salesperson=None, coordinator=person)
        self.filter(theirs).update(next_who=person.name)


class Standing(models.Model):
    """One narrow row for each open opportunity, written with every change, rebuilt by `milepost rebuild`.

    `answers` tell what moves its chance: [what, answer, log odds], the strongest first.

    Money is in minor units of the company's currency; None is unknown. Keys of sorting are never null.
    """

    opportunity = models.OneToOneField(Opportunity, models.CASCADE, primary_key=True, related_name="standing")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    account_name = models.CharField(max_length=200, blank=True)
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    coordinator = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    salesperson = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    confidential = models.BooleanField(default=False)
    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="+")
    started_on = models.DateField(null=True)
    as_of = models.DateField(null=True)

    step_id = models.BigIntegerField(null=True)
    step_name = models.CharField(max_length=120, blank=True)
    step_state = models.CharField(max_length=12)
    step_number = models.PositiveSmallIntegerField()
    step_count = models.PositiveSmallIntegerField()
    entered_on = models.DateField(null=True)
    entered_key = models.DateField(default=NEVER)
    usual_days = models.PositiveIntegerField(null=True)
    over_from = models.DateField(default=NEVER)
    next_at = models.DateTimeField(null=True)
    next_key = models.DateField(default=NEVER)
    next_timed = models.BooleanField(default=True, db_default=True)
    """False where a day is agreed and no time: `next_at` is then nine in the morning, which nobody has said."""
    next_who = models.CharField(max_length=120, blank=True)
    beads = models.JSONField(default=list)
    gate_name = models.CharField(max_length=120, blank=True)
    gate_state = models.CharField(max_length=8, blank=True)  # waiting or paused; what is behind it is not worked on

    seal = models.CharField(max_length=8, blank=True, default="")
    seal_version = models.PositiveIntegerField(null=True)

    value_minor = models.BigIntegerField(null=True)
    value_key = models.BigIntegerField(default=-1)
    expected_minor = models.BigIntegerField(null=True)
    expected_key = models.BigIntegerField(default=-1)
    weekly_loss_minor = models.BigIntegerField(default=0)
    assumed_minor = models.BigIntegerField(null=True)  # stands for an unknown value in the weekly loss, nowhere else
    assumed_alike = models.BooleanField(default=True, db_default=True)
    """False where that is the middle of all playbooks: neither its own nor its offer had a value when last learnt."""

    figure = models.ForeignKey(Figure, models.SET_NULL, null=True, related_name="+")
    win = models.FloatField(default=0)
    win_low = models.FloatField(default=0)
    win_high = models.FloatField(default=0)
    answers = models.JSONField(default=list)
    thin = models.BooleanField(default=False)
    close_low = models.DateField(null=True)
    close_on = models.DateField(null=True)
    close_high = models.DateField(null=True)
    close_key = models.DateField(default=NEVER)

    category = models.CharField(_("category"), max_length=10, choices=Category.choices)
    model_category = models.CharField(max_length=10, choices=Category.choices)
    judged_category = models.CharField(max_length=10, blank=True)
    judged_win = models.FloatField(null=True)
    judged_close = models.DateField(null=True)

    objects = Standings.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-expected_key", "-opportunity"], name="standing_by_expected"),
            models.Index(fields=["-value_key", "-opportunity"], name="standing_by_value"),
            models.Index(fields=["next_key", "opportunity"], name="standing_by_next"),
            models.Index(fields=["close_key", "opportunity"], name="standing_by_close"),
            models.Index(fields=["name_key", "opportunity"], name="standing_by_name"),
            models.Index(fields=["-win", "-opportunity"], name="standing_by_win"),
            models.Index(fields=["-weekly_loss_minor", "-opportunity"], name="standing_by_loss"),
            models.Index(fields=["-weekly_loss_minor", "entered_key", "opportunity"], name="standing_by_wait"),
            models.Index(fields=["territory", "-expected_key", "-opportunity"], name="standing_by_territory"),
            # Holds all that the Board's totals read, so that they never touch the wide rows.
            models.Index(
                fields=[
                    "territory",
                    "figure",
                    "value_minor",
                    "over_from",
                    "step_state",
                    "next_at",
                    "confidential",
                    "coordinator",
                    "salesperson",
                    "opportunity",
                ],
                name="standing_totals",
            ),
        ]

    @property
    def counts_after_a_no(self) -> bool:
        """Tell whether the client said no to what must be reached while it is in a category that counts."""
        return self.step_state == line.LOST and self.category != Category.OMITTED
