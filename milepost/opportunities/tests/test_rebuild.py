"""`milepost rebuild`: the reading rows come out the same, and a wrong one is found and mended."""

import pytest
from django.core.management import CommandError, call_command

from milepost.opportunities.models import Standing


def test_it_finds_and_mends_a_wrong_row(opportunity, capsys):
    call_command("rebuild", "--check")
    assert "as a rebuild would make it" in capsys.readouterr().out
    Standing.objects.update(value_minor=1)
    with pytest.raises(CommandError, match="1 rows differ"):
        call_command("rebuild", "--check")
    assert Standing.objects.get().value_minor == 1
    call_command("rebuild")
    assert Standing.objects.get().value_minor == opportunity.value_minor


@pytest.mark.django_db
def test_it_says_when_there_is_no_company():
    with pytest.raises(CommandError, match="no company here yet"):
        call_command("rebuild")
