"""The company's own lists: which traits are asked, and which answers are offered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.buyers.traits import TRAITS, Trait
from milepost.team.models import Person
from milepost.web.history import record
from milepost.web.models import Editable
from milepost.web.prepared import Prepared


class Asked(Editable):
    """Whether the company asks for a trait; without a row, its usual."""

    trait = models.CharField(max_length=20, unique=True)
    asked = models.BooleanField()

    def __str__(self) -> str:
        return self.trait

    @classmethod
    @transaction.atomic
    def say(cls, trait: str, *, asked: bool, by: Person) -> None:
        """Ask for a trait from now on, or no longer; what is known stays."""
        row, new = cls.objects.get_or_create(trait=_known(trait).key, defaults={"asked": asked})
        if new:
            record(row, "asked" if asked else "not asked", by=by, part=str(TRAITS[trait].label))
        else:
            row.edit(by=by, verb="asked" if asked else "not asked", asked=asked)


class ListedAnswer(Editable):
    """A company's change to a list: one of the usual answers reworded or retired, or one of its own.

    An answer of its own has a key of its own and `means` one of the usual ones: what counts wherever it is reckoned.
    """

    trait = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    text = models.CharField(max_length=80, blank=True)
    means = models.CharField(max_length=40)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["trait", "key"], name="listed_answer_once")]

    def __str__(self) -> str:
        return self.text or str(TRAITS[self.trait].answers.get(self.key, self.key))

    @classmethod
    @transaction.atomic
    def add(cls, trait: str, *, text: str, means: str, by: Person) -> ListedAnswer:
        """Add an answer of the company's own."""
        known, text = _known(trait), text.strip()
        if means not in known.answers:
            raise ValueError(_("Say which of the usual answers it counts as."))
        _must_be_new(trait, text)
        number = cls.objects.filter(trait=trait).count() + 1
        row = cls.objects.create(trait=trait, key=f"own_{number}", text=text, means=means)
        record(row, "answer added", by=by, part=text)
        return row

    @classmethod
    @transaction.atomic
    def of(cls, trait: str, key: str) -> ListedAnswer:
        """Return the row of an answer, made when a usual one is changed for the first time."""
        known = _known(trait)
        if key in known.answers:
            return cls.objects.get_or_create(trait=trait, key=key, defaults={"means": key})[0]
        row = cls.objects.filter(trait=trait, key=key).first()
        if row is None:
            raise ValueError(_("There is no such answer."))
        return row

    def reword(self, *, text: str, by: Person) -> None:
        """Say it in other words; all who were described with it follow."""
        _must_be_new(self.trait, text.strip(), but=self.key)
        self.edit(by=by, verb="reworded", text=text.strip())

    def retire(self, *, by: Person) -> None:
        """Offer it no longer; what has been said with it stays."""
        others = [one for one in Lists.read().all_of(self.trait) if one.offered and one.key != self.key]
        if not others:
            raise ValueError(_("One answer must be left to choose."))
        self.edit(by=by, verb="retired", retired_at=timezone.now())

    def revive(self, *, by: Person) -> None:
        """Offer it again."""
        self.edit(by=by, verb="revived", retired_at=None)


CHANGED = Prepared[ListedAnswer](lambda: ListedAnswer.objects.all())


def _known(trait: str) -> Trait:
    if trait not in TRAITS:
        raise ValueError(_("There is no such list."))
    return TRAITS[trait]


def _must_be_new(trait: str, text: str, *, but: str = "") -> None:
    """Raise ValueError where another answer of the list says the same: nobody could tell them apart."""
    others = (one for one in Lists.read().all_of(trait) if one.key != but)
    if any(one.text.casefold() == text.casefold() for one in others):
        raise ValueError(_("“%(text)s” is in the list already.") % {"text": text})


@dataclass(frozen=True)
class Answer:
    """One answer as the company has it."""

    key: str
    text: str
    means: str
    offered: bool = True
    own: bool = False


@dataclass
class Lists:
    """All the lists as they are now: one question to the database, and one more for who wants to know what is asked."""

    answers: dict[str, dict[str, Answer]]

    @cached_property
    def asked(self) -> frozenset[str]:
        """Return the keys of the traits that the company asks for."""
        said = dict(Asked.objects.values_list("trait", "asked"))
        return frozenset(key for key, trait in TRAITS.items() if said.get(key, trait.asked))

    @classmethod
    def read(cls) -> Lists:
        """Lay what the company has changed over the usual lists."""
        answers = {key: _usual(trait) for key, trait in TRAITS.items()}
        for row in CHANGED.ask():
            usual = answers.get(row.trait, {}).get(row.key)
            text = row.text or (usual.text if usual else row.key)
            answers[row.trait][row.key] = Answer(row.key, text, row.means, row.retired_at is None, usual is None)
        return cls(answers)

    def asked_traits(self) -> list[Trait]:
        return [trait for key, trait in TRAITS.items() if key in self.asked]

    def all_of(self, trait: str) -> Iterable[Answer]:
        return self.answers[trait].values()

    def choices(self, trait: str, *, kept: str = "") -> list[tuple[str, str]]:
        """Return what is offered, and what is said now even if it is offered no longer."""
        return [(one.key, capital(one.text)) for one in self.all_of(trait) if one.offered or one.key == kept]

    def text(self, trait: str, key: str) -> str:
        """Return an answer in words; nothing where nothing is known."""
        known = self.answers[trait].get(key)
        return known.text if known else key

    def means(self, trait: str, key: str) -> str:
        """Return which of the usual answers an answer counts as."""
        known = self.answers[trait].get(key)
        return known.means if known else key

    def with_meaning(self, trait: str, means: str) -> list[str]:
        """Return the keys of all answers that count as the usual one `means`, retired ones too."""
        return [one.key for one in self.all_of(trait) if one.means == means]


def _usual(trait: Trait) -> dict[str, Answer]:
    return {key: Answer(key, str(text), key) for key, text in trait.answers.items()}


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def label_of(trait: str) -> Any:
    return TRAITS[trait].label
