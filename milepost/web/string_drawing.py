"""Draw the string: one opportunity as one line of beads, the same everywhere.

A string is kept in compact form, one short list per bead, as JSON can hold it:

    [state, name, optional, ended on, booked on, to confirm, conditions, id]
    ["won", "First talk", 0, "2026-05-04", null, 0, [], 71]
    ["scheduled", "Design review", 0, null, "2026-11-24", 0, [["Security review", "under_way"]], 77]

What comes after the name may be left out. A gate writes its state as "gate passed". Days pass, so they are not
kept: the page says which bead is the current one, and its days, when it draws. A page that knows more makes
`Bead`s and draws those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from milepost.web.string_words import Vocabulary, vocabulary, when

STEP_STATES = ("planned", "scheduled", "held", "won", "lost", "skipped", "not_recorded", "to_confirm")
GATE_STATES = ("ahead", "waiting", "paused", "passed", "overridden", "refused")
CONDITION_STATES = ("not_started", "under_way", "met", "failed", "waived")
MOST_THREADS = 3
LONG_WORD = re.compile(r"(\S{14})(?=\S{3})")
KEPT = 8_192  # beads whose drawing is remembered, each well under a kilobyte


class Bead(NamedTuple):
    """One step or gate of a string, as it is drawn.

    `state` is one of STEP_STATES or GATE_STATES: "not_recorded" where an imported history does not say,
    "to_confirm" where the step was won before the opportunity went back.
    `over` is worked out from the days unless it is given (a step dated by the client is never over).
    `fact` is the second line when large; `tone` colours it: late, gate or seal.
    `conditions` are pairs of a name and one of CONDITION_STATES.
    """

    kind: str = "step"
    state: str = "planned"
    name: str = ""
    number: int | None = None
    optional: bool = False
    current: bool = False
    days: int | None = None
    usual_days: int | None = None
    over: bool | None = None
    fact: str = ""
    tone: str = ""
    href: str = ""
    tip: str = ""
    conditions: Sequence[Sequence[str]] = ()
    id: int | None = None

    @property
    def is_late(self) -> bool:
        """Tell whether more days have gone by than usual."""
        if self.over is not None:
            return self.over
        return self.days is not None and bool(self.usual_days) and self.days > (self.usual_days or 0)


NO_DAYS = ("lost", "to_confirm")
"""Nothing is waited for after a no, and a yes that is to be confirmed has no days of its own."""
NOTHING_MORE = ["planned", "", 0, None, None, 0, (), None]
LENGTH = len(NOTHING_MORE)


def unpack(packed: Sequence[Any], number: int | None = None, say: Callable[[str], str] = str) -> Bead:
    """Return the bead that a compact form stands for; `say` puts its day into words.

    >>> unpack(["won", "Data audit", 1]).optional, unpack(["gate passed", "Gate 1"]).kind
    (True, 'gate')
    """
    full = packed if len(packed) == LENGTH else [*packed, *NOTHING_MORE[len(packed) :]]
    state, name, optional, ended, booked, to_confirm, conditions, pk = full
    kind, _, state = state.rpartition(" ")
    on = ended or booked
    return Bead(
        kind or "step",
        "to_confirm" if to_confirm else state,
        name,
        number,
        bool(optional),
        fact=say(on) if on else "",
        conditions=conditions,
        id=pk,
    )


@lru_cache(maxsize=KEPT)
def _alike(
    state: str, name: str, optional: int, ended: str | None, booked: str | None, to_confirm: int, *told: Any
) -> Bead:
    """Return the bead of all steps that look the same: a page of strings draws few beads that no other row has."""
    number, language, today = told
    return unpack((state, name, optional, ended, booked, to_confirm), number, lambda iso: when(iso, language, today))


def read(
    packed: Iterable[Sequence[Any] | Bead], current: int | None = None, *, ids: bool = False, **pace: Any
) -> list[Bead]:
    """Return the beads of a string, its steps numbered; `current` is the id of the one where work is.

    With `ids` the beads know theirs.
    """
    language, today = get_language() or "", timezone.localdate()
    known = {name: value for name, value in pace.items() if value is not None}
    beads = []
    number = 0
    for item in packed:
        if isinstance(item, Bead):
            bead = item
            number += bead.kind == "step"
            if bead.number is None and bead.kind == "step":
                bead = bead._replace(number=number)
        else:
            full: Sequence[Any] = item if len(item) == LENGTH else [*item, *NOTHING_MORE[len(item) :]]
            is_step = not full[0].startswith("gate ")
            number += is_step
            bead = _alike(*full[:6], number if is_step else None, language, today)
            if full[6]:
                bead = bead._replace(conditions=full[6])
            if ids or full[7] == current:
                bead = bead._replace(id=full[7])
        if bead.current or (current is not None and bead.id == current):
            bead = bead._replace(current=True, **known)
        beads.append(bead)
    return beads


def draw(
    packed: Iterable[Sequence[Any] | Bead],
    *,
    size: str = "row",
    title: str = "",
    href: str = "",
    step_href: str = "",
    current: int | None = None,
    days: int | None = None,
    usual_days: int | None = None,
    over: bool | None = None,
) -> SafeString:
    """Return a string as HTML: an ordered list of links, with its sentence as its name.

    Every bead leads to `href`, or to `step_href` with its id at the end.
    """
    beads = read(packed, current, ids=bool(step_href), days=days, usual_days=usual_days, over=over)
    words = vocabulary()
    large = size == "large"
    stop = -1 if large else _tab_stop(beads)
    link = escape(href)
    threads = min(MOST_THREADS, max((len(bead.conditions) for bead in beads), default=0))
    parts = [
        f'<ol class="string" data-size="{"large" if large else "row"}"',
        f' data-threads="{threads}"' if threads else "",
        f' aria-label="{escape(words.sentence(beads, title))}">',
    ]
    last = len(beads) - 1
    for at, bead in enumerate(beads):
        own = bead.href or (f"{step_href}{bead.id}" if step_href and bead.id is not None else "")
        # Only an empty tuple can be remembered: some callers bring lists.
        known = _kept_bead if not large and bead.conditions == () else _bead
        before, inside, after = known(bead, words, large, at == last)
        opening, closing = _link(escape(own) if own else link, bead.current, large or at == stop)
        parts += (before, opening, inside, closing, after)
    parts.append("</ol>")
    return mark_safe("".join(parts))  # noqa: S308 - every value in the parts is escaped


def _tab_stop(beads: list[Bead]) -> int:
    """Return the one bead of a row that Tab reaches: where work is, or where it ended."""
    ended = 0
    for at, bead in enumerate(beads):
        if bead.current:
            return at
        if bead.state not in ("planned", "ahead"):
            ended = at
    return ended


def _link(href: str, current: bool, is_stop: bool) -> tuple[str, str]:
    look = "bead bead--now" if current else "bead"
    tab = "" if is_stop else ' tabindex="-1"'
    if not href:
        return f'<span class="{look}">', "</span>"
    return f'<a class="{look}" href="{href}"{tab}>', "</a>"


def _bead(bead: Bead, words: Vocabulary, large: bool, last: bool) -> tuple[str, str, str]:
    """Return what stands before, inside and after a bead's link."""
    late = bead.current and bead.is_late
    before = (
        f'<li class="string__{bead.kind}{" string__last" if last else ""}" data-state="{bead.state}"'
        + (" data-optional" if bead.optional else "")
        + (' aria-current="step"' if bead.current else "")
        + (" data-over" if late else "")
        + ">"
        + "".join(_thread(how, at) for at, (_, how) in enumerate(bead.conditions[:MOST_THREADS]))
    )
    inside = (
        (_pace(bead, late) if bead.current else "")
        + _mark(bead, large)
        + (_days(bead, words) if bead.current else "")
        + f'<span class="string__tip">{escape(bead.tip or words.tip(bead))}</span>'
    )
    return before, inside, (_label(bead, words, late) if large else "") + "</li>"


_kept_bead = lru_cache(maxsize=KEPT)(_bead)


def _mark(bead: Bead, large: bool) -> str:
    mark = f"gate-{bead.state}" if bead.kind == "gate" else f"bead-{bead.state}"
    if large and mark == "bead-won":
        mark = "bead-won-large"
    return f'<svg class="bead__mark" aria-hidden="true"><use href="#{mark}"/></svg>'


def _thread(how: str, at: int) -> str:
    return f'<span class="thread" data-state="{how}" data-at="{at + 1}" aria-hidden="true"></span>'


def _pace(bead: Bead, late: bool) -> str:
    """Draw the capsule's ground: filled by days over usual, hatched past the usual."""
    if bead.days is None or not bead.usual_days:
        return ""
    share = min(bead.days / bead.usual_days, 1) if not late else min(bead.usual_days / bead.days, 1)
    fill = f"{100 * share:.1f}%"
    over = ""
    if late:
        over = (
            f'<rect class="pace-over" x="{fill}" width="{100 - 100 * share:.1f}%" height="100%"/>'
            f'<line class="pace-usual" x1="{fill}" x2="{fill}" y1="0" y2="20%"/>'
            f'<line class="pace-usual" x1="{fill}" x2="{fill}" y1="80%" y2="100%"/>'
        )
    return (
        f'<svg class="bead__pace" aria-hidden="true"><rect class="pace-fill" width="{fill}" height="100%"/>{over}</svg>'
    )


def _days(bead: Bead, words: Vocabulary) -> str:
    if bead.days is None and bead.state in NO_DAYS:
        return ""
    usual = f"/{bead.usual_days}" if bead.usual_days else ""
    days = "?" if bead.days is None else bead.days
    return f'<span class="bead__days" aria-hidden="true">{days}<i>{usual} {escape(words.day_unit)}</i></span>'


def _label(bead: Bead, words: Vocabulary, late: bool) -> str:
    """Write the name and one fact under a large bead, and its conditions, which the threads only draw."""
    tone = f' class="{escape(bead.tone)}"' if bead.tone else ' class="late"' if late and bead.fact else ""
    lines = f"<span{tone}>{escape(bead.fact)}</span>" if bead.fact else ""
    for name, how in bead.conditions:
        said = _breakable(words.condition(name, how))
        lines += f'<span class="thread-name" data-state="{how}">{said}</span>'
    return f'<span class="string__label"><b>{_breakable(bead.name)}</b>{lines}</span>'


def _breakable(text: str) -> str:
    """Escape a text and let words break that are longer than any column: shorter ones are kept whole."""
    return "<wbr>".join(escape(part) for part in LONG_WORD.sub("\\1\0", text.replace("\0", "")).split("\0"))
