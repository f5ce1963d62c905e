"""The record against each competitor: what counts, in which quarter, and how sure it is."""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from milepost.gates.models import Contender
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Reason, Rival

DAY = datetime.timedelta(days=1)


@pytest.fixture
def met(cast, playbook):
    """Vantor: won 2, lost 1 noted before and 1 not, lost 1 to Hexaline; nobody won once."""
    reasons = {kind: Reason.add(by=None, outcome=kind, text=f"Why {kind}") for kind in ("won", "lost")}

    def one(name, kind, *, noted="", lost_to=""):
        opportunity = begin(
            by=None, name=name, playbook_version=playbook, territory=cast.north, started_on=cast.today - 90 * DAY
        )
        if noted:
            rival = Rival.named(noted, by=None)
            Contender.note(opportunity, by=cast.coordinator, rival=rival, on=cast.today - 40 * DAY)
        why = [reasons[kind]] if kind in reasons else []
        told = {"lost_to": lost_to, "reasons": why, "override": "All in one meeting"}
        close(opportunity, by=cast.coordinator, kind=kind, on=cast.today - 5 * DAY, words="So it was", **told)

    one("Press", "won", noted="Vantor")
    one("Dryer", "won", noted="VANTOR")
    one("Winder", "lost", noted="Vantor", lost_to="Vantor GmbH")
    one("Reel", "lost", lost_to="vantor")
    one("Pulper", "lost", noted="Vantor", lost_to="Hexaline")
    one("Boiler", "no_decision")
    return Rival.objects.get(name="Vantor")


def lines(as_, cast, query=""):
    answer = as_(cast.coordinator).get(reverse("learn:rivals") + query)
    return {line.name: line for line in answer.context["lines"]}


def test_it_counts_what_ended_against_whom(as_, cast, met):
    line = lines(as_, cast)["Vantor"]

    assert (line.tally.won, line.tally.lost, line.tally.others) == (2, 2, 1)


def test_the_share_rests_on_what_was_noted_before_the_end(as_, cast, met):
    line = lines(as_, cast)["Vantor"]

    assert (line.share.yes, line.share.cases, line.tally.named_late) == (2, 3, 1)
    assert line.share.low < 0.6 < line.share.high
    assert line.share.is_thin
    page = as_(cast.coordinator).get(reverse("learn:rival", args=[met.pk])).content.decode()
    assert "It rests on 3: mostly chance." in page
    assert "One loss names them that nobody had noted there before the end" in page


def test_nobody_wins_what_is_not_decided(as_, cast, met):
    Rival.named("nobody", by=None)

    line = lines(as_, cast)["Nobody: they do nothing"]
    assert (line.tally.won, line.tally.lost) == (0, 1)


def test_it_goes_by_quarter_and_leads_to_the_list(as_, cast, met):
    answer = as_(cast.coordinator).get(reverse("learn:rival", args=[met.pk]))
    quarters = answer.context["quarters"]

    assert sum(line.tally.won for line in quarters) == 2
    assert answer.context["whys"] == {"won": [("Why won", 2)], "lost": [("Why lost", 2)]}
    listed = as_(cast.coordinator).get(f"{reverse('desk:ended')}?against={met.pk}").content.decode()
    for name in ("Press", "Dryer", "Winder", "Reel", "Pulper"):
        assert name in listed
    assert "Boiler" not in listed


def test_what_one_does_not_see_is_not_counted(as_, cast, met):
    answer = as_(cast.outsider).get(reverse("learn:rivals"))

    assert all(line.tally.all == 0 for line in answer.context["lines"])


def test_it_is_taken_along_as_a_table(as_, cast, met):
    client, file = as_(cast.coordinator), reverse("learn:rivals_export")
    text = b"".join(client.get(file + "?as=csv")).decode("utf-8-sig")
    rows = {row["Competitor"]: row for row in csv.DictReader(io.StringIO(text))}

    assert (rows["Vantor"]["Won"], rows["Vantor"]["Lost to them"]) == ("2", "2")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(client.get(file + "?as=xlsx"))))
    table = book.get_sheet_by_index(0).to_python()
    assert next(row[2:4] for row in table if row[0] == "Vantor") == [2.0, 2.0]
    assert f"{file}?as=xlsx&amp;" in client.get(reverse("learn:rivals")).text


def test_learn_counts_all_spellings_as_one(as_, cast, met):
    answer = as_(cast.coordinator).get(reverse("learn:page"))
    rival = next(one for one in answer.context["reading"].rivals if one.name == "Vantor")

    assert rival.number.count == 2
    assert "2 " in as_(cast.coordinator).get(rival.number.href).content.decode()
    listed = as_(cast.coordinator).get(rival.number.href).content.decode()
    assert "Winder" in listed
    assert "Reel" in listed


def test_it_is_renamed_and_joined_by_who_keeps_the_list(as_, cast, met):
    coordinator, hexaline = as_(cast.coordinator), Rival.objects.get(name="Hexaline")
    coordinator.post(reverse("learn:rename_rival", args=[met.pk]), {"name": "Vantor Group"})
    assert Rival.named("vantor gmbh", by=None).name == "Vantor Group"

    taken = coordinator.post(reverse("learn:rename_rival", args=[met.pk]), {"name": "HEXALINE"})
    assert taken.status_code == 422
    assert "is on the list already" in taken.content.decode()

    coordinator.post(reverse("learn:join_rivals", args=[hexaline.pk]), {"other": met.pk})
    assert lines(as_, cast)["Vantor Group"].tally.lost == 3


def test_it_asks_few_questions(as_, cast, met, django_assert_max_num_queries):
    client = as_(cast.coordinator)
    with django_assert_max_num_queries(20):
        client.get(reverse("learn:rivals"))
    with django_assert_max_num_queries(25):
        client.get(reverse("learn:rival", args=[met.pk]))
