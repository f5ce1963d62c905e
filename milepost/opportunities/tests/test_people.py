"""Who works on an opportunity, and whether it is its team's only."""

from django.urls import reverse

from milepost.opportunities.models import Opportunity


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


def test_it_is_given_to_others(cast, as_, opportunity):
    data = {"coordinator": cast.coordinator.pk, "salesperson": cast.account_manager.pk, "version": opportunity.version}
    as_(cast.coordinator).post(url("assign", opportunity.pk), data)
    opportunity.refresh_from_db()
    assert opportunity.salesperson == cast.account_manager
    assert opportunity.standing.salesperson == cast.account_manager


def test_being_on_it_opens_it(cast, as_, opportunity):
    assert as_(cast.outsider).get(url("page", opportunity.pk)).status_code == 404
    data = {"person": cast.outsider.pk, "role": "team_member"}
    as_(cast.coordinator).post(url("add_member", opportunity.pk), data)
    page = as_(cast.outsider).get(url("page", opportunity.pk))
    assert page.status_code == 200
    as_(cast.coordinator).post(url("remove_member", opportunity.members.get().pk))
    assert as_(cast.outsider).get(url("page", opportunity.pk)).status_code == 404


def test_a_confidential_one_is_its_teams_only(cast, as_, opportunity):
    as_(cast.coordinator).post(url("confidential", opportunity.pk))
    assert as_(cast.salesperson).get(url("page", opportunity.pk)).status_code == 200
    for person in (cast.sales_manager, cast.team_member, cast.administrator, cast.outsider):
        assert as_(person).get(url("page", opportunity.pk)).status_code == 404
        assert as_(person).post(url("public", opportunity.pk)).status_code == 404
    as_(cast.coordinator).post(url("public", opportunity.pk))
    assert as_(cast.team_member).get(url("page", opportunity.pk)).status_code == 200


def test_nobody_shuts_themselves_out(cast, as_, opportunity):
    as_(cast.sales_manager).post(url("confidential", opportunity.pk))
    assert not Opportunity.objects.get().confidential


def test_only_who_moves_the_string_says_who_works_on_it(cast, as_, opportunity):
    for name in ("assign", "add_member", "confidential", "public"):
        assert as_(cast.salesperson).post(url(name, opportunity.pk)).status_code == 403
        assert as_(cast.outsider).post(url(name, opportunity.pk)).status_code == 404
