"""Codes mailed to one address, to show that whoever types one reads that mail: links are passed on, mailboxes are not.

Only a keyed hash of a code is kept. A code lives a quarter of an hour and allows five tries; a newer one for the same
matter ends it, and of those only five are made in an hour.
"""

from __future__ import annotations

import datetime
import secrets

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from milepost.web.models import MailedCode

DIGITS = 6
LIFE = datetime.timedelta(minutes=15)
MOST_TRIES = 5
MOST_AN_HOUR = 5


class TooManyCodes(Exception):
    """So many codes were asked for within an hour that no other is made."""


@transaction.atomic
def make(matter: str, address: str) -> str:
    """Make a code for a matter (such as "plan 7, version 3") and an address; raises TooManyCodes.

    It is returned this once, to be mailed in a confidential letter.
    """
    now = timezone.now()
    mine = MailedCode.objects.filter(matter=matter, address=address)
    if mine.filter(at__gt=now - datetime.timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooManyCodes
    mine.filter(ended_at=None).update(ended_at=now)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row = MailedCode.objects.create(matter=matter, address=address)
    MailedCode.objects.filter(pk=row.pk).update(hash=_hash(row.pk, code))
    return code


def use(matter: str, address: str, typed: str) -> bool:
    """Tell whether what was typed is the code that is in force, and end it if so: it counts once.

    A try is counted before it is looked at, so that many at once are no more than many one after another.
    """
    now = timezone.now()
    alive = MailedCode.objects.filter(matter=matter, address=address, ended_at=None, at__gt=now - LIFE)
    row = alive.order_by("-pk").first()
    if row is None:
        return False
    this = alive.filter(pk=row.pk)
    if not this.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        return False
    if not constant_time_compare(row.hash, _hash(row.pk, "".join(typed.split()))):
        return False
    return bool(this.update(ended_at=now))


def _hash(pk: int, code: str) -> str:
    # A million codes are tried in a moment by whoever holds the table; not without the key, which is not in it.
    return salted_hmac("milepost.web.codes", f"{pk}:{code}", algorithm="sha256").hexdigest()
