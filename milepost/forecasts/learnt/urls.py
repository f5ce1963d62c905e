"""Addresses of the Learn page."""

from django.urls import path

from milepost.forecasts.learnt import views

app_name = "learn"
urlpatterns = [
    path("", views.learn, name="page"),
    path("steps/csv/", views.steps_csv, name="steps_csv"),
    path("reasons/csv/", views.reasons_csv, name="reasons_csv"),
    path("quarters/csv/", views.quarters_csv, name="quarters_csv"),
]
