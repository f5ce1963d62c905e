"""Put the list of competitors in order: another name for one, or two entries that are one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.gates.models.answer import GateAnswer
from milepost.gates.models.contender import Contender
from milepost.opportunities.models import Rival, RivalName
from milepost.opportunities.models.step import NotAllowed
from milepost.team.models import Person
from milepost.web.history import record
from milepost.web.search import forget


@transaction.atomic
def call(rival: Rival, *, by: Person, name: str) -> None:
    """Call a competitor by another name, and let all that was noted of it be found by that."""
    if rival.revise(by=by, name=name):
        Contender.found_by(rival)


@transaction.atomic
def join(rival: Rival, other: Rival, *, by: Person) -> None:
    """Let all that was said of `rival` be said of `other`: its spellings, where it competed, and how it was weighed."""
    if rival.pk == other.pk or other.same_as_id is not None:
        raise NotAllowed(_("Choose another one."))
    if rival.kind != Rival.Kind.COMPANY:
        raise NotAllowed(_("“%(name)s” is no company: join the other into it.") % {"name": rival})
    rival.edit(by=by, verb="joined", same_as=other)
    RivalName.objects.filter(rival=rival).update(rival=other)
    GateAnswer.objects.filter(against=rival).update(against=other)
    for one in Contender.objects.filter(rival=rival).select_related("opportunity"):
        _move(one, other)
    Contender.found_by(other)
    record(other, "joined", by=by, what={"name": [rival.name, other.name]})


def _move(one: Contender, other: Rival) -> None:
    """Move one to the other; where both were noted, what was said of either is kept on one of them."""
    twin = Contender.objects.filter(opportunity=one.opportunity_id, rival=other).first()
    if twin is None:
        Contender.objects.filter(pk=one.pk).update(rival=other)
        return
    texts = {name: "\n".join(filter(None, (getattr(twin, name), getattr(one, name)))) for name in TEXTS}
    Contender.objects.filter(pk=twin.pk).update(noted_on=min(one.noted_on, twin.noted_on), **texts)
    twin.supporters.add(*one.supporters.all())
    one.statuses.update(contender=twin)
    forget(one)
    one.delete()


TEXTS = ("strengths", "weaknesses")
