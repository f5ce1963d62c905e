"""A large opportunity with somebody new: nine appointments, and two decisions before the dear ones."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from milepost.playbooks.shipped.pattern import Pattern, PatternGate, PatternStep

WHOSE_VISION = PatternGate(
    "en-gate-hours",
    _("Do we spend hours on this?"),
    60,
    (
        {"key": "vision", "group": "opportunity", "subject": "vision_whose", "weight": 3, "veto": True},
        {"key": "buyer", "group": "opportunity", "subject": "economic_buyer", "weight": 3},
        {"key": "people", "group": "compete", "subject": "contacts", "compare": "at_least", "threshold": 3},
        {"key": "champion", "group": "win", "subject": "champion", "weight": 2},
        {"key": "opponent", "group": "win", "subject": "opponent"},
        {"key": "fits", "group": "worth", "words": _("It is work we want to be known for")},
    ),
)
PROOF = PatternGate(
    "en-gate-proof",
    _("Do we prove it?"),
    70,
    (
        {"key": "reached", "group": "opportunity", "subject": "economic_buyer_reached", "weight": 3},
        {"key": "supporters", "group": "compete", "subject": "supporters", "compare": "at_least", "threshold": 2},
        {
            "key": "failed",
            "group": "win",
            "subject": "conditions_failed",
            "compare": "at_most",
            "threshold": 0,
            "words": _("No condition has failed"),
        },
        {
            "key": "net",
            "group": "worth",
            "subject": "net_value",
            "compare": "at_least",
            "threshold": 0,
            "words": _("Going on is worth more than it costs"),
            "weight": 2,
            "veto": True,
        },
        {"key": "decides", "group": "win", "words": _("They have said what they decide if the proof succeeds")},
    ),
)

ENTERPRISE = Pattern(
    "enterprise",
    _("Enterprise new business"),
    _("A large opportunity at somebody we have not worked for, or in a field that is new between us."),
    (
        PatternStep(
            "en-first",
            _("First talk"),
            14,
            _("One hour with whoever feels the problem, where they feel it."),
            _("They name a problem worth more than our price, in their own words."),
            _("The sentence, and who said it"),
            {"salesperson": 3, "coordinator": 1},
            _(
                "Ask: What gets in the way of what you want to become? What does it cost a year? Who else feels it?\n"
                "Bring: one thing you found out about them. No slides.\n"
                "Leave with: their sentence, and a date with whoever owns the question."
            ),
            theirs=_("whoever feels the problem"),
            their_hours=1,
        ),
        PatternStep(
            "en-vision",
            _("Whose vision it is"),
            14,
            _("One hour with whoever wants to change something: how the idea came about, and with whom."),
            _("The owner of the idea says what they want to become, and names who else has to want it."),
            _("Their words, and where the idea came from, in the vision"),
            {"salesperson": 4, "coordinator": 1},
            _(
                "Ask: When did this begin? Who had the idea first? With whom have you thought it through so far? "
                "What will be different two years from now?\n"
                "Bring: what the first talk said, on half a page.\n"
                "Leave with: names. If somebody else’s vision is behind it, say so today and ask at the gate."
            ),
            theirs=_("whoever wants to change something"),
            their_hours=1,
        ),
        PatternStep(
            "en-owner",
            _("Budget’s owner met"),
            21,
            _("Our salesperson and a manager meet whoever can release the money."),
            _("The budget’s owner says what it is worth to solve this, and by when."),
            _("A mail from the owner or their office that repeats both"),
            {"salesperson": 5, "sales_manager": 2, "coordinator": 1},
            _(
                "Ask: What is it worth to you? By when, and why then? Who can say no when you say yes?\n"
                "Bring: the price of such a thing elsewhere, as a range.\n"
                "Leave with: an amount, a date, and a yes to a plan with both sides’ names."
            ),
            theirs=_("the budget’s owner"),
            their_hours=1,
        ),
        PatternStep(
            "en-plan",
            _("Plan agreed"),
            14,
            _("We walk through the line of steps with the client’s project lead and change it together."),
            _("The client confirms the steps with names and dates on both sides."),
            _("The confirmed plan"),
            {"salesperson": 2, "coordinator": 4},
            _(
                "Ask: What is missing here? Who on your side does each of these? Which of the dates is set by others?\n"
                "Bring: the plan, as short as it can be.\n"
                "Leave with: their yes to the next three dates at least."
            ),
            theirs=_("your project lead"),
            their_hours=2,
        ),
        PatternStep(
            "en-needs",
            _("Needs signed"),
            21,
            _("Half a day with all who will work with it around one table."),
            _("Every department signs the same list of needs, the musts marked."),
            _("The signed list"),
            {"salesperson": 6, "team_member": 12, "coordinator": 2},
            _(
                "Ask: What must it do on the first day? What may it never do? Who would rather have something else?\n"
                "Bring: an empty list. Theirs is worth more than ours.\n"
                "Leave with: one list, signed by all."
            ),
            gate=WHOSE_VISION,
            theirs=_("one from each department"),
            their_hours=16,
        ),
        PatternStep(
            "en-solution",
            _("Solution approved"),
            28,
            _("Our experts show the solution; theirs try to break it."),
            _("Their head expert confirms in writing that every must is met."),
            _("The list of needs with their yes beside each must"),
            {"salesperson": 4, "team_member": 40, "coordinator": 2},
            _(
                "Ask: Where would it break? What would you have to see to believe this?\n"
                "Bring: the signed list of needs, line by line.\n"
                "Leave with: the list signed, or the two lines to come back for."
            ),
            theirs=_("your head expert and those who test it"),
            their_hours=8,
        ),
        PatternStep(
            "en-proof",
            _("Proof"),
            42,
            _("A trial with their people and their data, against targets written down beforehand."),
            _("Their own figures meet the targets agreed before."),
            _("Report of the trial, signed by their people"),
            {"salesperson": 6, "team_member": 80, "coordinator": 6},
            _(
                "Ask: Is this what was agreed? What would you say to your board about it?\n"
                "Bring: the targets as they were written down.\n"
                "Leave with: the signed report, and the date of the proposal."
            ),
            gate=PROOF,
            theirs=_("those who will work with it"),
            their_hours=40,
        ),
        PatternStep(
            "en-proposal",
            _("Proposal accepted"),
            21,
            _("We present the offer in person; nobody reads it first."),
            _("The budget’s owner says yes to scope and price, subject to contract."),
            _("Their mail, or the minutes"),
            {"salesperson": 12, "coordinator": 3, "sales_manager": 2},
            _(
                "Ask: Is there anything in it that you would not sign? Who else has to read it?\n"
                "Bring: scope, price and dates; nothing in it is new to them.\n"
                "Leave with: the yes, and the names of legal and purchasing."
            ),
            theirs=_("the budget’s owner"),
            their_hours=2,
        ),
        PatternStep(
            "en-contract",
            _("Contract signed"),
            28,
            _("Legal and purchasing of both sides close the open points in one call."),
            _("The client signs."),
            _("The signed contract"),
            {"salesperson": 6, "team_member": 8, "coordinator": 3},
            _(
                "Ask: Which points are left, and who decides each? When does your board sign?\n"
                "Bring: the list of open points; those that are agreed are struck out.\n"
                "Leave with: a signature, or the one point and its date."
            ),
            theirs=_("your legal department and purchasing"),
            their_hours=6,
        ),
    ),
)
