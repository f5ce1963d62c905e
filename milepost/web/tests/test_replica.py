"""A page is drawn from the replica when nobody can notice, and from the primary otherwise."""

import pytest

from milepost.web.setup import cache_from_url, replica_from_url, sqlite
from milepost.web.tests import plumbing, replicated
from milepost.web.tests.test_serving import company, in_the_company  # noqa: F401

AS_PEOPLE_USE_IT = """
import time, psycopg, os
from django.db import connections
from django.test import Client
from milepost.accounts.models import Account
from milepost.team.models import Company, Membership, Person, Territory
from milepost.web import replica
Company.objects.create(pk=1, name="Northwind", currency="EUR", time_zone="Europe/Berlin")
world = Territory.add(by=None, name="World")
ada, ben = (Person.join(by=None, name=name, email=f"{name}@example.com") for name in ("ada", "ben"))
for person in (ada, ben):
    Membership.give(by=None, person=person, territory=world, role="coordinator")
Account.add(by=ada, name="Acme", territory=world)
at_home, at_work = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"})
at_home.force_login(ada)
at_work.force_login(ben)

def look(client, address="/accounts/"):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    text = answer.getvalue().decode(errors="replace")
    return answer.headers.get("Server-Timing", "primary"), [name for name in ("Acme", "Globex") if name in text]

def soon(question):
    deadline = time.monotonic() + 30
    while not question():
        assert time.monotonic() < deadline, question
        time.sleep(0.1)

def a_while_ago():
    # The primary was asked seconds ago, and is not asked again just now.
    far = follower.execute("SELECT pg_last_wal_replay_lsn()::text").fetchone()[0]
    replica.marks.older = replica.marks.newer = (time.monotonic(), far)

follower = psycopg.connect(os.environ["MILEPOST_DATABASE_REPLICA"], autocommit=True)
soon(lambda: look(at_home) == ("replica", ["Acme"]))
lists = "/accounts/export/ /board/csv/ /ended/ /forecast/ /forecast/accuracy/ /ended/csv/ /learn/"
for address in lists.split():
    print(address, look(at_home, address)[0])
print("a page of forms:", look(at_home, "/accounts/new/")[0])

follower.execute("SELECT pg_wal_replay_pause()")
added = at_home.post("/accounts/new/", {"name": "Globex", "territory": world.pk})
assert added.status_code == 302, added.content.decode()
a_while_ago()
print("who wrote:", *look(at_home))
print("who did not:", *look(at_work))
replica.marks.older = replica.marks.newer = (0.0, "")
print("who did not, later:", *look(at_work))
follower.execute("SELECT pg_wal_replay_resume()")
soon(lambda: look(at_home) == ("replica", ["Acme", "Globex"]))

follower.execute("SELECT pg_wal_replay_pause()")
Territory.objects.update(name="The world")
a_while_ago()
print("after the team has changed:", look(at_work)[0])
follower.execute("SELECT pg_wal_replay_resume()")
soon(lambda: look(at_work)[0] == "replica")

connections["replica"].close()
connections["replica"].settings_dict["OPTIONS"]["port"] = "1"
print("without a replica:", *look(at_work))
"""
SEEN = """
/accounts/export/ replica
/board/csv/ replica
/ended/ replica
/forecast/ replica
/forecast/accuracy/ replica
/ended/csv/ replica
/learn/ replica
a page of forms: primary
who wrote: primary ['Acme', 'Globex']
who did not: replica ['Acme']
who did not, later: primary ['Acme', 'Globex']
after the team has changed: primary
without a replica: primary ['Acme', 'Globex']
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not plumbing.TEST_DATABASE, reason="a replica follows a PostgreSQL database")
def test_nobody_misses_what_they_wrote(company):  # noqa: F811
    company["DJANGO_SETTINGS_MODULE"] = "milepost.settings"
    with replicated.two_servers() as (one, two):
        company |= {"MILEPOST_DATABASE": one, "MILEPOST_DATABASE_REPLICA": two}
        assert in_the_company(company, AS_PEOPLE_USE_IT) == SEEN.strip()


def test_a_replica_needs_what_it_follows(tmp_path):
    with pytest.raises(ValueError, match="needs MILEPOST_DATABASE too"):
        replica_from_url("postgres://db/milepost", sqlite(tmp_path / "milepost.sqlite3"))


def test_the_cache_is_the_database_or_a_redis():
    assert cache_from_url("")["LOCATION"] == "web_cache"
    with pytest.raises(ValueError, match="must be redis://"):
        cache_from_url("memcached://here")
