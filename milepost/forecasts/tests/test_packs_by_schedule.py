"""Packs by schedule: arranged, made as each recipient sees things, kept, mailed through a real server, and ended."""

import datetime

import pytest
import time_machine
from django.test import Client

from milepost.forecasts.models import KeptPack, PackSubscription
from milepost.team.models import Membership, Role
from milepost.web.jobs import ask_for_what_is_due
from milepost.web.models import Change, Job, Letter
from milepost.web.worker import Worker

MONDAY = datetime.datetime(2026, 11, 30, 6, 30, tzinfo=datetime.UTC)  # 7:30 in Berlin


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def _no_mail(settings):
    settings.EMAIL_HOST = ""


def sent(*people, **changes):
    return {
        "kind": "call", "territory": "", "rhythm": "weekly", "weekday": "1", "day": "", "hour": "7",
        "zone": "Europe/Berlin", "people": [each.pk for each in people],
    } | changes  # fmt: skip


def arrange(as_, person, *people, **changes):
    return as_(person).post("/forecast/packs/arrange/", sent(*people, **changes))


def run_clock(moment=MONDAY):
    with time_machine.travel(moment, tick=False):
        ask_for_what_is_due()
        worker = Worker("test")
        while worker.do_next():
            pass


@pytest.mark.usefixtures("_no_mail")
def test_it_is_made_and_kept_for_each_as_they_see_things(cast, as_, opportunity):
    assert arrange(as_, cast.sales_manager, cast.sales_manager, cast.coordinator).status_code == 302
    run_clock()
    kept = KeptPack.objects.all()
    assert {each.recipient for each in kept} == {cast.sales_manager, cast.coordinator}
    text = as_(cast.sales_manager).get("/forecast/packs/").text
    assert "Forecast call, Q4 2026" in text
    assert "no mail server is set up" in text
    own = kept.get(recipient=cast.sales_manager)
    answer = as_(cast.sales_manager).get(f"/forecast/packs/kept/{own.pk}/pdf/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    book = as_(cast.sales_manager).get(f"/forecast/packs/kept/{own.pk}/xlsx/")
    assert b"".join(book.streaming_content).startswith(b"PK")
    assert as_(cast.coordinator).get(f"/forecast/packs/kept/{own.pk}/pdf/").status_code == 404
    answer.close()
    book.close()


def test_it_is_mailed_with_both_files_and_a_way_out(cast, as_, opportunity, mail):
    arrange(as_, cast.sales_manager, cast.sales_manager)
    run_clock()
    (letter,) = mail.letters
    assert (letter["To"], letter["Subject"]) == (cast.sales_manager.email, "Forecast call, Q4 2026")
    files = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    assert [name.rpartition(".")[2] for name in files] == ["pdf", "xlsx"]
    assert next(iter(files.values())).startswith(b"%PDF-")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = letter["List-Unsubscribe"].strip(" <>").removeprefix("https://sales.example.com")
    assert stop in letter.get_body().get_content().replace("https://sales.example.com", "")
    stranger = Client(enforce_csrf_checks=True)
    assert "Unsubscribe" in stranger.get(stop).text
    assert PackSubscription.objects.standing().exists()
    assert stranger.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not PackSubscription.objects.standing().exists()
    assert Client().get("/forecast/packs/unsubscribe/7:forged/").status_code == 404


def test_the_clock_looked_at_twice_sends_once_and_next_week_again(cast, as_, opportunity, mail):
    arrange(as_, cast.sales_manager, cast.sales_manager)
    run_clock(MONDAY - datetime.timedelta(hours=1))
    assert mail.letters == []
    run_clock()
    run_clock(MONDAY + datetime.timedelta(minutes=1))
    assert len(mail.letters) == 1
    run_clock(MONDAY + datetime.timedelta(days=7))
    assert len(mail.letters) == 2
    assert KeptPack.objects.count() == 2


def test_what_was_missed_while_nothing_ran_is_made_once(cast, as_, opportunity, mail):
    arrange(as_, cast.sales_manager, cast.sales_manager)
    run_clock(MONDAY + datetime.timedelta(days=23))
    assert len(mail.letters) == 1


def test_a_mail_server_that_refuses_is_seen_and_tried_again_and_the_pack_is_here(cast, as_, opportunity, mail):
    mail.refuses = "451 Not now"
    arrange(as_, cast.sales_manager, cast.sales_manager)
    run_clock()
    text = as_(cast.sales_manager).get("/forecast/packs/").text
    assert "It could not be mailed" in text
    assert "Not now" in text
    kept = KeptPack.objects.get()
    assert kept.pdf
    assert Letter.objects.get().tries == 1
    mail.refuses = ""
    run_clock(MONDAY + datetime.timedelta(minutes=2))
    assert len(mail.letters) == 1
    kept.refresh_from_db()
    assert (kept.error, kept.mailed_at is not None, KeptPack.objects.count()) == ("", True, 1)


def test_a_mail_server_that_is_away_is_seen(cast, as_, opportunity, settings, mail):
    settings.EMAIL_PORT = 1
    arrange(as_, cast.sales_manager, cast.sales_manager)
    run_clock()
    assert "It could not be mailed: Nothing answers at port 1" in as_(cast.sales_manager).get("/forecast/packs/").text


@pytest.mark.usefixtures("_no_mail")
def test_who_does_not_see_the_territory_any_more_gets_nothing_and_it_ends(cast, as_, opportunity):
    arrange(as_, cast.sales_manager, cast.coordinator, territory=cast.north.pk)
    Membership.objects.get(person=cast.coordinator).take(by=cast.administrator)
    run_clock()
    kept = KeptPack.objects.get()
    assert (kept.pdf, kept.error) == ("", "Sales coordinator Person does not see North any more.")
    assert PackSubscription.objects.get().why_ended == kept.error
    assert Job.objects.get(kind="pack").state == Job.State.FAILED


@pytest.mark.usefixtures("_no_mail")
def test_a_kept_pack_is_gone_for_who_lost_the_territory(cast, as_, opportunity):
    arrange(as_, cast.sales_manager, cast.coordinator)
    run_clock()
    kept = KeptPack.objects.get()
    Membership.give(by=None, person=cast.coordinator, territory=cast.south, role=Role.COORDINATOR)
    Membership.objects.get(person=cast.coordinator, territory=cast.north).take(by=cast.administrator)
    client = as_(cast.coordinator)
    assert client.get(f"/forecast/packs/kept/{kept.pk}/pdf/").status_code == 404
    assert "Forecast call, Q4 2026" not in client.get("/forecast/packs/").text


@pytest.mark.usefixtures("_no_mail")
def test_the_pack_of_one_who_sees_less_holds_less(cast, as_, opportunity):
    Membership.objects.filter(person=cast.coordinator).update(territory=cast.south)
    arrange(as_, cast.administrator, cast.coordinator, cast.administrator)
    run_clock()
    kept = {each.recipient: set(each.territories.all()) for each in KeptPack.objects.all()}
    assert kept[cast.coordinator] == {cast.south}
    assert kept[cast.administrator] == {cast.world, cast.north, cast.south}


def test_a_colleague_who_does_not_see_the_territory_is_refused_by_name(cast, as_):
    Membership.give(by=None, person=cast.outsider, territory=cast.south, role=Role.SALES_MANAGER)
    answer = arrange(as_, cast.administrator, cast.outsider, territory=cast.north.pk)
    assert answer.status_code == 422
    assert "Outside Person: no role in North" in answer.text
    assert not PackSubscription.objects.exists()


def test_a_stranger_and_a_territory_that_is_not_seen_cannot_be_chosen(cast, as_):
    assert arrange(as_, cast.coordinator, cast.outsider).status_code == 422
    assert arrange(as_, cast.coordinator, cast.coordinator, territory=cast.south.pk).status_code == 422
    assert not PackSubscription.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"rhythm": "monthly"}, {"hour": "24"}, {"day": "31", "rhythm": "monthly"}, {"zone": "Mars/Base"}]
)
def test_it_says_at_its_place_what_is_wrong(cast, as_, changes):
    assert arrange(as_, cast.coordinator, cast.coordinator, **changes).status_code == 422


def test_it_stands_once_however_often_it_is_arranged_and_leaves_a_history(cast, as_):
    for _ in range(2):
        arrange(as_, cast.sales_manager, cast.coordinator)
    one = PackSubscription.objects.get()
    assert as_(cast.outsider).post(f"/forecast/packs/{one.pk}/stop/").status_code == 404
    assert as_(cast.salesperson).post(f"/forecast/packs/{one.pk}/stop/").status_code == 404
    for _ in range(2):
        as_(cast.coordinator).post(f"/forecast/packs/{one.pk}/stop/")
    one.refresh_from_db()
    assert one.ended_by == cast.coordinator
    rows = Change.objects.filter(subject_kind="packsubscription").order_by("pk")
    assert [(row.verb, row.by) for row in rows] == [
        ("subscribed", cast.sales_manager), ("unsubscribed", cast.coordinator),
    ]  # fmt: skip


@pytest.mark.usefixtures("_no_mail")
def test_one_more_can_be_made_at_once_and_tells_what_moved_since_the_last(cast, as_, opportunity):
    arrange(as_, cast.sales_manager, cast.sales_manager)
    run_clock()
    one = PackSubscription.objects.get()
    with time_machine.travel(MONDAY + datetime.timedelta(days=2)):
        as_(cast.sales_manager).post(f"/forecast/packs/{one.pk}/now/")
    run_clock(MONDAY + datetime.timedelta(days=2, hours=1))
    assert KeptPack.objects.count() == 2


def test_a_salesperson_ends_what_they_get_and_arranges_nothing(cast, as_):
    arrange(as_, cast.sales_manager, cast.salesperson)
    one = PackSubscription.objects.get()
    assert as_(cast.salesperson).get("/forecast/packs/arrange/").status_code == 403
    assert as_(cast.salesperson).post(f"/forecast/packs/{one.pk}/stop/").status_code == 302
    assert not PackSubscription.objects.standing().exists()
