from typing import Any

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "milepost.exchange"
    label = "exchange"

    def ready(self) -> None:
        from milepost.web.jobs import job_lost

        job_lost.connect(_job_lost, dispatch_uid="exchange")


def _job_lost(job: Any, **_more: Any) -> None:
    from milepost.exchange.jobs import has_stopped

    if job.kind == "import":
        has_stopped(job)
