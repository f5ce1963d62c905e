"""The documents name every command, option, setting and dependency, and nothing that is not there."""

import argparse
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from milepost.cli import parser

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
INSTALL = (ROOT / "docs/how-to/install.md").read_text()
EVERYTHING = "\n".join(path.read_text() for path in DOCUMENTS)
INTERNAL = {"MILEPOST_WORKER"}


def commands() -> dict[str, argparse.ArgumentParser]:
    action = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


@pytest.mark.parametrize("command", commands())
def test_it_names_every_command(command):
    assert f"`milepost {command}" in INSTALL


def test_it_names_every_option():
    options = {o for c in commands().values() for a in c._actions for o in a.option_strings if o.startswith("--")}
    missing = [option for option in options - {"--help"} if f"`{option}" not in INSTALL]
    assert not missing


def test_it_names_every_setting():
    sources = [ROOT / "milepost", ROOT / "bin"]
    files = [path for source in sources for path in source.rglob("*") if path.is_file() and is_source(path)]
    used = {name for path in files for name in re.findall(r"\bMILEPOST_[A-Z_]*[A-Z]\b", path.read_text())}
    missing = {name for name in used - INTERNAL if f"`{name}`" not in EVERYTHING}
    assert not missing


def is_source(path: Path) -> bool:
    return path.suffix in {".py", ""} and "__pycache__" not in path.parts


def test_it_names_no_setting_that_is_not_there():
    code = "\n".join(path.read_text() for path in [*(ROOT / "milepost").rglob("*.py"), *(ROOT / "bin").iterdir()])
    named = set(re.findall(r"\bMILEPOST_[A-Z_]*[A-Z]\b", EVERYTHING))
    assert not {name for name in named if name not in code}


def test_it_names_every_script():
    for script in (ROOT / "bin").iterdir():
        if not script.name.startswith("_") and not script.suffix:
            assert f"bin/{script.name}" in EVERYTHING, script.name


def test_it_gives_a_reason_for_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.match(r"[\w-]+", one).group() for one in wanted}
    tables = re.findall(r"^\| ([\w, -]+) \|", (ROOT / "docs/decisions/0010-dependencies.md").read_text(), re.MULTILINE)
    given = {name.strip() for row in tables for name in row.split(",")} - {"to run", "to test", "---"}
    assert given == names


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_it_locks_every_dependency_with_checksums(lock):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"]]
    wanted += project["dependency-groups"]["dev"] if "dev" in lock else []
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text())
    locked = {re.match(r"[\w.-]+", entry).group() for entry in entries if "--hash=sha256:" in entry}
    assert {re.match(r"[\w-]+", one).group() for one in wanted} <= locked


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_links_to_what_is_there(document):
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)|src=\"([^\"]+)\"", document.read_text())
    local = [a or b for a, b in links if "://" not in (a or b)]
    assert not [link for link in local if not (document.parent / link).exists()]


def test_it_carries_no_address_of_a_package_index():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    locks = [ROOT / name for name in tracked if name.endswith(".lock")] or list(ROOT.glob("*.lock"))
    assert locks
    assert not [path for path in locks if re.search(r"https?://|--index-url|--find-links", path.read_text())]
