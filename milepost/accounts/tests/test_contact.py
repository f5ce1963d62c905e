"""Add and edit the people at an account through their addresses."""

from django.urls import reverse

from milepost.accounts.models import Contact
from milepost.web.search import candidates


def new_url(account):
    return reverse("accounts:add_contact", args=[account.pk])


def url(name, contact):
    return reverse(f"accounts:{name}", args=[contact.pk])


def test_it_adds_a_contact(as_, cast, account):
    given = {"name": "Markus Oyelaran", "email": "markus@example.com", "language": "de", "opted_out": "on"}

    response = as_(cast.salesperson).post(new_url(account), given)

    contact = Contact.objects.get()
    assert response.url == reverse("desk:account", args=[account.pk])
    assert (contact.account, contact.language, contact.opted_out) == (account, "de", True)
    assert candidates("oyel", kind="contact") == [contact.pk]
    page = as_(cast.salesperson).get(response.url).content.decode()
    assert "wants no messages" in page


def test_it_points_out_somebody_who_is_there_already(as_, cast, account, contact):
    contact.revise(by=cast.coordinator, email="brandt@example.com")
    seen = as_(cast.coordinator)

    same_name = seen.post(new_url(account), {"name": "dr. Helene  Brandt".replace(".", "")})
    same_address = seen.post(new_url(account), {"name": "H. Brandt", "email": "Brandt@Example.com"})
    anyway = seen.post(new_url(account), {"name": "Dr Helene Brandt", "anyway": "on"})

    assert (same_name.status_code, same_address.status_code, anyway.status_code) == (422, 422, 302)
    assert url("contact", contact) in same_name.content.decode()
    assert Contact.objects.count() == 2


def test_it_edits_a_contact_and_keeps_who_did(as_, cast, account, contact):
    given = {"name": "Dr Helene Brandt-Lund", "job_title": "Group director", "version": contact.version}

    assert as_(cast.salesperson).post(url("contact", contact), given).status_code == 302

    contact.refresh_from_db()
    assert contact.job_title == "Group director"
    page = as_(cast.coordinator).get(reverse("desk:account_history", args=[account.pk])).content.decode()
    assert "Salesperson Person" in page
    assert "Job title: Group director, was Mill director" in page


def test_the_second_of_two_editors_keeps_what_they_typed(as_, cast, contact):
    opened = contact.version
    contact.revise(by=cast.administrator, phone="+49 1")
    given = {"name": contact.name, "job_title": contact.job_title, "phone": "+49 2", "version": opened}

    refused = as_(cast.coordinator).post(url("contact", contact), given)

    assert refused.status_code == 409
    assert 'value="+49 2"' in refused.content.decode()


def test_somebody_leaves_and_is_there_again(as_, cast, account, contact):
    seen = as_(cast.coordinator)
    page_url = reverse("desk:account", args=[account.pk])

    seen.post(url("leave", contact))
    contact.refresh_from_db()
    assert contact.left_on == cast.today
    assert seen.get(page_url).context["gone"] == [contact]

    seen.post(url("come_back", contact))
    assert seen.get(page_url).context["present"] == [contact]


def test_leaving_is_never_done_by_following_a_link(as_, cast, contact):
    assert as_(cast.coordinator).get(url("leave", contact)).status_code == 405


def test_only_the_people_of_the_territory_keep_its_contacts(as_, cast, account, contact):
    assert as_(cast.team_member).post(new_url(account), {"name": "X"}).status_code == 403
    assert as_(cast.team_member).post(url("leave", contact)).status_code == 403
    assert as_(cast.outsider).post(url("leave", contact)).status_code == 404
    assert as_(cast.outsider).get(new_url(account)).status_code == 404


def test_a_wrong_address_is_said_at_its_field(as_, cast, account):
    refused = as_(cast.coordinator).post(new_url(account), {"name": "Markus Oyelaran", "email": "markus@"})

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"email"}
