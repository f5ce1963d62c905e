"""What the client said, for us: take it up, or answer it."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.opportunities.views.parts import ask, done, found, goes, sent
from milepost.opportunities.views.work import sealed_file
from milepost.plans.forms import AnswerForm
from milepost.plans.models import ClientWord
from milepost.plans.taking import CHANGES, DONE_ALREADY, take_up
from milepost.plans.views.tab import must_move, url
from milepost.team.request import Request
from milepost.web.doors import find


def own_word(request: Request, pk: int) -> ClientWord:
    """Return what a client said on the plan of an opportunity that the person moves."""
    rows = ClientWord.objects.visible_to(request.user).select_related("plan", "part", "link__contact", "answered_by")
    word = find(rows, pk=pk)
    word.plan.opportunity = found(request, word.plan.opportunity_id)
    must_move(request, word.plan.opportunity)
    return word


def answer(request: Request, pk: int) -> HttpResponse:
    """Take up what a client said, or answer without; the client reads the answer on their page."""
    word = own_word(request, pk)
    opportunity, takes = word.plan.opportunity, request.POST.get("verdict") != "no"
    if word.answered_at and request.method == "GET":
        return HttpResponseRedirect(url(opportunity))
    form = AnswerForm(sent(request), must_say=word.kind not in CHANGES | DONE_ALREADY or not takes)

    def reply() -> None:
        said: dict[str, Any] = {"by": request.user, "answer": form.cleaned_data["answer"]}
        if takes:
            take_up(word, today=request.company.today(), **said)
        else:
            word.reply(accepted=False, **said)

    if goes(form, reply):
        return done(request, opportunity, told(word, takes), to=url(opportunity))
    context = {"word": word, "changes": word.kind in CHANGES, "back": url(opportunity)}
    title = _("%(who)s: %(what)s") % {"who": word.who, "what": word.get_kind_display()}
    button = _("Accept") if word.kind in CHANGES else _("Answer")
    return ask(request, opportunity, form, title=title, button=button, template="plans/answer.html", **context)


def told(word: ClientWord, takes: bool) -> str:
    """Say what became of it."""
    if word.kind in DONE_ALREADY and not word.answer:
        return _("Noted.")
    if takes and word.kind in (ClientWord.Kind.DATE, ClientWord.Kind.COLLEAGUE):
        return _("Accepted. It is on the plan, and the client sees it once you publish.")
    return _("Accepted.") if takes and word.kind in CHANGES else _("Answered. The client reads it on their page.")


@require_safe
def sent_file(request: Request, pk: int) -> FileResponse:
    """Hand out a file a client sent, before it is accepted or after."""
    word = own_word(request, pk)
    if not word.path or not default_storage.exists(word.path):
        raise Http404
    return sealed_file(word.path, word.name)
