"""An import whose worker is killed at ten moments, drawn by chance, ends with what an undisturbed one ends with."""

import pytest

from milepost.exchange.tests.handed_in import handing_in
from milepost.web.tests.test_serving import company, company_in, in_the_company  # noqa: F401

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROWS, KILLS = 1_500, 10

FILES = """
files = {
    "Account.csv": "Id,Name,ParentId,IsDeleted\\n" + "".join(
        f"001{n:012},Company {n},{f'001{n // 3:012}' if n % 4 else ''},{'true' if n % 40 == 0 else 'false'}\\n"
        for n in range(1, ROWS // 10)
    ),
    "Contact.csv": "Id,FirstName,LastName,Email,AccountId\\n" + "".join(
        f"003{n:012},Cem,Name {n},c{n}@example.com,001{n % 120 + 1:012}\\n" for n in range(1, ROWS // 10)
    ),
    "Opportunity.csv": "Id,Name,AccountId,OwnerId,StageName,Amount,CreatedDate,CloseDate\\n" + "".join(
        f"006{n:012},Deal {n},001{n % 120 + 1:012},005{n % 9:012},Demo,{n if n % 7 else ''},2026-01-02,2026-12-01\\n"
        if n % 100 else f"006{n:012},,001{n % 120 + 1:012},005{n % 9:012},Demo,1,2026-01-02,2026-12-01\\n"
        for n in range(1, ROWS + 1)
    ),
    "Task.csv": "Id,WhatId,Subject,Status,ActivityDate\\n" + "".join(
        f"00T{n:012},006{n * 3:012},Call {n},{'Completed' if n % 2 else 'Open'},2026-02-0{n % 9 + 1}\\n"
        for n in range(1, ROWS // 5)
    ),
}
"""
# Each worker is a fork of one process that has loaded everything: starting ten would take longer than their work.
WORK = """
import os, random, signal, time
from django.db import connections
from milepost.exchange.models import SourceLink
from milepost.web.jobs import MOST_TRIES
from milepost.web.worker import Worker
chance = random.Random(SEED)
moments = sorted(chance.uniform(0, 1.1 * ROWS) for _ in range(KILLS))  # of 1.4 rows for each opportunity
job, killed = Job.objects.filter(kind="import"), 0
while job.get().state != "done":
    attempts = job.get().attempts
    connections.close_all()
    worker = os.fork()
    if not worker:
        Worker("only").run_until_idle()
        os._exit(0)
    if killed < KILLS:
        patience = time.monotonic() + 60
        while (
            (now := job.get()).attempts == attempts
            or SourceLink.objects.count() < moments[killed]
            or (now.tries >= MOST_TRIES - 1 and now.done <= now.furthest)  # given up, if killed once more so soon
        ):
            time.sleep(0.003)
            assert time.monotonic() < patience, job.values()
        time.sleep(chance.uniform(0, 0.05))
        os.kill(worker, signal.SIGKILL)
        killed += 1
    os.waitpid(worker, 0)
    free_leases_of("only")
print(killed, job.get().attempts - 1)
"""
CAME = """
import hashlib
from django.db.models import Count
from milepost.accounts.models import Account, Contact
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.opportunities.models import Note, Opportunity, Standing, Stay, Step, Task
from milepost.web.models import Change, SearchEntry
one = ImportBatch.objects.get()
print(one.state, one.counts, one.refused_rows.count(), one.notes)
for model in (Account, Contact, Note, Task, Opportunity, Step, Stay, Standing, SourceLink, SearchEntry, Change):
    print(model.__name__, model.objects.count())
facts = ("name", "account__name", "value_minor", "started_on", "playbook_version__playbook__name", "coordinator__name")
print(hashlib.sha256(str(sorted(Account.objects.values_list("name", "parent__name"), key=str)).encode()).hexdigest())
rows = sorted(map(str, Opportunity.objects.values_list(*facts)))
print(len(rows), hashlib.sha256("".join(rows).encode()).hexdigest())
steps = Opportunity.objects.annotate(n=Count("steps")).values_list("name", "n")
print(hashlib.sha256(str(sorted(steps)).encode()).hexdigest())
print(*Standing.objects.order_by("opportunity__name").values_list("win", "value_minor")[:20])
"""


def imported(company, kills: int, seed: int) -> tuple[str, str]:  # noqa: F811
    """Import with a worker that is killed so often; return what happened to it and what came."""
    company["DJANGO_SETTINGS_MODULE"] = "milepost.exchange.tests.killed_settings"
    in_the_company(company, handing_in(FILES, rows=ROWS))
    return in_the_company(company, f"SEED, KILLS, ROWS = {seed}, {kills}, {ROWS}{WORK}"), in_the_company(company, CAME)


def test_ten_kills_change_nothing(company, tmp_path, request):  # noqa: F811
    another = company_in(tmp_path / "another", request)
    undisturbed = imported(another, kills=0, seed=0)
    killed = imported(company, kills=KILLS, seed=20261127)
    assert undisturbed[0] == "0 0"
    kills, times_taken_up = map(int, killed[0].split())
    assert KILLS >= kills >= times_taken_up >= KILLS - 3  # a busy machine may end it before the last of them
    assert killed[1] == undisturbed[1]
