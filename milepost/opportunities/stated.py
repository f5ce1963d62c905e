"""How many days people state to be usual for each step: the first guess, until its own past tells."""

from __future__ import annotations

from collections.abc import Collection

from milepost.opportunities import line
from milepost.opportunities.models import Opportunity, Step
from milepost.playbooks.models import PlaybookStep


def stated_days(keys: Collection[str] | None = None) -> dict[str, int]:
    """Return by key the usual days of each step: of playbooks by their newest version that was published, and of
    the steps still ahead that opportunities under way have of their own. With `keys`, only of those."""
    published = PlaybookStep.objects.exclude(version_of__published_at=None).order_by("version_of_id")
    own = Step.objects.filter(playbook_step=None, state__in=line.OPEN, opportunity__in=Opportunity.objects.open())
    if keys is not None:
        published, own = published.filter(key__in=keys), own.filter(key__in=keys)
    return dict(own.values_list("key", "usual_days")) | dict(published.values_list("key", "usual_days"))
