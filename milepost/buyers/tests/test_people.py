"""Who is who at the client."""

from django.urls import reverse

from milepost.accounts.models import Contact
from milepost.buyers.models import Stakeholder
from milepost.opportunities.begin import begin


def url(name, *args):
    return reverse(f"buyers:{name}", args=args)


def test_a_contact_has_a_part(cast, as_, opportunity, contact):
    client = as_(cast.team_member)
    data = {"contact": contact.pk, "role": "economic_buyer", "stance": "supporter", "access": "several"}
    client.post(url("add", opportunity.pk), data)
    text = client.get(url("people", opportunity.pk)).content.decode()
    assert "Dr Helene Brandt" in text
    assert 'data-side="for"' in text
    page = client.get(reverse("opportunities:page", args=[opportunity.pk])).content.decode()
    assert "Mill director, Economic buyer" in page


def test_somebody_new_becomes_a_contact(cast, as_, opportunity):
    as_(cast.coordinator).post(url("add", opportunity.pk), {"new_contact": "Ulrich Fenn"})
    assert Stakeholder.objects.get().contact == Contact.objects.get(name="Ulrich Fenn")
    response = as_(cast.coordinator).post(url("add", opportunity.pk), {"new_contact": "ulrich fenn"})
    assert response.status_code == 422
    assert Contact.objects.filter(name_key="ulrich fenn").count() == 1


def test_a_place_is_kept_for_somebody_not_yet_known(cast, as_, opportunity):
    as_(cast.coordinator).post(url("add", opportunity.pk), {"placeholder": "A finance director"})
    assert "We have not met" in as_(cast.coordinator).get(url("people", opportunity.pk)).content.decode()


def test_nobody_at_all_is_refused(cast, as_, opportunity):
    response = as_(cast.coordinator).post(url("add", opportunity.pk), {"role": "champion"})
    assert response.status_code == 422
    assert "contact" in response.context["form"].errors


def test_without_an_account_only_a_place_is_kept(cast, as_, playbook):
    bare = begin(by=cast.coordinator, name="Bare", territory=cast.north, playbook_version=playbook)
    client = as_(cast.coordinator)
    assert client.post(url("add", bare.pk), {"role": "champion"}).status_code == 422
    assert client.post(url("add", bare.pk), {"placeholder": "A buyer"}).status_code == 302


def test_a_part_is_edited_and_taken_away(cast, as_, opportunity, contact):
    row = Stakeholder.add(opportunity, by=cast.coordinator, contact=contact, stance="neutral")
    client = as_(cast.coordinator)
    data = {"contact": contact.pk, "stance": "enemy", "version": row.version}
    client.post(url("edit", row.pk), data)
    assert Stakeholder.objects.get().stance == "enemy"
    history = client.get(reverse("opportunities:history", args=[opportunity.pk])).content.decode()
    assert "Stance: Against, was Neutral" in history
    client.post(url("remove", row.pk))
    assert not Stakeholder.objects.exists()
    assert Contact.objects.filter(pk=contact.pk).exists()


def test_of_two_who_edit_somebody_at_once_the_second_is_shown_what_the_first_said(cast, as_, opportunity, contact):
    row = Stakeholder.add(opportunity, by=cast.coordinator, contact=contact, stance="neutral")
    typed = {"contact": contact.pk, "version": row.version}
    as_(cast.coordinator).post(url("edit", row.pk), typed | {"stance": "enemy"})
    late = as_(cast.salesperson).post(url("edit", row.pk), typed | {"stance": "supporter", "wants": "A quiet line"})

    assert late.status_code == 409
    assert "A quiet line" in late.text
    assert "Stance" in [str(one.label) for one in late.context["form"].conflicts]
    row.refresh_from_db()
    assert (row.stance, row.wants) == ("enemy", "")
    again = typed | {"version": row.version, "stance": "supporter", "wants": "A quiet line"}
    as_(cast.salesperson).post(url("edit", row.pk), again)
    row.refresh_from_db()
    assert (row.stance, row.wants) == ("supporter", "A quiet line")


def test_the_same_contact_twice_is_refused(cast, as_, opportunity, contact):
    client = as_(cast.coordinator)
    form = client.get(url("add", opportunity.pk)).context["form"]
    assert contact in form.fields["contact"].queryset
    Stakeholder.add(opportunity, by=cast.salesperson, contact=contact)

    late = client.post(url("add", opportunity.pk), {"contact": contact.pk, "wants": "A quiet line"})

    assert late.status_code == 422
    assert "A quiet line" in late.text
    assert Stakeholder.objects.count() == 1


def test_outsiders_see_nobody(cast, as_, opportunity, contact):
    row = Stakeholder.add(opportunity, by=cast.coordinator, contact=contact)
    assert as_(cast.outsider).get(url("people", opportunity.pk)).status_code == 404
    assert as_(cast.outsider).post(url("edit", row.pk)).status_code == 404
    assert as_(cast.outsider).post(url("remove", row.pk)).status_code == 404
