"""Go through the files once before anything is written: propose a mapping, and say what is worth a look."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from milepost.accounts.models import Account
from milepost.exchange.fields import key
from milepost.exchange.loading.history import latest_rows
from milepost.exchange.mapping import Mapping, TableMapping, match_tables
from milepost.exchange.reading import Table
from milepost.exchange.recognise import Shape, likely_currency, recognise
from milepost.exchange.remembered import remember
from milepost.exchange.roles import MOST_ROLES, parts_of, propose_roles
from milepost.exchange.rows import STAGE_DATE, Reading, read_rows
from milepost.exchange.sectors import slips
from milepost.exchange.seen import Seen, Unread
from milepost.exchange.stages import StageFacts, StagePlan, end_by_name, outcome_of, propose_stages, with_new
from milepost.exchange.styles import Doubt, settle_styles

# Its first three signs tell what it is: an account, a contact, a person, an opportunity, a part in one.
SALESFORCE_ID = re.compile(r"^(001|003|005|006|00K)[A-Za-z0-9]{12}([A-Z0-5]{3})?$")
ALIKE = 88  # of 100: “GTXPro” and “GTX Pro” are 92, “GTX Pro” and “GTX Plus” 80
ALIKE_STAGES = 85  # “Wonn” and “Won” are 86, “Closed Won” and “Closed Lost” 76
SELDOM = 20  # a slip is so many times rarer than what is meant
NUMBERS = re.compile(r"\d+")  # “Demo 1” is no slip of “Demo 2”
# Days that have happened when a file is written; the close date of an open opportunity lies ahead.
PAST_DATES = ("started_on", "closed_on", "stage_since", "changed_on", "entered_on", "created_on", "since")


@dataclass
class Survey:
    """Hold what one pass over the files found."""

    mapping: Mapping
    tables: list[tuple[TableMapping, Table]]
    left_out: list[Table] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    proposals: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    # Stages that earlier files of the source did not name; of each the one it is probably a slip of, or "".
    new_stages: dict[str, str] = field(default_factory=dict)
    roles: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    latest: dt.date | None = None
    earliest: dt.date | None = None
    unread: Unread = field(default_factory=Unread)

    def as_json(self) -> dict[str, Any]:
        """Give what was found as plain values, for the page that shows it."""
        kinds = {table.name: mapping.kind for mapping, table in self.tables}
        tables = [table for _mapping, table in self.tables] + self.left_out
        return {
            "tables": [
                {"name": table.name, "columns": list(table.columns), "kind": kinds.get(table.name, "")}
                for table in tables
            ],
            "doubts": [asdict(doubt) for doubt in self.doubts],
            "notes": self.notes,
            "proposals": self.proposals,
            "new_stages": self.new_stages,
            "roles": self.roles.most_common(MOST_ROLES),  # a list: PostgreSQL sorts the keys of what it keeps
            "counts": dict(self.counts),
            "deleted": sum(n for name, n in self.counts.items() if name.endswith(":deleted")),
            "unread": asdict(self.unread),
            "latest": self.latest and self.latest.isoformat(),
            "earliest": self.earliest and self.earliest.isoformat(),
        }


def propose(tables: Sequence[Table], *, today: dt.date, currency: str = "") -> Survey:
    """Recognise the tables of an export and propose how to read them."""
    mapping = Mapping(source="", currency=currency)
    survey = Survey(mapping, [])
    found = [(table, *recognise(table)) for table in tables]
    system = _system([(one, shape) for _table, one, shape in found])
    shapes: list[Shape] = []
    for table, one, shape in found:
        if one is None or (shape and shape.name != system):
            survey.left_out.append(table)
            if one is not None:
                told = _("%(table)s comes from another system: import it by itself, so that ids are not mixed up.")
                survey.notes.append(told % {"table": table.name})
        else:
            shapes += [shape] if shape else []
            mapping.tables.append(one)
            survey.tables.append((one, table))
    _name(mapping, shapes, survey.tables, survey.notes)
    remember(mapping)
    survey.doubts += [doubt for one, table in survey.tables for doubt in settle_styles(one, table)]
    _look(survey, today, [name for shape in shapes for name in shape.known_order], fresh=True)
    return survey


def _system(found: list[tuple[TableMapping | None, Shape | None]]) -> str:
    """Name the system that files come from: that of the first opportunities, else of the first known table."""
    known = [(one.kind != "opportunity", shape.name) for one, shape in found if one and shape]
    return min(known, key=lambda pair: pair[0])[1] if known else ""


def survey_with(mapping: Mapping, tables: Sequence[Table], *, today: dt.date) -> Survey:
    """Go through the tables with a mapping that a person has edited or saved."""
    pairs = match_tables(mapping, tables)
    used = {table.name for _mapping, table in pairs}
    survey = Survey(mapping, pairs, [table for table in tables if table.name not in used])
    survey.doubts += [doubt for one, table in survey.tables for doubt in settle_styles(one, table)]
    _look(survey, today, [], fresh=not mapping.stages)
    return survey


def _name(mapping: Mapping, shapes: list[Shape], tables: list[tuple[TableMapping, Table]], notes: list[str]) -> None:
    mapping.shape = shapes[0].name if shapes else _shape_by_ids(tables)
    mapping.source = mapping.shape or _source_of(tables)
    named = {
        "maven": _("Maven sales pipeline"),
        "salesforce": _("Salesforce pipeline"),
        "hubspot": _("HubSpot pipeline"),
        "pipedrive": _("Pipedrive pipeline"),
        "dynamics": _("Dynamics pipeline"),
    }
    mapping.playbook = named.get(mapping.shape) or _("Pipeline of %(source)s") % {"source": mapping.source}
    if mapping.shape == "maven":
        mapping.currency = "USD"  # its data dictionary says so
    marked = {likely_currency(table, one) for one, table in tables if one.kind == "opportunity"} - {("", False)}
    if len(marked) == 1:
        code, guessed = marked.pop()
        if not (guessed and mapping.currency.endswith("D")):  # the company's own may be dollars, too
            mapping.currency = code
        if guessed:
            notes.append(_("Amounts are marked with $ alone. Is their currency right?"))


def _shape_by_ids(tables: list[tuple[TableMapping, Table]]) -> str:
    """Name the system that gives ids their form, where the columns do not tell it."""
    for mapping, table in tables:
        place = table.index(mapping.columns.get("external_id", ""))
        ids = [row.cells[place] for row in table.head(20) if place is not None and place < len(row.cells)]
        if ids and all(SALESFORCE_ID.match(one) for one in ids):
            return "salesforce"
    return ""


def _source_of(tables: list[tuple[TableMapping, Table]]) -> str:
    """Name an unknown source after its file, without the date in it: ids of two systems must not be mixed up."""
    names = [table.name for one, table in tables if one.kind == "opportunity"] or [t.name for _one, t in tables]
    stem = names[0].partition(".")[0] if names else ""
    return slugify(re.sub(r"[\W\d_]+", " ", stem))[:40].strip("-") or "crm"


def _look(survey: Survey, today: dt.date, known_order: list[str], *, fresh: bool) -> None:
    """Read every row once: count, collect stages and names, find the latest day."""
    seen = Seen(survey.mapping)
    survey.notes += [f"{table.name}: {note}" for _mapping, table in survey.tables for note in table.notes]
    # Histories come first: of a million opportunities only those need to be remembered that they tell of.
    for mapping, table in sorted(survey.tables, key=lambda pair: pair[0].kind != "stage_history"):
        latest = latest_rows(mapping, read_rows(table, mapping)) if mapping.by_stage else {}
        dated, days = _dated(mapping), set[dt.date]()
        for reading in read_rows(table, mapping):
            left = bool(latest) and latest.get(reading.values.get("external_id") or "", reading.line) != reading.line
            survey.counts[_counted_as("stage_history" if left else mapping.kind, reading)] += 1
            if reading.problems:
                survey.unread.add(table.name, reading)
            if left:
                seen.left(reading.values)
            elif not reading.refused:
                days.update(_days(reading.values, dated))
                if not reading.values.get("deleted"):
                    seen.add(mapping.kind, reading.values, by_stage=mapping.by_stage)
                    if mapping.kind == "contact_role":
                        survey.roles.update(parts_of(reading.values.get("role")))
        _span(survey, [day for day in days if day <= today])  # one that lies ahead is a plan, not knowledge
    seen.settle()
    _plan_stages(survey, seen.stages, known_order)
    survey.counts["open"] += seen.open_without_stage
    propose_roles(survey.mapping.roles, survey.roles)
    _propose_sectors(survey, seen.sectors, fresh=fresh)
    for kind, listed in seen.listed.items():
        _propose_names(survey, kind, seen.named[kind], listed, fresh=fresh)


def _counted_as(kind: str, reading: Reading) -> str:
    if reading.refused:
        return f"{kind}:refused"
    return f"{kind}:deleted" if reading.values.get("deleted") else kind


def _plan_stages(survey: Survey, stages: dict[str, StageFacts], known_order: list[str]) -> None:
    """Propose what each stage becomes; of what is settled only stages are asked about that were not met before."""
    mapping = survey.mapping
    if mapping.stages:
        new = [facts for facts in stages.values() if mapping.plan_of(facts.name) is None]
        survey.new_stages = {facts.name: _taken_for(facts, mapping, stages) for facts in new}
    mapping.stages = with_new(mapping.stages, propose_stages(stages.values(), known_order=known_order))
    for facts in stages.values():
        plan = mapping.plan_of(facts.name)
        if plan:
            plan.rows = facts.rows
            survey.counts["open"] += facts.rows - facts.ended if plan.means == "step" else 0


def _taken_for(facts: StageFacts, mapping: Mapping, stages: dict[str, StageFacts]) -> str:
    """Read a stage that is probably a slip of a known one as that one is read; return the known one, "" for none."""
    common = [
        plan.stage
        for plan in mapping.stages
        if not plan.meant and (said := stages.get(plan.stage.casefold())) and said.rows >= SELDOM * facts.rows
    ]
    meant = mapping.plan_of(_nearest(facts.name, common, least=ALIKE_STAGES))
    if meant is None or not _may_be_a_slip(facts.name, meant):
        return ""
    mapping.stages.insert(mapping.stages.index(meant) + 1, meant.slip(facts.name))
    return meant.stage


def _may_be_a_slip(stage: str, meant: StagePlan) -> bool:
    """Tell slips from other stages: those begin otherwise (“Disqualified”), have another number, or say another end."""
    begins_alike = stage[:1].casefold() == meant.stage[:1].casefold()
    numbers_alike = NUMBERS.findall(stage) == NUMBERS.findall(meant.stage)
    return begins_alike and numbers_alike and end_by_name(stage) in ("", meant.means)


def _dated(mapping: TableMapping) -> list[str]:
    """Name what a table dates that has happened when its file is written."""
    stages = [STAGE_DATE + stage for stage in mapping.stage_dates]
    return [*(name for name in PAST_DATES if name in mapping.columns), *stages]


def _days(values: dict[str, Any], dated: list[str]) -> list[dt.date]:
    """Give the days on which a row says that something has happened."""
    moments = [moment for name in dated if (moment := values.get(name))]
    if values.get("close_date") and values.get("is_closed") is not False and outcome_of(values, _meant(values)):
        moments.append(values["close_date"])
    return [moment.date() if isinstance(moment, dt.datetime) else moment for moment in moments]


def _span(survey: Survey, days: list[dt.date]) -> None:
    """Let the survey reach from the earliest to the latest of the days that a table knows."""
    if days:
        survey.latest = max([*days, survey.latest or dt.date.min])
        survey.earliest = min([*days, survey.earliest or dt.date.max])


def _meant(values: dict[str, Any]) -> str:
    return end_by_name(values.get("stage") or "") or "step"


def _propose_names(survey: Survey, kind: str, named: Counter[str], listed: set[str], *, fresh: bool) -> None:
    """Propose for each name that no list holds the one it is probably a slip of."""
    by_key = {key(name): name for name in listed}
    settled = survey.mapping.same_as.get(kind, {})
    for name, rows in named.items():
        if settled.get(name, name) != name:
            survey.proposals.setdefault(kind, {})[name] = (settled[name], rows)
            continue
        if not listed or name in listed:
            continue
        alike = by_key.get(key(name)) or _nearest(name, listed)
        if alike and alike.casefold() != name.casefold():
            survey.proposals.setdefault(kind, {})[name] = (alike, rows)
            if fresh:
                survey.mapping.same_as.setdefault(kind, {}).setdefault(name, alike)


def _propose_sectors(survey: Survey, said: Counter[str], *, fresh: bool) -> None:
    """Propose for each sector that is probably a slip of the pen what is meant."""
    known = Account.objects.exclude(sector="").values_list("sector", flat=True).distinct() if said else ()
    for word, meant in slips(said, known).items():
        survey.proposals.setdefault("sector", {})[word] = (meant, said[word])
        if fresh:
            survey.mapping.same_as.setdefault("sector", {}).setdefault(word, meant)


def _nearest(name: str, listed: Collection[str], *, least: int = ALIKE) -> str | None:
    found = process.extractOne(name, sorted(listed), scorer=fuzz.ratio, score_cutoff=least, processor=str.casefold)
    return found[0] if found else None
