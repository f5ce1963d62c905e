"""What every test shares: a small company with a named cast of people, and a browser."""

pytest_plugins = [
    "milepost.web.tests.ready",
    "milepost.web.tests.again",
    "milepost.web.tests.cast",
    "milepost.web.tests.browser",
    "milepost.web.tests.mailbox",
    "milepost.web.tests.sharing",
]
