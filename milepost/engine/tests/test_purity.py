"""The engine stands alone: no framework, no clock, no randomness of its own."""

import ast
import subprocess
import sys
from pathlib import Path

import milepost.engine

HOME = Path(milepost.engine.__file__).parent
FILES = sorted(file for file in HOME.rglob("*.py") if "tests" not in file.parts)
ALLOWED = {"networkx", "numpy", "scipy", "milepost"} | (set(sys.stdlib_module_names) - {"time", "random", "pickle"})
CLOCKS = {"today", "now", "utcnow"}


def imports(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module


def test_it_imports_nothing_of_the_house():
    assert len(FILES) > 8
    for file in FILES:
        for name in imports(file):
            assert name.split(".")[0] in ALLOWED, f"{file.name} imports {name}"
            assert not name.startswith("milepost") or name.startswith("milepost.engine"), f"{file.name}: {name}"


def test_it_never_asks_what_day_it_is():
    for file in FILES:
        named = {n.attr for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.Attribute)}
        assert not named & CLOCKS, file.name


def test_it_is_light_to_import():
    names = [".".join(file.relative_to(HOME).with_suffix("").parts) for file in FILES if file.stem != "__init__"]
    modules = ", ".join(f"milepost.engine.{name}" for name in names)
    code = f"import sys, {modules}; sys.exit(any(m.split('.')[0] in ('scipy', 'django') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_its_functions_are_short():
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                assert not body or body[-1].end_lineno - body[0].lineno < 26, f"{file.name}: {node.name}"
