"""What people type about letters of before this system: files, corrections, reasons."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from archive.reading.files.opening import KINDS, is_letter_file
from findings.forms import UploadField
from hmic_core.forms.fields import DayField, Form, WallTimeField, checkbox, file, plain, radios, select, text, textarea

#: What may come at once: as many files as a batch holds, and as much as one request may bring.
MOST_FILES = 300


MOST_BYTES = 300 * 1024**2


class FilesInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class LetterFilesField(UploadField):
    """One letter or hundreds. Cleans to a list of bytes and name.

    One file is checked here, beside its field. Of several each is checked on its own, so that a bad one stops nobody:
    what is wrong with it stands in the list of the batch.
    """

    def clean(self, data: Any, initial: Any = None) -> list[tuple[bytes, str]]:
        files = [file for file in data or [] if file]
        if len(files) > MOST_FILES:
            raise ValidationError(f"Choose {MOST_FILES} files at most. Upload the others afterwards.")
        if len(files) < 2:
            kept = super().clean(files[0] if files else None, initial)
            return [kept[:2]] if kept else []
        if sum(file.size or 0 for file in files) > MOST_BYTES:
            raise ValidationError(
                f"The files are larger than {MOST_BYTES // 1024**2} MB together. Upload fewer at once."
            )
        return [(b"" if (file.size or 0) > settings.MAX_UPLOAD_BYTES else file.read(), file.name) for file in files]

    def _checked(self, uploaded: Any) -> tuple[bytes, str, str]:
        if not is_letter_file(uploaded.name or ""):
            raise ValidationError("Choose a text, Word or PDF file (.txt, .docx, .pdf).")
        return super()._checked(uploaded)


class ImportForm(Form):
    submit_label = "Read the letters"
    letter = LetterFilesField(
        label="Letters as text, Word or PDF files",
        help_text="One file or several at once, up to 300. Nothing is published by this: you see what was read, beside"
        " the source, before it is kept.",
        widget=FilesInput(attrs={"accept": ",".join(KINDS)}),
        error_messages={"required": "Choose at least one file"},
    )
    layout = [file("letter")]


class CorrectionForm(Form):
    """An import corrected by hand. Each field is shown with what was read; nothing typed is ever lost."""

    submit_label = "Save the corrections"
    force = forms.ChoiceField(label="Force", required=False)
    inspection = forms.CharField(label="Inspection", required=False, max_length=250)
    letter_date = DayField(label="Date of the letter", required=False)
    embargo = WallTimeField(label="Instant of publication", help_text="As a clock in London showed it.", required=False)
    addressee_title = forms.CharField(label="Addressee: title", required=False, max_length=40)
    addressee = forms.CharField(label="Addressee: name", required=False, max_length=200)
    addressee_honours = forms.CharField(label="Addressee: honours", required=False, max_length=200)
    addressee_post = forms.CharField(label="Addressee: post", required=False, max_length=200)
    salutation = forms.CharField(label="Salutation", required=False, max_length=200)
    subject = forms.CharField(label="Subject line", required=False, max_length=300)
    signatory = forms.CharField(label="Signed by: name", required=False, max_length=200)
    signatory_honours = forms.CharField(label="Signed by: honours", required=False, max_length=200)
    signatory_post = forms.CharField(label="Signed by: post", required=False, max_length=200)
    region = forms.CharField(label="Signed by: region", required=False, max_length=200)
    body = forms.CharField(
        label="Themes and findings",
        help_text="“# ” begins a theme’s heading, “- ” a finding, “> ” a closing paragraph; a paragraph with none of"
        " them goes on with the finding above. Leave an empty line between paragraphs.",
        widget=forms.Textarea,
        error_messages={"required": "Keep the themes and findings: a letter without them cannot be imported"},
    )
    words_change = forms.BooleanField(
        label="I mean to change words of the letter: what was taken out and put in is kept with the import",
        required=False,
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    layout = [
        select("force"), text("inspection"), plain("letter_date"), plain("embargo"),
        text("addressee_title", 10), text("addressee"), text("addressee_honours", 20), text("addressee_post"),
        text("salutation"), text("subject"), text("signatory"), text("signatory_honours", 20), text("signatory_post"),
        text("region"), textarea("body", rows=24), checkbox("words_change"), "version",
    ]  # fmt: skip

    def __init__(self, *args: Any, forces: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read = str(self.initial.get("force") or "")
        names = list(forces) if not read or read in forces else [read, *forces]
        self.fields["force"].choices = [("", "Not found"), *((name, name) for name in names)]  # type: ignore[attr-defined]


class ReopenForm(Form):
    """Why a confirmed letter is opened again, and what the correction begins with."""

    reason = forms.CharField(
        label="Why is it corrected?",
        help_text="Kept with the earlier reading and in the audit trail.",
        widget=forms.Textarea,
        max_length=500,
        error_messages={"required": "Say why the letter is corrected"},
    )
    start = forms.ChoiceField(
        label="What do you begin with?",
        choices=[("confirmed", "The letter as it was confirmed"), ("file", "The file, read anew")],
        initial="confirmed",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you begin with"},
    )
    layout = [textarea("reason", rows=3), radios("start")]
