"""What people give to this room: the national report, a letter to import, a reason."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from findings.forms import UploadField
from hmic_core.errors import NotAllowed
from hmic_core.forms.fields import Form, file, text, textarea


class PdfField(UploadField):
    """A PDF that can be opened and stamped for a recipient. Cleans to bytes, name and type."""

    def _checked(self, uploaded: Any) -> tuple[bytes, str, str]:
        if PurePath(uploaded.name or "").suffix.lower() != ".pdf":
            raise ValidationError("The report has to be a PDF. Save it as PDF, then choose that file.")
        kept = super()._checked(uploaded)
        from letters.copies.report import report_pages

        try:
            report_pages(kept[0])
        except NotAllowed as refusal:
            raise ValidationError(refusal.sentence) from None
        return kept


class ReportForm(Form):
    submit_label = "Upload the report"
    title = forms.CharField(
        label="Title of the national report", max_length=250, error_messages={"required": "Enter the report’s title"}
    )
    summary = forms.CharField(
        label="Summary for the inspection’s page (optional)",
        help_text="Plain words. It is public together with the report.",
        required=False,
        widget=forms.Textarea,
    )
    report = PdfField(
        label="The report as PDF",
        help_text="25 MB at most. It goes out under embargo with every letter.",
        error_messages={"required": "Choose the report’s PDF"},
    )
    layout = [text("title"), textarea("summary", rows=4), file("report")]
