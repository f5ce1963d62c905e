"""Who gets in first after a company has been brought back: no passwords came along."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from milepost.team.models import AccessLink, Person, Role, Territory
from milepost.team.models.person import NO_ADDRESS


def who_gets_in() -> tuple[Person, str] | None:
    """Return an administrator of the whole company with a link by which they set a password; None without one."""
    root = Territory.objects.filter(parent=None).order_by("pk").first()
    held = {"memberships__role": Role.ADMINISTRATOR, "memberships__territory": root}
    rows = Person.objects.filter(is_active=True, **held).exclude(email__endswith=NO_ADDRESS)
    person = rows.order_by("pk").first()
    if person is None:
        return None
    token = AccessLink.make(by=None, person=person, purpose=AccessLink.Purpose.INVITATION)
    return person, settings.ADDRESS + reverse("team:enter", args=[token])
