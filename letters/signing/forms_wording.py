"""What an admin types about the standard words and the letterhead."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hmic_core import clock
from hmic_core.forms.fields import DayField, Form, plain, text, textarea
from hmic_core.pdf.rendering import missing_characters
from letters.document.wording import BLOCKS, MAY_BE_EMPTY, problems


class FromDayForm(Form):
    """What begins on a day, today or later."""

    submit_label = ""
    starts_on = DayField(
        label="From which letter date on",
        help_text="Today or later. Letters dated before keep the words they had, and signed letters are not touched.",
        error_messages={"required": "Enter the day from which letters say this"},
    )

    def clean_starts_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["starts_on"]
        if day < clock.today():
            raise ValidationError("Choose today or a later day: letters of the past keep the words they had")
        return day


class WordingForm(FromDayForm):
    words = forms.CharField(label="The words", widget=forms.Textarea, strip=True)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        field = self.fields["words"]
        field.label = BLOCKS[kind].label
        field.required = kind not in MAY_BE_EMPTY
        field.error_messages = {"required": "Enter the words. This paragraph cannot be left out"}

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if wrong := problems(self.kind, words):
            raise ValidationError(wrong)
        return words

    layout = [textarea("words", rows=7), plain("starts_on")]


class LetterheadForm(FromDayForm):
    name = forms.CharField(
        label="The inspectorate’s name", max_length=120, error_messages={"required": "Enter the inspectorate’s name"}
    )
    short_name = forms.CharField(
        label="Its short name",
        help_text="As in “published by HMIC”.",
        max_length=20,
        error_messages={"required": "Enter the short name"},
    )
    address = forms.CharField(
        label="Its address",
        help_text="In one line, parts divided by |, for example: 6th Floor | Globe House | London SW1V 1PN",
        max_length=250,
        error_messages={"required": "Enter the address"},
    )

    def clean(self) -> dict[str, Any] | None:
        for name in ("name", "short_name", "address"):
            if missing := missing_characters(self.cleaned_data.get(name, "")):
                self.add_error(name, f"Letters cannot print {' '.join(missing)}. Replace it with plain words")
        return super().clean()

    layout = [text("name"), text("short_name", width=20), text("address"), plain("starts_on")]
