"""What is mailed to a client's people about their plan."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from milepost.plans.languages import language_for
from milepost.plans.models import Agreement, Invitation, PlanVersion
from milepost.plans.news import wants_mail
from milepost.team.models import Company
from milepost.web import post
from milepost.web.models import Letter
from milepost.web.words import day


def invite_by_mail(link: Invitation, address: str, company: Company) -> Letter:
    """Mail a link to its contact, in their language; what the letter says is wiped once it is sent."""
    contact = link.contact
    with translation.override(link.language(company)), timezone.override(company.time_zone):
        told = {
            "name": contact.name,
            "seller": link.plan.seller_name(company),
            "title": link.plan.title,
            "address": f"{settings.ADDRESS}{address}",
            "until": day(timezone.localtime(link.expires_at).date()),
        }
        return post.send(
            key=f"plan-link:{link.pk}",
            purpose="plan link",
            to=post.Recipient(contact.email, contact.name),
            subject=_("%(title)s: your page at %(seller)s") % told,
            text=_(
                "Hello %(name)s,\n\n"
                "%(seller)s shares a plan with you: %(title)s\n\n"
                "This is your personal page. It needs no password:\n\n%(address)s\n\n"
                "It works until %(until)s. The link is yours alone: whoever has it sees the plan as you do.\n"
            )
            % told,
            confidential=True,
        )


def code_by_mail(link: Invitation, version: PlanVersion, code: str, company: Company, *, key: str) -> Letter:
    """Mail the code with which a contact confirms a version; it is wiped once it is sent."""
    contact = link.contact
    with translation.override(link.language(company)):
        told = {"name": contact.name, "code": code, "n": version.number, "title": version.content["title"]}
        return post.send(
            key=key,
            purpose="plan code",
            to=post.Recipient(contact.email, contact.name),
            subject=_("Your code for “%(title)s”") % told,
            text=_(
                "Hello %(name)s,\n\n"
                "with this code you confirm version %(n)s of “%(title)s”:\n\n%(code)s\n\n"
                "It works for a quarter of an hour, once. If it was not you who asked for it, do nothing.\n"
            )
            % told,
            confidential=True,
        )


def receipts(agreement: Agreement, company: Company) -> list[Letter]:
    """Mail both sides what was confirmed: the client's person, and whoever coordinates or else published it.

    Whoever sells it is told by the same letter, unless they want none; nobody gets two.
    """
    theirs, opportunity = post.Recipient(agreement.email, agreement.contact.name), agreement.plan.opportunity
    ours, seller = opportunity.coordinator or agreement.version.by, opportunity.salesperson
    language = language_for(agreement.plan.language, agreement.contact.language, company.clients_language)
    sent = [_receipt(agreement, company, theirs, "client", language)]
    if ours is not None and not ours.is_from_import:
        sent.append(_receipt(agreement, company, ours, "ours", ours.language))
    if seller is not None and seller != ours and wants_mail(seller):
        sent.append(_receipt(agreement, company, seller, "seller", seller.language))
    return sent


def _receipt(agreement: Agreement, company: Company, to: Any, side: str, language: str) -> Letter:
    with translation.override(language_for(language, company.language)), timezone.override(company.time_zone):
        at = timezone.localtime(agreement.at)
        told = {
            "name": agreement.name,
            "client": agreement.version.content["client"],
            "n": agreement.version.number,
            "title": agreement.version.content["title"],
            "day": day(at.date()),
            "time": f"{at:%H:%M} {at.tzname()}",
            "statement": agreement.statement,
            "sha": agreement.sha256,
        }
        return post.send(
            key=f"plan-receipt:{agreement.pk}:{side}",
            purpose="plan receipt",
            to=to,
            subject=_("Confirmed: version %(n)s of “%(title)s”") % told,
            text=_(
                "%(name)s, %(client)s, confirmed version %(n)s of “%(title)s” on %(day)s at %(time)s:\n\n"
                "%(statement)s\n\n"
                "Fingerprint of what was confirmed (SHA-256): %(sha)s\n"
            )
            % told,
        )
