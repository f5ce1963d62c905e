"""What the history of a person, a territory and the company says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from milepost.web.history_words import Words

WORDS = Words(
    sentences={
        "joined": lazy("%(who)s added them"),
        "left": lazy("%(who)s let them go"),
        "came back": lazy("%(who)s let them in again"),
        "role given": lazy("%(who)s gave a role"),
        "role taken": lazy("%(who)s took a role away"),
        "invitation link made": lazy("%(who)s made an invitation link"),
        "reset link made": lazy("%(who)s made a link for a new password"),
        "password set": lazy("%(who)s set a password"),
        "cover arranged": lazy("%(who)s arranged who stands in"),
        "cover cancelled": lazy("%(who)s ended who stands in"),
        "target taken away": lazy("%(who)s took the target of %(part)s away"),
        "hour cost settled": lazy("%(who)s settled what an hour costs: %(part)s"),
        "brought in": lazy("Everything was brought in from a file that Milepost had written"),
        "exported": lazy("%(who)s had everything written into one file"),
        "export fetched": lazy("%(who)s fetched the file of everything"),
        "rate kept": lazy("%(who)s kept a rate of %(part)s"),
        "plan rate kept": lazy("%(who)s kept a plan rate of %(part)s"),
    },
    labels={
        "role": lazy("Role"),
        "stands in": lazy("Stands in"),
        "from": lazy("From"),
        "to": lazy("To"),
        "rate": lazy("Rate"),
        "target": lazy("Target"),
        "hour_cost": lazy("Cost of an hour"),
    },
    money=frozenset({"hour_cost"}),
)
