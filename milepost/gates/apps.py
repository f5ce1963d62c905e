from django.apps import AppConfig


class GatesConfig(AppConfig):
    name = "milepost.gates"
    label = "gates"
