from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "milepost.web"
    label = "web"

    def ready(self) -> None:
        """Say of a choice that is no longer on offer what happened: Django's words would name its id."""
        from django import forms

        from milepost.web.forms import NOT_ON_OFFER, SOME_NOT_ON_OFFER

        forms.ModelChoiceField.default_error_messages["invalid_choice"] = NOT_ON_OFFER
        for kind in (forms.ModelMultipleChoiceField, forms.MultipleChoiceField):
            kind.default_error_messages["invalid_choice"] = SOME_NOT_ON_OFFER
