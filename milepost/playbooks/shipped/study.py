"""The feasibility study: what cannot be straightened, the client commissions us to decide together with them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from milepost.playbooks.shipped.pattern import Pattern, PatternStep

STUDY = Pattern(
    "study",
    _("Feasibility study"),
    _(
        "Where nobody can say yet what is right for the client: they order a study at a price, and decide at its end. "
        "It puts one clear decision in the place of a thicket of small ones."
    ),
    (
        PatternStep(
            "fs-question",
            _("Question of the study"),
            10,
            _("One hour with whoever has to decide: what must be known before they can?"),
            _("They write down the one question the study answers, and what they decide at its end."),
            _("The question in their words, by mail or in the minutes"),
            {"salesperson": 3, "coordinator": 1},
            _(
                "Ask: What would you have to know to decide? Who decides with you? What if you decide nothing?\n"
                "Bring: the question as we understood it, on half a page.\n"
                "Leave with: their sentence, and a date for scope and price."
            ),
            theirs=_("whoever has to decide"),
            their_hours=1,
        ),
        PatternStep(
            "fs-ordered",
            _("Study ordered"),
            14,
            _("We go through scope, people, dates and price of the study, line by line."),
            _("They order the study at its price and name who works on it on their side."),
            _("Order, with the names"),
            {"salesperson": 4, "coordinator": 2},
            _(
                "Ask: Is this all that has to be looked at? Who opens which doors? Who pays, and from which budget?\n"
                "Bring: scope, dates and price on two pages; what is left out stands there too.\n"
                "Leave with: the order. A study for nothing is worth nothing to them."
            ),
            theirs=_("whoever pays for the study"),
            their_hours=2,
        ),
        PatternStep(
            "fs-findings",
            _("Findings accepted"),
            30,
            _("We look, measure and reckon at theirs, and show what we found before we write it down."),
            _("The people who work with it every day accept what was found."),
            _("Their corrections, and their yes to the corrected page of findings"),
            {"team_member": 40, "salesperson": 4, "coordinator": 3},
            _(
                "Ask: What is wrong here? What is missing? Who would say otherwise, and why?\n"
                "Bring: findings on one page, with figures that are theirs.\n"
                "Leave with: findings nobody in the room disputes."
            ),
            theirs=_("those who work with it every day"),
            their_hours=8,
        ),
        PatternStep(
            "fs-decided",
            _("Study decided"),
            14,
            _("We present the ways there are, with what each costs and brings, to whoever decides."),
            _("They decide as they said they would: one of the ways, or to leave it."),
            _("The decision, signed or by mail, on the last page of the study"),
            {"salesperson": 4, "team_member": 6, "sales_manager": 2},
            _(
                "Ask: Which of these would you choose today? What stands against it?\n"
                "Bring: the study, with the page for the decision empty.\n"
                "Leave with: the decision. To leave it is one too, and an early one."
            ),
            theirs=_("whoever has to decide"),
            their_hours=2,
        ),
    ),
)
