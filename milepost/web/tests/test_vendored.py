"""What others have made: every file is what the list says, and every file is in the list."""

import hashlib
import tomllib
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parent.parent
LISTS = (WEB / "static" / "vendor" / "VENDORED.toml", WEB / "fonts" / "FONTS.toml")
PACKAGES = {path: tomllib.loads(path.read_text())["package"] for path in LISTS}
FILES = [(path.parent, *item) for path in LISTS for package in PACKAGES[path] for item in package["files"].items()]


@pytest.mark.parametrize(("folder", "path", "checksum"), FILES)
def test_it_carries_files_as_they_were_taken(folder, path, checksum):
    assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == checksum


@pytest.mark.parametrize("listed", LISTS, ids=lambda path: path.name)
def test_it_lists_every_file(listed):
    there = {str(path.relative_to(listed.parent)) for path in listed.parent.rglob("*") if path.is_file()}
    assert there == {path for folder, path, _ in FILES if folder == listed.parent} | {listed.name}


def test_it_carries_a_licence_for_every_package():
    for package in [package for packages in PACKAGES.values() for package in packages]:
        assert package["version"]
        assert package["licence"]
        assert any("LICENSE" in path for path in package["files"])
