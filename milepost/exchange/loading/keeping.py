"""Keep what stands before the import changes it, in the transaction that changes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from milepost.exchange.before import Before
from milepost.exchange.models import ImportBatch, SourceLink
from milepost.exchange.touched import Picture, pictures
from milepost.web.many import Row, Rows

ROWS = Rows(Before, "batch_id", "kind", "object_id", "link", "rows")


class Keeping:
    """Gather what stood before, and write it with what is counted.

    A thing that is changed has a row of its own. Of rows that say nothing new only the last import that saw them is
    overwritten: a transaction has one row for all of these. A thing that is kept twice is put back twice, the newest
    first, so that it stands in the end as it stood at first.
    """

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self.rows: list[Row] = []
        self.links: dict[int, list[Any]] = {}
        self.linked: list[tuple[str, str]] = []
        self.clocks: dict[int, str] = {}

    def pictures(self, kind: str, ids: Sequence[int]) -> dict[int, Picture]:
        """Return how some things stand; `keep` is told of those that have changed since."""
        return pictures(kind, ids)

    def picture(self, kind: str, row: models.Model) -> Picture:
        """Return how one thing stands."""
        return pictures(kind, [row.pk])[row.pk]

    def keep(self, kind: str, pk: int, picture: Picture, link: SourceLink | None = None) -> None:
        """Keep how a thing stood that has been changed, with what the source had said of it."""
        said = self.links.pop(link.pk, None) if link is not None else None
        own = picture | ({"link": said} if said else {})
        self.rows.append((self.batch.pk, kind, pk, link.pk if link is not None else None, json.dumps(own)))

    def saw(self, links: Iterable[SourceLink]) -> None:
        """Keep which import had seen these links last."""
        for link in links:
            if self.batch.pk not in (link.seen_id, link.made_by_id):
                self.links.setdefault(link.pk, [link.seen_id])

    def renews(self, link: SourceLink) -> None:
        """Keep what the source had said, before that is written anew."""
        if link.made_by_id != self.batch.pk:
            self.links[link.pk] = [link.seen_id, link.given, link.fingerprint]

    def links_what_was_here(self, kind: str, ids: Iterable[str]) -> None:
        """Keep that rows of the source are linked to what was here before."""
        self.linked += [(kind, external_id) for external_id in ids]

    def moves_clocks(self, known: Mapping[int, Any]) -> None:
        """Keep to which day the ages of opportunities have counted so far."""
        self.clocks |= {pk: day.isoformat() for pk, day in known.items()}

    def flush(self) -> None:
        """Write what was gathered."""
        rest = {"links": self.links, "linked": self.linked, "clocks": self.clocks}
        if any(rest.values()):
            self.rows.append((self.batch.pk, "", None, None, json.dumps(rest)))
        ROWS.write(self.rows)
        self.rows, self.links, self.linked, self.clocks = [], {}, [], {}
