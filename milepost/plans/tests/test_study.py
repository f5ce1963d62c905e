"""A feasibility study: its document, what the client decided on it, and what that is evidence of."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from milepost.buyers.models import Evidence, Vision
from milepost.opportunities.models import Attachment, Note, Step
from milepost.plans.models import Study, StudyTemplate
from milepost.plans.study.document import document
from milepost.plans.study.text import USUAL, blocks, must_be_fillable

WRITTEN = {
    "question": "Can the waste be halved?",
    "decides": "Whether line 4 is rebuilt",
    "ways": "Rebuild it: 1.2 M, half the waste\nReplace the nozzles: 90 k, a tenth less",
    "price_minor": "24,000",
    "begins_on": "2026-02-02",
    "ends_on": "2026-03-13",
}


def url(name, opportunity):
    return reverse(f"plans:{name}", args=[opportunity.pk])


@pytest.fixture
def salesperson(as_, cast):
    return as_(cast.salesperson)


@pytest.fixture
def study(cast, opportunity):
    return Study.write(opportunity, by=cast.salesperson, question="Can it?", ways="One\nTwo", price_minor=900_00)


def texts(study):
    return [block.text for block in document(study).blocks]


def test_it_is_begun_and_written_on(salesperson, opportunity):
    assert "No study yet" in salesperson.get(url("study", opportunity)).text
    salesperson.post(url("study", opportunity), WRITTEN)
    study = Study.objects.get()
    page = salesperson.get(url("study", opportunity)).text
    for said in ("Can the waste be halved?", "Whether line 4 is rebuilt", "€24,000", "Replace the nozzles: 90 k"):
        assert said in page
    assert "What is left out" not in texts(study)
    salesperson.post(url("study", opportunity), WRITTEN | {"left_out": "Line 5", "version": study.version})
    study.refresh_from_db()
    assert "What is left out" in texts(study)
    history = salesperson.get(reverse("opportunities:history", args=[opportunity.pk])).text
    assert "began the feasibility study: Can the waste be halved?" in history
    assert "What is left out: Line 5" in history


def test_it_says_what_is_wrong_and_keeps_what_was_typed(salesperson, opportunity):
    answer = salesperson.post(url("study", opportunity), WRITTEN | {"ends_on": "2026-01-02", "scope": "All of it"})
    assert answer.status_code == 422
    assert "It ends before it begins." in answer.text
    assert "All of it" in answer.text


def test_a_second_editor_is_shown_what_the_first_wrote(salesperson, study, cast):
    seen = study.version
    study.revise(by=cast.coordinator, scope="Only the nozzles")
    answer = salesperson.post(
        url("study", study.opportunity), {"question": "Can it?", "scope": "All", "ways": "One\nTwo", "version": seen}
    )
    assert answer.status_code == 409
    assert "Only the nozzles" in answer.text


def test_it_is_handed_over_as_pdf_and_for_word(salesperson, study):
    pdf = salesperson.get(url("study_pdf", study.opportunity))
    assert pdf.content.startswith(b"%PDF-")
    assert "attachment" in pdf["Content-Disposition"]
    word = salesperson.get(url("study_docx", study.opportunity))
    told = [one.text for one in Document(io.BytesIO(word.content)).paragraphs]
    assert "Can it?" in told
    assert any("We leave it." in line for line in told)


def test_the_decision_is_kept_with_its_paper_and_speaks_for_the_vision(salesperson, study, cast, contact):
    vision = Vision.begin(
        study.opportunity, by=cast.salesperson, words="Half the waste", whose="Their plant manager", how=""
    )
    page = url("decide_study", study.opportunity)
    answer = salesperson.post(
        page,
        {
            "how": "go",
            "on": "2026-01-05",
            "contact": contact.pk,
            "words": "The rebuild",
            "speaks_for": ["whose", "how"],
        },
        follow=True,
    )
    assert "Kept, with the paper under Notes and files." in answer.text
    study.refresh_from_db()
    assert (study.decided, study.decided_by, study.decision) == ("go", contact, "The rebuild")
    assert study.paper == Attachment.objects.get()
    assert study.paper.content_type == "application/pdf"
    assert "The rebuild" in Note.objects.get().text
    evidence = Evidence.objects.get()  # "how" has no answer yet that anything could speak for
    assert (evidence.vision, evidence.question, evidence.file, evidence.confidence) == (vision, "whose", study.paper, 3)
    assert any("The rebuild" in text for text in texts(study))
    assert salesperson.post(page, {"how": "leave", "on": "2026-01-05"}).status_code == 422
    assert salesperson.post(url("study", study.opportunity), {"question": "Another"}).status_code == 422


def test_the_signed_page_is_kept_in_place_of_the_document(salesperson, study):
    signed = SimpleUploadedFile("signed.pdf", b"%PDF-1.7 signed", content_type="application/pdf")
    salesperson.post(url("decide_study", study.opportunity), {"how": "leave", "on": "2026-01-05", "signed": signed})
    study.refresh_from_db()
    assert study.paper.name == "signed.pdf"


def test_a_day_still_to_come_is_refused(salesperson, study):
    answer = salesperson.post(url("decide_study", study.opportunity), {"how": "go", "on": "2036-01-05", "words": "Yes"})
    assert answer.status_code == 422
    assert "That day is still to come." in answer.text
    assert not Attachment.objects.exists()


def test_a_decision_is_taken_back_with_a_reason(salesperson, study):
    salesperson.post(url("decide_study", study.opportunity), {"how": "go", "on": "2026-01-05"})
    salesperson.post(url("undecide_study", study.opportunity), {"reason": "It was the other plant"})
    study.refresh_from_db()
    assert study.decided == ""
    assert Attachment.objects.exists()
    history = salesperson.get(reverse("opportunities:history", args=[study.opportunity_id])).text
    assert "It was the other plant" in history


def test_the_card_stands_on_a_line_with_a_study(salesperson, opportunity):
    page = reverse("opportunities:page", args=[opportunity.pk])
    assert "Feasibility study" not in salesperson.get(page).text
    Step.objects.filter(opportunity=opportunity, position=1).update(key="fs-question")
    assert url("study", opportunity) in salesperson.get(page).text


def test_the_company_writes_its_own_text(as_, cast, study):
    administrator, page = as_(cast.administrator), reverse("plans:study_text")
    wrong = administrator.post(page, {"text": "# Why\n{why}", "version": 1})
    assert wrong.status_code == 422
    assert "{why}: nothing is known to fill this in" in wrong.text
    administrator.post(page, {"text": "# Our question\n{question}\n# Sign\n{decision}", "version": 1})
    assert StudyTemplate.objects.get().text.startswith("# Our question")
    assert texts(study)[:2] == ["Our question", "Can it?"]
    assert as_(cast.salesperson).get(page).status_code == 403


def test_what_is_filled_in_is_never_read_for_blanks_or_marks():
    must_be_fillable(str(USUAL))
    told = list(
        blocks("# {client}\n{question}\n- {ways}", {"client": "A", "question": "# {ways}", "ways": "- x\n"}, [])
    )
    assert [(one.kind, one.text) for one in told] == [("heading", "A"), ("paragraph", "# {ways}"), ("item", "- x")]


def test_others_do_not_see_it(as_, cast, study):
    for name in ("study", "study_pdf", "study_docx", "decide_study"):
        assert as_(cast.outsider).get(url(name, study.opportunity)).status_code == 404
