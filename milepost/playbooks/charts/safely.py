"""XML that somebody sent, parsed without harm: no entities, nothing from elsewhere, not without end."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from milepost.playbooks.charts.sketch import ChartRefused

MOST_BYTES = 5 * 1024**2


def parsed(content: bytes) -> Element:
    """Return the root; raises ChartRefused for what is broken, or would do more than be read."""
    try:
        return ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException as problem:
        raise ChartRefused(
            _("The file defines entities of its own, which no chart needs. It is not read.")
        ) from problem
    except (ParseError, ValueError, LookupError) as problem:
        raise ChartRefused(_("The file is not complete XML. Export it again.")) from problem
