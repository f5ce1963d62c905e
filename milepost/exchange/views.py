"""The import pages: hand in files, look at what they will become, import, read what came of it."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.exchange import foretell
from milepost.exchange.back.views import to_write_back
from milepost.exchange.built_on import why_not
from milepost.exchange.correct import rows_to_correct
from milepost.exchange.counted import in_words
from milepost.exchange.forms import SaveMappingForm, UploadForm
from milepost.exchange.load import load
from milepost.exchange.mapping import Mapping, MappingFault
from milepost.exchange.models import EVERYTHING, ImportBatch, SavedMapping, may_import
from milepost.exchange.prepare import incoming, prepare, review, tables_of
from milepost.exchange.preview import preview
from milepost.exchange.reading import UnreadableFile
from milepost.exchange.report import report_page
from milepost.exchange.review_form import ReviewForm
from milepost.exchange.survey import survey_with
from milepost.exchange.undo import undo
from milepost.exchange.whole import arriving_views as arriving
from milepost.team.models import Company, Rate, Role
from milepost.web.doors import find, must
from milepost.web.text import harmless, number

SHOWN = 50
AT_ONCE = 500  # rows that a person may wait for


def importer(request: HttpRequest) -> Any:
    """Let only those pass who may import."""
    person = request.user
    must(may_import(person), _("Only coordinators, sales managers and administrators import files."))  # type: ignore[arg-type]
    return person


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    return find(ImportBatch.objects.visible_to(importer(request)), pk=pk)


def _prepared(request: HttpRequest, pk: int) -> ImportBatch:
    """Find files that were looked at and are not imported; everything of another Milepost is nobody's to map."""
    return find(_waiting(request).exclude(source=EVERYTHING), pk=pk)


def _waiting(request: HttpRequest) -> Any:
    return ImportBatch.objects.visible_to(importer(request)).filter(state=ImportBatch.State.PREPARED)


def _import_page(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    batches = ImportBatch.objects.visible_to(importer(request))
    prepared = batches.filter(state=ImportBatch.State.PREPARED).order_by("-id")[:10]
    past = batches.past().select_related("by").defer("mapping", "survey")[:SHOWN]
    told = [(one, in_words(one.counts, "created"), in_words(one.counts, "changed")) for one in past]
    context = {"form": form, "prepared": prepared, "past": told, "sources": to_write_back() if told else []}
    return render(request, "exchange/import.html", context, status=status)


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Show where files are handed in, and the past imports."""
    return _import_page(request, UploadForm())


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Take files in and propose how to read them."""
    person = importer(request)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            batch = prepare(form.cleaned_data["files"], by=person)
        except UnreadableFile as problem:
            form.add_error("files", str(problem))
        else:
            return redirect("exchange:batch", batch.pk)
    return _import_page(request, form, status=422)


@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an import: what its files will become, or what came of it."""
    one = _batch(request, pk)
    if one.is_everything:
        return arriving.page(request, one)
    return (
        _review_page(request, one, _form(request, one))
        if one.is_prepared
        else report_page(request, one, importer(request))
    )


def _form(request: HttpRequest, one: ImportBatch, data: Any = None) -> ReviewForm:
    """Build the form; an administrator is asked for a rate that is missing."""
    person = importer(request)
    missing = _needs_rate(Mapping.from_json(one.mapping), Company.the())
    return ReviewForm(one, data, rate_for=missing if person.sight.holds(Role.ADMINISTRATOR) else "")


def _review_page(request: HttpRequest, one: ImportBatch, form: ReviewForm, status: int = 200) -> HttpResponse:
    mapping = Mapping.from_json(one.mapping)
    company = Company.the()
    context = {
        "batch": one,
        "form": form,
        "mapping": mapping,
        "preview": preview(one),
        "save_form": SaveMappingForm(initial={"name": mapping.playbook}),
        "saved": SavedMapping.objects.all(),
        "again": _imported_before(one),
        **foretell.shown(one.survey.get("foretold") or {}, importer(request)),
        "company": company,
        "needs_rate": _needs_rate(mapping, company),
    }
    return render(request, "exchange/review.html", context, status=status)


def _imported_before(one: ImportBatch) -> ImportBatch | None:
    """Find the import that took in exactly these files."""
    ours = {file["sha256"] for file in one.files}
    done = ImportBatch.objects.filter(state=ImportBatch.State.DONE, source=one.source).order_by("-id")[:SHOWN]
    return next((other for other in done if {file["sha256"] for file in other.files} == ours), None)


def _needs_rate(mapping: Mapping, company: Company) -> str:
    """Name the currency that nobody has given a rate, "" when amounts can be added up."""
    known = (
        mapping.currency == company.currency
        or Rate.objects.filter(currency=mapping.currency, base=company.currency).exists()
    )
    return "" if known or not mapping.currency else mapping.currency


@require_POST
def change_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the files as the person says, and show again what they will become."""
    one = _prepared(request, pk)
    form = _form(request, one, request.POST)
    if not form.is_valid():
        return _review_page(request, one, form, status=422)
    form.keep_rate(by=importer(request))
    at_once = "import" in request.POST
    review(one, form.mapping(), as_of=form.cleaned_data["as_of"], foretelling=not at_once)
    if at_once:
        return _run(request, one)
    messages.success(request, _("The files are read this way now. Nothing has been imported yet."))
    return redirect("exchange:batch", pk)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import that is running."""
    running = ImportBatch.objects.visible_to(importer(request)).filter(state=ImportBatch.State.RUNNING)
    find(running, pk=pk).stop()
    messages.success(request, _("It stops after the rows it is writing."))
    return redirect("exchange:batch", pk)


@require_POST
def undo_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back as a whole: a small one at once, a large one in the job process."""
    one = _batch(request, pk)
    if why := why_not(one):
        messages.error(request, why)
    elif one.created + one.changed > AT_ONCE:
        one.undo_later()
        messages.success(request, _("It is being taken back."))
    else:
        undo(one, by=importer(request))
        messages.success(request, _("Taken back. What this import made is gone; what it changed is as it was before."))
    return redirect("exchange:batch", pk)


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Import the files."""
    one = find(_waiting(request), pk=pk)
    return arriving.begin(request, one) if one.is_everything else _run(request, one)


def _run(request: HttpRequest, one: ImportBatch) -> HttpResponse:
    """Import a small file at once and hand a large one to the job process."""
    if one.rows > AT_ONCE:
        one.run_later()
        return redirect("exchange:batch", one.pk)
    day = one.as_of or Company.the().today()
    done = load(incoming(one.files), Mapping.from_json(one.mapping), as_of=day, by=importer(request), batch=one)
    if done.state == ImportBatch.State.DONE:
        messages.success(request, _("Imported."))
    return redirect("exchange:batch", one.pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put aside files that were handed in and not imported."""
    find(_waiting(request), pk=pk).delete()
    messages.success(request, _("Put aside. Nothing was imported."))
    return redirect("exchange:import")


@require_POST
def save_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep how these files are read, for the next ones of the same form."""
    one = _batch(request, pk)
    form = SaveMappingForm(request.POST)
    if form.is_valid():
        SavedMapping.keep(by=importer(request), name=form.cleaned_data["name"], mapping=one.mapping)
        messages.success(request, _("Saved as “%(name)s”.") % {"name": form.cleaned_data["name"]})
    else:
        messages.error(request, _("Give the mapping a name of up to 80 letters."))
    return redirect("exchange:batch", pk)


@require_POST
def use_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the files by a saved mapping."""
    one = _prepared(request, pk)
    saved = find(SavedMapping.objects.all(), pk=number(request.POST.get("saved", "")) or 0)
    try:
        mapping = Mapping.from_json(saved.mapping)
        fits = survey_with(mapping, tables_of(one), today=Company.the().today()).tables
    except MappingFault:
        fits = []
    if fits:
        review(one, mapping)
        messages.success(request, _("Read by “%(name)s”.") % {"name": saved.name})
    else:
        told = _("“%(name)s” does not fit: its columns are not in these files.")
        messages.error(request, told % {"name": saved.name})
    return redirect("exchange:batch", pk)


@require_GET
def refused(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the refused rows as a file."""
    one = _batch(request, pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{one.pk}.csv"'
    sheet = csv.writer(response)
    sheet.writerow([_("File"), _("Line"), _("Column"), _("Value"), _("Reason"), _("Rest of the row imported")])
    for row in one.refused_rows.order_by("id").iterator():
        kept = _("no") if row.whole_row else _("yes")
        sheet.writerow([harmless(row.table), row.line, harmless(row.column), harmless(row.value), row.told, kept])
    return response


@require_GET
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the rows that could not be taken over whole, as a file to correct and import again."""
    one = _batch(request, pk)
    try:
        name, content = rows_to_correct(one)
    except (UnreadableFile, OSError):
        messages.error(request, _("The files of this import are there no more."))
        return redirect("exchange:batch", pk)
    response = HttpResponse(content, content_type="application/zip" if name.endswith(".zip") else "text/csv")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
