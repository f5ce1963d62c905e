"""What the history of an account and of its contacts says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from milepost.web.history_words import Words

WORDS = Words(
    sentences={
        "contact added": lazy("%(who)s added the contact “%(part)s”"),
        "left": lazy("%(who)s recorded that they left"),
        "came back": lazy("%(who)s recorded that they are there again"),
        "merged": lazy("%(who)s merged “%(part)s” into it"),
        "merged away": lazy("%(who)s merged it into “%(part)s”"),
        "merge undone": lazy("%(who)s took the merge with “%(part)s” back"),
    }
)
