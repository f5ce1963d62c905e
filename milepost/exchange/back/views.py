"""What is written back to a source, to fetch as a file, and the same to read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from django.http import Http404, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.exchange.back.differences import differences
from milepost.exchange.back.kinds import KINDS, OPPORTUNITY
from milepost.exchange.back.shapes import lines, told
from milepost.exchange.back.source import Source, sources
from milepost.exchange.models import may_import
from milepost.team.request import Request
from milepost.web.doors import must

AT_ONCE = 500
TO_READ = "read"


@require_GET
def write_back(request: Request, name: str) -> StreamingHttpResponse:
    """Hand out what changed here of a `kind` of row that a source owns: for itself or, with `as=read`, for people."""
    must(may_import(request.user), _("Only coordinators, sales managers and administrators write back."))
    kind = KINDS.get(request.GET.get("kind", OPPORTUNITY.name))
    if kind is None or name not in sources(kind.name):
        raise Http404
    source = Source.of(name, kind.name)
    found = differences(source, seen_by=request.user)
    to_read = request.GET.get("as") == TO_READ
    rows = chain([read_head()], told(source, found)) if to_read else lines(source, found)
    response = StreamingHttpResponse(as_text(rows), content_type="text/csv; charset=utf-8")
    what = "changes" if to_read else "write-back"
    file = f"{what}-{name}-{kind.counted}-{request.company.today().isoformat()}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file)
    return response


def read_head() -> list[str]:
    return [_("Id"), _("Name"), _("Field"), _("In the source"), _("Here"), _("In the file")]


def to_write_back() -> list[dict[str, Any]]:
    """List each source with the kinds that came from it."""
    found: dict[str, list[Any]] = {}
    for kind in KINDS.values():
        for name in sources(kind.name):
            found.setdefault(name, []).append(kind)
    return [{"name": name, "kinds": kinds} for name, kinds in sorted(found.items())]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_text(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the file as text, some lines at a time; CRMs read it without a mark at its head, Excel too."""
    writer, rest = csv.writer(_Echo()), iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield "".join(writer.writerow(row) for row in some)
