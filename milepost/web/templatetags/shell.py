"""What stands around every page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from milepost.web import context as shell
from milepost.web import kept as parts

register = template.Library()


@register.simple_tag(takes_context=True)
def kept(context: template.Context, template_name: str, **given: Any) -> SafeString:
    """Include what every page carries, drawn once for each language and each set of what it is given.

    {% kept "web/_rail.html" here=here name=user.name %}
    """
    request = context.get("request")
    address = request.get_full_path() if request else ""
    return parts.draw(template_name, given, token=str(context.get("csrf_token", "")), address=address)


@register.filter
def places(here: str, shut: tuple[str, ...] = ()) -> tuple[shell.Place, ...]:
    """Return the places of the rail, seen from a page, without those that are not for the person."""
    return shell.places(here, shut or ())
