from django.apps import AppConfig


class ForecastsConfig(AppConfig):
    name = "milepost.forecasts"
    label = "forecasts"

    def ready(self) -> None:
        from milepost.forecasts.facts import add_source
        from milepost.forecasts.own_facts import OWN_SOURCES

        for source in OWN_SOURCES:
            add_source(source)
