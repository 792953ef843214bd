"""What lead inspectors type of the national report: indicators, their values, passages and the forces these name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from forces.models import Force
from hmic_core.forms.fields import Form, file, plain, radios, select, text, textarea
from hmic_core.spreadsheets import table as spreadsheet
from hmic_core.spreadsheets.book import Unreadable
from inspections.models import Indicator
from inspections.setup.forms import SeenForm
from inspections.setup.forms import words as written

MOST_BYTES = 1024 * 1024


class IndicatorForm(SeenForm):
    title = written("Short title", "Enter the title", most=120, hint="For example: Crimes attended.")
    unit = written("Unit", "Enter the unit", most=60, hint="As it follows the number. For example: per cent of crimes.")
    period = written("Period", "Enter the period", most=80, hint="For example: twelve months to 31 March 2014.")
    source = written("Source", "Enter the source", most=200, hint="For example: HMIC data collection.")
    definition = written(
        "What is counted (optional)", most=500, hint="Published with the figures. Say what is counted, and what is not."
    )
    national = written("England and Wales (optional)", most=20, hint="Only where the source gives this figure.")
    better = forms.ChoiceField(
        label="Which way is better",
        choices=Indicator.Better.choices,
        initial=Indicator.Better.NEITHER,
        widget=forms.RadioSelect,
        required=False,
    )
    layout = [
        text("title"),
        text("unit", width=30),
        text("period", width=30),
        text("source"),
        text("definition"),
        text("national", width=10),
        radios("better", small=True),
        plain("seen"),
    ]

    def clean_better(self) -> str:
        return self.cleaned_data["better"] or Indicator.Better.NEITHER


class ValuesForm(Form):
    """A table as it was pasted, or a file of it. `checked` is the mark of the table that the dry run was made of."""

    table = forms.CharField(
        label="Force and indicators",
        help_text="One row a force, one column an indicator. Paste from a spreadsheet, or change it here. An empty "
        "cell leaves the value as it is; a dash takes it out. Write 62.5 [p] for a provisional value, [c] and why for "
        "a suppressed one, [x] and why for one that is not available.",
        widget=forms.Textarea(attrs={"spellcheck": "false", "class": "table-paste"}),
        strip=False,
        required=False,
    )
    upload = forms.FileField(label="Or a file (.xlsx, .ods or .csv)", required=False, allow_empty_file=True)
    checked = forms.CharField(widget=forms.HiddenInput, required=False)
    layout = [textarea("table", rows=14), file("upload"), plain("checked")]

    #: What the file holds beside the table, in words.
    unread: list[str]

    def clean_upload(self) -> str:
        self.unread = []
        uploaded: UploadedFile | None = self.cleaned_data["upload"]
        if uploaded is None:
            return ""
        if (uploaded.size or 0) > MOST_BYTES:
            raise ValidationError("The file is larger than 1 MB. Choose the table of forces only.")
        try:
            found = spreadsheet.read(uploaded.read(), "Force")
        except Unreadable as refusal:
            raise ValidationError(refusal.sentence) from None
        self.unread = found.unread
        return found.text

    @property
    def given(self) -> str:
        """The table: the file's, or what was pasted."""
        return str(self.cleaned_data.get("upload") or self.cleaned_data.get("table", ""))

    def show(self, mark: str) -> None:
        """Let the field hold the table, a file's too, with the mark of its dry run."""
        data: Any = self.data
        self.data = data = data.copy()
        data["table"], data["checked"] = self.given, mark


class PassageForm(SeenForm):
    words = written("Words of the report", "Enter the passage", lines=True)
    layout = [textarea("words", rows=8), plain("seen")]


class NameForm(SeenForm):
    reason = written("Why the name stays in the report", "Say why the name stays", most=300)
    words = written(
        "What this force is shown instead",
        lines=True,
        hint="Needed only where the passage names other forces too. Write it without them: nothing about another "
        "force may be in it.",
    )
    layout = [text("reason"), textarea("words", rows=6), plain("seen")]


class NewNameForm(NameForm):
    force: "forms.ModelChoiceField[Force]" = forms.ModelChoiceField(
        label="Force",
        queryset=None,
        empty_label="Choose a force",
        error_messages={"required": "Choose the force", "invalid_choice": "Choose a force from the list"},
    )
    layout = [select("force"), *NameForm.layout]

    def __init__(self, *args: Any, forces: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["force"].queryset = forces  # type: ignore[attr-defined]
