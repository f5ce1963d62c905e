"""Addresses of this folder."""

from django.urls import path

from milepost.web import views

app_name = "web"
urlpatterns = [
    path("look/", views.look, name="look"),
    path("theme/", views.theme, name="theme"),
]
