"""Addresses of this folder."""

from django.urls import path

from milepost.buyers import views

app_name = "buyers"
urlpatterns = [
    path("<int:pk>/people/", views.people, name="people"),
    path("<int:pk>/people/add/", views.add, name="add"),
    path("people/<int:pk>/edit/", views.edit, name="edit"),
    path("people/<int:pk>/remove/", views.remove, name="remove"),
]
