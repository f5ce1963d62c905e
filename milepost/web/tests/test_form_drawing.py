"""Form fields as they are drawn: label, control, help and errors tied together."""

import pytest
from django import forms
from django.template import Context, Template

EVIL = "<script>x</script>"


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As the client says it.")
    note = forms.CharField(widget=forms.Textarea, required=False)
    secret = forms.BooleanField(label="Confidential", required=False)
    result = forms.ChoiceField(choices=[("won", "Reached"), ("lost", "Client said no")], widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def show(source, **values):
    return Template(source).render(Context(values))


@pytest.fixture
def refused():
    form = Sample({"name": "", "result": EVIL})
    form.add_error(None, f"It has ended {EVIL}")
    return form


def test_it_ties_label_help_and_control_together():
    html = show("{% field form.name %}", form=Sample())
    assert '<label class="lab" for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name-help"' in html
    assert '<div class="help" id="id_name-help">As the client says it.</div>' in html
    assert 'class="field"' in html
    assert "aria-invalid" not in html


def test_it_says_an_error_at_its_field(refused):
    html = show("{% field form.name %}", form=refused)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name-help id_name-error"' in html
    assert '<p class="err" id="id_name-error">' in html
    assert "This field is required." in html


def test_it_begins_where_a_form_asks_to_until_it_is_refused():
    source = "{% field form.name autofocus=True %}{% field form.result %}"
    assert " autofocus" in show("{% field form.name autofocus=True %}", form=Sample())
    form = Sample({"name": "Ada", "result": EVIL})
    html = show(source, form=form)
    assert html.count(" autofocus") == 2  # each of the two radio buttons; a browser takes the first
    assert html.index(" autofocus") > html.index("<fieldset")


def test_it_begins_a_refused_form_at_its_first_wrong_field_alone(refused):
    html = show("{% field form.name %}{% field form.result autofocus=True %}", form=refused)
    assert html.count(" autofocus") == 1
    assert html.index(" autofocus") < html.index("<fieldset")


def test_it_marks_what_may_be_left_out():
    assert "optional" in show("{% field form.note %}", form=Sample())
    assert "optional" not in show("{% field form.name %}", form=Sample())


def test_it_puts_a_checkbox_before_its_words():
    html = show("{% field form.secret %}", form=Sample())
    assert html.index("<input") < html.index("Confidential")


def test_it_groups_radio_buttons_under_a_legend():
    html = show("{% field form.result %}", form=Sample())
    assert html.startswith('<fieldset class="f">')
    assert "<legend" in html


def test_it_shows_only_the_control_of_a_hidden_field():
    assert show("{% field form.version %}", form=Sample()).startswith('<input type="hidden"')


def test_it_hands_attributes_to_the_control():
    assert 'hx-get="/x/"' in show('{% field form.name hx_get="/x/" %}', form=Sample())


def test_it_says_at_the_top_what_is_wrong_and_where(refused):
    html = show("{% form_errors form %}", form=refused)
    assert 'role="alert"' in html
    assert "2 fields need another look:" in html
    assert '<a href="#id_name">Name</a>' in html
    assert "It has ended &lt;script&gt;" in html
    assert EVIL not in html + show("{% field form.result %}", form=refused)


def test_it_shows_nothing_at_the_top_of_a_fresh_form():
    assert show("{% form_errors form %}", form=Sample()) == ""


def test_it_takes_other_words_than_the_forms():
    html = show('{% field form.note label="What was said" help="In their words" %}', form=Sample())
    assert ">What was said" in html
    assert 'aria-describedby="id_note-help"' in html
    assert "In their words" in html
