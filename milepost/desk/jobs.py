"""The jobs of this folder."""

from __future__ import annotations

from typing import Any

from milepost.desk.models import Pricing, Reassignment
from milepost.web.jobs import Work


def reassign(work: Work, *, pk: int, back: bool = False) -> dict[str, Any]:
    """Give many opportunities to one person, or back to those who had them; goes on where it was interrupted."""
    row = Reassignment.objects.select_related("by", "person").get(pk=pk)
    (row.give_back if back else row.carry_out)(work.progress)
    return {"given": len(row.rows), "restored": row.restored}


def price(work: Work, *, pk: int, back: bool = False) -> dict[str, Any]:
    """Give many opportunities their list prices, or take them back; goes on where it was interrupted."""
    row = Pricing.objects.select_related("by").get(pk=pk)
    (row.give_back if back else row.carry_out)(work.progress)
    return {"priced": len(row.rows), "restored": row.restored}
