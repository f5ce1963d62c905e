"""Say in plain words what a line of history tells: who did what, when, from what to what.

Each folder keeps the words of its own changes in `<folder>/history_words.py` as `WORDS`; those that every folder uses
stand here. Whose words count is decided by the kind of thing that was changed.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext

from milepost.web.text import NO_ADDRESS
from milepost.web.words import day, local, money, percent, short_day

OTHERWISE = lazy("%(who)s: %(verb)s")
OTHERWISE_OF = lazy("%(who)s: %(verb)s, “%(part)s”")
FOR = lazy("%(sentence)s, for %(absent)s")
NOBODY = lazy("Milepost")
SECONDS = re.compile(r"\d\d:\d\d:\d\d")  # a time of day as it is stored; nobody gave the seconds
UNSEEN = {"name_key", "changed_at", "password", "version", "step_id"}


@dataclass(frozen=True)
class Words:
    """How a folder's changes are said.

    sentences   by verb; one that is missing is said as it is stored
    labels      by field, where the field's own name would not do
    values      of fields whose stored values are codes; `coded` names those whose other texts are codes too
    money       fields in minor units
    unsaid      pairs of verb and field that the sentence says already
    dated       verbs whose sentence ends with the day on which it happened
    """

    sentences: Mapping[str, Promise] = field(default_factory=dict)
    labels: Mapping[str, Promise] = field(default_factory=dict)
    values: Mapping[str, Promise] = field(default_factory=dict)
    coded: frozenset[str] = frozenset()
    money: frozenset[str] = frozenset()
    unsaid: frozenset[tuple[str, str]] = frozenset()
    dated: frozenset[str] = frozenset()


WORDS = Words(
    sentences={
        "added": lazy("%(who)s added it"),
        "edited": lazy("%(who)s changed it"),
        "moved": lazy("%(who)s moved it"),
        "merged": lazy("%(who)s merged it"),
        "removed": lazy("%(who)s took “%(part)s” out"),
        "note written": lazy("%(who)s wrote a note"),
        "call written": lazy("%(who)s noted a call"),
        "note changed": lazy("%(who)s changed a note"),
        "call changed": lazy("%(who)s changed what was noted of a call"),
        "note removed": lazy("%(who)s removed a note"),
        "call removed": lazy("%(who)s removed what was noted of a call"),
        "task added": lazy("%(who)s added the task “%(part)s”"),
        "task changed": lazy("%(who)s changed the task “%(part)s”"),
        "task done": lazy("%(who)s finished the task “%(part)s”"),
        "task reopened": lazy("%(who)s reopened the task “%(part)s”"),
        "file attached": lazy("%(who)s added the file “%(part)s”"),
        "mail password set": lazy("%(who)s set the mail server’s password"),
        "confidential letter read": lazy("%(who)s read a confidential letter to %(part)s"),
        "import taken back": lazy("%(who)s took an import back; this stands again as it stood before"),
        "file removed": lazy("%(who)s removed the file “%(part)s”"),
    }
)


@dataclass(frozen=True)
class Told:
    """One line of history in words."""

    pk: int
    at: datetime.datetime
    sentence: str
    details: list[str]
    reason: str


def tell_removal(removal: Any) -> str:
    """Say who took something out, and on what day."""
    return _("%(what)s, on %(day)s.") % {"what": tell([removal])[0].sentence, "day": day(local(removal.at))}


def tell(changes: Iterable[Any], currency: str = "") -> list[Told]:
    """Put lines of history into words; amounts are said in `currency`.

    >>> from types import SimpleNamespace as Row
    >>> row = Row(pk=1, at=None, by=Row(name="Ines Kovar"), on_behalf_of=None, verb="step won",
    ...           subject_kind="opportunity", part="Proposal", what={}, reason="")
    >>> str(tell([row])[0].sentence)
    'Ines Kovar reported “Proposal” as reached'
    """
    return [Told(c.pk, c.at, sentence(c), details(c, currency), c.reason) for c in changes]


def sentence(change: Any, who: str = "") -> str:
    """Return who did what, in one sentence; `who` replaces the name."""
    words = words_of(change.subject_kind)
    pattern = words.sentences.get(change.verb) or WORDS.sentences.get(change.verb)
    pattern = pattern or (OTHERWISE_OF if change.part else OTHERWISE)
    who = who or (change.by.name if change.by is not None else str(NOBODY))
    said = str(pattern) % {"who": who, "part": change.part, "verb": change.verb.replace("_", " ")}
    if change.verb in words.dated and isinstance(change.what.get("on"), list) and not _of_that_day(change):
        said = f"{said}, {_day_or_text(change.what['on'][-1])}"
    if change.on_behalf_of is not None:
        said = str(FOR) % {"sentence": said, "absent": change.on_behalf_of.name}
    return said


def _of_that_day(change: Any) -> bool:
    """Tell whether it happened on the day it was entered, which stands beside the sentence."""
    return bool(change.what["on"][-1] == timezone.localdate(change.at).isoformat())


def details(change: Any, currency: str = "") -> list[str]:
    """Return each field that changed: what it is now, and what it was."""
    teller = Teller(words_of(change.subject_kind), model_of(change.subject_kind), currency)
    pairs = [(name, pair) for name, pair in change.what.items() if teller.tells(change, name, pair)]
    return [teller.line(name, *pair) for name, pair in pairs]


@dataclass(frozen=True)
class Teller:
    """Say the fields of one change."""

    words: Words
    model: type[models.Model] | None
    currency: str

    def tells(self, change: Any, name: str, pair: Any) -> bool:
        """Tell whether a field is worth a line: not what the sentence says already."""
        if name in UNSEEN or (change.verb, name) in self.words.unsaid or not isinstance(pair, list) or len(pair) != 2:
            return False
        if (change.verb in self.words.dated and name == "on") or all(_is_nothing(value) for value in pair):
            return False
        return not (change.part and change.part in pair and any(value in (None, "") for value in pair))

    def line(self, name: str, was: Any, now: Any) -> str:
        was, now = (None if _is_made_up(value) else value for value in (was, now))
        label, said = self.label(name), self.said(name, now)
        if name == "on" and _is_no_day(now):
            return _("The day is no longer set, it was %(before)s") % {"before": self.said(name, was)}
        if was in (None, "") or (name == "on" and _is_no_day(was)):
            return _("%(label)s: %(now)s") % {"label": label, "now": said}
        values = {"label": label, "now": said, "before": self.said(name, was)}
        return _("%(label)s: %(now)s, was %(before)s") % values

    def label(self, name: str) -> str:
        if name in self.words.labels:
            return str(self.words.labels[name])
        known = self._field(name)
        text = str(known.verbose_name) if known is not None else name.replace("_", " ")
        return text[:1].upper() + text[1:]

    def said(self, name: str, value: Any) -> str:
        """Return one stored value as a person reads it."""
        if value is None or value == "":
            return _("nothing")
        if isinstance(value, bool):
            return pgettext("a field is set", "yes") if value else pgettext("a field is not set", "no")
        if name in self.words.money and self.currency and isinstance(value, int):
            return money(value, self.currency)
        if name == "probability" and isinstance(value, int | float):
            return percent(value)
        choices = dict(getattr(self._field(name), "flatchoices", ()) or ())
        if not isinstance(value, list | dict) and value in choices:
            return str(choices[value])
        if isinstance(value, str) and (name in self.words.coded or name not in self.words.labels):
            value = self.words.values.get(value, value)
        return _day_or_text(value)

    def _field(self, name: str) -> Any:
        try:
            return self.model._meta.get_field(name) if self.model is not None else None
        except FieldDoesNotExist:
            return None


@cache
def words_of(kind: str) -> Words:
    """Return the words of the folder to which a kind of thing belongs."""
    model = model_of(kind)
    folder = apps.get_app_config(model._meta.app_label).name if model is not None else ""
    module = f"{folder}.history_words"
    words: Words = import_module(module).WORDS if folder and find_spec(module) else WORDS
    return words


@cache
def model_of(kind: str) -> type[models.Model] | None:
    """Return the model of a kind of thing, as `history.kind_of` names it."""
    return next((model for model in apps.get_models() if model._meta.model_name == kind), None)


def _is_no_day(value: Any) -> bool:
    """Tell whether no day is stored; older rows hold it as a word."""
    return value in (None, "", "None")


def _is_nothing(value: Any) -> bool:
    return value in (None, "") or _is_made_up(value)


def _is_made_up(value: Any) -> bool:
    """Tell whether a value is the address of somebody who has none."""
    return isinstance(value, str) and value.endswith(NO_ADDRESS)


def _day_or_text(value: Any) -> str:
    text = str(value)
    if SECONDS.fullmatch(text):
        return text[:5]
    try:
        return short_day(datetime.date.fromisoformat(text)) if len(text) == 10 and text[4:5] == "-" else text
    except ValueError:
        return text
