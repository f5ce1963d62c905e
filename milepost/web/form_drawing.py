"""Draw the fields of a form: label, control, help and errors, tied together for every reader."""

from __future__ import annotations

from typing import Any

from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BoundField, ChoiceField, Form, widgets
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DASHES = BLANK_CHOICE_DASH[0][1]
BUTTONS = (widgets.CheckboxInput,)
GROUPS = (widgets.RadioSelect, widgets.CheckboxSelectMultiple, widgets.SelectDateWidget)
ICON = mark_safe('<svg class="mp-icon" aria-hidden="true"><use href="#i-alert-circle"/></svg>')


def draw_field(bound: BoundField, attrs: dict[str, Any]) -> SafeString:
    """Return a field as HTML; underscores in the names of `attrs` become hyphens (`hx_get`).

    `label` and `help` among them stand for the form's own words; `optional=False` leaves that word away from a
    field that another answer makes necessary.
    """
    may_be_empty = attrs.pop("optional", not bound.field.required)
    bound.label = attrs.pop("label", bound.label)
    bound.help_text = attrs.pop("help", bound.help_text)
    if bound.is_hidden:
        return bound.as_widget()
    widget = bound.field.widget
    _name_the_empty_choice(bound.field)
    given = {name.replace("_", "-"): value for name, value in attrs.items()}
    given = _focused(bound, _described(bound) | given)
    control = bound.as_widget(attrs=_styled(widget, given))
    if isinstance(widget, BUTTONS):
        return _checkbox(bound, control)
    tag, label = _label(bound, isinstance(widget, GROUPS), may_be_empty)
    return format_html(
        '<{} class="f"{}>{}{}{}{}</{}>',
        tag,
        mark_safe(" data-error") if bound.errors else "",
        label,
        control,
        _help(bound),
        _errors(bound),
        tag,
    )


def draw_errors(form: Form) -> SafeString:
    """Return what stands at the top of a form that was refused: what is wrong with the whole, and where."""
    if not form.errors:
        return mark_safe("")
    whole = format_html_join("", "<p>{}</p>", ((error,) for error in form.non_field_errors()))
    wrong = [bound for bound in form if bound.errors]
    links = format_html_join(
        mark_safe(", "), '<a href="#{}">{}</a>', ((bound.id_for_label, bound.label) for bound in wrong)
    )
    count = ngettext("One field needs another look:", "%(n)d fields need another look:", len(wrong))
    where = format_html("<p>{} {}</p>", count % {"n": len(wrong)}, links) if wrong else ""
    return format_html('<div class="refused" role="alert">{}<div>{}{}</div></div>', ICON, whole, where)


def _name_the_empty_choice(field: Any) -> None:
    """Say in words what choosing nothing means, where Django draws dashes."""
    said = _("Choose one") if field.required else _("none")
    if getattr(field, "empty_label", None) == DASHES:
        field.empty_label = said
    elif isinstance(field, ChoiceField) and not hasattr(field, "queryset"):
        choices: list[Any] = list(field.choices)  # type: ignore[arg-type]  # no class stands here
        if choices and choices[0][1] == DASHES:
            field.widget.choices = [(choices[0][0], said), *choices[1:]]


def _described(bound: BoundField) -> dict[str, Any]:
    """Return the attributes that tie the control to its help and its errors."""
    ids = [f"{bound.auto_id}-help"] if bound.help_text else []
    ids += [f"{bound.auto_id}-error"] if bound.errors else []
    described = {"aria-describedby": " ".join(ids)} if ids else {}
    return {**described, "aria-invalid": "true"} if bound.errors else described


def _focused(bound: BoundField, given: dict[str, Any]) -> dict[str, Any]:
    """Begin a refused form at its first wrong field, whatever field it began with before."""
    form = bound.form
    if not form.is_bound or not form.errors:
        return given
    first = next((each for each in form if each.errors and not each.is_hidden), None)
    if first is None:
        return given
    rest = {name: value for name, value in given.items() if name != "autofocus"}
    return {**rest, "autofocus": True} if first.name == bound.name else rest


def _styled(widget: widgets.Widget, attrs: dict[str, Any]) -> dict[str, Any]:
    if isinstance(widget, BUTTONS + GROUPS):
        return attrs
    own = str(widget.attrs.get("class", ""))
    return {**attrs, "class": " ".join(filter(None, ("field", own, attrs.get("class", ""))))}


def _label(bound: BoundField, is_group: bool, may_be_empty: bool) -> tuple[str, SafeString]:
    optional = "" if not may_be_empty else format_html(' <span class="faint">{}</span>', _("optional"))
    if is_group:
        return "fieldset", format_html('<legend class="lab">{}{}</legend>', bound.label, optional)
    return "div", format_html('<label class="lab" for="{}">{}{}</label>', bound.id_for_label, bound.label, optional)


def _checkbox(bound: BoundField, control: SafeString) -> SafeString:
    return format_html(
        '<div class="f f-check"{}><label>{} <span>{}</span></label>{}{}</div>',
        mark_safe(" data-error") if bound.errors else "",
        control,
        bound.label,
        _help(bound),
        _errors(bound),
    )


def _help(bound: BoundField) -> SafeString:
    if not bound.help_text:
        return mark_safe("")
    return format_html('<div class="help" id="{}-help">{}</div>', bound.auto_id, bound.help_text)


def _errors(bound: BoundField) -> SafeString:
    if not bound.errors:
        return mark_safe("")
    said = format_html_join(mark_safe("<br>"), "{}", ((error,) for error in bound.errors))
    return format_html('<p class="err" id="{}-error">{} <span>{}</span></p>', bound.auto_id, ICON, said)
