"""Addresses of this folder."""

from django.urls import path

from milepost.accounts import views

app_name = "accounts"
urlpatterns = [
    path("new/", views.new, name="new"),
    path("alike/", views.show_twins, name="twins"),
    path("names/", views.names, name="names"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/contacts/new/", views.add_contact, name="add_contact"),
    path("contacts/<int:pk>/edit/", views.edit_contact, name="contact"),
    path("contacts/<int:pk>/left/", views.leave, name="leave"),
    path("contacts/<int:pk>/back/", views.come_back, name="come_back"),
]
