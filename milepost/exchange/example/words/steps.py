"""The steps of the example playbooks: what happens, what the client will have done, and how it truly goes."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class StepWords:
    """A playbook's step; `won`, `days`, `again` and `taken` are the generator's truth about it.

    `won` is its conversion, `days` the median of working pace until it is won, `again` the share of appointments
    that need another, `taken` how often an optional step is done at all.
    """

    key: str
    name: str
    usual_days: int
    activity: str
    milestone: str
    evidence: str
    hours: dict[str, float]
    won: float
    days: float
    again: float = 0.18
    required: bool = True
    taken: float = 1.0
    closing: bool = False
    call_plan: str = ""


FIRST_TALK = StepWords(
    "nb-first-talk", "First talk", 14,
    "One hour with whoever feels the problem, at their desk or by video.",
    "They name a problem worth more than a year of our price, in their own words.",
    "The sentence, and who said it, in the debrief",
    {"salesperson": 4, "coordinator": 1}, 0.52, 10, 0.14,
    call_plan="Ask: What stands still when it should run, and what does an hour of it cost?\n"
    "Bring: one figure from a plant like theirs. No slides.\n"
    "Leave with: their sentence, and a date with whoever owns the budget.",
)  # fmt: skip
EXECUTIVE = StepWords(
    "nb-executive", "Executive meeting", 21,
    "Our salesperson and a manager meet whoever owns the budget.",
    "The budget’s owner says what it is worth to solve this, and by when.",
    "Mail from the owner or their office that repeats both",
    {"salesperson": 6, "sales_manager": 3, "coordinator": 1}, 0.73, 17, 0.2,
    call_plan="Ask: What is it worth to you, by when, and who can say no when you say yes?\n"
    "Bring: the sentence from the first talk, on half a page.\n"
    "Leave with: an amount, a day, and three names for the workshop.",
)  # fmt: skip
WORKSHOP = StepWords(
    "nb-workshop", "Needs workshop", 21,
    "Half a day with production, maintenance and IT around one table.",
    "All three departments sign the same list of needs.",
    "Signed list, with the must-haves marked",
    {"salesperson": 8, "team_member": 12, "coordinator": 2}, 0.78, 18, 0.24,
)  # fmt: skip
DATA_AUDIT = StepWords(
    "nb-data-audit", "Data audit", 14,
    "Our engineer reads four weeks of their machine data.",
    "They accept our reading of where hours are lost.",
    "Their comment on the audit report",
    {"team_member": 16}, 0.9, 12, 0.1, required=False, taken=0.55,
)  # fmt: skip
PLAN = StepWords(
    "nb-plan", "Plan agreed", 14,
    "We walk through the remaining steps with the client’s project lead.",
    "The client confirms the plan with names and dates on both sides.",
    "Confirmed plan",
    {"salesperson": 3, "coordinator": 4}, 0.88, 11, 0.15,
)  # fmt: skip
DESIGN = StepWords(
    "nb-design", "Design review", 28,
    "Our engineers show the design; theirs try to break it.",
    "Their head of engineering says the design meets every must-have.",
    "Signed criteria sheet, or the mail that says so",
    {"salesperson": 4, "team_member": 40, "coordinator": 2}, 0.83, 24, 0.26,
)  # fmt: skip
REFERENCE = StepWords(
    "nb-reference", "Reference visit", 21,
    "They see it run at a plant like theirs.",
    "They name one thing they want exactly like that.",
    "Note of the visit, with the wish",
    {"salesperson": 8, "account_manager": 4}, 0.93, 16, 0.05, required=False, taken=0.45,
)  # fmt: skip
PILOT = StepWords(
    "nb-pilot", "Pilot", 45,
    "Six weeks on one line, with their crew.",
    "The crew’s own figures meet the target agreed beforehand.",
    "Pilot report signed by their shift lead",
    {"salesperson": 6, "team_member": 90, "coordinator": 6}, 0.78, 42, 0.16,
)  # fmt: skip
PROPOSAL = StepWords(
    "nb-proposal", "Proposal", 21,
    "We present the offer in person; nobody reads it first.",
    "The budget’s owner says yes to scope and price, subject to contract.",
    "Their mail, or the minutes",
    {"salesperson": 14, "coordinator": 4, "sales_manager": 2}, 0.68, 19, 0.28, closing=True,
    call_plan="Ask: Is there a line in it you would not sign? Who else has to read it?\n"
    "Bring: scope, price and days; nothing in it is new to them.\n"
    "Leave with: the yes, and the names of legal and purchasing.",
)  # fmt: skip
CONTRACT = StepWords(
    "nb-contract", "Contract", 28,
    "Legal on both sides close the open points in one call.",
    "The client signs.",
    "Signed contract",
    {"salesperson": 6, "team_member": 10, "coordinator": 3}, 0.89, 22, 0.3, closing=True,
)  # fmt: skip

NEW_BUSINESS = [FIRST_TALK, EXECUTIVE, WORKSHOP, DATA_AUDIT, PLAN, DESIGN, REFERENCE, PILOT, PROPOSAL, CONTRACT]
# The first version knew no audit and no agreed plan, and its pilots failed more often.
NEW_BUSINESS_FIRST = [FIRST_TALK, EXECUTIVE, WORKSHOP, DESIGN, REFERENCE, replace(PILOT, won=0.66), PROPOSAL, CONTRACT]

ADD_ON = [
    StepWords(
        "ao-idea", "Idea heard out", 10,
        "The account manager asks what the next bottleneck is.",
        "They ask us to work out what solving it would take.",
        "Their request, by mail",
        {"account_manager": 3}, 0.7, 8, 0.1,
    ),
    StepWords(
        "ao-survey", "Site survey", 14,
        "Half a day on site with our engineer.",
        "Their maintenance lead agrees with our drawing of today.",
        "Drawing with their initials",
        {"team_member": 10}, 0.94, 11, 0.1, required=False, taken=0.6,
    ),
    StepWords(
        "ao-scope", "Scope agreed", 14,
        "One hour with the department that will use it.",
        "The department says what is in and what is out.",
        "Scope page, confirmed",
        {"salesperson": 4, "team_member": 6}, 0.84, 12, 0.2,
    ),
    StepWords(
        "ao-budget", "Budget found", 21,
        "A talk with the budget’s owner about this year or next.",
        "A cost centre and an amount are named.",
        "Mail with both",
        {"salesperson": 3, "coordinator": 1}, 0.78, 17, 0.22,
    ),
    StepWords(
        "ao-quote", "Quotation", 14,
        "We go through the quotation line by line.",
        "They accept every line or say which they want changed.",
        "Marked quotation",
        {"salesperson": 6, "coordinator": 2}, 0.83, 12, 0.25, closing=True,
    ),
    StepWords(
        "ao-order", "Order", 14,
        "Purchasing and our coordinator agree on terms.",
        "The order is here.",
        "Order confirmation",
        {"coordinator": 3}, 0.93, 10, 0.15, closing=True,
    ),
]  # fmt: skip

RENEWAL = [
    StepWords(
        "rn-review", "Service review", 21,
        "We show what was promised and what was kept in the last term.",
        "They say what they value and what has to be better.",
        "Minutes with both lists",
        {"account_manager": 6, "team_member": 3}, 0.93, 17, 0.1,
    ),
    StepWords(
        "rn-future", "Needs of the next term", 14,
        "A talk about what will change at theirs: lines, shifts, people.",
        "They name the level of service they will need.",
        "Table of levels, confirmed",
        {"account_manager": 4}, 0.94, 12, 0.12, required=False, taken=0.7,
    ),
    StepWords(
        "rn-decider", "Decision makers met", 21,
        "We meet whoever decides this time, and ask what they compare us with.",
        "They say how and when they will decide.",
        "Note with names, criteria and the date",
        {"account_manager": 3, "salesperson": 3}, 0.9, 17, 0.2,
    ),
    StepWords(
        "rn-offer", "Renewal offer", 14,
        "We present two levels side by side.",
        "They choose a level.",
        "Their choice, in writing",
        {"account_manager": 5, "coordinator": 2}, 0.87, 12, 0.22, closing=True,
    ),
    StepWords(
        "rn-signature", "Signature", 21,
        "The last open points, by phone.",
        "The client signs for the next term.",
        "Signed agreement",
        {"account_manager": 2, "coordinator": 2}, 0.95, 15, 0.2, closing=True,
    ),
]  # fmt: skip
