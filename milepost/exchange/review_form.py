"""The form on which a person looks at files before they are imported, and changes how they are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milepost.buyers.models import Lists
from milepost.exchange.chosen import PLAIN, Chosen
from milepost.exchange.fields import KINDS
from milepost.exchange.loading.people import ME, NOBODY, coordinators
from milepost.exchange.mapping import Mapping, TableMapping
from milepost.exchange.models import ImportBatch
from milepost.exchange.remembered import settled_names
from milepost.exchange.stages import LOST, NO_DECISION, SLIP, STEP, WITHDRAWN, WON, StagePlan
from milepost.team.models import Company, Person, Rate, Role
from milepost.team.money import known_currencies
from milepost.web import words
from milepost.web.plausible import plausible_day

MEANS = (
    (STEP, gettext_lazy("a step")),
    (WON, gettext_lazy("the end: won")),
    (LOST, gettext_lazy("the end: lost")),
    (NO_DECISION, gettext_lazy("the end: no decision")),
    (WITHDRAWN, gettext_lazy("the end: stopped by us")),
)
DOUBTS = {
    "mdy": gettext_lazy("month first: 3/4 is 4 March"),
    "dmy": gettext_lazy("day first: 3/4 is 3 April"),
    ".": gettext_lazy("decimal point: 1,234 is a thousand and more"),
    ",": gettext_lazy("decimal comma: 1.234 is a thousand and more"),
}

LISTS = {"offer": gettext_lazy("products"), "account": gettext_lazy("accounts"), "sector": gettext_lazy("sectors")}


class ReviewForm(forms.Form):
    """Change how the files are read: the day, each table's columns, what every stage becomes."""

    as_of = forms.DateField(
        label=gettext_lazy("Data as of"),
        help_text=gettext_lazy("Ages count to this day until somebody here moves the opportunity."),
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[plausible_day],
    )
    playbook = forms.CharField(
        label=gettext_lazy("Playbook"),
        max_length=120,
        help_text=gettext_lazy("The stages become the steps of this playbook."),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency of amounts without one"), choices=known_currencies)
    source = forms.SlugField(
        label=gettext_lazy("Name of the source"),
        max_length=40,
        help_text=gettext_lazy("Later files under the same name update what this import makes."),
    )
    coordinator = forms.ChoiceField(
        label=gettext_lazy("Who coordinates the open ones?"),
        help_text=gettext_lazy("They wait on that person’s Desk. The Board gives some or all to others at any time."),
    )
    zero_is_unknown = forms.BooleanField(
        label=gettext_lazy("A value of 0 on what was not won means: not known"), required=False
    )

    def __init__(self, batch: ImportBatch, data: Any = None, *, rate_for: str = "") -> None:
        self.was = Mapping.from_json(batch.mapping)
        self.batch = batch
        self.survey = batch.survey
        self.meant: dict[int, str] = {}
        super().__init__(data, initial={"as_of": batch.as_of, **{name: getattr(self.was, name) for name in PLAIN}})
        self._add_coordinators()
        self._add_tables()
        self._add_stages()
        self._add_roles()
        self._add_names()
        self._add_doubts()
        if rate_for:
            self.fields["rate"] = forms.DecimalField(
                label=_("One %(theirs)s is worth … %(own)s") % {"theirs": rate_for, "own": Company.the().currency},
                help_text=_("There is no rate yet. Without one, amounts are kept as they are and no total has them."),
                min_value=Decimal("0.000001"),
                max_digits=20,
                decimal_places=10,
                required=False,
            )

    def _add_coordinators(self) -> None:
        by = self.batch.by
        mine = by is not None and by.sight.holds(Role.COORDINATOR)
        others = coordinators().exclude(pk=by.pk) if by is not None else coordinators()
        people = [(str(person.pk), person.name) for person in others]
        choices = [*([(ME, _("I do"))] if mine else []), (NOBODY, _("Nobody yet")), *people]
        field: Any = self.fields["coordinator"]
        field.choices = choices
        if self.was.coordinator not in dict(choices):
            self.initial["coordinator"] = choices[0][0]

    def _add_tables(self) -> None:
        self.by_table = {one.table: one for one in self.was.tables}
        kinds = [("", _("leave out")), *((kind.name, kind.label) for kind in KINDS.values())]
        for number, table in enumerate(self.survey["tables"]):
            one = self.by_table.get(table["name"])
            self._choice(f"t{number}", table["name"], kinds, one.kind if one else "")
            columns = [("", _("not in the file")), *((column, column) for column in table["columns"])]
            if one is not None:
                for field in KINDS[one.kind].fields:
                    self._choice(f"t{number}-{field.name}", field.label, columns, one.columns.get(field.name, ""))

    def _add_stages(self) -> None:
        """Ask what each stage becomes; one that is, or may be, a slip of another has no place of its own then."""
        new, place = self.survey.get("new_stages", {}), 0
        for number, plan in enumerate(self.was.stages):
            meant = self.meant[number] = plan.meant or self._known(new.get(plan.stage))
            same = [(SLIP, _("as “%(stage)s”") % {"stage": meant})] if meant else []
            self._choice(f"s{number}-means", plan.stage, [*same, *MEANS], SLIP if plan.meant else plan.means)
            place += not plan.meant
            step = forms.TextInput(attrs=_bare(_("Step made of “%(stage)s”") % {"stage": plan.stage}))
            order = forms.NumberInput(attrs=_bare(_("Place of “%(stage)s”") % {"stage": plan.stage}))
            self.fields[f"s{number}-step"] = forms.CharField(
                max_length=120, required=False, initial="" if plan.meant else plan.step, widget=step
            )
            self.fields[f"s{number}-order"] = forms.IntegerField(
                required=False, initial=place, min_value=1, max_value=999, widget=order
            )

    def _known(self, stage: str | None) -> str:
        """Return a stage if the files are still read with it and it is no slip itself, else ""."""
        plan = self.was.plan_of(stage)
        return plan.stage if plan and not plan.meant else ""

    def _add_roles(self) -> None:
        self.parts = self.survey.get("roles", [])
        offered = [("", _("no role of ours")), *(Lists.read().choices("role") if self.parts else ())]
        for number, (said, _rows) in enumerate(self.parts):
            self._choice(f"r{number}", said, offered, self.was.roles.get(said, ""))

    def _add_names(self) -> None:
        """Ask whether names that no list holds are slips of names that one does."""
        self.slips = [
            (kind, name, alike, rows)
            for kind, names in self.survey.get("proposals", {}).items()
            for name, (alike, rows) in names.items()
        ]
        for number, (kind, name, alike, _rows) in enumerate(self.slips):
            choices = [(alike, _("is “%(name)s”") % {"name": alike}), ("", _("is something of its own"))]
            settled = self.was.same_as.get(kind, {}).get(name, name)
            self._choice(f"n{number}", name, choices, "" if settled == name else settled)

    def _add_doubts(self) -> None:
        self.doubts = self.survey.get("doubts", [])
        for number, doubt in enumerate(self.doubts):
            pair = ("mdy", "dmy") if doubt["read_as"] in ("mdy", "dmy") else (".", ",")
            self._choice(f"d{number}", doubt["column"], [(one, DOUBTS[one]) for one in pair], doubt["read_as"])

    def _choice(self, name: str, label: Any, choices: Any, initial: Any) -> None:
        widget = forms.Select(attrs=_bare(label))
        self.fields[name] = forms.ChoiceField(
            label=label, choices=choices, required=False, initial=initial, widget=widget
        )

    def clean_as_of(self) -> dt.date:
        """Refuse a day that is still to come, or before what the files themselves know."""
        day: dt.date = self.cleaned_data["as_of"]
        if day > Company.the().today():
            raise forms.ValidationError(_("This day is still to come."))
        latest, read_anew = self.survey.get("latest"), any(name in self.changed_data for name in self._doubtful())
        if latest and not read_anew and day < dt.date.fromisoformat(latest):
            said = words.day(dt.date.fromisoformat(latest))
            raise forms.ValidationError(
                _("The files know something of %(day)s. Write that day or a later one.") % {"day": said}
            )
        return day

    def _doubtful(self) -> list[str]:
        """Return the fields that say how days are read."""
        return [f"d{number}" for number in range(len(self.doubts))]

    def keep_rate(self, *, by: Person) -> None:
        """Keep the rate that was entered, from the first day the files know on."""
        value = self.cleaned_data.get("rate")
        if not value:
            return
        day = self.survey.get("earliest") or self.cleaned_data["as_of"]
        Rate.keep(by=by, currency=self.cleaned_data["currency"], valid_from=day, value=value)

    # -- for the page

    def tables(self) -> Iterator[tuple[BoundField, list[BoundField], dict[str, Any], int, list[str], list[str]]]:
        """Give each table's choice of kind, its columns' choices, what it is, how many are read, which are not, how."""
        for number, table in enumerate(self.survey["tables"]):
            columns = [self[name] for name in self.fields if name.startswith(f"t{number}-")]
            one = self.by_table.get(table["name"])
            read = one.read_columns if one else set()
            unread = [column for column in table["columns"] if column and column not in read]
            yield self[f"t{number}"], columns, table, len(read), unread, _read_as(one)

    def stages(self) -> Iterator[tuple[StagePlan, BoundField, BoundField, BoundField, bool]]:
        """Give each stage, its choices, and whether it is new; without the slips of earlier files."""
        new = self.survey.get("new_stages", {})
        for number, plan in enumerate(self.was.stages):
            if plan.rows or not plan.meant or plan.stage in new:
                means, step, order = (self[f"s{number}-{name}"] for name in ("means", "step", "order"))
                yield plan, means, step, order, plan.stage in new

    def names(self) -> Iterator[tuple[str, int, BoundField, Any, bool]]:
        """Give each name that no list holds, its rows, its choice, which list is meant, and whether it was settled."""
        before = settled_names(self.was.source) if self.slips else {}
        for number, (kind, name, _alike, rows) in enumerate(self.slips):
            yield name, rows, self[f"n{number}"], LISTS[kind], name in before.get(kind, {})

    def roles(self) -> Iterator[tuple[str, int, BoundField]]:
        for number, (said, rows) in enumerate(self.parts):
            yield said, rows, self[f"r{number}"]

    def asked(self) -> Iterator[tuple[dict[str, Any], BoundField]]:
        for number, doubt in enumerate(self.doubts):
            yield doubt, self[f"d{number}"]

    # -- what was chosen

    def mapping(self) -> Mapping:
        """Build the mapping that was chosen."""
        return Chosen(self).mapping()


def _read_as(one: TableMapping | None) -> list[str]:
    """Say how days and amounts of a table's columns are read, as it was settled from the whole column or by hand."""
    if one is None:
        return []
    by_style: dict[str, list[str]] = {}
    for name, style in [*one.date_orders.items(), *one.decimals.items()]:
        by_style.setdefault(style, []).append(one.columns.get(name, name))
    return [f"{', '.join(columns)}: {DOUBTS[style]}" for style, columns in by_style.items() if style in DOUBTS]


def _bare(label: Any) -> dict[str, Any]:
    """Give the attributes of a control that stands in a table, where its label is read but not seen."""
    return {"class": "field", "aria-label": label}
