"""Mail the coordinator and the salesperson what clients did on their pages: once a day, or soon for what they wait on.

A word or a look back is mailed once: it is marked in the transaction that writes the letters, whoever got one.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.opportunities.models import Opportunity
from milepost.plans.models import Afterword, ClientWord
from milepost.team.models import Company, Person
from milepost.web import post
from milepost.web.words import day, short_day

News = ClientWord | Afterword
OF = "opportunity__account", "opportunity__coordinator", "opportunity__salesperson"
LONGEST = 300


@transaction.atomic
def mail_digest(company: Company, before: datetime.datetime) -> int:
    """Mail each person what happened before a moment and was not mailed yet; return how many letters it took."""
    words = list(_unmailed(ClientWord).filter(at__lt=before))
    looks = list(_unmailed(Afterword).filter(at__lt=before))
    key = f"plan-digest:{timezone.localdate(before, company.zone).isoformat()}"
    return _mail([*words, *looks], company, key=key)


@transaction.atomic
def mail_soon(company: Company, plan: int) -> int:
    """Mail what people wait on of one plan: all of it that has come together since."""
    words = list(_unmailed(ClientWord).filter(plan=plan, kind__in=ClientWord.WAITED_ON))
    return _mail(words, company, key=f"plan-news:{words[0].pk}-{words[-1].pk}") if words else 0


def _unmailed(kind: Any) -> Any:
    """Return what nobody was mailed yet; two processes cannot both have a row of it."""
    plan = "plan" if kind is ClientWord else "link__plan"
    related = ["link__contact", *(f"{plan}__{name}" for name in OF)]
    return kind.objects.filter(mailed_at=None).select_related(*related).select_for_update(of=("self",)).order_by("pk")


def _mail(news: list[Any], company: Company, *, key: str) -> int:
    letters: dict[Person, list[News]] = defaultdict(list)
    for one in news:
        for person in readers_of(one):
            letters[person].append(one)
    for person, own in letters.items():
        _write(person, own, company, key=f"{key}:{person.pk}")
    for kind in (ClientWord, Afterword):
        kind.objects.filter(pk__in=[each.pk for each in news if isinstance(each, kind)]).update(
            mailed_at=timezone.now()
        )
    return len(letters)


def readers_of(one: News) -> Iterator[Person]:
    """Yield whom it concerns: who coordinates and who sells, unless they want no mail or have answered it already."""
    opportunity, done_by = _opportunity(one), getattr(one, "answered_by_id", None)
    people = dict.fromkeys([opportunity.coordinator, opportunity.salesperson])
    yield from (each for each in people if each is not None and wants_mail(each) and each.pk != done_by)


def wants_mail(person: Person) -> bool:
    return person.is_active and person.plan_mail and not person.is_from_import


def _opportunity(one: News) -> Opportunity:
    return one.plan.opportunity if isinstance(one, ClientWord) else one.link.plan.opportunity


def _write(person: Person, news: list[News], company: Company, *, key: str) -> None:
    """Write one letter, in the reader's language and time zone, with each opportunity once."""
    zone, language = person.time_zone or company.time_zone, person.language or company.language
    with timezone.override(zone), translation.override(language):
        about = ngettext(
            "%(n)s thing from clients on their pages", "%(n)s things from clients on their pages", len(news)
        )
        subject = subject_of(news[0]) if len(news) == 1 else about % {"n": len(news)}
        told = {"who": person.name, "news": "\n\n".join(_by_opportunity(news))}
        told["off"] = settings.ADDRESS + reverse("team:myself")
        text = _(
            "Hello %(who)s,\n\n%(news)s\n\n"
            "A date they propose and a time they pick are mailed soon, all else once a day. "
            "You can switch these messages off:\n%(off)s\n"
        )
        post.send(key=key, purpose="plan news", to=person, subject=subject, text=text % told)


def _by_opportunity(news: list[News]) -> Iterator[str]:
    """Yield a paragraph for each opportunity: its name, what was done there, and the address of its plan."""
    groups: dict[Opportunity, list[News]] = defaultdict(list)
    for one in news:
        groups[_opportunity(one)].append(one)
    for opportunity, own in groups.items():
        address = settings.ADDRESS + reverse("plans:plan", args=[opportunity.pk])
        yield "\n".join([named(opportunity), *(f"- {each}" for each in map(line, own)), address])


def named(opportunity: Opportunity) -> str:
    account = opportunity.account
    return f"{opportunity.name}, {account.name}" if account else opportunity.name


def subject_of(one: News) -> str:
    """Return what a letter about one thing is headed by."""
    return f"{said(one)}: {_opportunity(one).name}"


def said(one: News) -> str:
    """Return who did what: "Helene Brandt proposes another date"."""
    if isinstance(one, Afterword):
        return _("%(who)s answered how it was") % {"who": one}
    what = str(one.get_kind_display())
    return _("%(who)s: %(what)s") % {"who": one.who, "what": what[:1].lower() + what[1:]}


def line(one: News) -> str:
    """Return one thing in words, with its day and what was written."""
    at = timezone.localtime(one.at)
    parts = [f"{short_day(at.date())}, {at:%H:%M}. {said(one)}"]
    if isinstance(one, ClientWord):
        parts += filter(None, [when(one), one.name, one.about])
        text = " ".join(one.text.split())
        parts += [f"“{text[:LONGEST]}{'…' if len(text) > LONGEST else ''}”"] if text else []
    return ", ".join(parts)


def when(word: ClientWord) -> str:
    """Return the day a word is about, with the hour where there is one."""
    if word.on is None:
        return ""
    return day(word.on) if word.time is None else f"{day(word.on)} {word.time:%H:%M} ({word.zone})"


def any_before(moment: datetime.datetime) -> bool:
    """Tell whether anything from before a moment waits to be mailed."""
    kinds: Iterable[Any] = (ClientWord, Afterword)
    return any(kind.objects.filter(mailed_at=None, at__lt=moment).exists() for kind in kinds)
