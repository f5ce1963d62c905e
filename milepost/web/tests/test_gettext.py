"""Every word on a screen goes through gettext, so that a catalogue is all that another language needs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The page of parts is for those who build the pages; the sprite has names of signs alone.
FOR_BUILDERS = {"look.html", "look.py", "_sprite.html"}
TEMPLATES = sorted(p for p in ROOT.glob("*/templates/**/*.html") if p.name not in FOR_BUILDERS)
CODE = sorted(
    p for p in ROOT.rglob("*.py") if p.name not in FOR_BUILDERS and not {"tests", "migrations", "engine"} & set(p.parts)
)
SAME_EVERYWHERE = {"Milepost", ", Milepost", "CSV", "Excel", "PDF", "Word", "SHA-256", "Ctrl K", "Esc"}
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
UNSEEN = re.compile(
    r"{#.*?#}|{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}|<(script|style|svg)\b.*?</\1>"
    r"|{% block \w*class\w* %}.*?{% endblock %}",
    re.DOTALL,
)
READ_ALOUD = re.compile(r'\b(?:title|aria-label|placeholder|alt|data-hint)="([^"]*)"')
# What is handed to a person: the text of a field, a refusal, a message.
SAID = re.compile(
    r"(?:messages\.\w+\(request, |ValidationError\(|NotAllowed\(|Unclear\("
    r"|(?<![-\w])label=|help_text=|verbose_name=|empty_label=)"
    r"\(?\s*f?([\"'])(?:{[^}\"']*}|[^\"'A-Za-z{])*[A-Za-z]"
)


def words_of(template):
    """Return the pieces of a template's text that stand outside of gettext."""
    bare = UNSEEN.sub(" ", template)
    pieces = [TAG.sub(" ", text) for text in READ_ALOUD.findall(TAG.sub(" ", bare))]
    pieces += re.sub(r"<[^>]*>", "\n", TAG.sub(" ", bare)).split("\n")
    return {piece.strip() for piece in pieces if re.search(r"[A-Za-z]{2}", piece)}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_word_of_a_page_passes_gettext_by(path):
    assert words_of(path.read_text()) - SAME_EVERYWHERE == set()


def test_no_field_refusal_or_message_passes_gettext_by():
    found = [f"{path.relative_to(ROOT)}: {m.group()}" for path in CODE for m in SAID.finditer(path.read_text())]
    assert found == []


def test_it_would_notice():
    assert words_of('<h1>Hello</h1><a title="Go there">{% translate "Yes" %}</a>') == {"Hello", "Go there"}
    assert SAID.search('messages.success(request, "Saved.")')
    assert SAID.search('raise ValidationError(f"Too {large}")')
    assert not SAID.search('messages.success(request, _("Saved."))')
    assert not SAID.search('AmountField(label=f"{whose}, {key}")')
