"""What every test shares: a small company with a named cast of people."""

pytest_plugins = ["milepost.web.tests.cast"]
