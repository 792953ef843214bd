"""What publication admins type about embargoed copies: who, from when, why; and a PDF to be identified."""

from typing import Any

from django import forms

from findings.forms import UploadField
from forces.models import Contact
from hmic_core.forms.fields import Form, WallTimeField, file, plain, text, textarea
from letters.copies.recipients import STANDINGS

_REASON_MISSING = {"required": "Say why. The reason is kept"}


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, contact: Contact) -> str:  # type: ignore[override]
        return f"{contact.force.name}: {contact.name}, {contact.get_capacity_display().lower()}"


class EntryForm(Form):
    """From when and why; the time may be left out."""

    not_before = WallTimeField(
        label="Not before (optional)",
        help_text="London time. Left empty, the copy can be read as soon as the release is approved.",
        required=False,
    )
    reason = forms.CharField(
        label="Why may this person see it before everybody else?",
        help_text="Kept, and listed in the proof of embargo.",
        max_length=300,
        error_messages={**_REASON_MISSING, "max_length": "Keep the reason under 300 characters"},
    )
    layout = [plain("not_before"), text("reason")]


class AddForm(EntryForm):
    contact = PersonField(
        label="Person",
        queryset=Contact.objects.none(),
        help_text="Verified people of the forces whose letters are part of this release.",
        error_messages={"required": "Choose a person", "invalid_choice": "Choose a person from the list"},
    )
    layout = ["contact", plain("not_before"), text("reason")]

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = Contact.objects.filter(  # type: ignore[attr-defined]
            pk__in=[each.pk for each in people]
        ).select_related("force")


class RecallForm(Form):
    reason = forms.CharField(
        label="Reason",
        help_text="It is kept in the audit trail. The person is told that the copy was recalled, not why.",
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": "Give a reason. It is kept", "max_length": "Keep the reason under 300 characters"},
    )
    layout = [textarea("reason", rows=3)]


class StandingFilter(Form):
    standing = forms.ChoiceField(label="Copy", required=False, choices=[("", "Any"), *STANDINGS.items()])
    force = forms.CharField(label="Force or person", required=False, max_length=100)

    def chosen(self) -> dict[str, str]:
        """What was asked for, as it stands in the address; nothing where it makes no sense."""
        if not self.is_valid():
            return {}
        return {name: value for name, value in self.cleaned_data.items() if value}


class IdentifyForm(Form):
    document = UploadField(
        label="The document as PDF",
        help_text="As it was found, 25 MB at most. It is compared and not kept.",
        error_messages={"required": "Choose the PDF that was found"},
    )
    layout = [file("document")]
