"""Addresses of this folder: one for each deed."""

from django.urls import path

from milepost.gates import (
    cost_views,
    designer,
    export_views,
    ledger_views,
    rival_views,
    time_views,
    views,
    waiting_views,
)

app_name = "gates"
urlpatterns = [
    path("gates/", ledger_views.home, name="home"),
    path("gates/export/", export_views.overall, name="export_all"),
    path("opportunities/<int:pk>/gates/export/", export_views.of_opportunity, name="export"),
    path("my-day/time/", time_views.log, name="log"),
    path("my-day/money/", time_views.pay, name="pay"),
    path("gates/time/<int:pk>/take-out/", time_views.take_out, name="take_out"),
    path("gates/money/<int:pk>/take-out/", time_views.take_out_expense, name="take_out_expense"),
    path("settings/hours/", cost_views.costs, name="costs"),
    path("gates/stopped/<int:pk>/give/", ledger_views.give, name="give"),
    path("gates/stopped/<int:pk>/afterwards/", ledger_views.afterwards, name="afterwards"),
    path("gates/freed/<int:pk>/", ledger_views.look, name="look"),
    path("opportunities/<int:pk>/gates/", views.gates, name="gates"),
    path("gates/<int:pk>/pass/", views.advance, name="advance"),
    path("gates/<int:pk>/pause/", waiting_views.pause, name="pause"),
    path("gates/<int:pk>/resume/", waiting_views.resume, name="resume"),
    path("gates/<int:pk>/delegate/", waiting_views.delegate, name="delegate"),
    path("gates/delegations/<int:pk>/take-back/", waiting_views.undelegate, name="undelegate"),
    path("gates/<int:pk>/stop/", views.stop, name="stop"),
    path("gates/<int:pk>/anew/", views.take_back, name="take_back"),
    path("gates/<int:pk>/answer/", views.answer, name="answer"),
    path("opportunities/<int:pk>/competitors/new/", rival_views.add, name="add_rival"),
    path("competitors/here/<int:pk>/", rival_views.edit, name="edit_rival"),
    path("competitors/here/<int:pk>/weigh/", rival_views.weigh, name="weigh_rival"),
    path("competitors/here/<int:pk>/take-out/", rival_views.take_out, name="take_out_rival"),
    path("playbooks/versions/<int:pk>/gates/", designer.design, name="design"),
    path("playbooks/versions/<int:pk>/gates/new/", designer.add_gate, name="add_gate"),
    path("playbooks/gates/<int:pk>/", designer.edit_gate, name="edit_gate"),
    path("playbooks/gates/<int:pk>/remove/", designer.remove_gate, name="remove_gate"),
    path("playbooks/gates/<int:pk>/rules/new/", designer.add_rule, name="add_rule"),
    path("playbooks/rules/<int:pk>/", designer.edit_rule, name="edit_rule"),
    path("playbooks/rules/<int:pk>/remove/", designer.remove_rule, name="remove_rule"),
]
