from django.apps import AppConfig


class GatesConfig(AppConfig):
    name = "milepost.gates"
    label = "gates"

    def ready(self) -> None:
        from milepost.gates.dated import SOURCES
        from milepost.opportunities.facts import add_source

        for source in SOURCES:
            add_source(source)
