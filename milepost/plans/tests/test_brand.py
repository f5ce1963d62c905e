"""Our name and logo on a plan: what is taken, who gets to see it, and as what."""

import struct

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from milepost.plans.colours import BLACK, DARK, WHITE, contrast, ink_on, until_seen
from milepost.plans.draft import Draft
from milepost.plans.models import SharedPlan
from milepost.team.models import Company


def png(width=9, height=5, more=b""):
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\x00\x00\x00" + more


def jpeg(width=9, height=5):
    head = b"\xff\xd8\xff\xe0\x00\x04JF" + b"\xff\xc4\x00\x03\x00"
    return head + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x11\x00"


@pytest.fixture
def brand(cast, as_, shared, django_capture_on_commit_callbacks):
    """Send the form as its coordinator: `brand(seller=…, picture=b"…")`."""

    def now(picture=None, name="logo.png", **said):
        shared.refresh_from_db()
        sent = {"seller": "", "colour": "", "language": "", "version": shared.version, **said}
        if picture is not None:
            sent["picture"] = SimpleUploadedFile(name, picture, content_type="text/html")
        with django_capture_on_commit_callbacks(execute=True):
            answer = as_(cast.coordinator).post(reverse("plans:brand", args=[shared.opportunity_id]), sent)
        shared.refresh_from_db()
        return answer

    return now


@pytest.mark.parametrize(("picture", "kind"), [(png(), "image/png"), (jpeg(), "image/jpeg")])
def test_a_logo_stands_on_the_page_and_is_handed_out_as_a_picture(
    cast, as_, client, opportunity, shared, contact, invited, brand, picture, kind
):
    address = invited(shared, contact)[1]
    assert client.get(f"{address}logo/").status_code == 404
    assert "<img" not in client.get(address).text
    assert brand(picture, name="evil.html").status_code == 302
    assert '<img src="logo/" alt="Northwind Controls">' in client.get(address).text
    part = shared.parts.get().pk
    for page, up in (("agree/", "../"), (f"parts/{part}/", "../../"), (f"parts/{part}/ask/", "../../../")):
        assert f'<img src="{up}logo/"' in client.get(f"{address}{page}").text
    ours = as_(cast.coordinator)
    for answer in (client.get(f"{address}logo/"), ours.get(reverse("plans:logo", args=[opportunity.pk]))):
        assert answer["Content-Type"] == kind
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert b"".join(answer) == picture
    assert "evil" not in shared.logo
    assert (
        reverse("plans:logo", args=[opportunity.pk]) in ours.get(reverse("plans:preview", args=[opportunity.pk])).text
    )


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no PNG or JPEG"),
        (b"GIF89a" + b"x" * 40, "no PNG or JPEG"),
        (b"\x89PNG\r\n\x1a\n", "no PNG or JPEG"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 40, "no PNG or JPEG"),
        (b"\xff\xd8\xff", "no PNG or JPEG"),
        (png(9000, 5), "wider or higher"),
        (png(0, 5), "wider or higher"),
        (png(more=b"x" * 500 * 1024), "larger than 500 KB"),
    ],
)
def test_other_pictures_are_refused_and_nothing_is_kept(shared, brand, picture, says):
    answer = brand(picture, seller="Nordwind")
    assert answer.status_code == 422
    assert says in answer.text
    assert "Nordwind" in answer.text
    assert (shared.logo, shared.seller) == ("", "")


def test_a_virus_scanner_has_the_last_word(settings, shared, brand):
    settings.SCAN_FILES = "false"
    assert "check for viruses" in brand(png()).text
    assert shared.logo == ""


def test_another_logo_takes_its_place_and_it_can_be_taken_away(client, shared, contact, invited, brand):
    address = invited(shared, contact)[1]
    brand(png())
    first = shared.logo
    brand(jpeg())
    assert shared.logo != first
    assert not default_storage.exists(first)
    second = shared.logo
    brand(seller="Nordwind")
    assert shared.logo == second
    brand(without="on")
    assert shared.logo == ""
    assert not default_storage.exists(second)
    assert client.get(f"{address}logo/").status_code == 404


def test_of_two_who_change_it_at_once_the_second_is_told_and_keeps_no_file(cast, as_, shared, brand):
    stale = shared.version
    brand(seller="Nordwind")
    before = set(default_storage.listdir("plans")[1]) if default_storage.exists("plans") else set()
    answer = brand(png(), seller="Windnord", version=stale)
    assert answer.status_code == 409
    assert "Windnord" in answer.text
    assert shared.seller == "Nordwind"
    assert set(default_storage.listdir("plans")[1] if default_storage.exists("plans") else ()) == before


def test_our_name_on_it_is_published_like_every_word(cast, as_, client, opportunity, shared, contact, invited, brand):
    address = invited(shared, contact)[1]
    brand(seller="Nordwind GmbH")
    assert "Nordwind GmbH" not in client.get(address).text
    ours = as_(cast.coordinator)
    page = ours.get(reverse("plans:preview", args=[opportunity.pk]))
    assert "Nordwind GmbH" in page.text
    ours.post(reverse("plans:publish", args=[opportunity.pk]), {"seen": page.context["preview"].sha256})
    page = client.get(address).text
    assert "Nordwind GmbH" in page
    assert "Northwind Controls" not in page


def test_a_logo_does_not_touch_what_was_agreed(shared, publish, brand):
    plan = SharedPlan.objects.select_related("opportunity__account").get(pk=shared.pk)
    before = Draft.of(plan, seller="x").sha256
    brand(png(), language="de")
    plan = SharedPlan.objects.select_related("opportunity__account").get(pk=shared.pk)
    assert Draft.of(plan, seller="x").sha256 == before


@pytest.fixture
def company_look(cast, as_, django_capture_on_commit_callbacks):
    """Send the form of all plans as an administrator: `company_look(brand_name=…, picture=b"…")`."""

    def now(picture=None, **said):
        sent = {"brand_name": "", "brand_colour": "", "brand_language": "en", "version": Company.the().version, **said}
        if picture is not None:
            sent["picture"] = SimpleUploadedFile("logo.png", picture)
        with django_capture_on_commit_callbacks(execute=True):
            return as_(cast.administrator).post(reverse("plans:look"), sent)

    return now


def test_every_plan_looks_as_the_company_has_settled(
    cast, as_, client, opportunity, shared, contact, invited, company_look
):
    address = invited(shared, contact)[1]
    assert company_look(png(), brand_name="Nordwind", brand_colour="#AA1122").status_code == 302
    page = client.get(address).text
    assert '<img src="logo/"' in page
    assert reverse("plans:colour", args=["aa1122"]) in page
    assert b"".join(client.get(f"{address}logo/")) == png()
    assert "Nordwind" in as_(cast.coordinator).get(reverse("plans:preview", args=[opportunity.pk])).text
    assert b"".join(as_(cast.administrator).get(reverse("plans:company_logo"))) == png()


def test_a_plan_may_look_otherwise(client, shared, contact, invited, brand, company_look):
    address = invited(shared, contact)[1]
    company_look(png(), brand_colour="#aa1122", brand_language="de")
    brand(jpeg(), colour="#00aa77", language="en")
    page = client.get(address).text
    assert b"".join(client.get(f"{address}logo/")) == jpeg()
    assert reverse("plans:colour", args=["00aa77"]) in page
    assert "aa1122" not in page
    assert '<html lang="en"' in page


def test_the_companys_language_counts_where_nothing_else_is_said(
    cast, as_, client, shared, contact, invited, company_look
):
    address = invited(shared, contact)[1]
    company_look(brand_language="de")
    assert '<html lang="de"' in client.get(address).text
    assert '<html lang="en"' in as_(cast.coordinator).get(reverse("desk:desk")).text


def test_only_administrators_settle_it(cast, as_):
    assert as_(cast.coordinator).get(reverse("plans:look")).status_code == 403


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "url(x)", "123456"])
def test_what_is_no_colour_is_refused(shared, brand, company_look, colour):
    assert "six of 0 to 9" in brand(colour=colour).text
    assert "six of 0 to 9" in company_look(brand_colour=colour).text
    assert brand(colour="#123456;}").status_code == 422
    assert (shared.colour, Company.the().brand_colour) == ("", "")


def test_a_colours_sheet_is_kept_by_the_browser_and_says_nothing_else(cast, client):
    answer = client.get(reverse("plans:colour", args=["FFD400"]))
    assert answer["Content-Type"].startswith("text/css")
    assert "--seller: #ffd400; --seller-ink: #000000" in answer.text
    assert "immutable" in answer["Cache-Control"]
    assert client.get(reverse("plans:colour", args=["nothing"])).status_code == 404


@given(st.integers(0, 0xFFFFFF))
def test_whatever_the_colour_words_on_it_are_read_and_lines_of_it_seen(number):
    colour = f"#{number:06x}"
    assert contrast(ink_on(colour), colour) >= 4.5
    assert contrast(until_seen(colour, WHITE), WHITE) >= 3
    assert contrast(until_seen(colour, DARK), DARK) >= 3
    assert {ink_on(WHITE), ink_on(BLACK)} == {WHITE, BLACK}
