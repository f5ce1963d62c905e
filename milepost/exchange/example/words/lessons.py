"""What people of the example company have learnt, by the key of the step."""

from __future__ import annotations

LESSONS: tuple[tuple[str, str], ...] = (
    ("nb-first-talk", "Ask what an hour of standstill costs before showing anything. Without a figure it ends here."),
    ("nb-first-talk", "If only the engineer comes, agree who joins next time before the hour is over."),
    ("nb-executive", "Bring one number from their own plant. Slides about us cost us the second meeting twice."),
    ("nb-workshop", "Invite IT to the workshop, not after it: remote access was the reason three stopped."),
    ("nb-workshop", "More than nine must-haves means nobody has decided yet. Let them strike out first."),
    ("nb-plan", "Write their shutdown weeks into the plan with them; ours had two dates in August."),
    ("nb-design", "Send the drawing a week before. In the room they only look for what is missing."),
    ("nb-pilot", "Agree the target in writing, with the shift lead’s name under it, before the first day."),
    ("nb-pilot", "A pilot without an end date became their free service. Six weeks, then a decision."),
    ("nb-proposal", "Walk purchasing through it in person: the ones sent by mail came back as a price comparison."),
    ("nb-proposal", "Name the cost of waiting on the first page. “Budget frozen” came where we had not."),
    ("nb-contract", "Give their lawyer our clause on liability with the proposal; it saves three weeks here."),
    ("ao-budget", "Ask in September: money that is left is looked for in autumn, not in spring."),
    ("ao-quote", "Quote two sizes. With one they ask somebody else for the other."),
    ("rn-review", "Read the night calls of the year before you go; they have."),
    ("rn-offer", "Offer the next level only where the review was good. Twice it looked like a price rise."),
)
RETIRED = ("nb-reference", "Let our own project lead guide the visit.")
"""One that no longer holds, and is archived."""
