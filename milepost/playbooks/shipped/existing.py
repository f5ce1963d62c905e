"""Clients we have: more of what runs there already, and what comes up for renewal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from milepost.playbooks.shipped.pattern import Pattern, PatternStep

ADD_ON = Pattern(
    "add-on",
    _("Add-on to an existing account"),
    _("More of what works there already: another site, another team, another module."),
    (
        PatternStep(
            "ao-need",
            _("Next need heard"),
            10,
            _("The account manager asks what gets in their way now, where our work is used."),
            _("They ask us to work out what solving it would take."),
            _("Their request, in writing"),
            {"account_manager": 3},
            _(
                "Ask: What works less well than last year? What would you have more of, if it cost nothing?\n"
                "Bring: what has been used, and what has not.\n"
                "Leave with: a request of theirs, not an idea of ours."
            ),
            theirs=_("those who use it today"),
            their_hours=1,
        ),
        PatternStep(
            "ao-scope",
            _("Scope agreed"),
            14,
            _("One hour with those who will use it."),
            _("They say in writing what is in and what is out."),
            _("The page with both lists, confirmed"),
            {"salesperson": 4, "team_member": 6},
            _(
                "Ask: Who uses it on the first day? What can wait?\n"
                "Bring: two empty lists: in, and out.\n"
                "Leave with: both filled, and who holds the budget."
            ),
            theirs=_("those who will use it"),
            their_hours=2,
        ),
        PatternStep(
            "ao-budget",
            _("Budget named"),
            21,
            _("A talk with the budget’s owner about this year or next."),
            _("A cost centre and an amount are named."),
            _("A mail with both"),
            {"salesperson": 3, "coordinator": 1},
            _(
                "Ask: What is it worth? Which year does it come from? What does it compete with?\n"
                "Bring: what the last one brought, in their figures.\n"
                "Leave with: amount, cost centre, and by when."
            ),
            theirs=_("the budget’s owner"),
            their_hours=1,
        ),
        PatternStep(
            "ao-quote",
            _("Quotation accepted"),
            14,
            _("We go through the quotation line by line."),
            _("They accept every line, or mark those they want changed."),
            _("The marked quotation"),
            {"salesperson": 5, "coordinator": 2},
            _(
                "Ask: Which line would you strike out? Who signs?\n"
                "Bring: the quotation, on one page.\n"
                "Leave with: every line marked."
            ),
            theirs=_("your project lead"),
            their_hours=1,
        ),
        PatternStep(
            "ao-order",
            _("Order placed"),
            14,
            _("Purchasing and our coordinator agree on terms."),
            _("The order is here."),
            _("The order"),
            {"coordinator": 3},
            _(
                "Ask: What does purchasing need from us, and when do they order?\n"
                "Bring: the terms of last time.\n"
                "Leave with: the day of the order."
            ),
            theirs=_("purchasing"),
            their_hours=1,
        ),
    ),
)

RENEWAL = Pattern(
    "renewal",
    _("Renewal"),
    _("A contract that comes up for renewal; begin half a year before it ends."),
    (
        PatternStep(
            "rn-review",
            _("Review held"),
            21,
            _("We show what was promised for this term and what was kept."),
            _("They write down what they value, and what has to be better."),
            _("Minutes with both lists"),
            {"account_manager": 5, "team_member": 3},
            _(
                "Ask: What would you miss first? What should we have told you earlier?\n"
                "Bring: promised and kept, side by side; the misses first.\n"
                "Leave with: two lists of theirs."
            ),
            theirs=_("those who use it, and their manager"),
            their_hours=2,
        ),
        PatternStep(
            "rn-better",
            _("What has to be better is better"),
            42,
            _("We put right what they named, and show it to whoever named it."),
            _("Each person who named something confirms that it is put right."),
            _("Their yes beside each line of the minutes"),
            {"team_member": 16, "account_manager": 3},
            _(
                "Ask: Is this as you meant it?\n"
                "Bring: the list from the review.\n"
                "Leave with: a yes beside every line, or a new date for those without."
            ),
            required=False,
            theirs=_("each person who named something"),
            their_hours=2,
        ),
        PatternStep(
            "rn-decider",
            _("Decision makers met"),
            21,
            _("We meet whoever decides this time, and ask what they compare us with."),
            _("They say how and when they will decide, and against what."),
            _("A note with names, criteria and the date"),
            {"account_manager": 3, "salesperson": 3},
            _(
                "Ask: Who decides this time? What has changed since the last? With whom do you compare us?\n"
                "Bring: nothing to sign yet.\n"
                "Leave with: names, criteria, and the day."
            ),
            theirs=_("whoever decides"),
            their_hours=1,
        ),
        PatternStep(
            "rn-offer",
            _("Level chosen"),
            14,
            _("We present two levels side by side, with what each leaves out."),
            _("They choose a level in writing."),
            _("Their choice, in writing"),
            {"account_manager": 4, "coordinator": 2},
            _(
                "Ask: Which of these two fits the next term, and why?\n"
                "Bring: two levels, one page.\n"
                "Leave with: one of them."
            ),
            theirs=_("whoever decides"),
            their_hours=1,
        ),
        PatternStep(
            "rn-signed",
            _("Renewal signed"),
            21,
            _("The last open points, in one call."),
            _("The client signs for the next term."),
            _("The signed agreement"),
            {"account_manager": 2, "coordinator": 2},
            _(
                "Ask: What is left, and who decides it?\n"
                "Bring: the open points; no more than three.\n"
                "Leave with: the signature, or its day."
            ),
            theirs=_("whoever signs"),
            their_hours=1,
        ),
    ),
)
