"""Rows written many at once are what the model itself would have written, and nobody's number is given twice."""

import datetime as dt

import pytest
from django.db import connection, transaction

from milepost.web.many import VALUES, Rows, insert, numbers, plan_anew
from milepost.web.models import Job, SearchEntry

pytestmark = pytest.mark.django_db
COLUMNS = ("kind", "object_id", "is_open", "text", "changed_at")


def as_written(row):
    return {f.name: getattr(row, f.name) for f in row._meta.concrete_fields if not f.primary_key}


def test_they_are_what_the_model_would_write():
    with transaction.atomic():
        Rows(Job, "kind", "arguments", "of").write(
            [("look", '{"batch": 7, "who": "Ünal \\\\ Fox\\t"}', 3), ("go", "{}", None)]
        )
    first, second = Job.objects.order_by("pk")
    plain = Job.objects.create(kind="look", arguments={"batch": 7, "who": "Ünal \\ Fox\t"}, of=3)
    assert abs(first.asked_at - plain.asked_at) < dt.timedelta(minutes=1)
    assert as_written(first) | {"asked_at": plain.asked_at} == as_written(plain)
    assert (second.kind, second.arguments, second.of) == ("go", {}, None)


def test_nothing_at_all_is_no_trouble():
    Rows(Job, "kind").write([])
    assert not Job.objects.exists()


@pytest.mark.parametrize("count", [1, VALUES // 5, VALUES // 5 + 1, 3 * (VALUES // 5) - 1])
def test_rows_of_several_statements_come_whole_and_in_their_order(count):
    insert(SearchEntry, COLUMNS, [("offer", n, True, f"pump {n}", "2026-01-02 00:00:00+00:00") for n in range(count)])
    written = SearchEntry.objects.order_by("pk").values_list("object_id", "text")
    assert list(written) == [(n, f"pump {n}") for n in range(count)]


def test_numbers_are_given_once():
    rows = Rows(SearchEntry, "id", "kind", "object_id", "text")
    with transaction.atomic():
        own = numbers(SearchEntry, 3)
        rows.write([(number, "account", place, "acme") for place, number in enumerate(own)])
        more = numbers(SearchEntry, 2)
        rows.write([(number, "contact", place, "ada") for place, number in enumerate(more)])
    last = SearchEntry.objects.create(kind="offer", object_id=1, text="pump")
    assert len({*own, *more, last.pk}) == 6
    SearchEntry.objects.all().delete()
    with transaction.atomic():
        assert not {*numbers(SearchEntry, 2)} & {*own, *more, last.pk}


def test_postgres_counts_what_was_written_before_it_plans_again():
    Rows(Job, "kind").write([("look",)] * 600)
    plan_anew(Job)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'web_job'")
            assert cursor.fetchone()[0] >= 600
