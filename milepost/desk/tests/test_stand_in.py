"""Whoever stands in for somebody is told so, on the Desk, on My day and among their own settings."""

import datetime

import pytest

from milepost.team.models import Cover


@pytest.mark.parametrize("page", ["/desk/", "/my-day/", "/me/"])
def test_it_says_for_whom_and_until_when(cast, as_, page):
    client = as_(cast.outsider)
    assert "You stand in for" not in client.get(page).text
    until = cast.today + datetime.timedelta(days=3)
    Cover.arrange(by=None, absent=cast.salesperson, stand_in=cast.outsider, starts_on=cast.today, ends_on=until)
    assert f"You stand in for {cast.salesperson} until" in client.get(page).text
    Cover.objects.get().cancel(by=cast.administrator)
    assert "You stand in for" not in client.get(page).text
