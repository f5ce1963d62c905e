"""Guess which buying role is meant by what a CRM calls a contact's part."""

from __future__ import annotations

from collections import Counter

from milepost.buyers.models import Lists
from milepost.exchange.fields import key

MOST_ROLES = 60

MEANT = {
    "economic_buyer": "economic buyer|economic decision maker|budget holder|wirtschaftlicher entscheider|"
    "budgetverantwortlicher|acheteur economique|comprador economico",
    "approver": "decision maker|decision-maker|approver|entscheider|genehmiger|decideur|approbateur|"
    "responsable de la toma de decisiones|tomador de decisiones",
    "technical_buyer": "technical buyer|technical decision maker|technischer entscheider|acheteur technique",
    "user_buyer": "business user|end user|user|user buyer|anwender|benutzer|utilisateur|usuario final|usuario",
    "champion": "champion|coach|sponsor|executive sponsor|fursprecher|promoteur|promotor",
    "evaluator": "evaluator|prufer|bewerter|evaluateur|evaluador",
    "influencer": "influencer|beeinflusser|prescripteur|influenciador",
    "legal": "legal|legal and compliance|legal & compliance|recht|juridique",
    "procurement": "procurement|purchasing|buyer|einkauf|einkaufer|achats|compras",
    "blocker": "blocker|gegner|opposant|bloqueador",
}
BY_WORDS = {key(words): role for role, names in MEANT.items() for words in names.split("|")}


def propose_role(said: str, lists: Lists) -> str:
    """Return our answer for a part in the source: the company's own words first; "" where nobody can tell.

    >>> usual = Lists({"role": {}})
    >>> propose_role("Legal & Compliance", usual), propose_role("BUDGET_HOLDER", usual), propose_role("Other", usual)
    ('legal', 'economic_buyer', '')
    """
    wanted = key(said)
    own = next((one.key for one in lists.all_of("role") if one.offered and key(one.text) == wanted), "")
    return own or BY_WORDS.get(wanted, "")


def parts_of(said: str | None) -> list[str]:
    """Return the parts a cell names: some sources put several into one."""
    return [one.strip() for one in (said or "").split(";") if one.strip()]


def propose_roles(settled: dict[str, str], found: Counter[str]) -> None:
    """Propose the buying role of each part that nobody has settled yet."""
    if found:
        lists = Lists.read()
        for said, _rows in found.most_common(MOST_ROLES):
            settled.setdefault(said, propose_role(said, lists))
