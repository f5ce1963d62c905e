"""Addresses of taking everything along."""

from django.urls import path

from milepost.exchange.whole import views

app_name = "everything"
urlpatterns = [
    path("", views.page, name="page"),
    path("make/", views.make, name="make"),
    path("<int:pk>/file/", views.file, name="file"),
    path("<int:pk>/delete/", views.delete, name="delete"),
]
