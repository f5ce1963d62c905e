"""The list of accounts through its address: who sees what, filters, pages by key, exports."""

import csv
import datetime
import io

from django.urls import reverse
from python_calamine import CalamineWorkbook

from milepost.accounts import listing
from milepost.accounts.models import Account
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Attempt
from milepost.team.models import Membership, Person, Territory

LIST = reverse("desk:accounts")
EXPORT = reverse("desk:accounts_export")


def names(response):
    return [row.account.name for row in response.context["rows"]]


def test_it_shows_the_accounts_of_ones_territories(as_, cast, account):
    Account.add(by=None, name="Far Away Ltd", territory=cast.south)

    page = as_(cast.coordinator).get(LIST)

    assert names(page) == ["Brennholt Paper"]
    assert page.context["in_all"] == 1
    assert "Far Away" not in page.content.decode()


def test_it_shows_an_account_elsewhere_to_its_manager(as_, cast):
    Account.add(by=None, name="Far Away Ltd", territory=cast.south, manager=cast.account_manager)

    assert names(as_(cast.account_manager).get(LIST)) == ["Far Away Ltd"]


def test_an_account_of_the_territory_above_is_for_all_its_parts(as_, cast):
    group = Account.add(by=None, name="World Paper Group", territory=cast.world)
    there = reverse("desk:account", args=[group.pk])

    for person in (cast.coordinator, cast.outsider, cast.team_member):
        assert names(as_(person).get(LIST)) == ["World Paper Group"]
        assert as_(person).get(there).status_code == 200
    contact = {"name": "Eva Lund", "job_title": "", "email": "", "phone": "", "language": ""}
    to_add = reverse("accounts:add_contact", args=[group.pk])
    assert as_(cast.outsider).post(to_add, contact).status_code == 302
    assert as_(cast.team_member).post(to_add, contact).status_code == 403
    assert as_(cast.outsider).get(reverse("desk:account_merge", args=[group.pk])).status_code == 403


def test_of_an_account_above_nobody_sees_the_opportunities_of_another_part(as_, cast, playbook):
    group = Account.add(by=None, name="World Paper Group", territory=cast.world)
    begin(
        by=cast.outsider, name="Southern secret", account=group, territory=cast.south, playbook_version=playbook,
        coordinator=cast.outsider,
    )  # fmt: skip
    places = [reverse(name, args=[group.pk]) for name in ("desk:account", "desk:account_history")]
    places += [LIST, EXPORT, reverse("desk:search") + "?q=southern", reverse("desk:board")]

    assert "Southern secret" in as_(cast.outsider).get(places[0]).text
    for place in places:
        assert "Southern secret" not in b"".join(as_(cast.coordinator).get(place)).decode(), place


def test_what_lies_above_stays_with_who_sees_a_whole_territory(as_, cast):
    Account.add(by=None, name="World Paper Group", territory=cast.world)
    guest = Person.join(by=None, name="Guest Person", email="guest@example.com")
    Membership.give(by=None, person=guest, territory=cast.north, role="salesperson", scope="own")

    assert names(as_(guest).get(LIST)) == []


def test_it_says_what_will_be_here_when_there_is_nothing(as_, cast):
    page = as_(cast.coordinator).get(LIST).content.decode()

    assert "No accounts yet" in page
    assert reverse("accounts:new") in page


def test_it_narrows_the_list_by_what_stands_in_the_address(as_, cast):
    below = Territory.add(by=None, name="Coast", parent=cast.north)
    today = datetime.date(2026, 3, 1)
    Account.add(by=None, name="Ünal Mühlen", territory=below, sector="Food", city="Bremen", selected_on=today)
    Account.add(by=None, name="Solway Water", territory=cast.north, sector="Water", manager=cast.account_manager)
    seen = as_(cast.coordinator)

    def shown(**query):
        return names(seen.get(LIST, query))

    assert shown(q="muhl") == ["Ünal Mühlen"]
    assert shown(q="BREM") == ["Ünal Mühlen"]
    assert shown(q="ater") == []
    assert shown(territory=below.pk) == ["Ünal Mühlen"]
    assert shown(territory=cast.north.pk) == ["Solway Water", "Ünal Mühlen"]
    assert shown(manager=cast.account_manager.pk) == ["Solway Water"]
    assert shown(sector="Food") == ["Ünal Mühlen"]
    assert shown(selected=1) == ["Ünal Mühlen"]
    assert shown(territory="x", manager="999999999999999999999") == ["Solway Water", "Ünal Mühlen"]


def test_it_pages_by_key_and_counts_exactly(as_, cast, monkeypatch):
    monkeypatch.setattr(listing.page, "__defaults__", (3,))
    for number in range(7):
        Account.add(by=None, name="Same Name" if number < 4 else f"Other {number}", territory=cast.north)
    seen, found, query = as_(cast.coordinator), [], ""
    while True:
        page = seen.get(f"{LIST}?{query}")
        assert page.context["in_all"] == 7
        found += [row.account.pk for row in page.context["rows"]]
        query = page.context["next"]
        if not query:
            break

    assert len(found) == len(set(found)) == 7


def test_it_gives_the_next_rows_alone_when_asked_by_a_script(as_, cast, account):
    response = as_(cast.coordinator).get(LIST, {"after": "0."}, headers={"HX-Request": "true"})

    assert "Brennholt Paper" in response.content.decode()
    assert "<html" not in response.content.decode()


def test_it_does_not_name_a_group_that_one_does_not_see(as_, cast, account):
    hidden = Account.add(by=None, name="Hidden Group", territory=cast.south)
    account.revise(by=cast.coordinator, parent=hidden)
    seen = as_(cast.coordinator)

    assert "Hidden" not in seen.get(LIST).content.decode()
    assert b"Hidden" not in b"".join(seen.get(EXPORT).streaming_content)
    assert "Hidden" not in seen.get(reverse("desk:account", args=[account.pk])).content.decode()


def test_it_takes_few_queries_however_many_rows(as_, cast, account, django_assert_max_num_queries):
    for number in range(60):
        Account.add(by=None, name=f"Company {number}", territory=cast.north, manager=cast.account_manager)
    seen = as_(cast.coordinator)

    with django_assert_max_num_queries(15):
        seen.get(LIST)


def test_it_exports_what_is_filtered_and_nothing_that_calculates(as_, cast):
    Account.add(by=None, name="=cmd|' /C calc'!A0", territory=cast.north, sector="Food", employees=12)
    Account.add(by=None, name="Solway Water", territory=cast.north)
    Account.add(by=None, name="=elsewhere", territory=cast.south, sector="Food")

    response = as_(cast.coordinator).get(EXPORT, {"sector": "Food"})
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))

    assert [row[0] for row in rows] == ["Account", "'=cmd|' /C calc'!A0"]
    assert rows[1][rows[0].index("Employees")] == "12"


def test_it_exports_to_excel_with_what_is_open(as_, cast, account, opportunity):
    Account.add(by=None, name="Quiet Mills", territory=cast.north)
    response = as_(cast.coordinator).get(EXPORT, {"as": "xlsx", "open": 1})
    file = io.BytesIO(b"".join(response.streaming_content))
    sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()

    assert [row[0] for row in sheet] == ["Account", "Brennholt Paper"]
    assert sheet[1][4:6] == [1, 120_000]
    assert as_(cast.coordinator).get(EXPORT, {"as": "pdf"}).status_code == 404


def test_it_shows_the_open_business_that_one_sees(as_, cast, account, opportunity, playbook):
    Account.add(by=None, name="Quiet Mills", territory=cast.north)
    start = {"account": account, "playbook_version": playbook, "territory": cast.north}
    begin(by=None, name="No value", **start)
    begin(by=None, name="Secret", value_minor=1, confidential=True, **start)
    day = cast.today + datetime.timedelta(days=3)
    Attempt.schedule(opportunity.current_step, by=cast.coordinator, on=day, time=None, zone="UTC")
    seen = as_(cast.coordinator)

    rows = {row.account.name: row for row in seen.get(LIST).context["rows"]}

    row = rows["Brennholt Paper"]
    assert (row.open, row.value, row.next_on) == (2, 120_000_00, day)
    assert rows["Quiet Mills"].open == 0
    assert names(seen.get(LIST, {"open": 1})) == ["Brennholt Paper"]
    assert seen.get(LIST, {"open": 1}).context["in_all"] == 1


def test_it_says_where_a_result_is_missing(as_, cast, account, opportunity):
    day = cast.today - datetime.timedelta(days=1)
    Attempt.schedule(opportunity.current_step, by=cast.coordinator, on=day, time=None, zone="UTC")

    assert "1 result missing" in as_(cast.coordinator).get(LIST).content.decode()
