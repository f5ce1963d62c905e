"""Compare what a source says of opportunities with what it said last: for the import, and for the look before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from milepost.exchange.loading.accounts import AccountBook
from milepost.exchange.loading.drafts import Draft
from milepost.exchange.loading.illegible import keep_what_was_known
from milepost.exchange.loading.ledger import fingerprint
from milepost.exchange.loading.offers import Offers
from milepost.exchange.loading.people import People
from milepost.exchange.models import SourceLink

Known = list[tuple[Draft, SourceLink]]


class Apart(NamedTuple):
    """Hold drafts of what is new, of what the source says again, and of what it says otherwise than the last time."""

    new: list[Draft]
    same: Known
    changed: Known


def told_apart(drafts: Sequence[Draft], links: Mapping[str, SourceLink]) -> Apart:
    """Tell drafts apart by what the source said last; what cannot be read now is taken from there."""
    apart = Apart([], [], [])
    for draft in drafts:
        link = links.get(draft.external_id)
        if link is None:
            apart.new.append(draft)
        else:
            keep_what_was_known(draft, link.given)
            said_again = link.fingerprint == fingerprint(draft.given())
            (apart.same if said_again else apart.changed).append((draft, link))
    return apart


def find_others(drafts: Sequence[Draft], accounts: AccountBook, people: People, offers: Offers) -> None:
    """Find, or add, the accounts, people and offers the drafts name."""
    wanted = [(draft.values.get("account"), draft.values.get("account_id")) for draft in drafts]
    for draft, account_id in zip(drafts, accounts.find_or_make_all(wanted), strict=True):
        draft.account_id = account_id
        named = draft.values.get("account") or ""
        draft.account_name = accounts.same_as.get(named, named)
        draft.salesperson_id = people.find_or_make(draft.values.get("owner"), draft.values.get("owner_id"))
        offer = offers.find_or_make(draft.values.get("offer"))
        draft.offer_name = offer.name if offer else ""
