"""A forwarded e-mail is read as text, whatever is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.buyers.letter import MOST_BYTES, NoLetter, read

PLAIN = b"From: Sabine Roth <roth@mill.example>\nDate: Tue, 3 Nov 2026 09:12:00 +0100\nSubject: Line 5\n\nWhat if?\n"


def test_it_says_who_asks_what_and_when():
    letter = read(PLAIN)

    assert (letter.sender, letter.address, letter.subject) == ("Sabine Roth", "roth@mill.example", "Line 5")
    assert letter.on.isoformat() == "2026-11-03"
    assert letter.text == "What if?"


def test_of_html_only_the_text_is_kept():
    html = (
        b"From: a@b.example\nSubject: x\nContent-Type: text/html\n\n"
        b"<html><head><title>no</title></head><script>alert(1)</script><p>Two&nbsp;lines<br>of text</p>"
        b'<img src="http://tracker.example/x.png">'
    )

    assert read(html).text == "Two lines\nof text"


def test_names_of_attachments_lose_their_paths():
    raw = b"\n".join(
        [
            b"From: a@b.example",
            b"Subject: x",
            b'Content-Type: multipart/mixed; boundary="b"',
            b"",
            b"--b",
            b"Content-Type: text/plain",
            b"",
            b"Hello",
            b"--b",
            b"Content-Type: application/pdf",
            b'Content-Disposition: attachment; filename="../../etc/passwd"',
            b"",
            b"x",
            b"--b",
            b"Content-Type: text/plain",
            b'Content-Disposition: attachment; filename="C:\\\\temp\\\\a.txt"',
            b"",
            b"not this",
            b"--b--",
        ]
    )
    letter = read(raw)

    assert letter.text == "Hello"
    assert letter.attachments == ["passwd", "a.txt"]


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/plain; charset=klingon",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: base64",
        b"Content-Type: multipart/mixed",
        b"Date: the day before yesterday",
        b"Subject: =?utf-8?q?=ff=fe?=",
    ],
)
def test_broken_encodings_are_still_read(head):
    letter = read(b"From: \xff\xfe <a@b.example>\n" + head + b"\n\nGr\xfc\xdfe \x00 aus M\xfcnchen")

    assert "\x00" not in letter.text + letter.subject + letter.sender


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 a workbook", b"\x00" * 100, b"just some words"])
def test_what_is_no_letter_is_refused(raw):
    with pytest.raises(NoLetter):
        read(raw)


def test_too_large_a_letter_is_refused():
    with pytest.raises(NoLetter):
        read(PLAIN + b"x" * MOST_BYTES)


def test_letters_within_letters_come_to_an_end():
    raw = PLAIN
    for n in range(60):
        raw = (
            b'From: a@b.example\nSubject: fwd\nContent-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n)
            + b"Content-Type: message/rfc822\n\n" + raw + b"\n--b%d--\n" % n
        )  # fmt: skip

    assert read(raw).sender == "a@b.example"


@given(st.binary(max_size=400))
def test_whatever_comes_it_is_a_letter_or_none(raw):
    try:
        letter = read(b"Subject: x\n" + raw)
    except NoLetter:
        return
    assert all(c in "\n\t" or c.isprintable() for c in letter.text + letter.subject + letter.sender)
