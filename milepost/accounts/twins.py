"""Point out companies that are probably here already, whatever their legal form and spelling."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz, process

from milepost.accounts.models import Account, Accounts
from milepost.web.search import candidates
from milepost.web.text import name_key

ALIKE = 87
"""Names this alike, of 100, are shown: a slip of the keys in a short name, not another word."""

LEGAL_FORMS = frozenset(
    """ab ag as asa aps bv bvba co company corp corporation cv doo eood gbr ges gesellschaft gmbh group gruppe holding
    inc incorporated kft kg kgaa kk limited llc llp lp ltd ltda mbh nv oao og ohg oy oyj plc pty pte pvt sa sab sarl
    sas sasu sca se sl slu sp spa spzoo srl sro the ug ulc und and zoo zrt""".split()  # noqa: SIM905
)


@lru_cache(maxsize=1 << 16)  # every keystroke asks for all names again
def core(name: str) -> str:
    """Return what tells a company from others: its name without legal forms, dots and dashes.

    >>> core("Müller & Söhne G.m.b.H. & Co. KG"), core("The Brennholt-Paper Ltd.")
    ('muller sohne', 'brennholt paper')
    >>> core("Holding AG")
    'holding ag'
    """
    key = name_key(name).replace(".", "").replace("'", "").replace("’", "")
    words = "".join(c if c.isalnum() else " " for c in key).split()
    telling = [word for word in words if word not in LEGAL_FORMS]
    return " ".join(telling or words)


def likely(name: str, among: Accounts, *, limit: int = 6) -> list[Account]:
    """Return the accounts that may be meant: those with words beginning so, then those spelt much like it."""
    ids = candidates(name, kind="account", limit=50)
    found = list(among.filter(pk__in=ids).select_related("territory").order_by("name_key")[:limit])
    more = [account for account in twins(name, among) if account not in found]
    return sorted([*found, *more][:limit], key=lambda account: account.name_key != name_key(name))


def twins(name: str, among: Accounts, *, but: int | None = None, limit: int = 5) -> list[Account]:
    """Return the accounts whose names are most like `name`, the likest first."""
    wanted = core(name)
    if len(wanted) < 3:
        return []
    cores = {pk: core(known) for pk, known in among.order_by().values_list("pk", "name") if pk != but}
    found = process.extract(wanted, cores, scorer=fuzz.token_sort_ratio, limit=limit, score_cutoff=ALIKE)
    rows = among.select_related("territory", "manager").in_bulk([pk for _core, _score, pk in found])
    return [rows[pk] for _core, _score, pk in found]
