"""What pytest needs before Django is set up: a home that is thrown away, a database to try, and no network.

Loaded by `-p` in pyproject.toml, because settings are read before any conftest is.
"""

import atexit
import ipaddress
import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest

TEST_DATABASE = os.environ.get("MILEPOST_TEST_DATABASE", "")
for name in [name for name in os.environ if name.startswith("MILEPOST_") and name != "MILEPOST_TEST_DATABASE"]:
    del os.environ[name]  # a person's own settings must not decide whether tests pass
HOME = Path(tempfile.mkdtemp(prefix="milepost-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
(HOME / "static").mkdir()  # WhiteNoise warns where it is missing
os.environ["MILEPOST_HOME"] = str(HOME)
os.environ["MILEPOST_DATABASE"] = TEST_DATABASE

connect = socket.socket.connect


def connect_only_here(self, address):
    """Refuse connections that leave this machine: no test may need the network."""
    if self.family != socket.AF_UNIX and not is_loopback(address[0]):
        raise RuntimeError(f"A test tried to reach {address[0]}; tests have no network.")
    return connect(self, address)


def is_loopback(host: str) -> bool:
    """Tell whether an address is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


socket.socket.connect = connect_only_here


def pytest_configure() -> None:
    """Leave out what only costs time here: slow hashes of passwords, a list of all static files for each client."""
    from django.conf import settings

    _leave_time_to_slow_machines()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True


def _leave_time_to_slow_machines() -> None:
    """Let no test of rules fail because the machine is busy: how long things take is shown by bin/bench."""
    from hypothesis import HealthCheck, settings

    slow = [HealthCheck.too_slow]  # fifty cases a run, others each time
    settings.register_profile("milepost", deadline=None, max_examples=50, suppress_health_check=slow)
    settings.load_profile("milepost")


def pytest_report_header() -> str:
    """Say which database the run is on."""
    return "database: " + ("PostgreSQL" if TEST_DATABASE else "SQLite")


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Keep what a test uploads to itself."""
    settings.MEDIA_ROOT = tmp_path / "files"
