"""What others have made: every file is what the list says, and every file is in the list."""

import hashlib
import tomllib
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
PACKAGES = tomllib.loads((VENDOR / "VENDORED.toml").read_text())["package"]
FILES = [(package["name"], *item) for package in PACKAGES for item in package["files"].items()]


@pytest.mark.parametrize(("package", "path", "checksum"), FILES)
def test_it_serves_files_as_they_were_taken(package, path, checksum):
    assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == checksum


def test_it_lists_every_file():
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there == {path for _, path, _ in FILES} | {"VENDORED.toml"}


def test_it_carries_a_licence_for_every_package():
    for package in PACKAGES:
        assert package["version"]
        assert package["licence"]
        assert any("LICENSE" in path for path in package["files"])
