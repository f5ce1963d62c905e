from django.apps import AppConfig


class ForecastsConfig(AppConfig):
    name = "milepost.forecasts"
    label = "forecasts"
