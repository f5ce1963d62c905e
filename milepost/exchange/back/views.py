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

from milepost.exchange.back.differences import Source, differences, sources
from milepost.exchange.back.shapes import lines, told
from milepost.exchange.models import may_import
from milepost.team.request import Request
from milepost.web.doors import must

AT_ONCE = 500
TO_READ = "read"


@require_GET
def write_back(request: Request, name: str) -> StreamingHttpResponse:
    """Hand out what changed here of what a source owns, for the source itself or, with `as=read`, for people."""
    must(may_import(request.user), _("Only coordinators, sales managers and administrators write back."))
    if name not in sources():
        raise Http404
    source = Source.of(name)
    found = differences(source, seen_by=request.user)
    to_read = request.GET.get("as") == TO_READ
    rows = chain([read_head()], told(source, found)) if to_read else lines(source, found)
    response = StreamingHttpResponse(as_text(rows), content_type="text/csv; charset=utf-8")
    kind = "changes" if to_read else "write-back"
    file = f"{kind}-{name}-{request.company.today().isoformat()}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file)
    return response


def read_head() -> list[str]:
    return [_("Id"), _("Opportunity"), _("Field"), _("In the source"), _("Here"), _("In the file")]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_text(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the file as text, some lines at a time; CRMs read it without a mark at its head, Excel too."""
    writer, rest = csv.writer(_Echo()), iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield "".join(writer.writerow(row) for row in some)
