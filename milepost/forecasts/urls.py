"""Addresses of forecasts."""

from django.urls import path

from milepost.forecasts import export, views

app_name = "forecasts"
urlpatterns = [
    path("", views.forecast, name="forecast"),
    path("csv/", export.as_csv, name="csv"),
    path("xlsx/", export.as_xlsx, name="xlsx"),
    path("snapshot/", views.snapshot, name="snapshot"),
    path("targets/", views.targets, name="targets"),
]
