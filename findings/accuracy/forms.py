"""Forms of the factual accuracy check."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from findings.forms import FILE_KINDS, UploadField
from findings.models import Point, PointFile
from hmic_core.forms.fields import Choice, Form, checkboxes, file, radios, text, textarea

_HINTS = {
    Point.Kind.TYPING: "A name, date, figure or spelling",
    Point.Kind.DISPUTED: "What it says is not so",
    Point.Kind.LEFT_OUT: "A fact that changes the picture",
    Point.Kind.CHANGED_SINCE: "True then, different now: kept as an update for the next inspection",
}


_AFTER_QUOTED: Sequence[Any] = (
    radios("kind", columns=True),
    textarea("proposed", rows=3),
    textarea("explanation", rows=4),
    file("upload"),
    text("shows"),
    checkboxes("take_off", small=True),
    checkboxes("put_back", small=True),
    "version",
)


def _name_of(item: Any) -> str:
    """The field that an item of a layout shows."""
    return item if isinstance(item, str) else str(next(iter(getattr(item, "fields", [])), ""))


class PointForm(Form):
    """A point as the force writes it. Unfinished ones are saved too: nobody loses words for want of others.

    `given`: the evidence that is with the point already, which can be ticked to take it off or put it back.
    """

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
    upload = UploadField(
        label="Evidence file", help_text=f"{FILE_KINDS}. At most 25 MB. Save, then add another.", required=False
    )
    shows = forms.CharField(
        label="What this file shows, and where in it",
        help_text="For example: page 4, the list of courses held.",
        max_length=300,
        required=False,
        error_messages={"max_length": "Keep this to 300 characters; the rest goes into “Why”"},
    )
    take_off: "forms.ModelMultipleChoiceField[PointFile]" = forms.ModelMultipleChoiceField(
        label="Take these files off when I save",
        queryset=PointFile.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "That file is off already"},
    )
    put_back: "forms.ModelMultipleChoiceField[PointFile]" = forms.ModelMultipleChoiceField(
        label="Taken off earlier: put back when I save",
        queryset=PointFile.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "That file is with the point already"},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    layout: ClassVar[Sequence[Any]] = (textarea("quoted", rows=2), *_AFTER_QUOTED)

    def __init__(self, *args: Any, given: "QuerySet[PointFile] | None" = None, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, is_off in (("take_off", False), ("put_back", True)):
            found = given.filter(taken_off_at__isnull=not is_off) if given is not None else None
            if found is None or not found.exists():
                del self.fields[name]
                continue
            field: Any = self.fields[name]
            field.queryset = found
            field.label_from_instance = lambda each: each.file.name

    def _items(self) -> list[Any]:
        return [each for each in super()._items() if _name_of(each) in (*self.fields, "")]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("shows") and not cleaned.get("upload") and "upload" not in self.errors:
            self.add_error("upload", "Choose the file that this describes")
        return cleaned

    def words(self) -> dict[str, str]:
        """The point itself, without its files."""
        return {name: self.cleaned_data.get(name, "") for name in ("kind", "quoted", "proposed", "explanation")}


class WholePointForm(PointForm):
    """A point about the draft as a whole: there are no words to quote."""

    quoted = None  # type: ignore[assignment]
    layout: ClassVar[Sequence[Any]] = _AFTER_QUOTED


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
