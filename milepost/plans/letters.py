"""What is mailed to a client's people about their plan."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from milepost.plans.models import Invitation
from milepost.team.models import Company
from milepost.web import post
from milepost.web.models import Letter
from milepost.web.words import day


def invite_by_mail(link: Invitation, address: str, company: Company) -> Letter:
    """Mail a link to its contact, in their language; what the letter says is wiped once it is sent."""
    contact = link.contact
    with translation.override(contact.language or company.language), timezone.override(company.time_zone):
        told = {
            "name": contact.name,
            "seller": company.name,
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
