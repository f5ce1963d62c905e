"""Addresses of the import pages."""

from django.urls import path

from milepost.exchange import views
from milepost.exchange.back import views as back

app_name = "exchange"
urlpatterns = [
    path("", views.imports, name="import"),
    path("add/", views.add, name="add"),
    path("write-back/<str:name>/", back.write_back, name="write_back"),
    path("<int:pk>/", views.batch, name="batch"),
    path("<int:pk>/mapping/", views.change_mapping, name="mapping"),
    path("<int:pk>/run/", views.run, name="run"),
    path("<int:pk>/undo/", views.undo_import, name="undo"),
    path("<int:pk>/stop/", views.stop, name="stop"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("<int:pk>/save-mapping/", views.save_mapping, name="save_mapping"),
    path("<int:pk>/use-mapping/", views.use_mapping, name="use_mapping"),
    path("<int:pk>/refused.csv", views.refused, name="refused"),
    path("<int:pk>/to-correct/", views.correct, name="correct"),
]
