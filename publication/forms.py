"""The forms of publication admins. What they decide about time is decided by the verbs; here only what was typed."""

from django import forms

from hmic_core.audit import Action
from hmic_core.forms import Form, WallTimeField, plain, radios, text, textarea
from inspections.models import Inspection
from publication.withdrawal import Withdrawal

Choices = list[tuple[str, str]]
_REASON_MISSING = {"required": "Give a reason. It is kept"}


class ReleaseForm(Form):
    """A new release: of which inspection, under which name. Its instant is given later."""

    inspection = forms.ModelChoiceField(
        label="Inspection", queryset=Inspection.objects.none(), error_messages={"required": "Choose an inspection"}
    )
    title = forms.CharField(
        label="Name of the release",
        help_text="For example the title of the national report. Only publication admins see it.",
        max_length=200,
        error_messages={"required": "Give the release a name"},
    )
    layout = ["inspection", text("title")]

    def __init__(self, *args: object, inspections: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["inspection"].queryset = inspections  # type: ignore[attr-defined]


class ScheduleForm(Form):
    """An instant as London's clocks show it."""

    wall = WallTimeField(
        label="When does everything become public?",
        help_text="London time. It is shown to you once more, as a sentence and in UTC, before it counts.",
    )
    layout = [plain("wall")]


class RescheduleForm(ScheduleForm):
    reason = forms.CharField(
        label="Why does it move?",
        help_text="Kept in the history of this release. Recipients are told the new time, not the reason.",
        widget=forms.Textarea,
        error_messages=_REASON_MISSING,
    )
    layout = [plain("wall"), textarea("reason", rows=3)]


class ReasonForm(Form):
    reason = forms.CharField(
        label="Reason",
        help_text="It is kept in the audit trail.",
        widget=forms.Textarea,
        error_messages=_REASON_MISSING,
    )
    layout = [textarea("reason", rows=3)]


class WithdrawForm(Form):
    kind = forms.ChoiceField(
        label="Why is it taken down?",
        choices=Withdrawal.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it is taken down"},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="If it was public, this is shown to everybody in the notice that takes its place. Name nobody.",
        widget=forms.Textarea,
        error_messages=_REASON_MISSING,
    )
    layout = [radios("kind"), textarea("reason", rows=3)]


class ApproveForm(Form):
    """What the second person says before they approve. Without warnings the second statement is not asked."""

    instant_is_right = forms.BooleanField(
        label="The day, the date and the time are right",
        error_messages={"required": "Say that the day, the date and the time are right"},
    )
    warnings_read = forms.BooleanField(
        label="I have read the warnings", error_messages={"required": "Say that you have read the warnings"}
    )

    def __init__(self, *args: object, warnings: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not warnings:
            del self.fields["warnings_read"]
        else:
            self.fields["warnings_read"].label = f"I have read the {warnings} warning{'s' if warnings > 1 else ''}"


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
