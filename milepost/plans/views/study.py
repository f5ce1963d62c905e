"""The feasibility study of an opportunity: write it, hand it over as PDF or Word, keep what was decided."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from milepost.opportunities.forms.fields import ReasonForm
from milepost.opportunities.models import Opportunity
from milepost.opportunities.views.parts import ask, done, found, goes, head, sent, today_of
from milepost.opportunities.views.work import must_work
from milepost.plans.models.study import Study, StudyTemplate
from milepost.plans.study.document import document
from milepost.plans.study.forms import DecisionForm, StudyForm, TemplateForm
from milepost.plans.study.text import BLANKS, DECISION, braced
from milepost.team.request import Request
from milepost.team.views.people import administrator
from milepost.web.writing import as_pdf, as_word

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _url(opportunity: Opportunity) -> str:
    return reverse("plans:study", args=[opportunity.pk])


def _study(request: Request, pk: int) -> Study:
    opportunity = found(request, pk)
    row = Study.objects.filter(opportunity=opportunity).select_related("decided_by", "paper").first()
    if row is None:
        raise Http404
    row.opportunity = opportunity
    return row


@require_http_methods(["GET", "POST"])
def study(request: Request, pk: int) -> HttpResponse:
    """Show the study as its document reads, beside the form by which it is written."""
    opportunity = found(request, pk)
    row = Study.objects.filter(opportunity=opportunity).select_related("decided_by", "paper").first()
    if row is not None:
        row.opportunity = opportunity
    if request.method == "POST":
        must_work(request, opportunity)
    form = StudyForm(sent(request), instance=row or Study(opportunity=opportunity), opportunity=opportunity)
    if goes(form, lambda: form.save_it(by=request.user)):
        return done(request, opportunity, _("Saved."), to=_url(opportunity))
    context = {
        **head(request, opportunity, tab="study"),
        "study": row,
        "form": form,
        "writing": document(row) if row is not None else None,
    }
    status = 409 if form.conflicts else 422 if form.errors else 200
    return render(request, "plans/study.html", context, status=status)


@require_http_methods(["GET", "POST"])
def decide(request: Request, pk: int) -> HttpResponse:
    """Keep what the client decided on the study."""
    row = _study(request, pk)
    must_work(request, row.opportunity)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DecisionForm(data, files, study=row, person=request.user, today=today_of(request))
    if goes(form, lambda: form.decide(by=request.user)):
        said = _("Kept, with the paper under Notes and files. Now report its appointment, if you have not.")
        return done(request, row.opportunity, said, to=_url(row.opportunity))
    words: dict[str, Any] = {"title": _("What has the client decided?"), "button": _("Keep it")}
    return ask(request, row.opportunity, form, tab="study", template="plans/study_decide.html", **words)


@require_http_methods(["GET", "POST"])
def undecide(request: Request, pk: int) -> HttpResponse:
    """Take back a decision that was none."""
    row = _study(request, pk)
    must_work(request, row.opportunity)
    form = ReasonForm(sent(request), label=_("Why it is not so"))
    if goes(form, lambda: row.undecide(by=request.user, reason=form.cleaned_data["reason"])):
        return done(request, row.opportunity, _("Taken back. The paper and the note stay."), to=_url(row.opportunity))
    words: dict[str, Any] = {"title": _("Take the decision back"), "button": _("Take it back")}
    return ask(request, row.opportunity, form, tab="study", **words)


@require_safe
def pdf(request: Request, pk: int) -> HttpResponse:
    """Hand the document over as PDF."""
    return _file(_study(request, pk), as_pdf, "application/pdf", "pdf")


@require_safe
def word(request: Request, pk: int) -> HttpResponse:
    """Hand the document over for Word."""
    return _file(_study(request, pk), as_word, WORD, "docx")


def _file(row: Study, write: Any, kind: str, ending: str) -> HttpResponse:
    name = slugify(f"{_('Feasibility study')} {row.opportunity.name}")[:80] or "study"
    answer = HttpResponse(write(document(row)), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer


@require_http_methods(["GET", "POST"])
def template(request: Request) -> HttpResponse:
    """Show and change the text of the document."""
    administrator(request)
    form = TemplateForm(request.POST or None, instance=StudyTemplate.the())
    if form.is_bound and form.is_valid() and form.apply(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("plans:study_text")
    status = 409 if form.conflicts else 422 if form.errors else 200
    blanks = ", ".join(map(braced, (*BLANKS, DECISION)))
    return render(request, "plans/study_text.html", {"form": form, "blanks": blanks}, status=status)
