"""Our name and logo on a plan: what is taken, who gets to see it, and as what."""

import struct

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from milepost.plans.draft import Draft
from milepost.plans.models import SharedPlan


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
        sent = {"seller": "", "language": "", "version": shared.version, **said}
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
