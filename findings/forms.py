"""What inspectors type: findings, evidence, reasons, filters. Each error says what to do next, beside its field."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from findings.models import Evidence, Finding, WorkingCopy
from findings.progress import CELL_STATES, Matrix
from hmic_core.files import ALLOWED
from hmic_core.forms import DayField, Form, checkboxes, file, plain, radios, text, textarea
from hmic_core.text import check
from inspections.models import Theme

#: What may be chosen, in words for hints and errors.
FILE_KINDS = "PDF, Word (.docx), Excel (.xlsx), picture (.png, .jpg), text or CSV"


class MarkdownField(forms.CharField):
    """Text of the letter. Kept exactly as typed; refused with a sentence when it can't be kept."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), strip=False, **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        if self.required and not value.strip():
            raise ValidationError(self.error_messages["required"], code="required")
        if problems := check(value):
            raise ValidationError(problems)


class UploadField(forms.FileField):
    """A file of a kind that may be kept, by its name and by how its bytes begin. Cleans to the bytes, name and type."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        try:
            uploaded = super().clean(data, initial)
        except ValidationError as error:
            empty = any(each.code == "empty" for each in error.error_list)
            raise ValidationError("The file is empty. Choose another one.") if empty else error from None
        return self._checked(uploaded) if uploaded else None

    def _checked(self, uploaded: UploadedFile) -> tuple[bytes, str, str]:
        name = uploaded.name or "file"
        limit = settings.MAX_UPLOAD_BYTES
        if (uploaded.size or 0) > limit:
            raise ValidationError(f"The file is larger than {limit // 1024**2} MB. Choose a smaller one, or split it.")
        kind = ALLOWED.get(PurePath(name).suffix.lower())
        if kind is None:
            raise ValidationError(f"“{name}” is of a kind that can’t be kept. Choose a {FILE_KINDS} file.")
        content_type, beginning = kind
        data = uploaded.read()
        if not data.startswith(beginning):
            raise ValidationError(f"“{name}” is not what its name says. Save it in its own program again first.")
        return data, name, content_type


class FindingForm(Form):
    """The words of a finding that exists. `version` is the one they were shown with."""

    text = MarkdownField(
        label="The finding, in the words of the letter",
        rows=9,
        error_messages={"required": "Write the finding. To take it out, remove it with a reason"},
    )
    basis = MarkdownField(label="Basis: what the force is told this rests on", rows=3, required=False)
    kind = forms.ChoiceField(
        label="Kind",
        choices=Finding.Kind.choices,
        error_messages={"required": "Choose the kind", "invalid_choice": "Choose one of the kinds in the list"},
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    copy = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    #: The unsaved words that the form was filled with, and others of the same person.
    shown_copy: WorkingCopy | None = None
    other_copies: Sequence[WorkingCopy] = ()

    def words(self) -> dict[str, Any]:
        """The arguments of `save_finding`."""
        return {name: self.cleaned_data[name] for name in ("text", "basis", "kind", "version")}


class DraftForm(Form):
    """A new finding on one force, with a first note of evidence if there is one."""

    theme: "forms.ModelChoiceField[Theme]" = forms.ModelChoiceField(
        label="Theme",
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the theme", "invalid_choice": "Choose one of the themes in the list"},
    )
    kind = forms.ChoiceField(label="Kind", choices=Finding.Kind.choices, initial=Finding.Kind.FINDING)
    text = MarkdownField(
        label="The finding, in the words of the letter",
        rows=9,
        help_text="One statement. A line that begins with “- ” becomes a bullet; **bold** and *italic* stay.",
        error_messages={"required": "Write the finding"},
    )
    basis = MarkdownField(
        label="Basis: what the force is told this rests on",
        rows=3,
        help_text="Documents seen, dates, sample size; no names.",
        required=False,
    )
    evidence_kind = forms.ChoiceField(
        label="Kind of evidence", choices=Evidence.Kind.choices, initial=Evidence.Kind.INTERVIEW
    )
    evidence_source = forms.CharField(label="Where it comes from", max_length=200, required=False)
    evidence_note = forms.CharField(
        label="Note",
        help_text="Only for the inspectorate. More, and files, can be added later.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    cause: "forms.ModelChoiceField[Finding]" = forms.ModelChoiceField(
        queryset=None,
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "The cause of concern is gone: link the recommendation to another later"},
    )
    copy = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, themes: Any, causes: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["theme"].queryset = themes  # type: ignore[attr-defined]
        self.fields["cause"].queryset = causes  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("evidence_note", "").strip() and not cleaned.get("evidence_source", "").strip():
            self.add_error("evidence_source", "Say where the evidence comes from, or empty the note")
        return cleaned


class EvidenceForm(Form):
    """A piece of evidence, and the findings that rest on it."""

    kind = forms.ChoiceField(
        label="Kind",
        choices=Evidence.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of evidence it is"},
    )
    source = forms.CharField(
        label="Where it comes from",
        help_text="Whom you spoke to, what you saw or read. For example: Interview, control room manager.",
        max_length=200,
        error_messages={
            "required": "Say where the evidence comes from",
            "max_length": "Keep the source to 200 characters; the rest goes into the note",
        },
    )
    happened_on = DayField(label="When (if known)", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    upload = UploadField(label="File (if there is one)", help_text=f"{FILE_KINDS}. At most 25 MB.", required=False)
    findings: "forms.ModelMultipleChoiceField[Finding]" = forms.ModelMultipleChoiceField(
        label="Findings that rest on it",
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Choose findings of this force from the list"},
    )
    layout = [
        radios("kind", columns=True),
        text("source"),
        plain("happened_on"),
        textarea("note", rows=4),
        file("upload"),
        checkboxes("findings", small=True),
    ]

    def __init__(self, *args: Any, findings: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["findings"].queryset = findings  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors and cleaned.get("upload"):
            # A browser never fills a file box again; without this the file would be lost without a word.
            self.add_error("upload", "Choose the file again: it is kept only once everything else is right")
        return cleaned


class ReasonForm(Form):
    """Why: for sending back and for removing."""

    reason = forms.CharField(
        label="Reason", widget=forms.Textarea, error_messages={"required": "Give the reason, so that the author knows"}
    )
    layout = [textarea("reason", rows=3)]


class MatrixFilter(Form):
    """Which forces of the matrix are shown. Kept in the address; an unknown value shows nothing by mistake, so it is
    taken for no filter."""

    region = forms.ChoiceField(label="Region", required=False)
    theme = forms.ChoiceField(label="Theme", required=False)
    state = forms.ChoiceField(label="State", required=False)
    force = forms.CharField(label="Force name", required=False)

    def __init__(self, data: Any, *, matrix: Matrix) -> None:
        super().__init__(data)
        choices = {
            "region": [("", "All regions")] + [(region.slug, region.name) for region in matrix.regions()],
            "theme": [("", "Any theme")] + [(theme.prefix, theme.title) for theme in matrix.themes],
            "state": [("", "Any state"), *CELL_STATES.items()],
        }
        if any(row.region is None for row in matrix.rows):
            choices["region"].append(("unknown", "No region known"))
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        self.full_clean()

    def chosen(self) -> dict[str, str]:
        """The valid filters that are set."""
        return {name: value for name, value in self.cleaned_data.items() if value}
