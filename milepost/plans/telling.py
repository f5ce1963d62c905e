"""Say in words what is different between two documents of a plan."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from milepost.plans.content import Difference
from milepost.web.words import day


def told(found: Iterable[Difference]) -> list[str]:
    """Return one line for each difference; of several in the words of one part, one."""
    return list(dict.fromkeys(map(_sentence, found)))


def _sentence(each: Difference) -> str:
    said = {"what": each.what, "was": _shown(each.was), "now": _shown(each.now)}
    if each.field in ("on", "due"):
        if each.was and each.now:
            return _("%(what)s: %(now)s instead of %(was)s") % said
        return (
            _("%(what)s: %(now)s, without a day before") % said if each.now else _("%(what)s: no day any more") % said
        )
    if each.field == "added":
        return _("New: %(what)s") % said
    if each.field == "left out":
        return _("Left out: %(what)s") % said
    if each.field in ("ours", "theirs", "who", "side"):
        return _("%(what)s: somebody else does it") % said
    if each.field == "about":
        return _("%(what)s: how sure the day is") % said
    if each.field == "tolerance":
        return _("By how many days a date may move without asking again: %(now)s") % said
    return _("The order") if each.field == "order" else _("%(what)s: other words") % said


def _shown(value: object) -> str:
    try:
        return day(datetime.date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
