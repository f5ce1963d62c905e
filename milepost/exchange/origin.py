"""Where an opportunity came from, for the end of its history: an import writes one line for all that it made."""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.exchange.models import SourceLink
from milepost.opportunities.models import Opportunity
from milepost.web.history import kind_of
from milepost.web.words import day, local


def said(opportunity: Opportunity) -> str:
    """Say from which source it was imported, and when its files were last read; "" for what was begun here."""
    links = SourceLink.objects.filter(kind=kind_of(opportunity), object_id=opportunity.pk).select_related("seen__by")
    link = links.order_by("-seen").first()
    if link is None or link.seen is None:
        return ""
    who = link.seen.by.name if link.seen.by else _("Milepost")
    told = {"source": link.source, "id": link.external_id, "who": who, "day": day(local(link.seen.at))}
    return _("Imported from “%(source)s”, where it is %(id)s; last read on %(day)s by %(who)s.") % told
