"""Addresses of the Learn page, and of lessons."""

from django.urls import path

from milepost.forecasts.learnt import lessons, record_views, views

app_name = "learn"
urlpatterns = [
    path("", views.learn, name="page"),
    path("csv/<slug:what>/", views.as_csv, name="csv"),
    path("xlsx/", views.as_xlsx, name="xlsx"),
    path("competitors/", record_views.rivals, name="rivals"),
    path("competitors/export/", record_views.rivals_export, name="rivals_export"),
    path("competitors/<int:pk>/", record_views.rival, name="rival"),
    path("competitors/<int:pk>/export/", record_views.rival_export, name="rival_export"),
    path("competitors/<int:pk>/rename/", record_views.rename, name="rename_rival"),
    path("competitors/<int:pk>/join/", record_views.join_rivals, name="join_rivals"),
    path("lessons/new/", lessons.write, name="write_lesson"),
    path("lessons/archived/", lessons.archived, name="archived_lessons"),
    path("lessons/<int:pk>/", lessons.lesson, name="lesson"),
    path("lessons/<int:pk>/reword/", lessons.reword, name="reword_lesson"),
    path("lessons/<int:pk>/archive/", lessons.archive, name="archive_lesson"),
    path("lessons/<int:pk>/restore/", lessons.restore, name="restore_lesson"),
]
