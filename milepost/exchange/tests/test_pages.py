"""The import pages, as a browser without scripts uses them."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from milepost.exchange.models import ImportBatch, SavedMapping
from milepost.exchange.tests.files import shared
from milepost.opportunities.models import Opportunity
from milepost.web.jobs import Work, cancel, claim
from milepost.web.worker import Worker

TEXT = (
    "Id,Name,StageName,Amount,CloseDate,CreatedDate\n"
    "1,Line 4,Demo,5,,2026-01-02\n2,Line 5,Proposal,7,,2026-01-03\n3,Bad,Demo,12k,,\n4,=cmd(),Demo,x,,\n"
)


def upload(client, **files):
    files = files or {"Opportunity": TEXT}
    handed_in = [SimpleUploadedFile(f"{name}.csv", text.encode()) for name, text in files.items()]
    return client.post(reverse("exchange:add"), {"files": handed_in}, follow=True)


def form_of(response):
    """Collect what the page's form would send."""
    form = response.context["form"]
    return {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}


@pytest.fixture
def me(as_, cast):
    return as_(cast.coordinator)


def test_it_shows_what_files_become_before_anything_is_written(me):
    page = upload(me)
    assert page.status_code == 200
    assert "Line 4" in page.text
    assert 'class="string"' in page.text
    assert "12k" in page.text
    assert not Opportunity.objects.exists()


def test_it_imports_from_the_page_and_reports(me):
    page = upload(me)
    report = me.post(reverse("exchange:run", args=[ImportBatch.objects.get().pk]), follow=True)
    assert Opportunity.objects.count() == 4
    assert "2 values not taken over" in report.text
    assert "Arrived without Amount: “12k” is shorthand" in report.text
    assert "refused</h2>" not in report.text
    assert page.context["batch"].pk == report.context["batch"].pk


def test_it_imports_with_what_the_form_says_in_one_go(me):
    page = upload(me)
    said = form_of(page) | {"as_of": "2026-02-03", "playbook": "Ours", "s0-step": "First demo", "import": "1"}
    me.post(reverse("exchange:mapping", args=[page.context["batch"].pk]), said)
    opportunity = Opportunity.objects.get(name="Line 4")
    assert opportunity.as_of == dt.date(2026, 2, 3)
    assert opportunity.steps.first().name == "First demo"
    assert opportunity.playbook_version.playbook.name == "Ours"


def test_it_shows_again_with_other_columns_and_writes_nothing(me):
    page = upload(me)
    said = form_of(page) | {"t0-value": ""}
    again = me.post(reverse("exchange:mapping", args=[page.context["batch"].pk]), said, follow=True)
    assert again.context["mapping"].tables[0].columns.get("value") is None
    assert "12k" not in again.text
    assert not Opportunity.objects.exists()


def test_it_orders_and_renames_steps_and_ends(me):
    page = upload(me)
    said = form_of(page) | {"s0-order": "2", "s1-order": "1", "s1-step": "Offer"}
    again = me.post(reverse("exchange:mapping", args=[page.context["batch"].pk]), said, follow=True)
    assert again.context["mapping"].steps() == ["Offer", "Demo"]


def test_it_proposes_stages_anew_when_another_column_holds_them(me):
    text = "Name,Stage,Phase\nA,x,Early\nB,y,Late\n"
    page = upload(me, odd=text)
    said = form_of(page) | {"t0-stage": "Phase"}
    again = me.post(reverse("exchange:mapping", args=[page.context["batch"].pk]), said, follow=True)
    assert again.context["mapping"].steps() == ["Early", "Late"]


def test_it_lets_a_person_map_a_file_it_does_not_know(me):
    page = upload(me, odd="What,Where\nLine 4,Demo\n")
    assert "None of these files is recognised" in page.text
    url = reverse("exchange:mapping", args=[page.context["batch"].pk])
    page = me.post(url, form_of(page) | {"t0": "opportunity"}, follow=True)
    assert "Still missing" in page.text
    page = me.post(url, form_of(page) | {"t0-name": "What", "t0-stage": "Where"}, follow=True)
    me.post(reverse("exchange:run", args=[page.context["batch"].pk]))
    assert Opportunity.objects.get().name == "Line 4"


def test_it_asks_how_doubtful_days_are_meant_and_keeps_asking(me):
    page = upload(me, deals="Id,Name,StageName,CloseDate,CreatedDate\n1,A,Demo,,3/4/2026\n")
    assert "can be read two ways" in page.text
    url = reverse("exchange:mapping", args=[page.context["batch"].pk])
    page = me.post(url, form_of(page) | {"d0": "dmy"}, follow=True)
    assert "can be read two ways" in page.text
    me.post(reverse("exchange:run", args=[page.context["batch"].pk]))
    assert Opportunity.objects.get().started_on == dt.date(2026, 4, 3)


@pytest.mark.parametrize(("day", "why"), [("1990-01-01", "know something of"), ("2190-01-01", "still to come")])
def test_ages_count_to_no_day_before_the_files_end_nor_to_one_to_come(me, day, why):
    page = upload(me)
    again = me.post(reverse("exchange:mapping", args=[page.context["batch"].pk]), form_of(page) | {"as_of": day})
    assert again.status_code == 422
    assert why in again.context["form"].errors["as_of"][0]


def test_it_shows_a_wrong_entry_at_its_field_and_keeps_the_rest(me):
    page = upload(me)
    said = form_of(page) | {"as_of": "soon", "playbook": "Kept"}
    again = me.post(reverse("exchange:mapping", args=[page.context["batch"].pk]), said)
    assert again.status_code == 422
    assert again.context["form"].errors["as_of"]
    assert "Kept" in again.text


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x01\x00\x02"])
def test_it_says_at_the_field_why_a_file_cannot_be_read(me, content):
    page = me.post(reverse("exchange:add"), {"files": SimpleUploadedFile("pic.png", content)})
    assert page.status_code == 422
    assert page.context["form"].errors["files"]


def test_it_says_when_these_very_files_were_imported_before(me):
    upload(me)
    me.post(reverse("exchange:run", args=[ImportBatch.objects.get().pk]))
    assert "were imported on" in upload(me).text


def test_it_says_when_amounts_cannot_be_added_up_for_want_of_a_rate(me):
    page = upload(me, deals="Name,Stage,Amount\nA,Demo,USD 5\n")
    assert "no rate for USD" in page.text


def test_it_gives_refused_rows_as_csv_that_no_spreadsheet_runs(me):
    text = "Id,Name,StageName,Amount\n1,A,Demo,=1+1\n"
    page = upload(me, deals=text)
    one = page.context["batch"]
    me.post(reverse("exchange:mapping", args=[one.pk]), form_of(page) | {"t0-value": "Amount", "import": "1"})
    sheet = me.get(reverse("exchange:refused", args=[one.pk]))
    assert sheet["Content-Type"].startswith("text/csv")
    assert ",'=1+1," in sheet.text
    assert "Arrived without Amount" in sheet.text


def test_it_puts_files_aside(me):
    page = upload(me)
    me.post(reverse("exchange:discard", args=[page.context["batch"].pk]))
    assert not ImportBatch.objects.exists()


def test_it_does_not_import_or_discard_twice(me):
    one = upload(me).context["batch"]
    me.post(reverse("exchange:run", args=[one.pk]))
    for name in ("run", "discard", "mapping"):
        assert me.post(reverse(f"exchange:{name}", args=[one.pk])).status_code == 404


def test_it_saves_a_mapping_and_reads_the_next_files_by_it(me):
    page = upload(me)
    one = page.context["batch"]
    me.post(reverse("exchange:mapping", args=[one.pk]), form_of(page) | {"playbook": "Ours"})
    me.post(reverse("exchange:save_mapping", args=[one.pk]), {"name": "weekly"})
    later = upload(me).context["batch"]
    me.post(reverse("exchange:use_mapping", args=[later.pk]), {"saved": SavedMapping.objects.get().pk})
    later.refresh_from_db()
    assert later.mapping["playbook"] == "Ours"


def test_it_says_when_a_saved_mapping_does_not_fit(me):
    one = upload(me).context["batch"]
    me.post(reverse("exchange:save_mapping", args=[one.pk]), {"name": "weekly"})
    other = upload(me, odd="What,Where\n1,2\n").context["batch"]
    page = me.post(
        reverse("exchange:use_mapping", args=[other.pk]), {"saved": SavedMapping.objects.get().pk}, follow=True
    )
    assert "does not fit" in page.text


def test_it_lists_past_imports(me):
    one = upload(me).context["batch"]
    me.post(reverse("exchange:run", args=[one.pk]))
    page = me.get(reverse("exchange:import"))
    assert "Opportunity.csv" in page.text
    (told,) = page.context["past"]
    made = ImportBatch.objects.get(pk=one.pk).counts
    assert told[1][0] == f"{made['opportunity']['created']} opportunities"
    assert "1 playbook" in told[1]
    assert told[2] == []
    assert all(words in page.text for words in told[1])


@pytest.mark.parametrize("role", ["salesperson", "account_manager", "team_member"])
def test_it_lets_nobody_import_whose_work_it_is_not(as_, cast, role):
    client = as_(getattr(cast, role))
    assert client.get(reverse("exchange:import")).status_code == 403
    assert upload(client).status_code == 403
    assert not ImportBatch.objects.exists()


def test_it_shows_an_import_to_nobody_but_its_importer_and_administrators(me, as_, cast):
    one = upload(me).context["batch"]
    url = reverse("exchange:batch", args=[one.pk])
    assert as_(cast.outsider).get(url).status_code == 404
    assert as_(cast.outsider).get(reverse("exchange:refused", args=[one.pk])).status_code == 404
    assert as_(cast.administrator).get(url).status_code == 200


@pytest.mark.slow
def test_it_takes_mavens_four_files_through_the_page(me):
    paths = sorted(shared("maven_crm").glob("*.csv"))
    page = upload(me, **{path.stem: path.read_text() for path in paths})
    assert "GTXPro" in page.text
    assert page.text.count("<tr") < 200
    assert len(page.content) < 300_000
    me.post(reverse("exchange:mapping", args=[page.context["batch"].pk]), form_of(page) | {"import": "1"})
    Worker("w").run_until_idle()
    assert Opportunity.objects.count() == 8800
    assert Opportunity.objects.visible_to(ImportBatch.objects.get().by).count() == 8800


def test_it_asks_an_administrator_for_the_rate_that_is_missing(as_, cast):
    client = as_(cast.administrator)
    page = upload(client, deals="Id,Name,Stage,Amount,Created Date,Close Date\n1,A,Won,USD 5,2026-01-02,2026-01-09\n")
    said = form_of(page) | {"rate": "0.5", "import": "1"}
    client.post(reverse("exchange:mapping", args=[page.context["batch"].pk]), said)
    assert Opportunity.objects.get().company_value_minor == 250


# ---------------------------------------------------------------- large files run in the job process


@pytest.fixture
def large(me):
    """Hand in a file that is too large to wait for, and start its import."""
    rows = "".join(
        f"{n if n % 10 else ''},{f'Deal {n}' if n % 10 else ''},Demo,{n},,2026-01-02\n" for n in range(1, 701)
    )
    one = upload(me, deals="Id,Name,StageName,Amount,CloseDate,CreatedDate\n" + rows).context["batch"]
    page = me.post(reverse("exchange:run", args=[one.pk]), follow=True)
    assert "Importing" in page.text
    assert not Opportunity.objects.exists()
    return one


def test_it_hands_a_large_file_to_the_job_process(large, me):
    assert Worker("w").run_until_idle() == 2  # the import, and the look back at past quarters it asks for
    large.refresh_from_db()
    assert large.state == "done"
    assert large.counts["opportunity"] == {"created": 630, "refused": 70}
    assert "What came of it" in me.get(reverse("exchange:batch", args=[large.pk])).text


def test_it_stops_an_import_that_waits(large, me):
    me.post(reverse("exchange:stop", args=[large.pk]))
    assert Worker("w").run_until_idle() == 0
    large.refresh_from_db()
    assert large.state == "failed"
    assert not Opportunity.objects.exists()


def test_it_stops_an_import_that_runs_and_keeps_what_it_wrote(large, me):
    job = large.job
    work = Work(claim("w"), "w")
    cancel(job)
    work.run()
    large.refresh_from_db()
    assert large.state == "failed"
    assert large.counts["opportunity"]["created"] == Opportunity.objects.count() > 0


@pytest.mark.django_db(transaction=True)  # rows are written in turns where nobody has a transaction around them
def test_it_goes_on_in_another_process_and_counts_every_row_once(large):
    stopping = iter([False, True])
    work = Work(claim("first"), "first", lambda: next(stopping))
    work.run()
    written = Opportunity.objects.count()
    assert 0 < written < 630
    assert Worker("second").run_until_idle() == 2  # the rest, and the look back
    large.refresh_from_db()
    assert large.counts["opportunity"] == {"created": 630, "refused": 70}
    assert large.refused_rows.count() == 70


ODD = (
    "Deal,Where it stands,Who pays,Sure\n"
    "Press 4,Quoted,Acme,60\nRobot cell,Heard of it,Bolt,10\nSpare parts,Bargaining,Acme,80\n"
)


def columns_unread(page):
    return [unread for *_rest, unread, _styles in page.context["form"].tables()]


def test_it_names_the_columns_that_are_not_read_and_lays_the_choice_open(me):
    page = upload(me, Opportunity=ODD)
    page = me.post(
        reverse("exchange:mapping", args=[page.context["batch"].pk]), form_of(page) | {"t0": "opportunity"}, follow=True
    )
    assert "Who pays" in columns_unread(page)[0]
    assert "Not read:" in page.text
    assert '<details class="f wide-f" open>' in page.text


def test_it_orders_the_stages_anew_once_a_person_says_where_their_probability_stands(me):
    page = upload(me, Opportunity=ODD)
    where = reverse("exchange:mapping", args=[page.context["batch"].pk])
    chosen = {"t0": "opportunity", "t0-name": "Deal", "t0-stage": "Where it stands"}
    page = me.post(where, form_of(page) | {"t0": "opportunity"}, follow=True)
    page = me.post(where, form_of(page) | chosen | {"t0-probability": ""}, follow=True)
    page = me.post(where, form_of(page) | {"t0-probability": "Sure"}, follow=True)
    assert [plan.stage for plan in page.context["mapping"].stages] == ["Heard of it", "Quoted", "Bargaining"]


def test_it_keeps_the_order_a_person_gave_when_other_columns_are_chosen(me):
    page = upload(me, Opportunity=ODD)
    where = reverse("exchange:mapping", args=[page.context["batch"].pk])
    page = me.post(where, form_of(page) | {"t0": "opportunity"}, follow=True)
    chosen = {"t0-name": "Deal", "t0-stage": "Where it stands", "t0-probability": ""}
    page = me.post(where, form_of(page) | chosen, follow=True)
    first = page.context["mapping"].stages[0].stage
    page = me.post(where, form_of(page) | {"t0-probability": "Sure", "s0-order": "3", "s2-order": "1"}, follow=True)
    assert page.context["mapping"].stages[-1].stage == first


def test_it_says_how_many_rows_the_source_has_deleted_and_counts_them_nowhere_else(me):
    page = upload(me, Opportunity="Id,Name,StageName,CloseDate,IsDeleted\n1,Gone,Old stage,,1\n2,Here,Demo,,0\n")
    assert "1 opportunity, 1 of them open." in page.text
    assert "1 row is marked as deleted in the source and is left out." in page.text
    assert "Old stage" not in page.text


def test_it_counts_a_row_without_a_stage_as_the_open_one_that_it_becomes(me):
    page = upload(me, Opportunity="Id,Name,StageName,IsClosed,IsWon\n1,Here,Demo,0,0\n2,Bare,,0,0\n3,Done,,1,1\n")
    assert "3 opportunities, 2 of them open." in page.text


def test_it_shows_how_days_and_amounts_are_read_although_nobody_need_be_asked(me):
    text = "Bezeichnung;Phase;Betrag;Abschlussdatum\nHalle 3;Angebot;1.234,50;13.02.2026\n"
    page = me.post(
        reverse("exchange:add"), {"files": SimpleUploadedFile("export.csv", text.encode("cp1252"))}, follow=True
    )
    assert "Abschlussdatum: day first" in page.text
    assert "Betrag: decimal comma" in page.text
