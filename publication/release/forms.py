"""The forms of publication admins. What they decide about time is decided by the verbs; here only what was typed."""

from django import forms

from forces.models import Force
from hmic_core.forms.fields import Form, WallTimeField, checkbox, file, plain, radios, select, text, textarea
from inspections.models import Inspection, ReleaseItem
from publication.release.withdrawal import Withdrawal

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


class AnnouncedRescheduleForm(RescheduleForm):
    """Of a release whose date the public calendar gave: the public is told why it changes."""

    public_reason = forms.CharField(
        label="What does the public calendar say about the change?",
        help_text="Public at once, with the old date and the new one. Say nothing of what is in it.",
        widget=forms.Textarea,
        error_messages={"required": "Say why the announced date changes. It is shown in the public calendar"},
    )
    layout = [plain("wall"), textarea("reason", rows=3), textarea("public_reason", rows=2)]


class AnnounceForm(Form):
    title = forms.CharField(
        label="What the public calendar says",
        help_text="Public at once. Name the report or the inspection, and nothing that was found.",
        max_length=200,
        error_messages={"required": "Write what the public calendar is to say"},
    )
    layout = [text("title")]


class ReasonForm(Form):
    reason = forms.CharField(
        label="Reason",
        help_text="It is kept in the audit trail.",
        widget=forms.Textarea,
        error_messages=_REASON_MISSING,
    )
    layout = [textarea("reason", rows=3)]


class AnnouncedReasonForm(ReasonForm):
    """Of a release that the public calendar names: the public is told why it will not come as it was announced."""

    public_reason = forms.CharField(
        label="What does the public calendar say about it?",
        help_text="Public at once. Say nothing of what is in the release.",
        widget=forms.Textarea,
        error_messages={"required": "Say why. It is shown in the public calendar"},
    )
    layout = [textarea("reason", rows=3), textarea("public_reason", rows=2)]


class AnnouncedHoldForm(AnnouncedReasonForm):
    """Holding can't wait for a sentence: what the public reads may stay without a reason."""

    public_reason = forms.CharField(
        label="What does the public calendar say about it? (optional)",
        help_text="Public at once. Without it the calendar says that publication is on hold, and no reason.",
        widget=forms.Textarea,
        required=False,
    )


class DropForm(ReasonForm):
    follow_on = forms.BooleanField(
        label="It follows in a release of its own",
        help_text="A draft release is made for this letter. It needs its own day and time, signature and approval.",
        required=False,
    )
    layout = [textarea("reason", rows=3), checkbox("follow_on")]


class CorrectForm(Form):
    """A correction of what is public. Reports and additions are corrected here; what `item` is not of is brought
    another way (a letter that was signed anew, a transcription), and only the note is asked."""

    note = forms.CharField(
        label="What was corrected?",
        help_text="Shown to everybody, on its page and among all corrections. Say what was wrong, and what is right.",
        widget=forms.Textarea,
        error_messages={"required": "Say what was corrected. Readers are told"},
    )
    title = forms.CharField(label="Title", max_length=250, error_messages={"required": "Give it a title"})
    summary = forms.CharField(label="Summary", help_text="As it is public now.", widget=forms.Textarea, required=False)
    author = forms.CharField(
        label="Whose words are these?", max_length=120, error_messages={"required": "Say whose words these are"}
    )
    markdown = forms.CharField(
        label="Text",
        help_text="As it is public now. Correct it here.",
        widget=forms.Textarea,
        error_messages={"required": "Write the text, as the public will read it"},
    )
    upload = forms.FileField(label="Another file", help_text="A PDF.", required=False)
    without_file = forms.BooleanField(
        label="Take the file away", help_text="The earlier version keeps it.", required=False
    )

    def __init__(self, *args: object, item: ReleaseItem | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if item and item.file_key:
            self.fields["upload"].help_text = f"A PDF. Without one, “{item.file_name}” stays."
        for name in set(self.fields) - {"note", *self._wanted(item)}:
            del self.fields[name]

    @staticmethod
    def _wanted(item: ReleaseItem | None) -> tuple[str, ...]:
        if item is None or item.kind in ("letter", "inspection"):
            return ()
        if item.kind == "report":
            return ("title", "summary", "upload")
        return ("title", "author", "markdown", "upload", *(("without_file",) if item.file_key else ()))


class AdditionForm(Form):
    """Something that follows a publication: an update, a response, a recommendation's status."""

    kind = forms.ChoiceField(
        label="What is it?", widget=forms.RadioSelect, error_messages={"required": "Choose what it is"}
    )
    force = forms.ModelChoiceField(
        label="Force", queryset=Force.objects.none(), required=False, help_text="The force it is about."
    )
    title = forms.CharField(
        label="Title", max_length=250, error_messages={"required": "Give it a title, as the public will read it"}
    )
    author = forms.CharField(
        label="Whose words are these?",
        help_text="For example the force, or its police and crime commissioner.",
        max_length=120,
        error_messages={"required": "Say whose words these are"},
    )
    markdown = forms.CharField(
        label="Text", widget=forms.Textarea, error_messages={"required": "Write the text, as the public will read it"}
    )
    upload = forms.FileField(label="File, if there is one", help_text="A PDF.", required=False)
    layout = [
        radios("kind"),
        select("force"),
        text("title"),
        text("author"),
        textarea("markdown", rows=10),
        file("upload"),
    ]

    def __init__(self, *args: object, forces: object, kinds: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["force"].queryset = forces  # type: ignore[attr-defined]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class LegalHoldForm(Form):
    inspection = forms.ModelChoiceField(
        label="Inspection", queryset=Inspection.objects.none(), error_messages={"required": "Choose an inspection"}
    )
    force = forms.ModelChoiceField(
        label="Force", queryset=Force.objects.order_by("name"), required=False, empty_label="Every force of it"
    )
    reason = forms.CharField(
        label="Why?",
        help_text="Kept with the hold and in the audit trail. Name the claim or the request, not what was found.",
        widget=forms.Textarea,
        error_messages=_REASON_MISSING,
    )
    layout = [select("inspection"), select("force"), textarea("reason", rows=3)]

    def __init__(self, *args: object, inspections: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["inspection"].queryset = inspections  # type: ignore[attr-defined]


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
