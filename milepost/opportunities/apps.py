from django.apps import AppConfig


class OpportunitiesConfig(AppConfig):
    name = "milepost.opportunities"
    label = "opportunities"
