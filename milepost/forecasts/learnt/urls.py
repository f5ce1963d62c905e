"""Addresses of the Learn page."""

from django.urls import path

from milepost.forecasts.learnt import views

app_name = "learn"
urlpatterns = [
    path("", views.learn, name="page"),
    path("csv/<slug:what>/", views.as_csv, name="csv"),
    path("xlsx/", views.as_xlsx, name="xlsx"),
]
