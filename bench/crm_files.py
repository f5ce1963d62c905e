"""Write the files of a company that leaves Salesforce, as its Data Loader exports them: as large as wanted.

    python -m bench.crm_files FOLDER --rows 20000

People, accounts, opportunities and five moves of each, in the order of their ids: what belongs together lies apart.
The same number gives the same files.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from milepost.exchange.mapping import in_full

STAGES = ("Prospecting", "Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review")
WON, LOST = "Closed Won", "Closed Lost"
MOVES = 5
LATE, OPEN = 0.85, 0.67  # of those that began last, so many are open: one in ten of all
BLOCK = 5_000  # opportunities under way at the same time: their moves stand among each other
FIRST = datetime.datetime(2016, 1, 4, 8, tzinfo=datetime.UTC)
YEARS = 10
WORDS = ("Line", "Retrofit", "Service", "Pilot", "Plant", "Spare parts", "Control", "Training")
PLACES = (("Leeds", "United Kingdom"), ("Graz", "Austria"), ("Lyon", "France"), ("Kiel", "Germany"), ("Turin", "Italy"))
SECTORS = ("Machinery", "Chemicals", "Food", "Paper", "Energy", "Logistics")
HEADS = {
    "User": "Id,Username,LastName,FirstName,Email,IsActive",
    "Account": "Id,Name,BillingCity,BillingCountry,Industry,OwnerId,CreatedDate",
    "Opportunity": "Id,AccountId,Name,StageName,Amount,Probability,CloseDate,Type,NextStep,LeadSource,IsClosed,IsWon,"
    "OwnerId,CreatedDate,LastModifiedDate",
    "OpportunityHistory": "Id,OpportunityId,CreatedById,CreatedDate,StageName,Amount,Probability,CloseDate",
}


def write_files(folder: Path, opportunities: int) -> list[Path]:
    """Write the four files and return their paths; no more than a block of opportunities is held at once."""
    dice = random.Random(7)  # noqa: S311 - a table, not a secret
    with ExitStack() as open_files:
        sheets: dict[str, Any] = {}
        for name, head in HEADS.items():
            sheets[name] = csv.writer(open_files.enter_context((folder / f"{name}.csv").open("w", newline="")))
            sheets[name].writerow(head.split(","))
        people, accounts = max(opportunities // 2_000, 5), max(opportunities // 20, 5)
        sheets["User"].writerows(_people(people))
        sheets["Account"].writerows(_accounts(accounts, people, dice))
        for start in range(0, opportunities, BLOCK):
            moves: list[list[Any]] = []
            for number in range(start, min(start + BLOCK, opportunities)):
                row, its = _opportunity(number, number / opportunities, people, accounts, dice)
                sheets["Opportunity"].writerow(row)
                moves += its
            moves.sort(key=lambda move: move[3])
            sheets["OpportunityHistory"].writerows(
                [_id("008", start * MOVES + n), *move[1:]] for n, move in enumerate(moves)
            )
    return [folder / f"{name}.csv" for name in HEADS]


def _people(count: int) -> Iterator[list[Any]]:
    for number in range(count):
        mail = f"seller{number}@example.com"
        yield [_id("005", number), mail, f"Seller{number}", "Kim", mail, "true"]


def _accounts(count: int, people: int, dice: random.Random) -> Iterator[list[Any]]:
    for number in range(count):
        city, country = dice.choice(PLACES)
        owner = _id("005", dice.randrange(people))
        made = _moment(FIRST)
        yield [_id("001", number), f"Works {number} Ltd", city, country, dice.choice(SECTORS), owner, made]


def _opportunity(
    number: int, age: float, people: int, accounts: int, dice: random.Random
) -> tuple[list[Any], list[list[Any]]]:
    """Make one opportunity and its moves; the later its number, the later it began."""
    own, owner, account = _id("006", number), _id("005", dice.randrange(people)), dice.randrange(accounts)
    at = began = FIRST + datetime.timedelta(days=YEARS * 365 * age, minutes=dice.randrange(600))
    amount = dice.randrange(1_000, 900_000)
    goes_on = age > LATE and dice.random() < OPEN
    end = WON if dice.random() < 0.4 else LOST
    path = STAGES if goes_on or end == WON else STAGES[: MOVES - 1]
    path = path if goes_on else (*path[: MOVES - 1], end)
    moves = []
    for place, stage in enumerate(path):
        chance = 100 if stage == WON else 0 if stage == LOST else 10 + 20 * place
        moves.append(["", own, owner, _moment(at), stage, amount, chance, at.date() + datetime.timedelta(days=90)])
        at += datetime.timedelta(days=dice.randrange(2, 40), minutes=dice.randrange(600))
    last = moves[-1]
    name = f"{dice.choice(WORDS)} {number} for Works {account}"
    closing = last[7] if goes_on else last[3][:10]
    row = [own, _id("001", account), name, last[4], amount, last[6], closing, "New Business", "Call back", "Web"]
    return [*row, _said(not goes_on), _said(end == WON and not goes_on), owner, _moment(began), last[3]], moves


def _id(prefix: str, number: int) -> str:
    return in_full(f"{prefix}5g{number:010d}")


def _moment(at: datetime.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _said(yes: bool) -> str:
    return "true" if yes else "false"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=20_000)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for path in write_files(asked.folder, asked.rows):
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
