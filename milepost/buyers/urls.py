"""Addresses of this folder."""

from django.urls import path

from milepost.buyers.views import lists, map, people, person, requests, vision

app_name = "buyers"
urlpatterns = [
    path("opportunities/<int:pk>/people/", people.people, name="people"),
    path("opportunities/<int:pk>/people/map/", map.arrange, name="arrange"),
    path("opportunities/<int:pk>/people/add/", people.add, name="add"),
    path("opportunities/people/<int:pk>/", person.person, name="person"),
    path("opportunities/people/<int:pk>/edit/", people.edit, name="edit"),
    path("opportunities/people/<int:pk>/remove/", people.remove, name="remove"),
    path("opportunities/people/<int:pk>/recall/", people.recall, name="recall"),
    path("opportunities/people/<int:pk>/same/", people.same, name="same"),
    path("opportunities/people/<int:pk>/help/", person.help_me, name="help"),
    path("opportunities/people/<int:pk>/between/", person.tie, name="tie"),
    path("opportunities/people/<int:pk>/near/", person.relate, name="relate"),
    path("opportunities/people/between/<int:pk>/remove/", person.untie, name="untie"),
    path("opportunities/people/near/<int:pk>/", person.relationship, name="relationship"),
    path("opportunities/people/near/<int:pk>/remove/", person.unrelate, name="unrelate"),
    path("opportunities/<int:pk>/vision/", vision.vision, name="vision"),
    path("opportunities/<int:pk>/vision/add/", vision.begin, name="begin_vision"),
    path("opportunities/<int:pk>/vision/seen/", vision.see, name="see_vision"),
    path("opportunities/visions/<int:pk>/change/", vision.change, name="change_vision"),
    path("opportunities/visions/<int:pk>/prove/", vision.prove, name="prove_vision"),
    path("opportunities/visions/<int:pk>/drop/", vision.drop, name="drop_vision"),
    path("opportunities/visions/<int:pk>/reopen/", vision.reopen, name="reopen_vision"),
    path("opportunities/visions/<int:pk>/evidence/", vision.evidence, name="evidence"),
    path("opportunities/visions/evidence/<int:pk>/withdraw/", vision.withdraw, name="withdraw_evidence"),
    path("requests/", requests.queue, name="queue"),
    path("requests/<int:pk>/", requests.one, name="request"),
    path("requests/<int:pk>/say/", requests.say, name="say"),
    path("requests/<int:pk>/edit/", requests.edit, name="edit_request"),
    path("requests/<int:pk>/answered/", requests.finish, name="finish_request"),
    path("opportunities/<int:pk>/requests/", requests.requests, name="requests"),
    path("opportunities/<int:pk>/requests/add/", requests.add, name="add_request"),
    path("opportunities/<int:pk>/requests/letter/", requests.read_letter, name="read_letter"),
    path("settings/buyers/", lists.lists, name="lists"),
    path("settings/buyers/warnings/", lists.rules, name="rules"),
    path("settings/buyers/ask/", lists.ask_for, name="ask_for"),
    path("settings/buyers/answer/", lists.answer, name="answer"),
    path("settings/buyers/retire/", lists.retire, name="retire"),
]
