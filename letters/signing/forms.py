"""What people type while letters are proof-read and signed: reasons, passages, signatories, pictures, Welsh words."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from findings.forms import UploadField
from forces.models import Force, Person
from hmic_core.errors import NotAllowed
from hmic_core.forms.fields import DayField, Form, checkboxes, file, plain, radios, select, text, textarea
from letters.models import Exclusion
from letters.signing import signature_image, welsh
from letters.signing.welsh import Slot


class DismissForm(Form):
    submit_label = "Dismiss the warning"
    reason = forms.CharField(
        label="Why it may stay as it is",
        help_text="Say it without quoting the letter: the reason is kept with the letter’s history.",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Give the reason, so that the next reader need not ask"},
    )
    layout = [textarea("reason", rows=3)]


class ExcludeForm(Form):
    submit_label = "Keep it from the public"
    submit_tone = "warning"
    reference = forms.ChoiceField(label="Finding", error_messages={"required": "Choose the finding"})
    words = forms.CharField(
        label="The exact words",
        help_text="Copied from the finding, as they are typed there. They leave a mark in the public version.",
        widget=forms.Textarea,
        error_messages={"required": "Enter the words that the public must not read"},
    )
    ground = forms.ChoiceField(
        label="Ground",
        choices=Exclusion.Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the ground"},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="Without the words themselves: the reason is kept with the letter’s history.",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Give the reason"},
    )
    layout = [select("reference"), textarea("words", rows=4), radios("ground"), textarea("reason", rows=3)]

    def __init__(self, *args: Any, references: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].choices = [(each, each) for each in references]  # type: ignore[attr-defined]


class IncludeForm(Form):
    submit_label = "Let it become public"
    submit_tone = "warning"
    reason = forms.CharField(
        label="Why it may be published",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Give the reason"},
    )
    layout = [textarea("reason", rows=3)]


class SignatoryForm(Form):
    """Who signs letters of some forces, or signs for who does, between two days."""

    submit_label = "Assign"
    person = forms.ModelChoiceField(
        label="Who", queryset=Person.objects.none(), error_messages={"required": "Choose who signs"}
    )
    role = forms.ChoiceField(
        label="As what",
        choices=[
            ("deputy", "Deputy: signs on behalf of the signatory"),
            ("signatory", "Signatory: letters assembled from now on are in this person’s name"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what this person is"},
    )
    starts_on = DayField(label="From", error_messages={"required": "Enter the first day"})
    ends_on = DayField(label="Until (optional for a signatory)", required=False)
    forces = forms.ModelMultipleChoiceField(
        label="For which forces",
        queryset=Force.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one force"},
    )
    layout = [
        select("person"),
        radios("role"),
        plain("starts_on"),
        plain("ends_on"),
        checkboxes("forces", small=True),
    ]

    def __init__(self, *args: Any, people: Any, forces: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["forces"].queryset = forces  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if self.cleaned_data.get("role") == "deputy" and first and not last and "ends_on" not in self.errors:
            self.add_error("ends_on", "Enter the last day: a deputy’s time always ends")
        if first and last and last < first:
            self.add_error("ends_on", "The last day is before the first. Enter a later one")
        return super().clean()


class PngField(UploadField):
    """A picture of a signature, made anew. Cleans to bytes, name and type."""

    def _checked(self, uploaded: Any) -> tuple[bytes, str, str]:
        data, name, _ = super()._checked(uploaded)
        try:
            return signature_image.clean(data), name, "image/png"
        except NotAllowed as refusal:
            raise ValidationError(refusal.sentence) from None


class InkForm(Form):
    submit_label = "Keep this picture"
    picture = PngField(
        label="The signature as a PNG picture",
        help_text="1 MB at most, dark on white or on nothing. It is printed in what you sign from then on.",
        error_messages={"required": "Choose the picture"},
    )
    layout = [file("picture")]


class WelshForceForm(Form):
    submit_label = "Add the force"
    force = forms.ModelChoiceField(
        label="Force", queryset=Force.objects.none(), error_messages={"required": "Choose the force"}
    )
    starts_on = DayField(label="From which letter date on", error_messages={"required": "Enter the first day"})
    layout = [select("force"), plain("starts_on")]

    def __init__(self, *args: Any, forces: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["force"].queryset = forces  # type: ignore[attr-defined]


class WelshForm(Form):
    """One box for each text of the letter, with its English above."""

    submit_label = ""

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = {slot.key: slot for slot in slots}
        for slot in slots:
            widget: Any = forms.Textarea(attrs={"rows": slot.rows, "lang": "cy"})
            if slot.rows == 1:
                widget = forms.TextInput(attrs={"lang": "cy"})
            self.fields[slot.key] = forms.CharField(
                label=slot.label, help_text=slot.english, required=False, widget=widget, strip=True
            )

    def _items(self) -> list[Any]:
        return [
            text(slot.key) if slot.rows == 1 else textarea(slot.key, rows=slot.rows) for slot in self.slots.values()
        ]

    def clean(self) -> dict[str, Any] | None:
        for key, slot in self.slots.items():
            for wrong in welsh.problems(slot, self.cleaned_data.get(key, "")):
                self.add_error(key, wrong)
        return super().clean()
