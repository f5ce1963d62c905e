"""People's pages: roles, territories, absences, stale edits."""

import datetime

from django.urls import reverse

from milepost.team.models import NO_ADDRESS, Cover, Membership, Person, Role, Territory


def test_only_administrators_keep_people(cast, as_):
    for person in (cast.coordinator, cast.sales_manager, cast.team_member):
        assert as_(person).get(reverse("team:people")).status_code == 403
    assert as_(cast.administrator).get(reverse("team:people")).status_code == 200


def test_it_gives_and_takes_roles(cast, as_):
    admin = as_(cast.administrator)
    said = {"role": "coordinator", "territory": cast.south.pk, "scope": "all"}
    admin.post(reverse("team:give_role", args=[cast.team_member.pk]), said)
    membership = Membership.objects.get(person=cast.team_member, territory=cast.south)
    admin.post(reverse("team:take_role", args=[membership.pk]))
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_the_last_administrator_stays(cast, as_):
    admin = as_(cast.administrator)
    admin.post(reverse("team:let_go", args=[cast.administrator.pk]))
    role = cast.administrator.memberships.get(role=Role.ADMINISTRATOR)
    answer = admin.post(reverse("team:take_role", args=[role.pk]), follow=True)
    assert b"name another administrator first" in answer.content
    assert Person.objects.get(pk=cast.administrator.pk).is_active
    assert cast.administrator.memberships.filter(role=Role.ADMINISTRATOR).exists()


def test_of_two_who_let_somebody_go_the_second_does_not_bring_them_back(cast, as_):
    admin, address = as_(cast.administrator), reverse("team:let_go", args=[cast.salesperson.pk])
    assert b'name="to" value="gone"' in admin.get(reverse("team:person", args=[cast.salesperson.pk])).content
    for _again in range(2):
        admin.post(address, {"to": "gone"})
    assert not Person.objects.get(pk=cast.salesperson.pk).is_active


def test_a_stale_edit_shows_both_and_keeps_what_was_typed(cast, as_):
    address = reverse("team:person", args=[cast.salesperson.pk])
    typed = {"name": "Mine Name", "email": cast.salesperson.email, "time_zone": "", "version": 1}
    cast.salesperson.revise(by=cast.coordinator, name="Their Name")
    answer = as_(cast.administrator).post(address, typed)
    assert answer.status_code == 409
    assert b"Their Name" in answer.content
    assert b"Mine Name" in answer.content
    again = answer.context["form"].data | {"version": answer.context["form"].data["version"]}
    assert as_(cast.administrator).post(address, dict(again.items())).status_code == 302
    assert Person.objects.get(pk=cast.salesperson.pk).name == "Mine Name"


def test_anybody_arranges_their_own_absence_and_nobody_elses(cast, as_):
    said = {"stand_in": cast.coordinator.pk, "starts_on": cast.today, "ends_on": cast.today}
    own = as_(cast.salesperson)
    assert own.post(reverse("team:arrange_cover", args=[cast.salesperson.pk]), said).status_code == 302
    assert own.post(reverse("team:arrange_cover", args=[cast.team_member.pk]), said).status_code == 403
    cover = Cover.objects.get()
    assert as_(cast.team_member).post(reverse("team:cancel_cover", args=[cover.pk])).status_code == 403
    assert own.post(reverse("team:cancel_cover", args=[cover.pk])).status_code == 302
    assert Cover.objects.get().cancelled_at is not None


def test_who_cannot_sign_in_stands_in_for_nobody(cast, as_):
    person = Person.join(by=None, name="Anna Snelling", email=f"anna{NO_ADDRESS}")
    client, said = as_(cast.salesperson), {"stand_in": person.pk, "starts_on": cast.today, "ends_on": cast.today}
    offered = client.get(reverse("team:myself")).context["cover_form"].fields["stand_in"].queryset
    assert (person in offered, cast.coordinator in offered) == (False, True)
    answer = client.post(reverse("team:arrange_cover", args=[cast.salesperson.pk]), said)
    assert answer.status_code == 422
    assert "Choose somebody who works here and can sign in." in answer.content.decode()


def test_a_refused_absence_still_shows_the_one_arranged(cast, as_):
    client, address = as_(cast.salesperson), reverse("team:arrange_cover", args=[cast.salesperson.pk])
    client.post(address, {"stand_in": cast.coordinator.pk, "starts_on": cast.today, "ends_on": cast.today})
    page = client.post(address, {"stand_in": cast.coordinator.pk, "starts_on": cast.today, "ends_on": ""}).text
    assert f"{cast.coordinator.name} stands in, " in page
    assert "None arranged" not in page


def test_who_cannot_sign_in_is_offered_last(cast):
    unreached = Person.join(by=None, name="Aaron Early", email=f"aaron{NO_ADDRESS}")
    names = [person.name for person in Person.objects.working()]
    assert names[-1] == unreached.name
    assert names[:-1] == sorted(names[:-1], key=str.casefold)


def test_an_absence_ends_after_it_starts(cast, as_):
    said = {
        "stand_in": cast.coordinator.pk,
        "starts_on": cast.today + datetime.timedelta(days=3),
        "ends_on": cast.today,
    }
    answer = as_(cast.salesperson).post(reverse("team:arrange_cover", args=[cast.salesperson.pk]), said)
    assert answer.status_code == 422
    assert b"before the first day" in answer.content


def test_it_keeps_territories(cast, as_):
    admin = as_(cast.administrator)
    admin.post(reverse("team:new_territory"), {"name": "East", "parent": cast.world.pk})
    east = Territory.objects.get(name="East")
    said = {"name": "Far East", "parent": cast.north.pk, "version": 1}
    assert admin.post(reverse("team:territory", args=[east.pk]), said).status_code == 302
    east.refresh_from_db()
    assert (east.name, east.parent) == ("Far East", cast.north)
    stale = admin.post(reverse("team:territory", args=[east.pk]), said | {"name": "Wild East"})
    assert stale.status_code == 422
    assert b"Wild East" in stale.content


def test_who_came_with_an_import_is_invited_once_they_have_an_address(cast, as_):
    somebody = Person.join(by=None, name="Darcel", email="darcel@no-address.invalid")
    Person.objects.filter(pk=somebody.pk).update(is_active=False)
    admin = as_(cast.administrator)
    assert b"from an import" in admin.get(reverse("team:people")).content
    page = reverse("team:person", args=[somebody.pk])
    assert b"no-address" not in admin.get(page).content
    admin.post(page, {"name": "Darcel S.", "email": "", "time_zone": "", "version": 1})
    somebody.refresh_from_db()
    assert (somebody.name, somebody.is_from_import) == ("Darcel S.", True)
    refused = admin.post(reverse("team:reset", args=[somebody.pk]), follow=True)
    assert b"e-mail address first" in refused.content
    said = {"name": "Darcel", "email": "darcel@example.com", "time_zone": "", "version": 2}
    admin.post(reverse("team:person", args=[somebody.pk]), said)
    assert b"/enter/" in admin.post(reverse("team:reset", args=[somebody.pk])).content
    assert Person.objects.get(pk=somebody.pk).is_active


def test_history_and_conflicts_never_show_a_made_up_address(cast, as_):
    somebody = Person.join(by=None, name="Darcel", email=f"darcel{NO_ADDRESS}")
    admin, page = as_(cast.administrator), reverse("team:person", args=[somebody.pk])
    somebody.revise(by=None, name="Darcel Souza")
    said = {"name": "Darcel", "email": "darcel@example.com", "time_zone": "", "version": 1}
    stale = admin.post(page, said).text
    assert "no address yet" in stale
    assert "no-address" not in stale
    admin.post(page, said | {"version": 2})
    text = admin.get(page).text
    assert "E-mail address: darcel@example.com" in text
    assert "no-address" not in text
