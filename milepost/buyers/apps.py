from django.apps import AppConfig


class BuyersConfig(AppConfig):
    name = "milepost.buyers"
    label = "buyers"

    def ready(self) -> None:
        from milepost.buyers.dated import SOURCES
        from milepost.opportunities.facts import add_source

        for source in SOURCES:
            add_source(source)
