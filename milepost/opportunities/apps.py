from typing import Any

from django.apps import AppConfig


class OpportunitiesConfig(AppConfig):
    name = "milepost.opportunities"
    label = "opportunities"

    def ready(self) -> None:
        from milepost.team.models.person import person_renamed

        person_renamed.connect(_person_renamed, dispatch_uid="opportunities")


def _person_renamed(person: Any, **_more: Any) -> None:
    from milepost.opportunities.models import Standing

    Standing.objects.person_renamed(person)
