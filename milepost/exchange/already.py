"""Count how many of a file's opportunities are here already, before anything is written."""

from __future__ import annotations

from milepost.exchange.models import SourceLink

AT_ONCE = 5_000


class Already:
    """Count ids that an earlier import from the source has brought, some thousands at a time."""

    def __init__(self, source: str) -> None:
        self._links = SourceLink.objects.filter(source=source, kind="opportunity")
        self._some = self._links.exists()
        self._asked: set[str] = set()
        self._found = 0

    def add(self, external_id: str | None) -> None:
        """Take note of one row's id; a source that nothing has come from yet is not asked."""
        if self._some and external_id:
            self._asked.add(external_id)
            if len(self._asked) >= AT_ONCE:
                self._look()

    def total(self) -> int:
        """Return how many of all ids so far are here; one that is there twice, far apart, counts twice."""
        self._look()
        return self._found

    def _look(self) -> None:
        if self._asked:
            self._found += self._links.filter(external_id__in=self._asked).count()
            self._asked = set()
