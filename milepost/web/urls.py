"""Addresses of this folder."""

from django.urls import path

from milepost.web import views
from milepost.web.health import health

app_name = "web"
urlpatterns = [
    path("health", health, name="health"),
    path("look/", views.look, name="look"),
    path("figures/", views.figures, name="figures"),
    path("theme/", views.theme, name="theme"),
]
