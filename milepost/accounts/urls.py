"""Addresses of this folder."""

from django.urls import path  # noqa: F401

app_name = "accounts"
urlpatterns: list = []
