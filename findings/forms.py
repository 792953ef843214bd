"""What inspectors type: findings, evidence, reasons, filters. Each error says what to do next, beside its field."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from findings.character_count import room
from findings.models import CriterionAnswer, Evidence, Finding, WorkingCopy
from hmic_core import uploads
from hmic_core.files import ALLOWED
from hmic_core.forms.fields import DayField, Form, checkboxes, file, plain, radios, text, textarea
from hmic_core.kept_uploads import Good, KeepingFileInput, KeepingFilesInput
from hmic_core.text.markdown import check
from inspections.models import Theme

#: What may be chosen, in words for hints and errors.
FILE_KINDS = "PDF, Word (.docx), Excel (.xlsx), picture (.png, .jpg), text or CSV"

#: The browser checks the spelling, in the letters' English, whatever its own language is.
SPELLING = {"spellcheck": "true", "lang": "en-GB"}


class LetterTextarea(forms.Textarea):
    """A box for text of the letter. It says beside it how much fits, before too much is typed."""

    room = staticmethod(room)


class MarkdownField(forms.CharField):
    """Text of the letter. Kept exactly as typed; refused with a sentence when it can't be kept."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        super().__init__(widget=LetterTextarea(attrs={"rows": rows, **SPELLING}), strip=False, **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        if self.required and not value.strip():
            raise ValidationError(self.error_messages["required"], code="required")
        if problems := check(value):
            raise ValidationError(problems)


class UploadField(forms.FileField):
    """A file of a kind that may be kept, by its name and by how its bytes begin. Cleans to the bytes, name and type."""

    widget = KeepingFileInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        #: What was found to be good, whatever becomes of the form.
        self.good: list[Good] = []

    def clean(self, data: Any, initial: Any = None) -> Any:
        self.good = []
        cleaned = self._cleaned(data, initial)
        self.good = [cleaned] if cleaned else []
        return cleaned

    def _cleaned(self, data: Any, initial: Any = None) -> Any:
        try:
            uploaded = super().clean(data, initial)
        except ValidationError as error:
            empty = any(each.code == "empty" for each in error.error_list)
            raise ValidationError(f"“{data.name}” is empty. Choose another file.") if empty else error from None
        return self._checked(uploaded) if uploaded else None

    def _checked(self, uploaded: UploadedFile) -> tuple[bytes, str, str]:
        name = uploaded.name or "file"
        limit = settings.MAX_UPLOAD_BYTES
        if (uploaded.size or 0) > limit:
            raise ValidationError(f"“{name}” is larger than {limit // 1024**2} MB. Choose a smaller one, or split it.")
        if PurePath(name).suffix.lower() not in ALLOWED:
            raise ValidationError(f"“{name}” is of a kind that can’t be kept. Choose a {FILE_KINDS} file.")
        data = uploaded.read()
        try:
            return data, name, uploads.examine(data, name)
        except uploads.Refused as refusal:
            raise ValidationError(str(refusal)) from None


class UploadsField(UploadField):
    """Several files at once, each examined. Cleans to a list of bytes, name and type; every refused one is named."""

    widget = KeepingFilesInput

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        self.good = []
        if len(given) > self.most:
            raise ValidationError(f"Choose at most {self.most} files at once.")
        found, problems = [], []
        for each in given:
            try:
                found.append(self._cleaned(each, initial))
            except ValidationError as error:
                problems += error.messages
        self.good = [each for each in found if each]
        if problems:
            raise ValidationError(problems)
        return self.good


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
    source_reference = forms.CharField(
        label="Its reference (if it has one)",
        help_text="A document’s number, a case’s, an interview’s.",
        max_length=120,
        required=False,
        error_messages={"max_length": "Keep the reference to 120 characters"},
    )
    happened_on = DayField(label="When (if known)", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    uploads = UploadsField(
        label="Files (if there are any)",
        help_text=f"{FILE_KINDS}. At most 25 MB each, without password and macros.",
        required=False,
        most=10,
    )
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
        text("source_reference", width=20),
        plain("happened_on"),
        textarea("note", rows=4),
        file("uploads"),
        checkboxes("findings", small=True),
    ]

    def __init__(self, *args: Any, findings: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["findings"].queryset = findings  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What is said of it, without its files."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("uploads", "seen")}


class EvidenceChangeForm(EvidenceForm):
    """A piece of evidence that exists. `seen` is the mark of what was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    layout = [*EvidenceForm.layout, plain("seen")]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["uploads"].label = "More files (if there are any)"


class AnswerForm(Form):
    """One criterion answered for one force. `version` is that of the answer that was shown, 0 for none."""

    answer = forms.ChoiceField(
        label="Answer",
        choices=CriterionAnswer.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose yes, partly, no or not assessed",
            "invalid_choice": "Choose yes, partly, no or not assessed",
        },
    )
    findings: "forms.ModelMultipleChoiceField[Finding]" = forms.ModelMultipleChoiceField(
        label="Findings that carry it",
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Choose findings of this force and theme from the list"},
    )
    note = forms.CharField(label="Note, for the inspectorate only", widget=forms.Textarea, required=False)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    layout = [
        radios("answer", inline=True, small=True),
        checkboxes("findings", small=True),
        textarea("note", rows=2),
        plain("version"),
    ]

    def __init__(self, *args: Any, findings: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["findings"].queryset = findings  # type: ignore[attr-defined]


class ReasonForm(Form):
    """Why: for sending back and for removing."""

    reason = forms.CharField(
        label="Reason", widget=forms.Textarea, error_messages={"required": "Give the reason, so that the author knows"}
    )
    layout = [textarea("reason", rows=3)]
