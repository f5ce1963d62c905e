"""Whom we sell against: the company's list of competitors, each under one name however it is spelt."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.accounts.twins import core
from milepost.opportunities.models.step import NotAllowed
from milepost.team.models import Person
from milepost.web.history import record
from milepost.web.models import Editable
from milepost.web.text import name_key

LONGEST = 200
NOBODY = frozenset(
    ("nobody", "no one", "none", "nothing", "do nothing", "they do nothing", "no decision", "nobody they do nothing")
)
IN_HOUSE = frozenset(
    ("in house", "inhouse", "an in house team", "in house team", "own people", "their own people", "do it themselves")
)


def key_of(name: str) -> str:
    """Return what is the same for all spellings of a name.

    >>> key_of("Vantor G.m.b.H."), key_of(" VANTOR "), key_of("?!")
    ('vantor', 'vantor', '?!')
    """
    return (core(name) or name_key(name))[:LONGEST]


class Rival(Editable):
    """One that a client may choose instead of us: a company, their own people, or to do nothing at all.

    `same_as` leads from one that was found to be another to that other; all its spellings went there.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", gettext_lazy("a company")
        IN_HOUSE = "in_house", gettext_lazy("In-house: their own people")
        NOBODY = "nobody", gettext_lazy("Nobody: they do nothing")

    name = models.CharField(gettext_lazy("name"), max_length=LONGEST)
    key = models.CharField(max_length=LONGEST, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.COMPANY, editable=False)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=~Q(kind="company"), name="one_rival_that_is_no_company")
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def named(cls, text: str, *, by: Person | None) -> Rival:
        """Return whom a name means, whatever its spelling; a name nobody has used is put on the list."""
        known = RivalName.objects.filter(text=text).select_related("rival").first()
        known = known or RivalName.objects.filter(key=key_of(text)).select_related("rival").order_by("pk").first()
        rival = known.rival if known else cls._added(text, by=by)
        RivalName.objects.get_or_create(text=text, defaults={"key": key_of(text), "rival": rival})
        return rival

    @classmethod
    def _added(cls, text: str, *, by: Person | None) -> Rival:
        kind = kind_of(key_of(text))
        if kind == cls.Kind.COMPANY:
            rival, new = cls.objects.get_or_create(key=key_of(text), defaults={"name": " ".join(text.split())})
        else:
            rival, new = cls.objects.get_or_create(kind=kind, defaults={"name": str(kind.label), "key": str(kind)})
        if new:
            record(rival, "added", by=by, what={"name": [None, rival.name]})
        return rival

    def revise(self, *, by: Person, version: int | None = None, name: str = "") -> bool:
        """Call it by another name; the old one still means it."""
        if not name:
            return False
        known = RivalName.objects.filter(key=key_of(name)).exclude(rival=self).first()
        if known is not None:
            raise NotAllowed(_("“%(name)s” is on the list already. Join the two instead.") % {"name": known.rival})
        RivalName.objects.get_or_create(text=name, defaults={"key": key_of(name), "rival": self})
        return self.edit(by=by, version=version, name=name)

    @staticmethod
    def offered() -> list[str]:
        """Return the names to choose from: the two that are no company first."""
        first = [str(kind.label) for kind in (Rival.Kind.NOBODY, Rival.Kind.IN_HOUSE)]
        rows = Rival.objects.filter(same_as=None, kind=Rival.Kind.COMPANY)
        return [*first, *rows.values_list("name", flat=True)]


class RivalName(models.Model):
    """One spelling under which a competitor was written down."""

    text = models.CharField(max_length=LONGEST, unique=True)
    key = models.CharField(max_length=LONGEST, db_index=True)
    rival = models.ForeignKey(Rival, models.CASCADE, related_name="names")

    def __str__(self) -> str:
        return self.text


def kind_of(key: str) -> Rival.Kind:
    """Return which kind a name's key means."""
    if key in NOBODY:
        return Rival.Kind.NOBODY
    return Rival.Kind.IN_HOUSE if key in IN_HOUSE else Rival.Kind.COMPANY


def rivals_by_text() -> dict[str, Rival]:
    """Return whom each spelling means."""
    return {row.text: row.rival for row in RivalName.objects.select_related("rival")}


def spellings_of(text: str) -> Iterable[str]:
    """Return all spellings of whom a name means; the name alone where nobody knows it."""
    known = RivalName.objects.filter(text=text).values("rival")
    return [text, *RivalName.objects.filter(rival__in=known).values_list("text", flat=True)]
