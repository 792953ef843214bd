"""Forms of the factual accuracy check."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from findings.models import Point
from hmic_core.forms import Choice, Form, radios, text, textarea

_HINTS = {
    Point.Kind.TYPING: "A name, date, figure or spelling",
    Point.Kind.DISPUTED: "What it says is not so",
    Point.Kind.LEFT_OUT: "A fact that changes the picture",
    Point.Kind.CHANGED_SINCE: "True then, different now: kept as an update for the next inspection",
}


class PointForm(Form):
    """A point as the force writes it. Unfinished ones are saved too: nobody loses words for want of others."""

    quoted = forms.CharField(
        label="The words your point is about",
        help_text="Select them in the paragraph above, or copy them exactly.",
        widget=forms.Textarea,
        required=False,
    )
    kind = forms.ChoiceField(
        label="What is wrong?",
        choices=[Choice(kind.value, str(kind.label), hint=hint) for kind, hint in _HINTS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong", "invalid_choice": "Choose what is wrong"},
    )
    proposed = forms.CharField(label="Words you propose instead", widget=forms.Textarea, required=False)
    explanation = forms.CharField(
        label="Why, in your own words",
        help_text="What shows it, and where to look. No length limit.",
        widget=forms.Textarea,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    layout: ClassVar[Sequence[Any]] = (
        textarea("quoted", rows=2),
        radios("kind", columns=True),
        textarea("proposed", rows=3),
        textarea("explanation", rows=4),
        "version",
    )


class WholePointForm(PointForm):
    """A point about the draft as a whole: there are no words to quote."""

    quoted = None  # type: ignore[assignment]
    layout: ClassVar[Sequence[Any]] = (
        radios("kind", columns=True),
        textarea("proposed", rows=3),
        textarea("explanation", rows=4),
        "version",
    )


class SubmitForm(Form):
    """Who authorised the force's response."""

    authorised_by = forms.CharField(
        label="Chief officer who authorised this response",
        help_text="Name and rank or title, as HMIC should keep it.",
        max_length=120,
        error_messages={"required": "Enter the name of the chief officer who authorised this response"},
    )
    layout = (text("authorised_by", width=30),)


class RecallForm(Form):
    reason = forms.CharField(
        label="Why is the draft recalled?",
        help_text="Kept with the record. The force is not shown it.",
        widget=forms.Textarea,
        error_messages={"required": "Say why the draft is recalled"},
    )
    layout = (textarea("reason", rows=4),)


class CloseForm(Form):
    waiver = forms.CharField(
        label="Why these words may stand without being shown to the force again",
        help_text="Kept with the record.",
        widget=forms.Textarea,
        required=False,
    )
    layout = (textarea("waiver", rows=3),)
