"""Say in words what a rule asks, how it stands, and why a gate is not passed; `currency` is the company's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.gates.facts import FACTS, MONEY, NUMBER, SHARE, TRUTH, Fact
from milepost.gates.rules import UNKNOWN, Card, Judged
from milepost.playbooks.models import GateRule
from milepost.team.models import Company
from milepost.web.words import exponent, money, money_short

MOST = 10.0**12
"""Nothing that a rule may ask for comes near this."""


def asked(rule: GateRule, currency: str) -> str:
    """Return what the rule asks, as the screen says it: in the company's own words where it has some."""
    fact = FACTS.get(rule.subject)
    if rule.words or fact is None:
        return rule.words or rule.subject
    name = str(fact.label)
    if rule.compare == GateRule.Compare.YES:
        return name
    shape = _("%(name)s: at least %(much)s") if rule.compare == "at_least" else _("%(name)s: at most %(much)s")
    return shape % {"name": name, "much": much(fact.kind, rule.threshold or 0, currency)}


def in_full(rule: GateRule) -> str:
    """Return all of a rule in a line, as the history of its playbook keeps it: what it asks, its points, its veto."""
    n = rule.weight
    points = ngettext("%(n)d point", "%(n)d points", n) % {"n": n}
    return ", ".join(filter(None, (asked(rule, Company.the().currency), points, _("must be met") if rule.veto else "")))


def much(kind: str, threshold: float, currency: str, *, exact: bool = False) -> str:
    """Return a threshold in the unit of its fact; to the last figure where it is to be told from one close by."""
    threshold = max(-MOST, min(MOST, threshold))  # what a pack brought along may be beyond any reckoning
    if kind == MONEY:
        return (money if exact else money_short)(round(threshold * 10 ** exponent(currency)), currency)
    number = Decimal(str(round(threshold, 4 if exact else 1 if kind == SHARE else 2))).normalize()
    text = str(number_format(f"{number:f}", force_grouping=abs(number) >= 1000))
    return _("%(share)s %%") % {"share": text} if kind == SHARE else text


def matter(rule: GateRule, judged: Judged, currency: str) -> str:
    """Return what is the matter with a rule that is not met: "the economic buyer is unknown"."""
    fact = FACTS.get(rule.subject)
    if fact is not None:
        is_told = fact.missing and (fact.kind == TRUTH or judged.value is None)
        return str(fact.missing) if is_told else _compared(fact, rule, judged, currency)
    if judged.answer == UNKNOWN:
        return _("not known: %(item)s") % {"item": rule.words}
    return _("answered with no: %(item)s") % {"item": rule.words}


def _compared(fact: Fact, rule: GateRule, judged: Judged, currency: str) -> str:
    """Return what is known beside what is asked: "“People for us” is 1, and at least 2 is asked"."""
    told = {"fact": fact.label, "asked": much(fact.kind, rule.threshold or 0, currency)}
    if judged.value is None:
        return _("“%(fact)s” is not known") % told
    if rule.compare == GateRule.Compare.YES:
        return _("“%(fact)s” is not so") % told
    told["now"] = much(fact.kind, judged.value, currency)
    if told["now"] == told["asked"]:  # they differ by less than is said at a glance
        told["now"], told["asked"] = (
            much(fact.kind, n, currency, exact=True) for n in (judged.value, rule.threshold or 0)
        )
    if rule.compare == GateRule.Compare.AT_LEAST:
        return _("“%(fact)s” is %(now)s, and at least %(asked)s is asked") % told
    return _("“%(fact)s” is %(now)s, and at most %(asked)s is asked") % told


def rests_on(rule: GateRule, judged: Judged) -> str:
    """Return what an answer rests on: a number as well, where names or a day alone would not say how many."""
    fact = FACTS.get(rule.subject)
    if fact is None or fact.kind != NUMBER or judged.value is None:
        return judged.evidence
    number = much(NUMBER, judged.value, "")
    return f"{number} ({judged.evidence})" if judged.evidence else number


def about_item(judged: Judged) -> str:
    """Return what is the matter with an item, where its question stands beside it."""
    if judged.answer == UNKNOWN:
        return _("nobody has answered this yet, and unknown counts against")
    return _("answered with no")


def why_not(rules: dict[str, Any], card: Card, currency: str) -> str:
    """Return in one sentence why the gate is not passed by its rules; empty where it is."""
    if card.speaks_for_it:
        return ""
    stops = [rule for rule in card.missing if rule.stops] or card.missing
    told = [matter(rules[rule.key], rule, currency) for rule in stops[:3] if rule.key in rules]
    rest = len(stops) - len(told)
    words = "; ".join(told)
    return words if rest <= 0 else _("%(words)s; and %(n)d more") % {"words": words, "n": rest}
