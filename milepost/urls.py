"""Every address of Milepost, by folder."""

from django.urls import include, path

urlpatterns = [
    path("", include("milepost.desk.urls")),
    path("", include("milepost.web.urls")),
    path("", include("milepost.team.urls")),
    path("", include("milepost.team.sign_in")),
    path("accounts/", include("milepost.accounts.urls")),
    path("playbooks/", include("milepost.playbooks.urls")),
    path("opportunities/", include("milepost.opportunities.urls")),
    path("", include("milepost.buyers.urls")),
    path("", include("milepost.gates.urls")),
    path("", include("milepost.plans.urls")),
    path("forecast/", include("milepost.forecasts.urls")),
    path("learn/", include("milepost.forecasts.learnt.urls")),
    path("import/", include("milepost.exchange.urls")),
    path("settings/everything/", include("milepost.exchange.whole.urls")),
]
