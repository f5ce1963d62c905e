"""A forwarded e-mail is read as text, whatever is in it."""

import io
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.buyers.letter import MOST_BYTES, MOST_PARTS, MOST_TEXT, NoLetter
from milepost.buyers.letter import read as read_from

PLAIN = b"From: Sabine Roth <roth@mill.example>\nDate: Tue, 3 Nov 2026 09:12:00 +0100\nSubject: Line 5\n\nWhat if?\n"
HEAD = b"From: a@b.example\nSubject: x\n"
MEGABYTE = 1024 * 1024


def read(raw):
    return read_from(io.BytesIO(raw))


def mixed(*parts, head=HEAD, name=b"b"):
    told = b"".join(b"--" + name + b"\n" + part + b"\n" for part in parts)
    return head + b'Content-Type: multipart/mixed; boundary="' + name + b'"\n\n' + told + b"--" + name + b"--\n"


def file(name, body=b"x"):
    return (
        b'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="' + name + b'"\n\n' + body
    )


def test_it_says_who_asks_what_and_when():
    letter = read(PLAIN)

    assert (letter.sender, letter.address, letter.subject) == ("Sabine Roth", "roth@mill.example", "Line 5")
    assert letter.on.isoformat() == "2026-11-03"
    assert letter.text == "What if?"


def test_a_mark_of_its_encoding_before_it_does_not_matter():
    assert read(b"\xef\xbb\xbf" + PLAIN) == read(PLAIN)


def test_of_html_only_the_text_is_kept():
    html = (
        b"From: a@b.example\nSubject: x\nContent-Type: text/html\n\n"
        b"<html><head><title>no</title></head><script>alert(1)</script><p>Two&nbsp;lines<br>of text</p>"
        b'<img src="http://tracker.example/x.png">'
    )

    assert read(html).text == "Two lines\nof text"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (b"<html><head><title>no</title><body><p>a head nobody closed</p>", "a head nobody closed"),
        (b"<p>before</p><![endif]--><p>after Outlook</p>", "before\nafter Outlook"),
        (b"<p>before</p><![unheard[ of ]]><p>after</p>", "before\nafter"),
        (b"<h1>Line 5</h1>What if?<blockquote>before</blockquote>after", "Line 5\nWhat if?\nbefore\nafter"),
        (b"<table><tr><td>Price</td><td>1,200</td></tr></table>", "Price 1,200"),
        (b"Is it less than a &lt; b or more <than", "Is it less than a < b or more <than"),
    ],
)
def test_carelessly_written_html_loses_nothing(html, said):
    assert read(HEAD + b"Content-Type: text/html\n\n" + html).text == said


@pytest.mark.parametrize("tag", [b"<!--", b"<![", b"<a ", b"<a b='", b"<", b"<!doctype "])
def test_unfinished_tags_take_no_time(tag):
    started = time.perf_counter()
    read(HEAD + b"Content-Type: text/html\n\n" + tag * (200_000 // len(tag)))

    assert time.perf_counter() - started < 5


def test_plain_text_around_a_picture_is_read_whole():
    plain = b"Content-Type: text/plain\n\n"
    letter = read(mixed(plain + b"As you see:", file(b"line5.png"), plain + b"What would that cost?"))

    assert letter.text == "As you see:\n\nWhat would that cost?"


def test_names_of_attachments_lose_their_paths():
    letter = read(mixed(
        b"Content-Type: text/plain\n\nHello", file(b"../../etc/passwd"), file(b"C:\\\\temp\\\\a.txt"),
        file(b"=?utf-8?q?Gr=C3=B6=C3=9Fe.pdf?="), file(b"evil\r\n Set-Cookie: a=b"), file(b"winmail.dat"),
    ))  # fmt: skip

    assert letter.text == "Hello"
    assert letter.attachments == ["passwd", "a.txt", "Größe.pdf", "evil Set-Cookie: a=b", "winmail.dat"]


def test_a_name_in_the_newer_way_of_writing_is_read():
    part = b"Content-Type: text/plain\nContent-Disposition: attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.txt\n\nx"

    assert read(mixed(part)).attachments == ["Größe.txt"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?iso-8859-1?q?Gr=FC=DFe?= aus =?utf-8?b?TcO8bmNoZW4=?=", "Grüße aus München"),
        (b"Gr\xc3\xbc\xc3\x9fe", "Grüße"),
        (b"Gr\xfc\xdfe", "Grüße"),
        (b"=?utf-8?q?=ff=fe?=", "ÿþ"),
        (b"=?utf-8?b?broken!?=", "=?utf-8?b?broken!?="),
        (b"=?klingon?q?Line_5?=", "Line 5"),
        (b"=?utf-8?q?a=0D=0ABcc:_all@mill.example?=", "a Bcc: all@mill.example"),
        (b"Line\n 5\n\twhat if", "Line 5 what if"),
    ],
)
def test_encoded_words_are_read_and_broken_ones_shown(raw, said):
    assert read(b"From: a@b.example\nSubject: " + raw + b"\n\nHello").subject == said


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/plain; charset=klingon",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Type: text/plain; charset=undefined",
        b"Content-Type: text/plain; charset=punycode",
        b"Content-Transfer-Encoding: base64",
        b"Content-Type: multipart/mixed",
        b"Date: the day before yesterday",
        b"Subject: =?utf-8?q?=ff=fe?=",
    ],
)
def test_broken_encodings_are_still_read(head):
    letter = read(b"From: \xff\xfe <a@b.example>\n" + head + b"\n\nGr\xfc\xdfe \x00 aus M\xfcnchen")

    assert letter.address == "a@b.example"
    assert "\x00" not in letter.text + letter.subject + letter.sender
    if b"base64" not in head and b"multipart" not in head:
        assert "aus München" in letter.text


def test_nobody_knows_who_wrote_a_letter_without_a_sender():
    letter = read(b"Subject: Line 5\n\nWhat if?")

    assert (letter.sender, letter.address, letter.text) == ("", "", "What if?")


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 a workbook", b"\x00" * 100, b"just some words"])
def test_what_is_no_letter_is_refused(raw):
    with pytest.raises(NoLetter):
        read(raw)


def nested(times):
    raw = PLAIN
    for n in range(times):
        raw = mixed(b"Content-Type: message/rfc822\n\n" + raw, name=b"b%d" % n)
    return raw


def test_letters_within_letters_are_read():
    letter = read(nested(60))

    assert (letter.sender, letter.text) == ("a@b.example", "What if?")


def test_letters_within_letters_come_to_an_end():
    with pytest.raises(NoLetter):
        read(nested(300))


def endless(line, head=b"\n"):
    head = HEAD + head
    return head + line * ((MOST_BYTES - len(head)) // len(line))


HOSTILE = {
    "empty lines": lambda: endless(b"\n"),
    "short lines": lambda: endless(b"a\n"),
    "one line": lambda: endless(b"a"),
    "no text": lambda: endless(b"\xff\xfe"),
    "headers": lambda: endless(b"X: y\n", b""),
    "a header": lambda: endless(b"=?utf-8?q?x?= ", b"Subject: "),
    "senders": lambda: endless(b'"a" <a@b.example>, ', b"From: "),
    "parameters": lambda: endless(b'a="b\\";', b"Content-Type: text/plain; "),
    "pieces of a name": lambda: endless(b"filename*0=x;", b"Content-Disposition: attachment; "),
    "parts": lambda: endless(b"--b\n\nx\n", b'Content-Type: multipart/mixed; boundary="b"\n\n'),
    "tags": lambda: endless(b"<", b"Content-Type: text/html\n\n"),
    "attributes": lambda: endless(b"<a b='", b"Content-Type: text/html\n\n"),
    "lines in deep parts": lambda: endless(b"\n", deep(99)),
    "a large file": lambda: mixed(
        b"Content-Type: text/plain\n\nHello", file(b"a.zip", (b"A" * 76 + b"\n") * (MOST_BYTES // 78))
    ),
}


def deep(times):
    return b"".join(b'Content-Type: multipart/mixed; boundary="q%d"\n\n--q%d\n' % (n, n) for n in range(times))


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_the_largest_letter_takes_little_memory(kind):
    raw = HOSTILE[kind]()
    assert MOST_BYTES - MEGABYTE < len(raw) <= MOST_BYTES
    source = io.BytesIO(raw)
    tracemalloc.start()
    try:
        letter = read_from(source)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 100 * MEGABYTE
    assert letter.sender in ("a@b.example", "a")
    assert len(letter.text) <= MOST_TEXT
    assert len(letter.attachments) < MOST_PARTS


@given(st.binary(max_size=400))
def test_whatever_comes_it_is_a_letter_or_none(raw):
    try:
        letter = read(b"Subject: x\n" + raw)
    except NoLetter:
        return
    said = letter.text + letter.subject + letter.sender + "".join(letter.attachments)
    assert all(c in "\n\t" or c.isprintable() for c in said)
