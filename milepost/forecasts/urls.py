"""Addresses of forecasts."""

from django.urls import path

from milepost.forecasts import (
    calls_export,
    export,
    facts_page,
    history,
    moved_page,
    rollup_export,
    rollup_views,
    views,
)
from milepost.forecasts.packs import schedule
from milepost.forecasts.packs import views as pack

app_name = "forecasts"
urlpatterns = [
    path("", views.forecast, name="forecast"),
    path("moved/", moved_page.moved, name="moved"),
    path("accuracy/", views.accuracy, name="accuracy"),
    path("accuracy/calls/csv/", calls_export.as_csv, name="calls_csv"),
    path("accuracy/calls/xlsx/", calls_export.as_xlsx, name="calls_xlsx"),
    path("accuracy/again/", views.look_again, name="replay"),
    path("facts/<int:pk>/", facts_page.facts_of, name="facts"),
    path("csv/", export.as_csv, name="csv"),
    path("xlsx/", export.as_xlsx, name="xlsx"),
    path("snapshot/", views.snapshot, name="snapshot"),
    path("rollup/", rollup_views.rollup, name="rollup"),
    path("rollup/csv/", rollup_export.as_csv, name="rollup_csv"),
    path("rollup/xlsx/", rollup_export.as_xlsx, name="rollup_xlsx"),
    path("rollup/numbers/<int:pk>/", rollup_views.numbers, name="numbers"),
    path("rollup/submit/<int:pk>/", rollup_views.submit, name="submit"),
    path("rollup/lock/<int:pk>/", rollup_views.lock, name="lock"),
    path("rollup/unlock/<int:pk>/", rollup_views.unlock, name="unlock"),
    path("rollup/history/", history.history, name="history"),
    path("pack/", pack.page, name="pack"),
    path("pack/pdf/", pack.as_pdf, name="pack_pdf"),
    path("pack/xlsx/", pack.as_xlsx, name="pack_xlsx"),
    path("packs/", schedule.packs, name="packs"),
    path("packs/arrange/", schedule.subscribe, name="pack_subscribe"),
    path("packs/<int:pk>/stop/", schedule.stop, name="pack_stop"),
    path("packs/<int:pk>/now/", schedule.make_now, name="pack_now"),
    path("packs/kept/<int:pk>/pdf/", schedule.kept_pdf, name="pack_kept_pdf"),
    path("packs/kept/<int:pk>/xlsx/", schedule.kept_xlsx, name="pack_kept_xlsx"),
    path("packs/unsubscribe/<str:token>/", schedule.unsubscribe, name="pack_unsubscribe"),
    path("targets/", views.targets, name="targets"),
]
