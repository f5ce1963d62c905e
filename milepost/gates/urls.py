"""Addresses of this folder: one for each deed."""

from django.urls import path

from milepost.gates import views

app_name = "gates"
urlpatterns = [
    path("opportunities/<int:pk>/gates/", views.gates, name="gates"),
    path("gates/<int:pk>/pass/", views.advance, name="advance"),
    path("gates/<int:pk>/pause/", views.pause, name="pause"),
    path("gates/<int:pk>/stop/", views.stop, name="stop"),
    path("gates/<int:pk>/anew/", views.take_back, name="take_back"),
    path("gates/<int:pk>/answer/", views.answer, name="answer"),
]
