"""What the history of the company's own lists says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from milepost.web.history_words import Words

WORDS = Words(
    sentences={
        "asked": lazy("%(who)s let “%(part)s” be asked"),
        "not asked": lazy("%(who)s let “%(part)s” be asked no longer"),
        "answer added": lazy("%(who)s added the answer “%(part)s”"),
        "reworded": lazy("%(who)s put it in other words"),
        "retired": lazy("%(who)s took it off the list"),
        "revived": lazy("%(who)s put it back on the list"),
    }
)
