"""The jobs of this folder, and when they are due."""

from __future__ import annotations

import datetime
from typing import Any

from milepost.forecasts.follow import bring_all
from milepost.forecasts.learn import learn_and_refresh, learn_daily, refresh
from milepost.forecasts.learnt.past import is_behind, keep_past
from milepost.forecasts.models import PastTouched
from milepost.forecasts.ready import make_ready
from milepost.forecasts.records import score_words
from milepost.forecasts.replay import replay
from milepost.forecasts.snapshots import take, take_daily
from milepost.forecasts.totals import keep_totals, keep_totals_daily
from milepost.opportunities.models import FiguresRun
from milepost.opportunities.reprice import reprice as reprice_those
from milepost.team.models import Company
from milepost.web import following
from milepost.web.jobs import Work, is_alive
from milepost.web.models import Job

LEARNING = ("learn", "learn_daily", "learn_soon")
FOLLOWED_BY_LEARNING = ("import", "undo_import", "bring")
SOONEST = datetime.timedelta(minutes=1)
AFTER_LEARNING = 30.0
"""Seconds in which pages are made ready at once: all their figures are new."""
REST = 20
"""So many times as long as learning took it rests after it: a twentieth of one processor at most goes into it."""


def each_day(work: Work) -> dict[str, Any]:
    """Learn once a day, so that the ages of a new day are in every figure."""
    run = learn_daily(told=work.progress)
    if run is not None:
        return {"run": run.pk, "stays": keep_past(), "pages": have_ready()}
    # A company that has learnt today in another way, as the example does, may have kept nothing yet.
    return {"stays": keep_past(), "pages": have_ready()} if is_behind() else {}


def again(work: Work) -> dict[str, Any]:
    """Learn at once: after an import, or when somebody asks; or go on where this job was cut short."""
    begun = FiguresRun.objects.filter(as_of=Company.the().today(), made_at__gte=work.job.asked_at).first()
    if begun is None or begun.refreshed_at is not None:
        return {"run": learn_and_refresh(told=work.progress).pk, "stays": keep_past(), "pages": have_ready()}
    refresh(begun, told=work.progress)
    return {"run": begun.pk, "stays": keep_past(), "pages": have_ready()}


def have_ready() -> int:
    """Make ready as many pages as there is time for after learning; the clock sees to the others, and to changes."""
    return make_ready(seconds=AFTER_LEARNING).pages


def soon(work: Work) -> dict[str, Any]:
    """Learn from what has ended or moved since the last time, by what was found then: which figures hang on what."""
    stays = keep_past()  # first: what is touched while this learns is learnt the next time
    run = learn_and_refresh(anew=False, told=work.progress)
    return {"run": run.pk, "stays": stays, "pages": have_ready()}


def not_learnt() -> str:
    """Name what has moved since the last learning, as soon as that has rested; "" where nothing has."""
    last = PastTouched.objects.order_by("-pk").values_list("pk", flat=True).first()
    if last is None or any(map(is_alive, FOLLOWED_BY_LEARNING)):
        return ""
    before = Job.objects.filter(kind__in=LEARNING).order_by("-pk").first()
    return str(last) if before is None or following.has_rested(before, times=REST, least=SOONEST) else ""


def reprice(work: Work, *, currency: str | None = None) -> dict[str, Any]:
    """Bring amounts to a new rate of `currency`; without one to the company's own, which is new itself."""
    done = bring_all(work.progress) if currency is None else reprice_those(currency=currency, told=work.progress)
    return {"opportunities": done}


def keep_the_day(work: Work) -> dict[str, Any]:
    """Keep how everything looks, once a day, with the figures of that day."""
    if learn_daily(told=work.progress) is not None:
        keep_past()
        have_ready()
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
