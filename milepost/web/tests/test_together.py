"""What one process remembers is never older than what another one has written."""

import sys
from subprocess import PIPE, Popen

import pytest

from milepost.web.tests.test_serving import company, in_the_company  # noqa: F401

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BEGIN = """
from milepost.team.models import Company, Membership, Person, Territory
Company.objects.create(pk=1, name="Northwind", currency="EUR", time_zone="Europe/Berlin")
world = Territory.add(by=None, name="World")
for name in ("ada", "ben"):
    person = Person.join(by=None, name=name, email=f"{name}@example.com")
    Membership.give(by=None, person=person, territory=world, role="administrator" if name == "ada" else "coordinator")
"""
# A process that looks at everything there is to remember, whenever it is told a line of Python to do first.
PROCESS = """
import django, sys; django.setup()
from django.test import Client
from milepost.accounts.models import Account
from milepost.team.directory import everybody, tree
from milepost.team.models import Company, Membership, Person, Territory
clients = {}
for name in ("ada", "ben"):
    clients[name] = Client(headers={"host": "localhost"})
    clients[name].force_login(Person.objects.get(name=name))
for line in sys.stdin:
    exec(line)
    stamp = Company.the().team_stamp
    ben = Person.objects.get(email="ben@example.com")
    seen = [len(ben.sight.territories), sorted(who.name for who in everybody(stamp).values()),
            sorted(place.name for place in tree(stamp).values()), clients["ben"].get("/board/").status_code,
            "Globex" in clients["ben"].get("/accounts/").content.decode()]
    print(*seen, sep="; ", flush=True)
"""


class Process:
    """A process of Milepost that does what it is told and says what it sees."""

    def __init__(self, env) -> None:
        self.process = Popen(
            [sys.executable, "-W", "ignore", "-c", PROCESS], env=env, stdin=PIPE, stdout=PIPE, text=True
        )

    def does(self, code: str) -> str:
        self.process.stdin.write(f"{code}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@pytest.fixture
def two(company):  # noqa: F811
    """Two processes of one company."""
    company["DJANGO_SETTINGS_MODULE"] = "milepost.settings"
    in_the_company(company, BEGIN)
    both = [Process(company) for _ in range(2)]
    yield both
    for each in both:
        each.process.stdin.close()
        each.process.stdout.close()
        each.process.wait(30)


TOGETHER = [
    ("pass", "1; ['ada', 'ben']; ['World']; 200; False"),
    ("Person.objects.filter(name='ben').update(name='Benno')", "1; ['Benno', 'ada']; ['World']; 200; False"),
    (
        "Account.add(by=None, name='Globex', territory=Territory.objects.get())",
        "1; ['Benno', 'ada']; ['World']; 200; True",
    ),
    (
        "Territory.add(by=None, name='North', parent=Territory.objects.get())",
        "2; ['Benno', 'ada']; ['North', 'World']; 200; True",
    ),
    ("Membership.objects.filter(person__name='Benno').delete()", "0; ['Benno', 'ada']; ['North', 'World']; 200; False"),
]
"""What one of them does, and what both see at once: sight, people, territories, the Board, and one account."""


def test_two_processes_see_each_others_changes(two):
    for number, (change, seen) in enumerate(TOGETHER):
        one, other = two[number % 2], two[1 - number % 2]
        assert one.does(change) == seen
        assert other.does("pass") == seen
