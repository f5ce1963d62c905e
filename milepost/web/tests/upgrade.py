"""Bring a company from the first state that landed to this version: `python -m milepost.web.tests.upgrade`.

Run by `test_upgrade.py` as a process of its own, with a home or a database of its own.
"""

import datetime
import zoneinfo

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - models need the setup
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from django.test import Client  # noqa: E402

LANDED = [
    ("web", "0002_safeguards"),
    ("team", "0001_initial"),
    ("accounts", "0001_initial"),
    ("playbooks", "0001_initial"),
    ("opportunities", "0001_initial"),
    ("buyers", "0001_initial"),
    ("desk", "0001_initial"),
    ("exchange", "0001_initial"),
    ("sessions", "0001_initial"),
]
TODAY = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Berlin")).date()  # where a new company is, until told otherwise


def landed() -> None:
    """Make the first state, with a company in it as that version wrote it."""
    executor = MigrationExecutor(connection)
    executor.migrate(LANDED)
    old = executor.loader.project_state(LANDED).apps.get_model
    company = old("team", "Company").objects.create(pk=1, name="Kept Company", currency="EUR")
    root = old("team", "Territory").objects.create(name="All", path="1/")
    person = old("team", "Person").objects.create(name="Ada Keeper", name_key="ada keeper", email="ada@example.com")
    old("team", "Membership").objects.create(person=person, territory=root, role="coordinator", scope="all")
    account = old("accounts", "Account").objects.create(name="Old Mill", name_key="old mill", territory=root)
    book = old("playbooks", "Playbook").objects.create(name="New business")
    version = old("playbooks", "PlaybookVersion").objects.create(playbook=book, number=1)
    opportunity = old("opportunities", "Opportunity").objects.create(
        name="Mill line", name_key="mill line", account=account, territory=root, coordinator=person,
        playbook_version=version, started_on=TODAY, value_minor=1_000_00, company_value_minor=1_000_00, currency="EUR",
    )  # fmt: skip
    step = old("opportunities", "Step").objects.create(
        opportunity=opportunity, key="first", name="First talk", position=1, usual_days=14, state="planned"
    )
    old("opportunities", "Stay").objects.create(opportunity=opportunity, step=step, key="first", entered_on=TODAY)
    old("buyers", "Stakeholder").objects.create(
        opportunity=opportunity, placeholder="A mill director", role="economic_buyer", stance="supporter"
    )
    for name, rival in (("Press", "Vantor"), ("Dryer", "VANTOR GmbH")):
        lost = old("opportunities", "Opportunity").objects.create(
            name=name, name_key=name.lower(), territory=root, playbook_version=version, currency="EUR"
        )
        old("opportunities", "Outcome").objects.create(opportunity=lost, kind="lost", on=TODAY, lost_to=rival)
    old("opportunities", "Programme").objects.create(name="Frame", territory=root)
    old("opportunities", "FiguresRun").objects.create(as_of=TODAY, learnt=b"of another version", stays=1)
    old("web", "Job").objects.create(kind="learn_daily", unique_key=f"learn_daily:{TODAY}", state="done")
    old("web", "Change").objects.create(
        subject_kind="opportunity", subject_id=opportunity.pk, verb="created", by=person
    )
    assert company.currency == "EUR"


def upgraded() -> None:
    """Bring it to this version, and see that everything is there and works."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    call_command("createcachetable", verbosity=0)
    from milepost.buyers.known import people_known
    from milepost.forecasts.learn import learn_daily
    from milepost.opportunities.models import FiguresRun, Opportunity, Rival
    from milepost.team.models import Company, Person
    from milepost.web.jobs import ask_for_what_is_due
    from milepost.web.models import Change, Job

    opportunity, person = Opportunity.objects.get(name="Mill line"), Person.objects.get()
    assert (opportunity.name, opportunity.value_minor, opportunity.account.name) == ("Mill line", 1_000_00, "Old Mill")
    assert Change.objects.filter(verb="created").exists()
    then = people_known([opportunity.pk], day=TODAY)[opportunity.pk]
    assert [one.traits for one in then] == [{"role": "economic_buyer", "stance": "supporter"}]
    assert list(Rival.objects.values_list("names__text", flat=True).order_by("names")) == ["VANTOR GmbH", "Vantor"]
    assert Rival.objects.distinct().count() == 1
    ask_for_what_is_due()
    assert Job.objects.filter(kind="learn_daily", state="waiting").exists()
    assert learn_daily(today=Company.the().today()) is not None
    assert FiguresRun.objects.first().period_ends
    call_command("rebuild", "--check", verbosity=0)
    before = Company.the().team_stamp
    person.revise(by=person, name="Ada Kept")
    assert Company.the().team_stamp != before
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    pages = ("/board/", "/desk/", "/forecast/", "/learn/", f"/opportunities/{opportunity.pk}/", "/find/?q=mill")
    for page in pages:
        assert client.get(page).status_code == 200, page
    assert "Mill line" in client.get("/board/").content.decode()
    assert "A mill director" in client.get("/find/?q=director").content.decode()


if __name__ == "__main__":
    landed()
    upgraded()
    print("upgraded")
