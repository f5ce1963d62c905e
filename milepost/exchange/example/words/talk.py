"""What people of the example company write down: debriefs, notes, tasks, conditions, reasons for tailoring."""

from __future__ import annotations

# {who} is the contact who mattered, {account} the client
REACHED: dict[str, tuple[str, ...]] = {
    "nb-first-talk": (
        "{who} put it in one sentence: “We lose a shift a week and nobody can say where.”",
        "Two reels lost in March, and {who} has to explain it upstairs. That is our reason.",
        "{who} showed us the spreadsheet they run the plant with. Forty tabs.",
    ),
    "nb-executive": (
        "Half an hour became ninety minutes. Wants it decided before the shutdown.",
        "{who} said what an hour of standstill costs. Repeated it in the mail afterwards.",
    ),
    "nb-workshop": (
        "Three departments, one list. Maintenance and IT argued about remote access; settled for the pilot.",
        "Seven must-haves, all signed. {who} moderated more than we did.",
    ),
    "nb-data-audit": ("They checked our figures against their own and found the same lost hours.",),
    "nb-plan": (
        "{who} moved two dates and then confirmed it all.",
        "Plan confirmed. Their summer shutdown is in it now.",
    ),
    "nb-design": (
        "{who} tried to break it for two hours and then asked for the drawing.",
        "All must-haves met; one wish noted for later, with a price.",
    ),
    "nb-reference": (
        "{who} stayed at the line and talked to the shift lead, without us. Best thing that could happen.",
    ),
    "nb-pilot": (
        "Target was four stops fewer; the crew counted six.",
        "Their shift lead signed the report and asked when the other lines come.",
    ),
    "nb-proposal": (
        "Yes to scope and price. Purchasing wants terms of sixty days.",
        "{who} read the last page first, then said yes.",
    ),
    "nb-contract": ("Signed. {who} brought cake.", "Liability was the last open point; both lawyers gave a little."),
    "ao-idea": (
        "Next bottleneck is the second shift: nobody there knows the old screens.",
        "{who} asked for it before we could.",
    ),
    "ao-survey": ("Drawing of today agreed. Two cabinets nobody had on the list.",),
    "ao-scope": ("Out: reporting. In: everything else. Confirmed by mail in the evening.",),
    "ao-budget": ("Cost centre named, money is there until the end of the year.", "Half this year, half next."),
    "ao-quote": ("Two lines changed, none struck out.", "{who} accepted it line by line."),
    "ao-order": ("Order number came while we were on the phone.",),
    "rn-review": ("Happy with response times, unhappy with spare parts. Both written down.",),
    "rn-future": ("Third shift from spring: they need somebody at night.",),
    "rn-decider": ("{who} decides, purchasing compares, two quotations are enough for them.",),
    "rn-offer": ("They take the higher level, after a look at last year’s night calls.",),
    "rn-signature": ("Signed for the next term.",),
}
REACHED_OTHERWISE = (
    "Reached, as planned.",
    "Good meeting. They said it in front of everybody.",
    "Reached; details in the minutes.",
)
AGAIN = (
    "{who} had to leave early. We go on from point four.",
    "The right person was missing. {who} brings them next time.",
    "They want to see figures from a plant like theirs first.",
    "Good talk, no yes. {who} needs the numbers by site.",
    "Their IT was not in the room; without them no decision.",
)
SAID_NO = (
    "{who} was clear and friendly: not with us, not this year.",
    "They have decided for the other offer. {who} gave us half an hour to understand why.",
    "No. The reasons are honest; see the outcome.",
)
NOTES = (
    "{who} is on holiday until the end of next week.",
    "Their fiscal year ends in March; what is not ordered by then is gone.",
    "Heard at the fair: they look at two others, one of them local.",
    "Visitors need safety shoes and must register a day ahead.",
    "{who} prefers a call to a mail. Mornings before nine.",
    "The old system is out of support from next summer. That is their date, not ours.",
    "Group purchasing has to see everything above 250 k.",
    "New shift model from the first of the month.",
)
CALLS = (
    "Called {who}: date still fits, one more person comes.",
    "{who} called about the interface list; sent it at once.",
    "Short call with {who}. Budget talk is on Thursday, we hear on Friday.",
    "Left a message. {who} called back: no change.",
    "Asked {who} who else has to say yes. Finance, always finance.",
)
TASKS = (
    "Send the minutes", "Send two dates for {step}", "Ask {who} for last year’s list of stops", "Update the drawing",
    "Answer the security questionnaire", "Prepare the figures by site", "Book the room at {account}",
    "Get a reference from a plant like theirs", "Check delivery dates with planning",
    "Find out who approves in finance", "Rehearse {step}", "Price the option for the second line",
)  # fmt: skip
THEIR_TASKS = (
    "Name the pilot’s shift", "Send the network drawing", "Release access for our engineer", "Confirm who attends",
    "Send last year’s figures", "Comment on the scope page",
)  # fmt: skip
ACCOUNT_TASKS = (
    "Prepare the yearly review",
    "Introduce the new service lead",
    "Ask for a reference visit",
    "Update the contact list",
)
ACCOUNT_NOTES = (
    "New managing director since spring; wants one supplier for each topic.",
    "They build a second hall next year. Permit is through.",
    "Service was praised in the supplier day, delivery was not.",
)
CONDITIONS: dict[str, tuple[tuple[str, int, str], ...]] = {
    "nb-design": (("Security review", 21, "IT"), ("Interfaces confirmed", 14, "IT")),
    "nb-pilot": (
        ("Pilot agreement signed", 14, "legal"),
        ("Data access released", 10, "IT"),
        ("Works council informed", 21, ""),
    ),
    "nb-proposal": (("Technical evaluation", 28, "engineer"), ("Supplier self-assessment", 14, "")),
    "nb-contract": (
        ("Legal review", 21, "legal"),
        ("Board approval", 30, ""),
        ("Data protection agreement", 14, "legal"),
    ),
    "ao-quote": (("Frame terms checked", 10, "legal"),),
    "ao-order": (("Supplier number renewed", 10, ""),),
    "rn-offer": (("Index clause agreed", 14, "legal"),),
    "rn-signature": (("Legal review", 14, "legal"),),
}
WAIVED = ("Covered by the frame agreement of last year.", "{who} says it is not needed for a pilot.")
FAILED = ("Found two open points that need a new version.", "Their auditor wants it on their own premises.")
SKIPPED = (
    "They know the plant at Aurelio well.", "{who} has seen it running elsewhere.", "Their own data are good enough.",
    "No time before the shutdown; we take the risk.", "They asked to go straight on.",
)  # fmt: skip
OVERRIDDEN = (
    "They had the answer with them in the meeting before.", "Group’s decision binds the site.",
    "Done by phone between the two of them, long before us.",
)  # fmt: skip
WENT_BACK = (
    "New plant manager wants to go through it again.", "Their IT changed the network concept.",
    "A second site joined; its needs are different.", "The budget moved to another owner.",
)  # fmt: skip
WHY_JUDGED = (
    "They told me the date themselves.", "I do not believe the date before the board has met.", "{who} fights for it.",
    "Too quiet for my taste.", "", "",
)  # fmt: skip
PLACEHOLDERS = (
    "A finance director we have not met",
    "Somebody from group IT",
    "The head of purchasing, not known yet",
    "Their outside lawyer",
)
