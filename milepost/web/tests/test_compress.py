"""Pages are compressed for those who can read it; files are not."""

import gzip

from django.http import FileResponse, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from milepost.web.compress import CompressText


def asked(response):
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    return CompressText(lambda request: response)(request)


def test_it_compresses_a_page(cast, as_):
    client = as_(cast.coordinator)
    plain = client.get(reverse("desk:my_day"))
    small = client.get(reverse("desk:my_day"), headers={"Accept-Encoding": "gzip"})
    assert small["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(small.content)
    assert len(small.content) < len(plain.content) / 3
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]


def test_it_leaves_files_as_they_are(db, tmp_path):
    (tmp_path / "plan.pdf").write_bytes(b"x" * 10_000)
    response = asked(FileResponse((tmp_path / "plan.pdf").open("rb")))
    assert "Content-Encoding" not in response
    response.close()
    assert "Content-Encoding" not in asked(HttpResponse(b"x" * 10_000, content_type="image/png"))


def test_it_leaves_short_answers_as_they_are():
    assert "Content-Encoding" not in asked(HttpResponse("short"))
