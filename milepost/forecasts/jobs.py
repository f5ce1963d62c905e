"""The jobs of this folder, and when they are due."""

from __future__ import annotations

from typing import Any

from milepost.forecasts.follow import bring_all
from milepost.forecasts.learn import learn_and_refresh, learn_daily, refresh
from milepost.forecasts.learnt.past import is_behind, keep_past
from milepost.forecasts.ready import make_ready
from milepost.forecasts.records import score_words
from milepost.forecasts.replay import replay
from milepost.forecasts.snapshots import take, take_daily
from milepost.forecasts.totals import keep_totals, keep_totals_daily
from milepost.opportunities.models import FiguresRun
from milepost.opportunities.reprice import reprice as reprice_those
from milepost.team.models import Company
from milepost.web.jobs import Work


def each_day(work: Work) -> dict[str, Any]:
    """Learn once a day, so that the ages of a new day are in every figure."""
    run = learn_daily(told=work.progress)
    if run is not None:
        return {"run": run.pk, "lines": make_ready(), "stays": keep_past()}
    # A company that has learnt today in another way, as the example does, may have kept nothing yet.
    return {"lines": make_ready(), "stays": keep_past()} if is_behind() else {}


def again(work: Work) -> dict[str, Any]:
    """Learn at once: after an import, or when somebody asks; or go on where this job was cut short."""
    begun = FiguresRun.objects.filter(as_of=Company.the().today(), made_at__gte=work.job.asked_at).first()
    if begun is None or begun.refreshed_at is not None:
        return {"run": learn_and_refresh(told=work.progress).pk, "lines": make_ready(), "stays": keep_past()}
    refresh(begun, told=work.progress)
    return {"run": begun.pk, "lines": make_ready(), "stays": keep_past()}


def reprice(work: Work, *, currency: str | None = None) -> dict[str, Any]:
    """Bring amounts to a new rate of `currency`; without one to the company's own, which is new itself."""
    done = bring_all(work.progress) if currency is None else reprice_those(currency=currency, told=work.progress)
    return {"opportunities": done}


def keep_the_day(work: Work) -> dict[str, Any]:
    """Keep how everything looks, once a day, with the figures of that day."""
    if learn_daily(told=work.progress) is not None:
        make_ready()
        keep_past()
    kept = take_daily()
    keep_totals_daily()
    return {"rows": kept.rows} if kept is not None else {}


def keep_now(work: Any) -> dict[str, Any]:
    """Keep how everything looks now: somebody has submitted a number."""
    kept = take(by=work.job.asked_by)
    keep_totals()
    return {"rows": kept.rows}


def today() -> str:
    """Name the company's day; "" while there is no company yet."""
    company = Company.objects.first()
    return company.today().isoformat() if company is not None else ""


def look_back(work: Work) -> dict[str, Any]:
    """Say of past quarters what would have been forecast: each month, after an import, or when somebody asks."""
    quarters = replay(told=work.progress)
    score_words()  # what counts is settled at the next learning
    return {"quarters": quarters}


def this_month() -> str:
    """Name the company's month; "" while there is no company yet."""
    return today()[:7]
