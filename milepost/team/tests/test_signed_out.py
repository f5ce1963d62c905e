"""Signed out while a form was open: back to its page, and told that nothing was saved."""

from django.urls import reverse


def test_it_leads_back_to_the_page_of_the_form(world, client):
    page = reverse("opportunities:work", args=[world.opportunity.pk])
    deed = reverse("opportunities:write_note", args=[world.opportunity.pk])
    answer = client.post(deed, {"text": "Typed"}, headers={"referer": f"http://testserver{page}?x=1"})
    assert answer.url == f"{reverse('account_login')}?next={page}%3Fx%3D1"
    assert "nothing was saved" in client.get(answer.url).text


def test_it_leads_nowhere_else(world, client):
    deed = reverse("opportunities:write_note", args=[world.opportunity.pk])
    for elsewhere in ("https://evil.example/x", "//evil.example", "javascript:alert(1)", ""):
        answer = client.post(deed, {}, headers={"referer": elsewhere})
        assert answer.url == f"{reverse('account_login')}?next=/"


def test_the_address_of_a_deed_says_that_there_is_nothing_to_look_at(world, as_):
    deed = reverse("opportunities:write_note", args=[world.opportunity.pk])
    answer = as_(world.cast.coordinator).get(deed)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "There is nothing to look at here" in answer.text
