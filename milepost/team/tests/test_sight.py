"""Who sees and may do what: territories, own work, confidential ones, cover."""

import datetime

import pytest

from milepost.accounts.models import Account
from milepost.opportunities.models import Opportunity, Standing
from milepost.opportunities.permissions import may_move, may_report
from milepost.team.models import Cover, Membership, Person, Role, Territory
from milepost.web.models import Change

DAY = datetime.timedelta(days=1)


def fresh(person):
    return Person.objects.get(pk=person.pk)


def sees(person, opportunity):
    person = fresh(person)
    listed = Standing.objects.visible_to(person).filter(pk=opportunity.pk).exists()
    found = Opportunity.objects.visible_to(person).filter(pk=opportunity.pk).exists()
    assert listed == found
    return found


def test_a_territory_is_seen_whole_with_those_below_it(cast, opportunity):
    assert sees(cast.sales_manager, opportunity)
    assert sees(cast.administrator, opportunity)
    assert not sees(cast.outsider, opportunity)


def test_the_scope_own_sees_only_own_work(cast, opportunity):
    own = Person.join(by=None, name="Own", email="own@example.com")
    Membership.give(by=None, person=own, territory=cast.north, role=Role.SALESPERSON, scope="own")
    assert not sees(own, opportunity)
    opportunity.assign(by=cast.coordinator, role=Role.TEAM_MEMBER, person=own)
    assert sees(own, opportunity)
    assert not Account.objects.visible_to(fresh(own)).exists()


def test_a_confidential_one_is_its_teams_only(cast, opportunity):
    opportunity.revise(by=cast.coordinator, confidential=True)
    assert sees(cast.coordinator, opportunity)
    assert sees(cast.salesperson, opportunity)
    assert not sees(cast.sales_manager, opportunity)
    assert not sees(cast.administrator, opportunity)


def test_a_stand_in_sees_and_acts_for_the_absent_from_day_to_day(cast, opportunity):
    assert not sees(cast.outsider, opportunity)
    today = cast.today
    cover = Cover.arrange(
        by=cast.administrator, absent=cast.coordinator, stand_in=cast.outsider, starts_on=today, ends_on=today + DAY
    )
    assert sees(cast.outsider, opportunity)
    stand_in = fresh(cast.outsider)
    assert may_move(stand_in, opportunity)
    opportunity.revise(by=stand_in, description="Called them")
    assert Change.objects.filter(subject_kind="opportunity").latest("id").on_behalf_of == cast.coordinator
    cover.cancel(by=cast.administrator)
    assert not sees(cast.outsider, opportunity)


def test_cover_of_an_administrator_administers_nothing(cast):
    Cover.arrange(by=None, absent=cast.administrator, stand_in=cast.outsider, starts_on=cast.today, ends_on=cast.today)
    assert not fresh(cast.outsider).sight.holds(Role.ADMINISTRATOR)


def test_cover_begins_and_ends_on_its_days(cast, opportunity):
    Cover.arrange(
        by=None, absent=cast.coordinator, stand_in=cast.outsider, starts_on=cast.today + DAY, ends_on=cast.today + DAY
    )
    assert not sees(cast.outsider, opportunity)


def test_the_coordinator_moves_and_the_salesperson_reports(cast, opportunity):
    assert may_move(cast.coordinator, opportunity)
    assert may_move(cast.sales_manager, opportunity)
    assert not may_move(cast.salesperson, opportunity)
    assert may_report(cast.salesperson, opportunity)
    assert not may_report(cast.team_member, opportunity)


def test_a_territory_moves_with_all_below_it(cast):
    east = Territory.add(by=None, name="East", parent=cast.north)
    cast.north.move(by=cast.administrator, parent=cast.south)
    east.refresh_from_db()
    assert east.path == f"/{cast.world.pk}/{cast.south.pk}/{cast.north.pk}/{east.pk}/"
    assert fresh(cast.outsider).sight.territories == {cast.south.pk, cast.north.pk, east.pk}
    with pytest.raises(ValueError, match="below itself"):
        cast.south.move(by=cast.administrator, parent=east)
