"""Build the one document that a client sees of a plan: from what was chosen, and from nothing else.

Values in, values out: rows that were read elsewhere come in, plain values that JSON can keep go out. Whatever is not
written here by name cannot reach the client.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
FORMAT = 1
LEFT_OUT = ("skipped",)
"""Steps in these states are not on the client's line; those that the client refused stay on it until taken off."""


def canonical(content: Document) -> bytes:
    """Return the document as the bytes that are hashed: the same for the same content, whoever stored it.

    >>> canonical({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'.encode()
    True
    """
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: Document) -> str:
    """Return the SHA-256 of the document in its canonical form."""
    return hashlib.sha256(canonical(content)).hexdigest()


def document(
    plan: Any, parts: Iterable[Any], *, seller: str, client: str, booked: Mapping[int, datetime.date]
) -> Document:
    """Return the document of a plan's shared parts; `booked` gives the day of each step's appointment."""
    shared = [part for part in parts if part.shared]
    steps = sorted(
        (part for part in shared if part.step_id and part.step.state not in LEFT_OUT), key=lambda p: p.step.position
    )
    on_line = {part.step_id for part in steps}
    duties = sorted(filter(_is_duty, shared), key=lambda part: (part.kind, part.pk))
    files = sorted((part for part in shared if part.file_id and part.file.removed_at is None), key=lambda p: p.pk)
    return {
        "format": FORMAT,
        "title": plan.title,
        "intro": plan.intro,
        "tolerance": plan.tolerance_days,
        "seller": seller,
        "client": client,
        "steps": [
            {
                **_step(part, booked.get(part.step_id)),
                "duties": [_duty(duty) for duty in duties if _step_of(duty) == part.step_id],
                "files": [_file(file) for file in files if file.file.step_id == part.step_id],
            }
            for part in steps
        ],
        "duties": [_duty(duty) for duty in duties if _step_of(duty) not in on_line],
        "files": [_file(file) for file in files if file.file.step_id not in on_line],
    }


def _is_duty(part: Any) -> bool:
    if part.condition_id:
        return bool(part.condition.state != "waived")
    return bool(part.task_id)


def _step_of(part: Any) -> int | None:
    """Return the step under which a condition or a task stands."""
    if part.condition_id:
        return int(part.condition.step_id)
    if part.task.step_id is None and part.task.condition_id:
        return int(part.task.condition.step_id)
    return part.task.step_id


def _step(part: Any, booked: datetime.date | None) -> Document:
    on = booked or part.on or part.step.due_on
    return {
        "part": part.pk,
        "name": part.name or part.step.name,
        "says": part.says,
        "ours": part.ours,
        "theirs": part.theirs or _name(part.contact),
        "contact": part.contact_id,
        "on": _day(on),
        "about": bool(on and not booked and part.about),
    }


def _duty(part: Any) -> Document:
    """Return a condition or a task: with whose it is, theirs when a contact or words for them are named."""
    row = part.condition or part.task
    own = row.owner_person if part.condition_id else row.owner
    contact = part.contact or (None if part.ours or part.theirs else row.owner_contact)
    is_theirs = not part.ours and bool(contact or part.theirs)
    who = (part.theirs or _name(contact)) if is_theirs else (part.ours or _name(own))
    return {
        "part": part.pk,
        "name": part.name or str(row),
        "says": part.says,
        "side": "theirs" if is_theirs else "ours",
        "who": who,
        "contact": contact.pk if is_theirs and contact else None,
        "due": _day(part.on or row.due_on),
    }


def _file(part: Any) -> Document:
    return {"part": part.pk, "name": part.name or part.file.name, "says": part.says, "size": part.file.size}


def _name(somebody: Any) -> str:
    return "" if somebody is None else str(somebody.name)


def _day(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was: `part` is None for the plan's own words; `was` or `now` is None where it is new
    or gone."""

    what: str
    field: str
    was: Any
    now: Any
    part: int | None = None


FIELDS = ("name", "says", "ours", "theirs", "who", "on", "about", "due", "side")


def differences(before: Document, after: Document) -> list[Difference]:
    """Return what a reader of the second document finds changed since the first, in the second's order."""
    found = [
        Difference(str(after[name]), name, before.get(name), after[name])
        for name in ("title", "intro", "seller", "client", "tolerance")
        if before.get(name) != after.get(name)
    ]
    was, now = _flat(before), _flat(after)
    for pk, row in now.items():
        if pk not in was:
            found.append(Difference(row["name"], "added", None, row["name"], pk))
        else:
            found += [
                Difference(row["name"], name, was[pk][name], row[name], pk)
                for name in FIELDS
                if name in row and was[pk].get(name) != row[name]
            ]
    found += [Difference(row["name"], "left out", row["name"], None, pk) for pk, row in was.items() if pk not in now]
    if not found and before != after:
        found.append(Difference(after["title"], "order", None, None))
    return found


def still_holds(agreed: Document, now: Document) -> bool:
    """Tell whether a yes to the first document covers the second: where days moved a little, and nothing else did.

    Both are compared with what was agreed, so that many small moves do not add up to a large one unasked.
    """
    return all(_is_small(each, agreed.get("tolerance", 0)) for each in differences(agreed, now))


def _is_small(each: Difference, tolerance: int) -> bool:
    if each.field == "about":  # a rough day that became a fixed one
        return each.now is False
    if each.field not in ("on", "due") or each.was is None or each.now is None:
        return False
    was, now = (datetime.date.fromisoformat(day) for day in (each.was, each.now))
    return abs((now - was).days) <= tolerance


def _flat(content: Document) -> dict[int, Document]:
    """Return every part of a document by its number, in the order in which they are read."""
    rows = []
    for step in content["steps"]:
        rows += [step, *step["duties"], *step["files"]]
    return {row["part"]: row for row in [*rows, *content["duties"], *content["files"]]}
