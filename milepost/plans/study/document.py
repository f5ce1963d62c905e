"""Write a study down for the client: what is known of it, in the company's text."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from milepost.plans.models.study import Study, StudyTemplate
from milepost.plans.study.text import blocks, to_be_decided
from milepost.team.models import Company
from milepost.web.words import day, money
from milepost.web.writing import PARAGRAPH, Block, Writing


def document(study: Study) -> Writing:
    """Return the study as a document."""
    opportunity, company = study.opportunity, Company.the()
    account = opportunity.account
    return Writing(
        title=_("Feasibility study"),
        subtitle=", ".join(filter(None, (opportunity.name, account.name if account else ""))),
        footer=company.name,
        blocks=list(blocks(StudyTemplate.the().text, _filled(study), _decision(study))),
        author=company.name,
        language=translation.get_language() or "en",
    )


def _filled(study: Study) -> dict[str, str]:
    opportunity = study.opportunity
    written = ("question", "decides", "scope", "left_out", "people", "findings", "ways")
    return {name: getattr(study, name) for name in written} | {
        "client": opportunity.account.name if opportunity.account else "",
        "opportunity": opportunity.name,
        "dates": _dates(study),
        "price": "" if study.price_minor is None else money(study.price_minor, opportunity.currency),
    }


def _dates(study: Study) -> str:
    if study.begins_on and study.ends_on:
        return _("%(since)s to %(until)s") % {"since": day(study.begins_on), "until": day(study.ends_on)}
    if study.begins_on:
        return _("from %(since)s") % {"since": day(study.begins_on)}
    return _("until %(until)s") % {"until": day(study.ends_on)} if study.ends_on else ""


def _decision(study: Study) -> list[Block]:
    """Return the page to be signed, or what was decided."""
    if not study.decided or study.decided_on is None:
        return to_be_decided(study.ways)
    told = {"how": study.get_decided_display(), "day": day(study.decided_on)}
    said = _("Decided on %(day)s: %(how)s.") % told
    if study.decided_by is not None:
        said = _("Decided on %(day)s by %(who)s: %(how)s.") % (told | {"who": study.decided_by})
    return [Block(PARAGRAPH, line) for line in (said, *study.decision.splitlines()) if line.strip()]
