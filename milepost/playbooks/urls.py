"""Addresses of this folder."""

from django.urls import path

from milepost.playbooks import designer, straightening, views

app_name = "playbooks"
urlpatterns = [
    path("", views.list_playbooks, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/draft/", views.open_draft, name="draft"),
    path("<int:pk>/retire/", views.retire, name="retire"),
    path("<int:pk>/revive/", views.revive, name="revive"),
    path("<int:pk>/history/", views.history, name="history"),
    path("versions/<int:pk>/", views.version, name="version"),
    path("versions/<int:pk>/compare/", views.compare_versions, name="compare"),
    path("versions/<int:pk>/publish/", views.publish, name="publish"),
    path("versions/<int:pk>/throw-away/", views.throw_away, name="throw_away"),
    path("versions/<int:pk>/steps/new/", designer.add_step, name="add_step"),
    path("versions/<int:pk>/pattern/", designer.put_pattern, name="put_pattern"),
    path("charts/", straightening.bring, name="bring_chart"),
    path("charts/<int:pk>/", straightening.chart, name="chart"),
    path("charts/<int:pk>/accept/", straightening.accept, name="accept_change"),
    path("charts/<int:pk>/accept-all/", straightening.accept_all, name="accept_changes"),
    path("charts/<int:pk>/take-back/", straightening.take_back, name="take_back_change"),
    path("charts/<int:pk>/playbook/", straightening.make_playbook, name="chart_to_playbook"),
    path("steps/<int:pk>/", designer.step, name="step"),
    path("steps/<int:pk>/split/", designer.split_step, name="split"),
    path("steps/<int:pk>/merge/", designer.merge_step, name="merge"),
    path("steps/<int:pk>/move/", designer.move, name="move"),
    path("steps/<int:pk>/remove/", designer.remove, name="remove"),
]
