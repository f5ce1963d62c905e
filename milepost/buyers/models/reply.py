"""Replies to begin with: what is usually written back when a request is answered, held or declined."""

from __future__ import annotations

import re
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models.request import ClientRequest
from milepost.team.models import Person
from milepost.web.models import Editable

Verdict = ClientRequest.Verdict
BLANKS = ("who", "title", "us")
"""What stands in braces and is filled in: who asks, what they ask, and who writes back."""
IN_BRACES = re.compile(r"\{([^{}]*)\}")
USUAL: dict[str, Any] = {
    Verdict.ANSWER: gettext_lazy(
        "Dear {who},\n\nthank you for asking about “{title}”. We are working on it, and you will have our answer in "
        "time.\n\nTo make it fit what you want to reach: who else will use it, and what will they decide with it?\n\n"
        "{us}"
    ),
    Verdict.HOLD: gettext_lazy(
        "Dear {who},\n\nthank you for asking about “{title}”. Before we put work into it, half an hour would help us "
        "both: what is it for, who wants it, and how far has it been agreed?\n\nWhen would it suit you, and who else "
        "should be there?\n\n{us}"
    ),
    Verdict.DECLINE: gettext_lazy(
        "Dear {who},\n\nthank you for asking about “{title}”. We have looked at it and cannot do it justice now, so we "
        "would rather say so early than answer half of it.\n\nShould what is behind it change, I should like to hear "
        "of it.\n\n{us}"
    ),
}


class ReplyTemplate(Editable):
    """A company's own words for one verdict; without a row, the usual ones."""

    verdict = models.CharField(max_length=8, choices=Verdict.choices, unique=True)
    text = models.TextField(gettext_lazy("reply"), max_length=4000)

    def __str__(self) -> str:
        return str(Verdict(self.verdict).label)

    @classmethod
    def of(cls, verdict: str) -> ReplyTemplate:
        """Return the words for a verdict, not yet stored where they are the usual ones."""
        return cls.objects.filter(verdict=verdict).first() or cls(verdict=verdict, text=str(USUAL[verdict]))

    @classmethod
    def all_as_kept(cls) -> list[ReplyTemplate]:
        """Return the words for each verdict; one question."""
        kept = {row.verdict: row for row in cls.objects.all()}
        return [kept.get(verdict) or cls(verdict=verdict, text=str(USUAL[verdict])) for verdict in USUAL]

    @transaction.atomic
    def revise(self, *, by: Person, version: int | None = None, text: str = "") -> bool:
        """Say it in other words from now on; raises ValueError for a blank that nothing is known to fill."""
        if not text:
            return False
        wrong = sorted({blank for blank in IN_BRACES.findall(text) if blank not in BLANKS})
        if wrong:
            known = ", ".join(f"{{{blank}}}" for blank in BLANKS)
            told = {"wrong": ", ".join(f"{{{blank}}}" for blank in wrong), "known": known}
            raise ValueError(_("%(wrong)s: nothing is known to fill this in. These can be: %(known)s.") % told)
        if self.pk is None:
            row = ReplyTemplate.objects.get_or_create(verdict=self.verdict, defaults={"text": self.text})[0]
            self.pk, self.version, self.text = row.pk, row.version, row.text
            self._state.adding = False
        return self.edit(by=by, version=version, text=text.strip())

    def fill(self, **blanks: str) -> str:
        """Return the reply with its blanks filled in; what was filled in is never read for blanks itself.

        >>> ReplyTemplate(text="Dear {who}, {us}").fill(who="{us}", title="", us="Mara")
        'Dear {us}, Mara'
        """
        return IN_BRACES.sub(lambda found: blanks.get(found[1], found[0]), self.text)
