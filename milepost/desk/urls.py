"""Addresses of the pages that bring everything together."""

from django.urls import path

from milepost.desk import search
from milepost.desk.settings import views as settings
from milepost.desk.today import views as today

app_name = "desk"
urlpatterns = [
    path("", today.home, name="home"),
    path("desk/", today.desk, name="desk"),
    path("desk/<int:pk>/book/", today.book, name="book"),
    path("my-day/", today.my_day, name="my_day"),
    path("tasks/<int:pk>/tick/", today.tick, name="tick"),
    path("find/", search.search, name="search"),
    path("settings/company/", settings.company, name="company"),
    path("settings/currencies/", settings.currencies, name="currencies"),
    path("settings/reasons/", settings.reasons, name="reasons"),
    path("settings/reasons/<int:pk>/retire/", settings.retire_reason, name="retire_reason"),
]
