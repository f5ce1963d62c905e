from django.apps import AppConfig


class BuyersConfig(AppConfig):
    name = "milepost.buyers"
    label = "buyers"
