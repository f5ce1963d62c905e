"""Point out opportunities that are probably here already."""

from __future__ import annotations

from typing import Any

from rapidfuzz import fuzz, process

from milepost.accounts.models import Account
from milepost.opportunities.models import Opportunity
from milepost.team.models import Person
from milepost.web.search import candidates
from milepost.web.text import name_key

ALIKE = 80
"""Names this alike, of 100, are shown while one is typed."""
SAME = 92
"""Names this alike must be confirmed to be another opportunity."""
WORDS, LETTERS, LOOKED_AT = 3, 4, 200


def alike(name: str, *, person: Person, account: Account | None, limit: int = 5) -> list[Opportunity]:
    """Return the opportunities most like `name` at the account, or at no known account; the likest first."""
    wanted = name_key(name)
    if len(wanted) < LETTERS:
        return []
    rows = Opportunity.objects.visible_to(person)
    # One at another account that happens to have the same name is another opportunity.
    if account is not None:
        names = _names(rows.filter(account=account))
    else:  # the very same name first: of many that begin alike only some are looked at
        names = _names(rows.filter(name_key=wanted)) | _names(rows.filter(pk__in=_found(wanted)))
    found = process.extract(wanted, names, scorer=fuzz.token_sort_ratio, limit=limit, score_cutoff=ALIKE)
    kept = rows.select_related("account", "salesperson", "standing").in_bulk([pk for _name, _score, pk in found])
    return [kept[pk] for _name, _score, pk in found]


def same(name: str, *, person: Person, account: Account | None) -> list[Opportunity]:
    """Return those so much alike that a person should say that this is another one."""
    wanted = name_key(name)
    rows = alike(name, person=person, account=account)
    near = [row for row in rows if fuzz.token_sort_ratio(wanted, row.name_key) >= SAME]
    return [row for row in near if account is not None or row.account_id is None or row.name_key == wanted]


def _names(rows: Any) -> dict[int, str]:
    return dict(rows.order_by("-id").values_list("pk", "name_key")[:LOOKED_AT])


def _found(wanted: str) -> set[int]:
    """Return the ids of opportunities that share the beginning of one of the longest words."""
    words = sorted(wanted.split(), key=len, reverse=True)[:WORDS]
    ids: set[int] = set()
    for word in words:
        ids |= set(candidates(word[:LETTERS], kind="opportunity", limit=LOOKED_AT))
    return ids
