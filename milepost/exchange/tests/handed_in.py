"""What tests that kill an import run in the company to hand files in: its texts are run by `in_the_company`."""

BEGIN = """
from django.core.files.uploadedfile import SimpleUploadedFile
from milepost.exchange.prepare import prepare
from milepost.team.models import Company, Membership, Person, Territory
Company.objects.update_or_create(pk=1, defaults=dict(name="Northwind", currency="EUR", time_zone="Europe/Berlin"))
world = Territory.objects.first() or Territory.add(by=None, name="World")
ada = Person.join(by=None, name="Ada Fox", email="ada@example.com")
Membership.give(by=None, person=ada, territory=world, role="coordinator")
"""
END = """
prepare([SimpleUploadedFile(name, text.encode()) for name, text in files.items()], by=ada).run_later()
"""


def handing_in(files: str, *, rows: int) -> str:
    """Return what hands files in as Ada; `files` is Python that sets `files`, texts by name, of so many ROWS."""
    return f"ROWS = {rows}{BEGIN}{files}{END}"
