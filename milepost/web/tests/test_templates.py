"""What holds for every template: icons that exist, no inline script or style, words through gettext."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in ROOT.glob("*/templates/**/*.html") if path.name != "_sprite.html")
SPRITE = (ROOT / "web/templates/web/_sprite.html").read_text()
SYMBOLS = set(re.findall(r'<symbol[^>]*\bid="([^"]+)"', SPRITE))
INLINE = re.compile(r"""<script(?![^>]*\bsrc=)|<style\b|\sstyle=["']|\son[a-z]+=["']|javascript:""")

every_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))


@every_template
def test_it_can_be_read(path):
    get_template(str(path).partition("/templates/")[2])


@every_template
def test_it_uses_only_icons_that_are_there(path):
    text = path.read_text()
    used = {f"i-{name}" for name in re.findall(r"""{% icon ["']([^"']+)["']""", text)}
    used |= set(re.findall(r'href="#((?:i|bead|gate|seal)-[a-z0-9_-]+)"', text))
    assert used <= SYMBOLS


@every_template
def test_it_holds_no_inline_script_or_style(path):
    assert not INLINE.findall(path.read_text())


def test_it_holds_no_symbol_twice():
    names = re.findall(r'<symbol[^>]*\bid="([^"]+)"', SPRITE)
    assert len(names) == len(set(names))
