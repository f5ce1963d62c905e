from django.apps import AppConfig


class ForecastsConfig(AppConfig):
    name = "milepost.forecasts"
    label = "forecasts"

    def ready(self) -> None:
        from milepost.forecasts.own_facts import OWN_SOURCES
        from milepost.opportunities.facts import add_source

        for source in OWN_SOURCES:
            add_source(source)
