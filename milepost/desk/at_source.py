"""Which id an exported row has in the source it was imported from, so that lists can be laid side by side."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from milepost.web.sheet import Column


def column() -> Column:
    """Return the column of the ids."""
    return Column(_("Id at its source"), width=20)


def ids_at_source(kind: str, pks: Iterable[int]) -> dict[int, str]:
    """Return by our id the one at the source; what was begun here has none."""
    found: dict[int, str] = import_string(settings.IDS_AT_SOURCE)(kind, pks)
    return found
