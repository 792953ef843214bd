"""What the force's people type apart from points, and what the lead inspector answers to it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from findings.accuracy.draft import WHOLE
from findings.accuracy.force.extensions import MOST_DAYS
from findings.accuracy.forms import PointForm
from findings.forms import FILE_KINDS, UploadField
from findings.models import Paragraph
from hmic_core.forms.fields import Choice, Form, checkboxes, file, radios, select, text, textarea
from hmic_core.models import User


class InviteForm(Form):
    """A reviewer of the liaison officer's own force: no field says which force."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter the reviewer’s name"})
    email = forms.EmailField(
        label="Work e-mail address",
        help_text="The invitation goes there. It holds a link and nothing of the draft.",
        error_messages={
            "required": "Enter the reviewer’s work e-mail address",
            "invalid": "Enter an e-mail address in full, like name@force.example",
        },
    )
    layout = (text("name", width=30, autocomplete="off"), text("email", width=30, autocomplete="off"))


class GiveForm(Form):
    """Which paragraphs are whose to check."""

    paragraphs: "forms.ModelMultipleChoiceField[Paragraph]" = forms.ModelMultipleChoiceField(
        label="Paragraphs",
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one paragraph", "invalid_choice": "Choose from the list"},
    )
    to = forms.ChoiceField(
        label="Who checks them",
        error_messages={"required": "Choose who checks them", "invalid_choice": "Choose somebody of the list"},
    )
    layout = (checkboxes("paragraphs", small=True), select("to"))

    def __init__(self, *args: Any, paragraphs: Any, people: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["paragraphs"]
        field.queryset, field.label_from_instance = paragraphs, lambda each: each.reference
        choices: Any = self.fields["to"]
        choices.choices = [("", "Choose"), *((str(user.pk), user.name) for user in people), ("nobody", "Nobody yet")]


class LogUploadForm(Form):
    upload = UploadField(
        label="The log as you changed it (.xlsx, .ods or .csv)",
        help_text="You see what each row would do before anything is saved.",
        error_messages={"required": "Choose the response log that you changed"},
    )
    layout = (file("upload"),)


class ExtensionForm(Form):
    days = forms.IntegerField(
        label="How many more working days?",
        min_value=1,
        max_value=MOST_DAYS,
        error_messages={
            "required": "Enter how many working days more your force needs",
            "invalid": "Enter a whole number of working days",
            "min_value": "Ask for at least one working day",
            "max_value": f"Ask for {MOST_DAYS} working days at most",
        },
    )
    reason = forms.CharField(
        label="Why does your force need more time?",
        help_text="The lead inspector reads this. No length limit.",
        widget=forms.Textarea,
        error_messages={"required": "Say why your force needs more time"},
    )
    layout = (text("days", width=3, inputmode="numeric"), textarea("reason", rows=5))


class ExtensionAnswerForm(Form):
    decision = forms.ChoiceField(
        label="Your answer",
        choices=[Choice("grant", "Grant more time"), Choice("refuse", "Refuse")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer", "invalid_choice": "Choose an answer"},
    )
    days = forms.IntegerField(
        label="Working days to add",
        help_text="Counts only if you grant.",
        min_value=1,
        max_value=MOST_DAYS,
        error_messages={
            "required": "Enter how many working days to add",
            "invalid": "Enter a whole number of working days",
            "min_value": "Add at least one working day",
            "max_value": f"Add {MOST_DAYS} working days at most",
        },
    )
    answer = forms.CharField(
        label="Reason",
        help_text="The force will read this.",
        widget=forms.Textarea,
        error_messages={"required": "Give the reason: the force will read it"},
    )
    layout = (radios("decision"), text("days", width=3, inputmode="numeric"), textarea("answer", rows=4))


class WhyLateForm(Form):
    reason = forms.CharField(
        label="Why does it come late?",
        help_text="The lead inspector reads this with the point, and decides whether it is taken.",
        widget=forms.Textarea,
        error_messages={"required": "Say why the point comes late"},
    )
    layout = (textarea("reason", rows=3),)


class LatePointForm(PointForm):
    """A point written after the time: which paragraph it is about is typed here too."""

    upload = shows = take_off = None  # type: ignore[assignment]
    about = forms.ChoiceField(label="Which paragraph is it about?", required=False)
    reason = forms.CharField(
        label="Why does it come late?",
        widget=forms.Textarea,
        error_messages={"required": "Say why the point comes late"},
    )
    layout = (
        select("about"),
        textarea("quoted", rows=2),
        radios("kind", columns=True),
        textarea("proposed", rows=3),
        textarea("explanation", rows=4),
        textarea("reason", rows=3),
    )

    def __init__(self, *args: Any, paragraphs: Sequence[Paragraph], **options: Any) -> None:
        forms.Form.__init__(self, *args, **options)
        field: Any = self.fields["about"]
        field.choices = [("", WHOLE), *((str(each.pk), each.reference) for each in paragraphs)]


class LateAnswerForm(Form):
    decision = forms.ChoiceField(
        label="Your answer",
        choices=[
            Choice("take", "Take it", hint="It stands with the points that came in time, and waits for its decision"),
            Choice("decline", "Do not take it", hint="It stays the force’s own draft"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer", "invalid_choice": "Choose an answer"},
    )
    answer = forms.CharField(
        label="Reason",
        help_text="The force will read this.",
        widget=forms.Textarea,
        error_messages={"required": "Give the reason: the force will read it"},
    )
    layout = (radios("decision"), textarea("answer", rows=4))


#: How many files one answer may bring.
ANSWER_FILES = 3


class AnswerForm(Form):
    """The force's answer: words, files, or both."""

    answer = forms.CharField(label="Your answer", help_text="No length limit.", widget=forms.Textarea, required=False)
    layout: ClassVar[Sequence[Any]] = (
        textarea("answer", rows=6),
        *(part for number in range(1, ANSWER_FILES + 1) for part in (file(f"file_{number}"), text(f"shows_{number}"))),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, ANSWER_FILES + 1):
            hint = f"{FILE_KINDS}. At most 25 MB." if number == 1 else ""
            self.fields[f"file_{number}"] = UploadField(label=f"File {number}", help_text=hint, required=False)
            self.fields[f"shows_{number}"] = forms.CharField(
                label=f"What file {number} shows", max_length=300, required=False
            )

    def clean(self) -> dict[str, Any]:
        words: dict[str, Any] = super().clean() or {}
        if not self.errors and not words.get("answer") and not self.files_given(words):
            self.add_error("answer", "Write an answer, or add a file")
        return words

    def files_given(self, words: dict[str, Any] | None = None) -> list[tuple[tuple[bytes, str, str], str]]:
        """((bytes, name, type), what it shows) of each file."""
        words = self.cleaned_data if words is None else words
        numbers = range(1, ANSWER_FILES + 1)
        pairs = [(words.get(f"file_{number}"), words.get(f"shows_{number}", "")) for number in numbers]
        return [(given, shows) for given, shows in pairs if given]


class DifferenceForm(Form):
    words = forms.CharField(
        label="Why your force still disagrees",
        help_text="Kept with the decision, beside HMIC’s reason.",
        widget=forms.Textarea,
        error_messages={"required": "Say why your force still disagrees"},
    )
    layout = (textarea("words", rows=6),)
