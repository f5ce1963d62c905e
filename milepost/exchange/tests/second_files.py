"""Second files: the first one's rows, each with one thing that its source says otherwise by now."""

import datetime as dt

from milepost.exchange.tests.deals import HEAD, ROWS

LATER = dt.date(2026, 2, 10)
CHANGES = {
    "nothing": ("", ""),
    "name": ("1,Line 4,", "1,Line four,"),
    "value": ("1000.50", "1500"),
    "no value": ("1000.50", ""),
    "owner": ("Line 4,Acme,Ada Fox", "Line 4,Acme,Cy New"),
    "account": ("Line 4,Acme", "Line 4,Cask"),
    "start": ("10,2026-01-05", "10,2026-01-03"),
    "expected close": ("2026-06-01", "2026-07-01"),
    "stage forward": ("Discovery,1000.50,10,2026-01-05,2026-06-01,2026-01-20",
                      "Proposal,1000.50,60,2026-01-05,2026-06-01,2026-02-03"),
    "stage back": ("Proposal,2000,60,2025-12-01,2026-05-01,2026-01-10",
                   "Discovery,2000,10,2025-12-01,2026-05-01,2026-02-03"),
    "won": ("Proposal,2000,60,2025-12-01,2026-05-01", "Closed Won,2000,100,2025-12-01,2026-02-05"),
    "lost": ("Proposal,2000,60,2025-12-01,2026-05-01", "Closed Lost,2000,0,2025-12-01,2026-02-05"),
    "reopened": ("Closed Lost,0,0,2025-10-01,2026-01-18", "Proposal,0,0,2025-10-01,2026-09-01"),
    "lost after all": ("Closed Won,300,100,2025-10-01,2026-01-15", "Closed Lost,300,0,2025-10-01,2026-01-16"),
    "new stage": ("Proposal,2000,60,2025-12-01,2026-05-01", "Pilot run,2000,30,2025-12-01,2026-05-01"),
    "new row": ("4,Repair", "5,Fresh,Dorn,Di New,Discovery,9,10,2026-01-05,,,\n4,Repair"),
    "row gone": ("2,Line 5,Acme,Ada Fox,Proposal,2000,60,2025-12-01,2026-05-01,2026-01-10,\n", ""),
}  # fmt: skip


ORDER = ("stage forward", "owner", "account", "name", "value", "lost", "reopened", "new row")


def changed(*names):
    text = ROWS
    for name in names:
        old, new = CHANGES[name]
        assert old in text
        text = text.replace(old, new, 1)
    return HEAD + text
