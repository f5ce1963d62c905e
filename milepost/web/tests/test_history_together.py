"""What was done in one minute stands together in the history: one report writes several lines."""

import datetime

from django.template.loader import render_to_string

from milepost.web.history_words import Told

NOON = datetime.datetime(2026, 11, 24, 12, 0, 5, tzinfo=datetime.UTC)


def test_the_time_of_a_minute_is_said_once_to_the_eye():
    told = [Told(n, NOON + datetime.timedelta(seconds=s), f"Line {n}", [], "") for n, s in enumerate((0, 40, 70))]
    html = render_to_string("web/_history.html", {"changes": told})
    assert [line.startswith(' class="same"') for line in html.split("<li")[1:]] == [False, True, False]
    assert html.count("<time") == 3
