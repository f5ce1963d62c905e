"""The client is spoken to in a language that Milepost has, with every sentence of theirs in it."""

import gettext
import io
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.urls import reverse
from django.utils.translation.template import templatize

from milepost import plans
from milepost.plans.languages import language_for, languages
from milepost.web.models import Letter

ROOT = Path(plans.__file__).parent
PAGES = ("client", "bare", "agree", "part", "say", "times", "over", "gone", "_duties", "_words", "_times", "_logo")
CODE = (
    "saying", "files", "agreeing", "telling", "picking", "sheet", "printed", "doors", "models/word", "models/agreement",
    "models/afterword", "views/say", "views/agree", "views/over", "views/client", "views/pick",
)  # fmt: skip
SHARED = ("form_drawing", "plausible")
LETTERS = "letters"
KEYWORDS = dict.fromkeys(("_", "gettext", "gettext_lazy", "lazy")) | dict.fromkeys(
    ("ngettext", "ngettext_lazy"), (1, 2)
)
OTHERS = [code for code in languages() if code != "en"]


def sentences():
    """Return every sentence that a client can read."""
    texts = [templatize((ROOT / "templates/plans" / f"{name}.html").read_text()) for name in PAGES]
    texts += [(ROOT / f"{name}.py").read_text() for name in (*CODE, LETTERS)]
    texts += [(ROOT.parent / "web" / f"{name}.py").read_text() for name in SHARED]
    return {row[1] for text in texts for row in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)}


def catalogue(language):
    folder = ROOT / "locale" / language / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as file:
        return read_po(file, locale=language), folder / "django.mo"


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_client_is_in_every_language(language):
    known, _compiled = catalogue(language)
    said = {message.id for message in known if message.id and message.string and not message.fuzzy}
    missing = sentences() - said
    assert not missing, f"Add these to locale/{language}, then compile it with msgfmt:\n" + "\n".join(map(str, missing))


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_translated_names_the_same_things_and_is_compiled(language):
    known, compiled = catalogue(language)
    with compiled.open("rb") as file:
        said = gettext.GNUTranslations(file)
    for message in filter(lambda each: each.id, known):
        assert not list(message.check(known)), message.id
        one = message.id if isinstance(message.id, str) else ""
        there = said.pgettext(message.context, one) if message.context else said.gettext(one)
        now = there if one else said.ngettext(*message.id, 1)
        assert now == (message.string if isinstance(message.string, str) else message.string[0])


def test_a_language_there_is_not_is_answered_in_one_there_is():
    assert language_for("de-AT", "en") == "de"
    assert language_for("tlh", "", "de") == "de"
    assert language_for("tlh") == "en"


@pytest.fixture
def brand(cast, as_, shared):
    def now(**said):
        shared.refresh_from_db()
        sent = {"seller": "", "language": "", "version": shared.version, **said}
        return as_(cast.coordinator).post(reverse("plans:brand", args=[shared.opportunity_id]), sent)

    return now


def test_the_plan_says_in_which_language_its_page_is(client, shared, contact, invited, brand):
    address = invited(shared, contact)[1]
    assert '<html lang="en"' in client.get(address).text
    assert brand(language="de").status_code == 302
    page = client.get(address).text
    assert '<html lang="de"' in page
    assert "Unser Plan" in page
    assert "Our plan<" not in page
    assert "Fassung 1 bestätigen" in client.get(f"{address}agree/").text
    part = shared.parts.get().pk
    answer = client.post(f"{address}parts/{part}/ask/", {"seen": 1, "text": ""})
    assert "Ein Feld ist noch zu prüfen" in answer.text
    contact.revise(by=None, language="en")
    assert "Unser Plan" in client.get(address).text
    brand(language="")
    assert "Our plan" in client.get(address).text


def test_letters_are_in_it_too(cast, as_, opportunity, shared, contact, brand):
    contact.revise(by=None, email="brandt@example.com")
    brand(language="de", seller="Nordwind")
    address = reverse("plans:invite", args=[opportunity.pk])
    as_(cast.coordinator).post(address, {"contact": contact.pk, "days": 30, "mail": "on"})
    letter = Letter.objects.get(purpose="plan link")
    assert "öffnen Sie Ihre persönliche Seite" in letter.text
    assert letter.subject == "Our plan for line 4: Ihre Seite bei Nordwind"


def test_only_a_language_there_is_can_be_chosen(cast, as_, opportunity, shared, brand):
    page = as_(cast.coordinator).get(reverse("plans:brand", args=[opportunity.pk])).text
    assert '<option value="de">Deutsch</option>' in page
    assert '<option value="fr">' not in page
    assert brand(language="fr").status_code == 422
