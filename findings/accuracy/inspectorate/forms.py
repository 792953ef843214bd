"""Forms of the inspectorate's side of a check, and of the force's answers to it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from findings.accuracy.inspectorate.unconfirmed import ToConfirm
from findings.models import Point
from hmic_core.forms.fields import Form, checkboxes, text, textarea
from inspections.models import NationalEntry

NOT_DECIDED = "waiting"


class DecisionForm(Form):
    """The decision on a point. `amended_text` is the whole finding, and counts only where the point is accepted."""

    outcome = forms.ChoiceField(
        label="Decision",
        choices=[
            (Point.State.ACCEPTED, "Accepted"),
            (Point.State.ACCEPTED_IN_PART, "Accepted in part"),
            (Point.State.NOT_ACCEPTED, "Not accepted"),
            (Point.State.TAKEN_AS_UPDATE, "Taken as an update"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a decision", "invalid_choice": "Choose a decision"},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="The force will read this.",
        widget=forms.Textarea,
        error_messages={"required": "Give the reason for the decision: the force will read it"},
    )
    amended_text = forms.CharField(
        label="The finding as amended",
        help_text="Used only if you accept, or accept in part.",
        widget=forms.Textarea,
        required=False,
    )
    quote_basis = forms.BooleanField(label="Quote the basis of the finding with the reason", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, about: NationalEntry | None = None, **kwargs: Any) -> None:
        """`about`: the indicator or passage that the point is on, if it is on one."""
        super().__init__(*args, **kwargs)
        if about:
            what = "value" if about.indicator_id else "passage"
            self.fields["amended_text"].label = f"The {what} as amended"


class CorrectionForm(DecisionForm):
    """A decision that replaces another. `has_words`: the former one put words in, which may have to come out."""

    why = forms.CharField(
        label="Why is the decision corrected?",
        help_text="Kept with the former decision. If the force has seen that, it reads this too.",
        widget=forms.Textarea,
        error_messages={"required": "Say why the decision is corrected"},
    )
    restored_text = forms.CharField(
        label="What it says without the former amendment",
        help_text="Used only if you do not accept, or take it as an update.",
        widget=forms.Textarea,
        required=False,
    )

    def __init__(self, *args: Any, has_words: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amended_text"].label = "What it says as amended"
        if not has_words:
            del self.fields["restored_text"]

    def decision(self) -> dict[str, Any]:
        """What the verb takes: of the two texts the one that the outcome asks for."""
        found = dict(self.cleaned_data)
        restored = found.pop("restored_text", None)
        if found["outcome"] not in Point.TAKEN:
            found["amended_text"] = restored
        return found


class AskForm(Form):
    question = forms.CharField(
        label="What do you ask the force for?",
        help_text="The force reads this as you write it. Ask for one thing, and say what it would show.",
        widget=forms.Textarea,
        error_messages={"required": "Write what you ask: the force answers that question"},
    )
    days = forms.IntegerField(
        label="Working days to answer",
        min_value=1,
        max_value=20,
        error_messages={
            "required": "Enter the number of working days, for example 5",
            "invalid": "Enter a whole number of working days, for example 5",
            "min_value": "Give the force at least one working day",
            "max_value": "Give the force at most 20 working days",
        },
    )
    layout = (textarea("question", rows=5), text("days", width=2))


class WaiveForm(Form):
    reason = forms.CharField(
        label="Why these words may stand without being shown to the force",
        help_text="Kept with the record.",
        widget=forms.Textarea,
        error_messages={"required": "Say why these words may stand, or show them to the force again"},
    )
    layout = (textarea("reason", rows=3),)


class AcceptForm(Form):
    """One reason for several typing errors."""

    reason = forms.CharField(
        label="Reason for all of them",
        help_text="Each force reads it beside its own points.",
        widget=forms.Textarea,
        error_messages={"required": "Give the reason: each force will read it"},
    )
    layout = (textarea("reason", rows=2),)


class PointFilter(forms.Form):
    """What the list of points can be narrowed to; it stays in the address. Unknown values narrow nothing."""

    force = forms.ChoiceField(label="Force", required=False)
    theme = forms.ChoiceField(label="Theme", required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All kinds"), *Point.Kind.choices])
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "All states"),
            (NOT_DECIDED, "To decide"),
            *(
                (state, label)
                for state, label in Point.State.choices
                if state not in ("draft", "submitted", "withdrawn")
            ),
        ],
    )
    decider = forms.ChoiceField(label="Decider", required=False)

    def __init__(
        self,
        data: Any,
        *,
        forces: Sequence[tuple[str, str]],
        themes: Sequence[str],
        deciders: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        self.fields["force"].choices = [("", "All forces"), *forces]  # type: ignore[attr-defined]
        self.fields["theme"].choices = [("", "All themes"), *((each, each) for each in themes)]  # type: ignore[attr-defined]
        self.fields["decider"].choices = [("", "Anybody"), *deciders]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class SendForm(Form):
    """A tick for each fact that a sender confirms before a draft goes out; no field where there is none."""

    confirmed = forms.MultipleChoiceField(
        label="Confirm each before it is sent", required=False, widget=forms.CheckboxSelectMultiple
    )
    layout: ClassVar[Sequence[Any]] = (checkboxes("confirmed", small=True),)

    def __init__(self, data: Any = None, *, asked: Sequence[ToConfirm]) -> None:
        super().__init__(data)
        self.asked = asked
        self.fields["confirmed"].choices = [(each.key, each.sentence) for each in asked]  # type: ignore[attr-defined]
        self.fields["confirmed"].error_messages["invalid_choice"] = (
            "Something changed since you opened this page: read the list again and tick each"
        )
        if not asked:
            del self.fields["confirmed"]

    def clean_confirmed(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["confirmed"]
        left = [each.sentence for each in self.asked if each.key not in ticked]
        if left:
            raise forms.ValidationError([f"Confirm this, or settle it first: {each}" for each in left])
        return ticked

    def confirmed_keys(self) -> list[str]:
        """What the verb asks for."""
        return list(self.cleaned_data.get("confirmed", ()))
