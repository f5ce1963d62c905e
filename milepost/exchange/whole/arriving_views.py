"""The page of a file of everything that was handed in: whose it is, what it takes the place of, how far it is."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from milepost.exchange.models import ImportBatch
from milepost.exchange.whole import arriving
from milepost.exchange.whole.views import whole_companys
from milepost.web.jobs import ALIVE
from milepost.web.models import Job


def page(request: Any, one: ImportBatch) -> HttpResponse:
    """Show what was handed in, or that it is being brought in."""
    job = arriving.newest_job()
    context = {
        "batch": one,
        "of": one.survey.get("company", ""),
        "made_at": _moment(one.survey.get("made_at", "")),
        "fresh": arriving.is_fresh(),
        "job": job if job and job.state in ALIVE else None,
        "failed": job if job and job.state == Job.State.FAILED else None,
    }
    return render(request, "exchange/arriving.html", context)


def _moment(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def begin(request: Any, one: ImportBatch) -> HttpResponse:
    """Have it brought in, where it may and can be."""
    whole_companys(request)
    if arriving.is_fresh():
        arriving.ask(one, by=request.user)
    else:
        messages.error(request, _("Work has begun here already. Everything comes into an empty Milepost alone."))
    return redirect("exchange:batch", one.pk)
