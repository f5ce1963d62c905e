"""Everything handed in on the import page of a Milepost that has just been founded: it takes the founding's place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils.translation import gettext as _

from milepost.accounts.models import Account
from milepost.exchange.load import reckon
from milepost.exchange.models import ImportBatch
from milepost.exchange.prepare import incoming
from milepost.exchange.whole.bring import CannotBring, bring
from milepost.exchange.whole.kinds import all_kinds
from milepost.opportunities.models import Opportunity
from milepost.playbooks.models import Playbook
from milepost.team.models import Membership, Person, Role, Territory
from milepost.web import jobs
from milepost.web.jobs import Hopeless, Work
from milepost.web.models import Change, Job

KIND = "bring"
STAY = {"web.Job", "web.MailServer"}
"""What is of this machine, and stays."""


def is_fresh() -> bool:
    """Tell whether this Milepost holds no more than its founding: a company, a territory and one person."""
    begun = (Account, Opportunity, Playbook)
    return Person.objects.count() <= 1 and not any(model._base_manager.exists() for model in begun)


def ask(batch: ImportBatch, *, by: Person) -> Job:
    """Have it brought in by the job process."""
    return jobs.ask(KIND, by=by, unique_key=KIND, files=batch.files, founder=by.pk)


def newest_job() -> Job | None:
    """Return the job that brings it in, or did last."""
    return Job.objects.filter(kind=KIND).order_by("-pk").first()


def run(work: Work, *, files: list[dict[str, Any]], founder: int) -> dict[str, Any]:
    """Bring it in, let whoever handed it in sign in as before, and reckon."""
    try:
        counts = arrive(incoming(files)[0].path, Person.objects.get(pk=founder))
    except CannotBring as error:
        raise Hopeless(str(error)) from error
    reckon()
    jobs.ask("replay", unique_key="replay:anew")
    return {"rows": sum(counts.values())}


@transaction.atomic
def arrive(path: Path, founder: Person) -> dict[str, int]:
    """Put everything in the place of the founding; raises CannotBring, and leaves all as it was, where it cannot."""
    if not is_fresh():
        raise CannotBring(_("Work has begun here already. Everything comes into an empty Milepost alone."))
    make_room()
    counts = bring(path)
    let_in(founder)
    return counts


def make_room() -> None:
    """Delete what founding made; its few lines of history tell of nothing but that."""
    Session.objects.all().delete()  # their numbers will be other people's
    Job.objects.update(asked_by=None)
    with _history_deletable(), connection.cursor() as cursor:
        for model in all_kinds():
            if model._meta.label not in STAY:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 own names


@contextmanager
def _history_deletable() -> Iterator[None]:
    """Let lines of history be deleted for a moment, which the database refuses otherwise."""
    table, trigger = Change._meta.db_table, f"{Change._meta.db_table}_no_delete"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [trigger])
            made_by = cursor.fetchone()[0]
            cursor.execute(f"DROP TRIGGER {trigger}")
            yield
            cursor.execute(made_by)
        else:
            connection.check_constraints()  # PostgreSQL alters no table of which something is still to be checked
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
            yield
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def let_in(founder: Person) -> None:
    """Let whoever founded this Milepost sign in with the password they have, and administer what has come."""
    person = Person.objects.filter(email=founder.email).first()
    if person is None:
        person = Person.join(by=None, name=founder.name, email=founder.email)
    Person.objects.filter(pk=person.pk).update(password=founder.password, is_active=True)
    for root in Territory.objects.filter(parent=None):
        held = Membership.objects.filter(person=person, territory=root, role=Role.ADMINISTRATOR, scope="all")
        if not held.exists():
            Membership.give(by=None, person=person, territory=root, role=Role.ADMINISTRATOR)
