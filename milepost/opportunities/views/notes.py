"""Change a note or a call, or take it away."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from milepost.opportunities.forms.fields import SureForm
from milepost.opportunities.forms.work import NoteEditForm, NoteForm
from milepost.opportunities.models import Note, Opportunity
from milepost.opportunities.permissions import may_edit_note, may_remove_note
from milepost.opportunities.views.gone import add_anew, taken_out
from milepost.opportunities.views.parts import ask, done, found, goes, refused, sent
from milepost.opportunities.views.work import must_work, work_url
from milepost.team.request import Request
from milepost.web.doors import find, must


def _note(request: Request, pk: int) -> tuple[Note, Opportunity]:
    """Return a note and the opportunity it belongs to; those of accounts stay as they were written."""
    note: Note = find(Note.objects.visible_to(request.user).exclude(opportunity=None), pk=pk)
    note.opportunity = opportunity = found(request, note.opportunity_id or 0)
    return note, opportunity


def edit_note(request: Request, pk: int) -> HttpResponse:
    """Change what a note says, by whoever wrote it."""
    if not Note.objects.filter(pk=pk).exists():
        return _taken_out(request, pk)
    note, opportunity = _note(request, pk)
    must(may_edit_note(request.user, note, opportunity), _("A note is changed by whoever wrote it."))
    form = NoteEditForm(sent(request), instance=note, opportunity=opportunity, person=request.user)
    form.row.opportunity = opportunity
    if goes(form, lambda: form.apply(by=request.user)):
        return done(request, opportunity, _("Saved."), to=work_url(opportunity))
    return ask(request, opportunity, form, title=_("Edit the note"), button=_("Save"), tab="work")


def _taken_out(request: Request, pk: int) -> HttpResponse:
    def form(opportunity: Opportunity) -> NoteForm:
        return NoteForm(request.POST, opportunity=opportunity, person=request.user)

    return add_anew(
        request, Note, pk, must=must_work, back=work_url, form=form, add="opportunities:write_note", tab="work"
    )


def remove_note(request: Request, pk: int) -> HttpResponse:
    """Ask, then take a note away; the history keeps what it said."""
    if not Note.objects.filter(pk=pk).exists():
        opportunity, told = taken_out(request, Note, pk)
        return refused(request, opportunity, told, to=work_url(opportunity))
    note, opportunity = _note(request, pk)
    why = _("A note is removed by whoever wrote it, or by a coordinator.")
    must(may_remove_note(request.user, note, opportunity), why)
    form = SureForm(sent(request))
    if goes(form, lambda: note.remove(by=request.user)):
        said = _("It is removed. The history keeps what it said.")
        return done(request, opportunity, said, to=work_url(opportunity))
    title, button = _("Remove this?"), _("Remove")
    return ask(request, opportunity, form, title=title, button=button, lead=note.text, danger=True, tab="work")
