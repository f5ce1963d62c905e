"""Addresses of people, territories and sign-in."""

from django.urls import path

from milepost.team.views import doors, myself, people, several, territory

app_name = "team"
urlpatterns = [
    path("first-run/", doors.first_run, name="first_run"),
    path("welcome/", doors.welcome, name="welcome"),
    path("enter/<str:token>/", doors.enter, name="enter"),
    path("reckoned/", myself.figures, name="figures"),
    path("me/", myself.myself, name="myself"),
    path("settings/", people.settings, name="settings"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/invite/", people.invite, name="invite"),
    path("settings/people/invite-several/", several.invite_several, name="invite_several"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/role/", people.give_role, name="give_role"),
    path("settings/roles/<int:pk>/take/", people.take_role, name="take_role"),
    path("settings/people/<int:pk>/let-go/", people.let_go, name="let_go"),
    path("settings/people/<int:pk>/reset/", people.reset, name="reset"),
    path("settings/people/<int:pk>/cover/", myself.arrange_cover, name="arrange_cover"),
    path("settings/covers/<int:pk>/cancel/", myself.cancel_cover, name="cancel_cover"),
    path("settings/territories/", people.territories, name="territories"),
    path("settings/territories/new/", territory.new, name="new_territory"),
    path("settings/territories/<int:pk>/", territory.edit, name="territory"),
]
