"""An import whose job process is killed is taken up by another, ends once, and has written every row once."""

import pytest

from milepost.exchange.tests.handed_in import handing_in
from milepost.web.tests.test_serving import PATIENCE, company, eventually, in_the_company, start  # noqa: F401

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROWS, REFUSED = 4_000, 40

DEALS = """
rows = "".join(
    f"{n},Deal {n},Acme {n % 50},Demo,{n},2026-01-02\\n" if n % 100 else ",,Acme,Demo,1,2026-01-02\\n"
    for n in range(1, ROWS + 1)
)
files = {"deals.csv": "Id,Name,Account,StageName,Amount,CreatedDate\\n" + rows}
"""
WRITTEN = "from milepost.opportunities.models import Opportunity; print(Opportunity.objects.count())"
# As soon as it is seen to have begun: in the time that another process takes to start, all may be written.
KILL = """
import os, signal, time
from milepost.opportunities.models import Opportunity
until = time.monotonic() + 120
while not Opportunity.objects.exists():
    time.sleep(0.01)
    assert time.monotonic() < until
os.kill({pid}, signal.SIGKILL)
"""
CAME = """
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.opportunities.models import Opportunity, Standing
from milepost.web.models import Change
one, job = ImportBatch.objects.get(), Job.objects.get(kind="import")
print(one.state, job.state, job.attempts, one.counts["opportunity"], one.refused_rows.count())
print(Opportunity.objects.count(), Standing.objects.count(), SourceLink.objects.filter(kind="opportunity").count())
print(Opportunity.objects.values("name").distinct().count(), Change.objects.filter(verb="imported").count())
"""


def test_it_is_taken_up_again_and_ends_once(start, company):  # noqa: F811 - the fixtures of `milepost up`
    company["DJANGO_SETTINGS_MODULE"] = "milepost.exchange.tests.killed_settings"
    assert start("prepare").wait(PATIENCE) == 0
    in_the_company(company, handing_in(DEALS, rows=ROWS))
    first = start("work")
    in_the_company(company, KILL.format(pid=first.pid))
    first.wait()
    at_the_kill = int(in_the_company(company, WRITTEN))
    assert 0 < at_the_kill < ROWS - REFUSED

    second = start("work")
    ended = "print(Job.objects.filter(kind='import', state='done').exists())"
    eventually(lambda: in_the_company(company, ended) == "True", second)

    taken = ROWS - REFUSED
    assert in_the_company(company, CAME).splitlines() == [
        f"done done 2 {{'created': {taken}, 'refused': {REFUSED}}} {REFUSED}",
        f"{taken} {taken} {taken}",
        f"{taken} 1",
    ]
