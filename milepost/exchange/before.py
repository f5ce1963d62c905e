"""What stood here before an import changed it: kept so that the import can be taken back as a whole."""

from __future__ import annotations

from typing import Any

from django.db import models


class Before(models.Model):
    """What stood before an import changed one thing, or (without a thing) of which rows it read nothing new.

    `kind` and `object_id` name the thing as the history does; `rows` holds by kind of row the columns and their values,
    and under `link` what the source had said of it until then. See `loading/keeping.py` and `put_back.py`.
    """

    batch = models.ForeignKey("exchange.ImportBatch", models.CASCADE, related_name="before", db_index=False)
    kind = models.CharField(max_length=20, blank=True)
    object_id = models.BigIntegerField(null=True)
    link = models.BigIntegerField(null=True)
    rows: Any = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["batch", "kind", "object_id"], name="before_of_import")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id or ''}".strip()
