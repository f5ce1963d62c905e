"""What the history of targets, submitted numbers, locks and packs by schedule says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from milepost.web.history_words import Words

WORDS = Words(
    sentences={
        "set": lazy("%(who)s set the target of %(part)s"),
        "edited": lazy("%(who)s changed the target of %(part)s"),
        "submitted": lazy("%(who)s submitted a number for %(part)s"),
        "adjusted": lazy("%(who)s adjusted the number of %(part)s"),
        "restated": lazy("%(who)s counts the number of %(part)s in another currency"),
        "locked": lazy("%(who)s locked %(part)s"),
        "unlocked": lazy("%(who)s unlocked %(part)s"),
        "subscribed": lazy("%(who)s arranged a pack: %(part)s"),
        "unsubscribed": lazy("%(who)s ended a pack: %(part)s"),
        "pack made": lazy("%(who)s made a pack: %(part)s"),
    },
    labels={
        "amount_minor": lazy("Amount"),
        "currency": lazy("Currency"),
        "worth": lazy("Worth"),
        "at": lazy("At"),
    },
    money=frozenset({"amount_minor"}),
    unsaid=frozenset(
        {
            ("submitted", "period"),
            ("adjusted", "period"),
            ("locked", "period"),
            ("unlocked", "period"),
            ("edited", "rate"),
            ("edited", "rate_currency"),
            ("edited", "rate_on"),
            ("subscribed", "recipient"),
        }
    ),
)
