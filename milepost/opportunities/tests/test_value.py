"""Value lines, parties and programmes."""

from django.urls import reverse

from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import Offer, Opportunity, Party, Programme, Standing, ValueLine
from milepost.team.models import Rate


def url(name, *args):
    return reverse(f"opportunities:{name}", args=args)


def line(**more):
    first = {"name": "Controls", "quantity": "2", "price_minor": "50,000", "rhythm": "once"}
    return {**first, **more}


def test_the_value_is_the_sum_of_the_lines(cast, as_, opportunity):
    client = as_(cast.salesperson)
    client.post(url("add_line", opportunity.pk), line(discount="10"))
    yearly = line(name="Service", quantity="1", price_minor="12,000", rhythm="yearly", term_months="36")
    client.post(url("add_line", opportunity.pk), yearly)
    opportunity.refresh_from_db()
    assert opportunity.value_minor == 90_000_00 + 36_000_00
    assert Standing.objects.get(pk=opportunity.pk).value_minor == 126_000_00
    text = client.get(url("value", opportunity.pk)).content.decode()
    assert "first year €102,000, yearly €12,000" in text
    assert "value_minor" not in client.get(url("edit", opportunity.pk)).content.decode()


def test_the_first_line_says_whose_place_it_takes_and_each_what_the_value_became(cast, as_, opportunity):
    client, there = as_(cast.salesperson), url("add_line", opportunity.pk)
    opportunity.revise(by=cast.coordinator, value_minor=120_000_00)
    assert "takes the place of the €120,000" in client.get(there).text
    page = client.post(there, line(), follow=True).text
    assert "The value is now €100,000, the sum of the lines; €120,000 before." in page
    assert "takes the place" not in client.get(there).text
    page = client.post(there, line(name="Service", quantity="1"), follow=True).text
    assert "The value is now €150,000, the sum of the lines; €100,000 before." in page
    row = ValueLine.objects.get(name="Service")
    more = line(quantity="3", discount="0", version=row.version)
    page = client.post(url("edit_line", row.pk), more, follow=True).text
    assert "Saved. The value is now €250,000, the sum of the lines; €150,000 before." in page
    page = client.post(url("remove_line", row.pk), follow=True).text
    assert "is taken out. The value is now €100,000, the sum of the lines; €250,000 before." in page
    page = client.post(url("remove_line", ValueLine.objects.get().pk), follow=True).text
    assert "is taken out." in page
    assert "The value is now" not in page  # what stood as their sum stays


def test_a_line_is_edited_and_taken_out(cast, as_, opportunity):
    client = as_(cast.salesperson)
    client.post(url("add_line", opportunity.pk), line())
    row = ValueLine.objects.get()
    form = client.get(url("edit_line", row.pk)).context["form"]
    assert str(form["quantity"].value()) == "2"  # not 2.000, which may be read as two thousand
    client.post(url("edit_line", row.pk), line(quantity="3", discount="0", version=row.version))
    opportunity.refresh_from_db()
    assert opportunity.value_minor == 150_000_00
    client.post(url("remove_line", row.pk))
    assert not ValueLine.objects.exists()
    assert "took out the value line “Controls”" in client.get(url("history", opportunity.pk)).content.decode()


def test_a_yearly_line_says_for_how_long(cast, as_, opportunity):
    response = as_(cast.salesperson).post(url("add_line", opportunity.pk), line(rhythm="yearly"))
    assert response.status_code == 422
    assert "term_months" in response.context["form"].errors


def test_a_discount_is_a_share(cast, as_, opportunity):
    response = as_(cast.salesperson).post(url("add_line", opportunity.pk), line(discount="120"))
    assert "discount" in response.context["form"].errors


def test_another_company_has_a_part(cast, as_, opportunity, account):
    client = as_(cast.salesperson)
    client.post(url("add_party", opportunity.pk), {"name": "brennholt paper", "part": "end_user"})
    party = Party.objects.get()
    assert (party.account, party.name) == (account, "Brennholt Paper")
    client.post(url("remove_party", party.pk))
    assert not Party.objects.exists()
    response = client.post(url("add_party", opportunity.pk), {"name": "", "part": "end_user"})
    assert response.status_code == 422


def test_it_joins_a_programme_and_its_sites_are_shown(cast, as_, opportunity, playbook):
    client = as_(cast.salesperson)
    client.post(url("programme", opportunity.pk), {"new": "Roll-out north", "is_frame": "on"})
    programme = Programme.objects.get()
    assert programme.frame == opportunity
    site = begin(by=cast.coordinator, name="Site two", territory=cast.north, playbook_version=playbook)
    as_(cast.coordinator).post(url("programme", site.pk), {"programme": programme.pk})
    assert "Site two" in client.get(url("value", opportunity.pk)).content.decode()


def test_a_programme_of_others_is_not_offered(cast, as_, opportunity):
    theirs = Programme.add(by=None, name="South only", territory=cast.south)
    response = as_(cast.salesperson).post(url("programme", opportunity.pk), {"programme": theirs.pk})
    assert response.status_code == 422
    assert Opportunity.objects.get().programme is None


def test_a_taken_name_tells_nobody_of_a_programme_they_do_not_see(cast, as_, opportunity):
    Programme.add(by=None, name="Falcon", territory=cast.south)
    client, address = as_(cast.salesperson), url("programme", opportunity.pk)
    assert client.post(address, {"new": "falcon"}).status_code == 302
    assert Opportunity.objects.get(pk=opportunity.pk).programme.territory == cast.north
    assert Programme.objects.count() == 2


def test_a_name_one_sees_is_pointed_out_and_sent_twice_makes_one(cast, as_, opportunity):
    Programme.add(by=None, name="Falcon", territory=cast.north)
    client, address = as_(cast.salesperson), url("programme", opportunity.pk)
    assert client.post(address, {"new": "falcon"}).status_code == 422
    for _twice in range(2):
        assert client.post(address, {"new": "Eagle", "was": ""}).status_code == 302
    assert Programme.objects.filter(name="Eagle").count() == 1


def test_the_programme_of_a_confidential_opportunity_is_its_teams_only(cast, as_, opportunity, playbook):
    as_(cast.coordinator).post(url("programme", opportunity.pk), {"new": "Falcon"})
    as_(cast.coordinator).post(url("confidential", opportunity.pk))
    other = begin(by=None, name="Other", territory=cast.north, playbook_version=playbook)
    assert "Falcon" not in as_(cast.sales_manager).get(url("value", other.pk)).content.decode()
    assert "Falcon" in as_(cast.coordinator).get(url("value", other.pk)).content.decode()


def test_a_programme_somebody_chose_meanwhile_is_not_overwritten(cast, as_, opportunity):
    client, address = as_(cast.coordinator), url("programme", opportunity.pk)
    as_(cast.salesperson).post(address, {"new": "Falcon", "was": ""})
    answer = client.post(address, {"new": "Eagle", "was": ""})
    assert answer.status_code == 422
    assert "Somebody has chosen “Falcon”" in answer.text
    assert client.post(address, {"new": "Eagle", "was": answer.context["programme_form"]["was"].value()}).url
    assert Opportunity.objects.get(pk=opportunity.pk).programme.name == "Eagle"


def test_a_closed_ones_value_is_converted_at_the_day_it_ended(cast, opportunity):
    opportunity.revise(by=cast.coordinator, currency="USD")
    Rate.objects.create(currency="USD", base="EUR", valid_from=cast.today.replace(year=2020), value="0.5")
    ended = cast.today.replace(day=1)
    Opportunity.objects.filter(pk=opportunity.pk).update(started_on=None)
    opportunity.refresh_from_db()
    close(opportunity, by=cast.coordinator, kind="lost", on=ended)
    if ended < cast.today:
        Rate.objects.create(currency="USD", base="EUR", valid_from=cast.today, value="0.9")
    opportunity.revise(by=cast.coordinator, name="Coating line 5")
    assert opportunity.company_value_minor == 60_000_00


def test_who_is_not_on_it_changes_no_value(cast, as_, opportunity):
    assert as_(cast.team_member).post(url("add_line", opportunity.pk), line()).status_code == 403
    assert as_(cast.outsider).post(url("add_line", opportunity.pk), line()).status_code == 404
    assert as_(cast.outsider).get(url("value", opportunity.pk)).status_code == 404


def test_what_is_left_empty_is_taken_from_the_price_list(cast, as_, opportunity):
    pump = Offer.objects.create(name="Pump", price_minor=1_200_00, currency="EUR")
    abroad = Offer.objects.create(name="Valve", price_minor=300_00, currency="USD")
    client, address = as_(cast.salesperson), url("add_line", opportunity.pk)
    assert client.post(address, line(name="", price_minor="", offer=pump.pk)).status_code == 302
    kept = ValueLine.objects.get(opportunity=opportunity)
    assert (kept.name, kept.price_minor) == ("Pump", 1_200_00)
    refused = client.post(address, line(name="", price_minor="", offer=abroad.pk))
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"price_minor"}
    assert set(client.post(address, line(name="", price_minor="")).context["form"].errors) == {"name", "price_minor"}
