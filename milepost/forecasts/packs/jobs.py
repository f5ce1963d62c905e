"""Make the packs that are due, keep them, and mail them where mail is sent."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from milepost.forecasts.models import KeptPack, PackSubscription
from milepost.forecasts.models.packs import store
from milepost.forecasts.packs.make import book_from, file_name, paper_of, pdf_of
from milepost.forecasts.packs.wanted import Wanted
from milepost.team.models import Company, Person
from milepost.web import post
from milepost.web.history import record
from milepost.web.jobs import Hopeless, Work, ask
from milepost.web.sheet import XLSX

PDF = "application/pdf"


def next_due() -> str:
    """Name the moment since which a pack is due; "" while none is."""
    first = PackSubscription.objects.due(timezone.now()).aggregate(first=Min("next_at"))["first"]
    return first.isoformat() if first else ""


def hand_out(work: Work) -> dict[str, Any]:
    """Ask for each pack that is due as a job of its own, so that one that fails holds up no other."""
    now, company = timezone.now(), Company.the()
    due = list(PackSubscription.objects.due(now))
    for each in due:
        ask_for(each, each.next_at)
        each.move_on(company, now=now)
    return {"packs": len(due)}


def ask_for(subscription: PackSubscription, due: datetime.datetime, *, by: Person | None = None) -> None:
    """Ask for one pack; the same twice is one."""
    key = f"pack:{subscription.pk}:{due.isoformat()}"
    ask("pack", by=by, unique_key=key, subscription=subscription.pk, due=due.isoformat())


def make(work: Work, *, subscription: int, due: str) -> dict[str, Any]:
    """Make one pack unless it is made, and mail it unless it is mailed; what goes wrong is kept in words."""
    one = PackSubscription.objects.select_related("recipient", "territory").get(pk=subscription)
    company, person = Company.the(), one.recipient
    person.company = company
    moment = datetime.datetime.fromisoformat(due)
    kept, _new = KeptPack.objects.get_or_create(
        subscription=one, due_at=moment, defaults={"recipient": person, "on": company.today()}
    )
    with _as(person, company):
        try:
            if not kept.pdf:
                _make(kept, one, company)
            if kept.mailed_at is None and post.is_configured():
                _mail(kept, one)
        except Exception as error:
            _keep(kept, error=_said(error, is_made=bool(kept.pdf)))
            if isinstance(error, Hopeless):
                one.end(by=None, why=str(error))
            raise
    return {"pack": kept.pk}


@contextmanager
def _as(person: Person, company: Company) -> Iterator[None]:
    """Speak a person's language and count in their time zone."""
    zone, language = person.time_zone or company.time_zone, person.language or company.language
    with timezone.override(zone), translation.override(language):
        yield


def _make(kept: KeptPack, one: PackSubscription, company: Company) -> None:
    """Make it as its recipient sees things today; raises Hopeless when they see nothing of it any more."""
    person = one.recipient
    sight = person.sight
    held = frozenset().union(sight.territories, *sight.roles.values())
    if not person.is_active:
        raise Hopeless(_("%s is not here any more.") % person.name)
    if one.territory_id is not None and one.territory_id not in held:
        said = {"who": person.name, "where": one.territory}
        raise Hopeless(_("%(who)s does not see %(where)s any more.") % said)
    last = one.kept.exclude(pk=kept.pk).exclude(made_at=None).first()
    wanted = Wanted(one.kind, person, company, one.territory, last=last.on if last else None)
    paper = paper_of(wanted)
    pdf, has_fonts = pdf_of(paper)
    files = {"pdf": store(pdf), "xlsx": store(book_from(paper, wanted)), "file_name": file_name(wanted, "")[:-1]}
    kept.territories.set(_in_it(wanted, held))
    _keep(kept, **files, lacks_fonts=not has_fonts, title=paper.title[:200], made_at=timezone.now(), error="")
    record(one, "pack made", by=None, part=paper.title[:200])


def _in_it(wanted: Wanted, held: frozenset[int]) -> list[int]:
    """Return the territories whose figures may be in it."""
    if wanted.territory is None:
        return sorted(held)
    return sorted(held & {line.place.territory.pk for line in wanted.rollup.lines} | {wanted.territory.pk})


def _mail(kept: KeptPack, one: PackSubscription) -> None:
    """Mail it with both files and a link that ends it."""
    stop = settings.ADDRESS + reverse("forecasts:pack_unsubscribe", args=[one.token])
    page = settings.ADDRESS + reverse("forecasts:packs")
    told = {"who": one.recipient.name, "title": kept.title, "page": page, "stop": stop}
    text = _(
        "Hello %(who)s,\n\n%(title)s is attached, as PDF and as an Excel book. Both are kept here:\n%(page)s\n\n"
        "You get no more of these with one click:\n%(stop)s\n"
    )
    files = [(f"{kept.file_name}.{kind}", kept.read(kind), type_) for kind, type_ in (("pdf", PDF), ("xlsx", XLSX))]
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    letter = post.write(
        key=f"pack:{kept.pk}",
        purpose="pack",
        to=one.recipient,
        subject=kept.title,
        text=text % told,
        enclosed=files,
        headers=headers,
    )
    # Sent at once, in this job: a refusal is told beside the pack, and tried again with it.
    _keep(kept, mailed_at=post.deliver(letter).sent_at, error="")


def _said(error: Exception, *, is_made: bool) -> str:
    if isinstance(error, Hopeless):
        return str(error)
    if is_made:
        return f"{_('It could not be mailed')}: {post.in_words(error)}"[:500]
    return f"{_('It could not be made')}: {type(error).__name__}: {error}"[:500]


def _keep(kept: KeptPack, **values: Any) -> None:
    for name, value in values.items():
        setattr(kept, name, value)
    kept.save(update_fields=list(values))
