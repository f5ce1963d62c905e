"""Tell where an account went that was merged into another while somebody had a form on it open."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from milepost.accounts.models import Account, Merge, within_sight
from milepost.team.models import Person
from milepost.web.doors import GoneMeanwhile, find
from milepost.web.words import day, local


@dataclass(frozen=True)
class Moved:
    """An account that went into another; `into` is None for whoever does not see that one."""

    gone: Account
    into: Account | None
    by: str
    at: datetime.datetime

    @property
    def told(self) -> str:
        """Say what happened to it, by whom and when."""
        into = f"“{self.into.name}”" if self.into else _("an account that you do not see")
        said = {"gone": self.gone.name, "into": into, "who": self.by, "day": day(local(self.at))}
        return _("“%(gone)s” was merged into %(into)s by %(who)s on %(day)s.") % said

    @property
    def page(self) -> str:
        """Return the address of the account it went into."""
        return reverse("desk:account", args=[self.into.pk]) if self.into else ""

    def away(self) -> GoneMeanwhile:
        """Return what is raised where there is no form to go on with."""
        return GoneMeanwhile(self.told, to=self.page, name=self.into.name if self.into else "")

    def tell(self, form: Any) -> None:
        """Refuse what was typed into `form`, now one of the account it went into, until it is sent again."""
        form.is_valid()
        name = self.into.name if self.into else ""
        more = _("What you typed is still here: look at it, then send it again to keep it at “%s”.") % name
        form.add_error(None, f"{self.told} {more}")


def account_or_moved(person: Person, pk: int, *, related: Iterable[str] = ()) -> tuple[Account, Moved | None]:
    """Return the account, or the one it was merged into with what is to be told of that.

    Raises Http404 for whoever sees neither, and GoneMeanwhile for whoever saw the first alone.
    """
    seen = Account.objects.visible_to(person).select_related(*related)
    account = seen.filter(pk=pk).first()
    if account is not None:
        return account, None
    moved = _moved(person, find(Account.objects.exclude(merged_into=None), pk=pk), seen)
    if moved.into is None:
        raise moved.away()
    return moved.into, moved


def account_at(person: Person, pk: int, *, related: Iterable[str] = ()) -> Account:
    """Return the account; raises GoneMeanwhile when it was merged away, Http404 for whoever does not see it."""
    account, moved = account_or_moved(person, pk, related=related)
    if moved is not None:
        raise moved.away()
    return account


def _moved(person: Person, gone: Account, seen: Any) -> Moved:
    into = seen.filter(pk=gone.merged_into_id).first()
    if into is None:  # whoever saw neither of the two is told of neither
        find(Account.objects.filter(within_sight(person)), pk=gone.pk)
    row = Merge.objects.filter(gone=gone, undone_at=None).select_related("by").latest("id")
    return Moved(gone, into, row.by.name, row.at)


def carried_over(form: Any, onto: Any) -> QueryDict:
    """Return what a form of `onto`'s row holds, overlaid with what was changed in `form`, a form of the row that went.

    What nobody touched is left as it is now: the account that stays has its own city and website.
    """
    data = QueryDict(mutable=True)
    for name in onto.fields:
        value = onto[name].value()
        data[onto.add_prefix(name)] = "" if value is None else str(value)
    for name in form.changed_data:
        if name != "version":
            data[form.add_prefix(name)] = form.data.get(form.add_prefix(name), "")
    return data
