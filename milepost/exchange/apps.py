from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "milepost.exchange"
    label = "exchange"
