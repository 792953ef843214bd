"""Our forms have the markup of govuk-frontend's own examples, and say what to do about an error."""

import datetime as dt
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms as plain_forms
from django.template import Context, Template

from hmic_core.forms import fields
from hmic_core.forms.fields import Choice, Form

EXAMPLES = json.loads((Path(__file__).resolve().parents[2] / "data" / "govuk-fixtures.json").read_text())
VOID = {"input", "br", "hr", "img"}
ESSENTIAL = ("type", "role", "data-module")


class _Skeleton(HTMLParser):
    """Elements with their classes and essential attributes, in order and depth; words and ids left out."""

    def __init__(self) -> None:
        super().__init__()
        self.depth, self.lines, self.classes = 0, [], set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        classes = sorted((known.get("class") or "").split())
        kept = [f"{name}={known[name]}" for name in ESSENTIAL if name in known]
        self.lines.append("  " * self.depth + " ".join([tag, *classes, *kept]))
        if tag not in VOID:
            self.depth += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.depth -= 1


def skeleton(html: str) -> list[str]:
    parser = _Skeleton()
    parser.feed(html)
    assert parser.depth == 0, "every element is closed"
    return parser.lines


def drawn(layout: Any, data: dict[str, Any] | None = None, **fields: plain_forms.Field) -> str:
    made = type("Made", (Form,), {**fields, "layout": [layout], "submit_label": ""})
    return Template("{% fields form %}").render(Context({"form": made(data)}))


YES_NO = [Choice("yes", "Yes"), Choice("no", "No")]
HINTED = [Choice("yes", "Yes", hint="One"), Choice("no", "No", hint="Two")]
LINE = plain_forms.CharField
LONG = {"widget": plain_forms.Textarea}
THREE = [("a", "A"), ("b", "B"), ("c", "C")]
ONE_OF = {"choices": YES_NO, "widget": plain_forms.RadioSelect}
MANY_OF = {"choices": YES_NO, "widget": plain_forms.CheckboxSelectMultiple}


@pytest.mark.parametrize(
    ("component", "example", "html"),
    [
        ("input", "default", lambda: drawn(fields.text("x", bold=False), x=LINE())),
        ("input", "with hint text", lambda: drawn(fields.text("x", bold=False), x=LINE(help_text="Hint"))),
        ("input", "with error and hint", lambda: drawn(fields.text("x", bold=False), {}, x=LINE(help_text="Hint"))),
        ("textarea", "default", lambda: drawn(fields.textarea("x", bold=False), x=LINE(**LONG))),
        (
            "textarea",
            "with hint and error message",
            lambda: drawn(fields.textarea("x", bold=False), {}, x=LINE(help_text="Hint", **LONG)),
        ),
        ("select", "default", lambda: drawn(fields.select("x", bold=False), x=plain_forms.ChoiceField(choices=THREE))),
        (
            "select",
            "with hint text and error message",
            lambda: drawn(
                fields.select("x", bold=False), {}, x=plain_forms.ChoiceField(choices=THREE, help_text="Hint")
            ),
        ),
        ("file-upload", "default", lambda: drawn(fields.file("x", bold=False), x=plain_forms.FileField())),
        (
            "file-upload",
            "with error message and hint",
            lambda: drawn(fields.file("x", bold=False), {}, x=plain_forms.FileField(help_text="Hint")),
        ),
        (
            "radios",
            "with hints on parent and items",
            lambda: drawn(
                fields.radios("x"), x=plain_forms.ChoiceField(help_text="Hint", **{**ONE_OF, "choices": HINTED})
            ),
        ),
        (
            "radios",
            "with fieldset and error message",
            lambda: drawn(fields.radios("x"), {}, x=plain_forms.ChoiceField(**ONE_OF)),
        ),
        (
            "radios",
            "small inline",
            lambda: drawn(
                fields.radios("x", small=True, inline=True),
                x=plain_forms.ChoiceField(choices=THREE, widget=plain_forms.RadioSelect),
            ),
        ),
        (
            "checkboxes",
            "with hints on items",
            lambda: drawn(fields.checkboxes("x"), x=plain_forms.MultipleChoiceField(**{**MANY_OF, "choices": HINTED})),
        ),
        (
            "checkboxes",
            "with error message and hint",
            lambda: drawn(fields.checkboxes("x"), {}, x=plain_forms.MultipleChoiceField(help_text="Hint", **MANY_OF)),
        ),
        ("date-input", "default", lambda: drawn(fields.plain("x"), x=fields.DayField(help_text="Hint"))),
        (
            "date-input",
            "with error message and hint",
            lambda: drawn(fields.plain("x"), {}, x=fields.DayField(help_text="Hint")),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_markup_is_govuk_frontends(component: str, example: str, html: Any) -> None:
    ours = [line.replace(" govuk-fieldset__legend--s", "") for line in skeleton(html())]
    assert ours == skeleton(EXAMPLES[component][example])


class PointForm(Form):
    submit_label = "Mark point as ready"

    kind = plain_forms.ChoiceField(
        label="What is wrong?",
        choices=YES_NO,
        widget=plain_forms.RadioSelect,
        error_messages={"required": "Choose what is wrong"},
    )
    reason = plain_forms.CharField(
        label="Why", widget=plain_forms.Textarea, error_messages={"required": "Enter why"}, help_text="No limit"
    )
    at = fields.WallTimeField(label="When")

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            raise plain_forms.ValidationError("Say more")
        return self.cleaned_data


def whole(form: Form) -> str:
    template = Template("{% load crispy_forms_tags %}{% errors form %}{% crispy form %}")
    return template.render(Context({"form": form, "csrf_token": "token"}))


def test_every_error_in_the_summary_leads_to_an_element_that_exists() -> None:
    html = whole(PointForm({}))
    expected = EXAMPLES["error-summary"]["default"]
    assert skeleton(html)[:6] == skeleton(expected)[:6]
    for target, message in (
        ("id_kind", "Choose what is wrong"),
        ("id_reason", "Enter why"),
        ("id_at_day", "Enter a day and a time"),
    ):
        assert f'<a href="#{target}">{message}</a>' in html
        assert f' id="{target}"' in html


def test_each_control_is_described_by_its_hint_and_error() -> None:
    html = whole(PointForm({}))
    assert 'aria-describedby="id_reason-hint id_reason-error"' in html
    assert 'id="id_reason-hint"' in html
    assert 'id="id_reason-error"' in html


def test_an_error_of_the_whole_form_leads_to_its_first_field() -> None:
    html = whole(
        PointForm(
            {"kind": "yes", "reason": "Because", "at_day": "4", "at_month": "9", "at_year": "2014", "at_time": "00:01"}
        )
    )
    assert '<a href="#id_kind">Say more</a>' in html


def test_no_summary_without_errors() -> None:
    assert fields.error_summary(None) == ""
    assert fields.error_summary(PointForm()) == ""


def test_the_button_says_what_it_does_and_works_once() -> None:
    html = whole(PointForm())
    assert "Mark point as ready</button>" in html
    assert 'data-prevent-double-click="true"' in html
    assert "csrfmiddlewaretoken" in html


def test_typed_words_come_back_unchanged_after_an_error() -> None:
    typed = "First line\n\n   indented <b>not markup</b>\n>   <"
    html = whole(PointForm({"reason": typed}))
    inside = html.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>")[0]
    assert inside == "\n" + typed.replace("<", "&lt;").replace(">", "&gt;")


def test_labels_hints_and_choices_are_text_and_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    field = plain_forms.ChoiceField(
        label=evil, help_text=evil, choices=[Choice("x", evil, hint=evil)], widget=plain_forms.RadioSelect
    )
    assert "<script>" not in drawn(fields.radios("x"), x=field)


def test_one_field_for_filter_bars() -> None:
    class Filter(Form):
        region = plain_forms.ChoiceField(label="Region", choices=[("", "All regions")], required=False)

    html = Template("{% field form.region small=True %}").render(Context({"form": Filter()}))
    assert '<label class="govuk-label label-small" for="id_region">Region</label>' in html
    assert "<form" not in html


def wall(day: str, month: str, year: str, time: str) -> Any:
    class When(Form):
        at = fields.WallTimeField(label="When")

    form = When({"at_day": day, "at_month": month, "at_year": year, "at_time": time})
    return form.cleaned_data["at"] if form.is_valid() else form.errors["at"][0]


def test_a_wall_time_is_naive_and_exact() -> None:
    assert wall("4", "9", "2014", "00:01") == dt.datetime(2014, 9, 4, 0, 1)  # noqa: DTZ001  a wall time has no zone
    assert wall("04", "09", "2014", "9:30") == dt.datetime(2014, 9, 4, 9, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    "typed",
    [
        ("31", "2", "2014", "00:01"),
        ("4", "9", "2014", "25:00"),
        ("4", "", "2014", "00:01"),
        ("x", "9", "2014", "00:01"),
    ],
)
def test_a_time_that_is_none_is_refused_with_an_example(typed: tuple[str, str, str, str]) -> None:
    assert wall(*typed) == "Enter a real day and a time, for example 4 9 2014 and 00:01"


def test_parts_show_what_was_typed_and_what_was_given() -> None:
    html = whole(PointForm({"at_day": "31", "at_month": "2", "at_year": "2014", "at_time": "00:01"}))
    assert 'name="at_day" type="text" inputmode="numeric" value="31"' in html
    html = whole(PointForm(initial={"at": dt.datetime(2014, 9, 4, 0, 1)}))  # noqa: DTZ001
    assert 'name="at_time" type="text" value="00:01"' in html


def test_files_make_the_form_multipart() -> None:
    class Upload(Form):
        log = plain_forms.FileField(label="Log")

    assert 'enctype="multipart/form-data"' in whole(Upload())
