"""When a place for somebody got its name is kept, and was taken from the history for those there were."""

from importlib import import_module

from django.apps import apps

from milepost.buyers.models import Stakeholder
from milepost.opportunities.begin import begin


def test_the_history_tells_when_those_there_were_got_their_names(cast, playbook, account):
    made = begin(by=None, name="One", playbook_version=playbook, territory=cast.north, account=account)
    place = Stakeholder.add(made, by=cast.coordinator, placeholder="Whoever pays")
    Stakeholder.add(made, by=cast.coordinator, contact=account.contacts.create(name="Bo Lund"))
    place.revise(by=cast.coordinator, contact=account.contacts.create(name="Ada Berg"), placeholder="")
    assert Stakeholder.objects.get(pk=place.pk).named_on == cast.today
    Stakeholder.objects.update(named_on=None)
    import_module("milepost.buyers.migrations.0010_named_on").fill(apps, None)
    told = dict(Stakeholder.objects.values_list("contact__name", "named_on"))
    assert told == {"Ada Berg": cast.today, "Bo Lund": None}
