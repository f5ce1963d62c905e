"""An import changes nothing that its importer does not see, whatever numbers stand in its rows."""

import datetime as dt

import pytest

from milepost.accounts.models import Account, Contact
from milepost.exchange.tests.files import bring_in, incoming
from milepost.opportunities.models import Opportunity
from milepost.team.models import Membership

HEAD = "Id,Name,Account Name,StageName,Amount,CreatedDate\n"
CONTACTS = "Id,Account Name,First Name,Last Name,Email\n"


@pytest.fixture
def bring(cast, tmp_path):
    def bring(by, **texts):
        return bring_in(incoming(tmp_path, **texts), as_of=dt.date(2026, 1, 20), by=by)

    return bring


def test_a_confidential_opportunity_stays_as_it_is(cast, bring):
    bring(cast.coordinator, deals=HEAD + "1,Line 4,Acme,Demo,1000,2026-01-05\n")
    opportunity = Opportunity.objects.get()
    opportunity.revise(by=cast.coordinator, confidential=True)
    batch = bring(cast.sales_manager, deals=HEAD + "1,Line 4 again,Acme,Demo,9000,2026-01-05\n")
    opportunity.refresh_from_db()
    assert (opportunity.name, opportunity.value_minor) == ("Line 4", 100000)
    assert batch.counts["opportunity"] == {"refused": 1}


def test_a_territory_that_one_only_looks_at_stays_as_it_is(cast, bring):
    bring(cast.coordinator, deals=HEAD + "1,Line 4,Acme,Demo,1000,2026-01-05\n")
    Membership.give(by=None, person=cast.outsider, territory=cast.north, role="team_member")
    batch = bring(cast.outsider, deals=HEAD + "1,Line 4,Acme,Demo,9000,2026-01-05\n")
    assert Opportunity.objects.get().value_minor == 100000
    assert batch.counts["opportunity"] == {"refused": 1}


def test_contacts_of_others_accounts_are_neither_changed_nor_added(cast, bring):
    accounts = "Id,Name,Industry\n7,Acme,Paper\n"
    known = "Id,AccountId,FirstName,LastName,Email\n9,7,Ann,Lee,ann@acme.example\n"
    bring(cast.coordinator, Account=accounts, Contact=known)
    assert Contact.objects.get().email == "ann@acme.example"
    theirs = "Id,AccountId,FirstName,LastName,Email\n9,7,Ann,Lee,x@evil.example\n10,7,Bob,Ray,b@evil.example\n"
    batch = bring(cast.outsider, Account=accounts, Contact=theirs)
    assert Contact.objects.get().email == "ann@acme.example"
    assert batch.counts["contact"] == {"refused": 2}
    assert Account.objects.count() == 1
