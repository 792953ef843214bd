"""What is typed about sight of a release, and the filters of the audit trail."""

from django import forms

from hmic_core.audit import Action
from hmic_core.forms.fields import Form, radios, select, textarea
from hmic_core.models import User
from publication.evidence import break_glass
from publication.release.forms import _REASON_MISSING


class BreakGlassForm(Form):
    """Who gets sight of a release, for how long, and why."""

    to = forms.ModelChoiceField(
        label="System admin",
        queryset=User.objects.none(),
        empty_label="Choose a person",
        error_messages={"required": "Choose a system admin"},
    )
    hours = forms.TypedChoiceField(
        label="For how long?",
        choices=[(each, "1 hour" if each == 1 else f"{each} hours") for each in break_glass.HOURS],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose for how long"},
    )
    reason = forms.CharField(
        label="Why do they have to see it?",
        help_text="Kept in the audit trail, and shown to auditors. Name the fault, not what was found.",
        max_length=500,
        widget=forms.Textarea,
        error_messages=_REASON_MISSING,
    )
    layout = [select("to"), radios("hours"), textarea("reason", rows=3)]

    def __init__(self, *args: object, holders: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["to"].queryset = holders  # type: ignore[attr-defined]


class AuditFilterForm(Form):
    action = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *Action.choices])
    force = forms.ChoiceField(label="Force", required=False)
    about = forms.ChoiceField(label="About", required=False)

    def __init__(
        self, *args: object, forces: list[tuple[str, str]], about: list[tuple[str, str]], **kw: object
    ) -> None:
        super().__init__(*args, **kw)  # type: ignore[arg-type]
        self.fields["force"].choices = [("", "All forces"), *forces]  # type: ignore[attr-defined]
        self.fields["about"].choices = [("", "Anything"), *about]  # type: ignore[attr-defined]
