"""What lead inspectors type when they set up an inspection. Each error says what to do next, beside its field."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from forces.models import Force, Region
from hmic_core.clock import LONDON
from hmic_core.forms.fields import (
    Choice,
    DayField,
    Form,
    WallTimeField,
    checkbox,
    checkboxes,
    plain,
    radios,
    select,
    text,
    textarea,
)
from hmic_core.models import User
from inspections.models import PREFIX, Assignment, Inspection, StageDeadline, Theme
from inspections.setup import copying, inspection


def words(label: str, required: str = "", most: int = 250, hint: str = "", lines: bool = False) -> forms.CharField:
    """A line or a paragraph of words; `required` is the sentence for an empty one."""
    return forms.CharField(
        label=label,
        max_length=None if lines else most,
        help_text=hint,
        required=bool(required),
        widget=forms.Textarea if lines else forms.TextInput,
        error_messages={"required": required, "max_length": f"Keep it to {most} characters"},
    )


class SeenForm(Form):
    """A form of something that exists. `seen` is the mark of what it showed; it comes back with the answer."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class NewForm(Form):
    """A new inspection; everything else is set up afterwards, step by step."""

    submit_label = "Set up the inspection"
    title = words("Official title", "Enter the title", hint="As letters will print it. It can be changed later.")
    short_title = words("Short title", "Enter a short title", most=80, hint="For lists and addresses.")
    kind = forms.ChoiceField(
        label="Kind",
        choices=Inspection.Kind.choices,
        initial=Inspection.Kind.THEMATIC,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the kind"},
    )
    lead: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label="Lead inspector",
        queryset=None,
        required=False,
        empty_label="Choose a person",
        error_messages={"invalid_choice": "Choose a person from the list"},
    )
    copy_from: "forms.ModelChoiceField[Inspection]" = forms.ModelChoiceField(
        label="Copy from an earlier inspection",
        queryset=None,
        required=False,
        empty_label="Copy nothing",
        help_text="Findings, evidence and answers are never copied.",
        error_messages={"invalid_choice": "Choose an inspection from the list"},
    )
    copy = forms.MultipleChoiceField(
        label="What to copy",
        choices=list(copying.PARTS.items()),
        initial=list(copying.USUAL),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    layout = [
        text("title"),
        text("short_title", width=30),
        radios("kind", inline=True, small=True),
        select("lead"),
        select("copy_from"),
        checkboxes("copy", small=True),
    ]

    def __init__(self, *args: Any, people: Any, inspections: Any, must_name: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        lead, source = self.fields["lead"], self.fields["copy_from"]
        lead.queryset, source.queryset = people, inspections  # type: ignore[attr-defined]
        lead.required = must_name
        lead.error_messages["required"] = "Choose who leads it"
        lead.help_text = (
            "Somebody else: whoever publishes does not lead an inspection." if must_name else "You, unless you choose."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "criteria" in cleaned.get("copy", ()) and "themes" not in cleaned["copy"] and cleaned.get("copy_from"):
            self.add_error("copy", "Criteria belong to themes: copy the themes too, or leave the criteria")
        return cleaned


class DetailsForm(SeenForm):
    title = words("Official title", "Enter the title")
    was_known = forms.TypedChoiceField(
        label="If you change the title: was the inspection known by the present one?",
        choices=[
            ("yes", "Yes: letters and public pages name it as the former title"),
            ("no", "No, it is only corrected: nobody reads the present one again"),
        ],
        coerce=lambda given: given == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    short_title = words("Short title", "Enter a short title", most=80)
    kind = forms.ChoiceField(label="Kind", choices=Inspection.Kind.choices, widget=forms.RadioSelect)
    fieldwork_from = DayField(label="Fieldwork begins (if known)", required=False)
    fieldwork_until = DayField(label="Fieldwork ends (if known)", required=False)
    fieldwork_words = words(
        "Fieldwork in words", most=120, hint="As the letter says it. For example: January to April 2014."
    )
    opening = words("The letter’s paragraph before the questions", lines=True)
    contact_name = words("Whom forces ask", most=120, hint="A role or a name. It stands on every page of a force.")
    contact_telephone = words("Telephone", most=40)
    report_title = words("What the national report is called", "Enter what the report is called", most=200)
    follow_up_title = words("A later publication that takes the findings up (if there is one)")
    follow_up_due = words("When it is due, in words", most=120)
    follow_up_text = words("What the letter says of it", lines=True)
    updates_invited = forms.BooleanField(label="Forces are invited to send updates", required=False)
    layout = [
        text("title"),
        radios("was_known", small=True),
        text("short_title", width=30),
        radios("kind", inline=True, small=True),
        plain("fieldwork_from"),
        plain("fieldwork_until"),
        text("fieldwork_words", width=30),
        textarea("opening", rows=5),
        text("contact_name", width=30),
        text("contact_telephone", width=20),
        text("report_title"),
        text("follow_up_title"),
        text("follow_up_due", width=30),
        textarea("follow_up_text", rows=3),
        checkbox("updates_invited"),
        plain("seen"),
    ]

    @property
    def present(self) -> str:
        """The title that is saved now."""
        return str(self.initial.get("title", ""))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("fieldwork_from"), cleaned.get("fieldwork_until")
        if first and last and last < first:
            self.add_error("fieldwork_until", "Fieldwork can’t end before it begins. Change one of the dates")
        if cleaned.get("title", self.present) != self.present and cleaned.get("was_known") is None:
            self.add_error("was_known", f"Say whether the inspection was known as “{self.present}”")
        return cleaned


def working_days(label: str, hint: str = "", most: int = inspection.LONGEST_CHECK) -> forms.IntegerField:
    """How many working days a force has for something."""
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=most,
        help_text=hint,
        error_messages={
            "required": "Enter the number of working days",
            "invalid": "Enter a whole number, such as 10",
            "min_value": "Give a force at least 1 working day",
            "max_value": f"Give a force at most {most} working days",
        },
    )


class CheckForm(SeenForm):
    check_days = working_days(
        "Working days that a force has",
        "The day of sending is day 0. Bank holidays of England and Wales don’t count.",
    )
    check_hour = forms.TypedChoiceField(
        label="Hour at which it ends, in London",
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        help_text="A second look and the answer to a question end at the same hour.",
    )
    second_look_days = working_days(
        "Working days for a second look", "When words came in after the force looked, it is shown only these again."
    )
    more_evidence_days = working_days(
        "Working days to answer when HMIC asks for more evidence",
        "Whoever asks can give another number.",
        inspection.LONGEST_ANSWER,
    )
    independent_decider = forms.BooleanField(
        label="Points are decided by somebody who did no fieldwork in that force", required=False
    )
    deciders_shown = forms.BooleanField(label="Each force is told who decided its points", required=False)
    differences_printed = forms.BooleanField(
        label="Where a force still disagrees, both sides are printed in the annex of its letter", required=False
    )
    layout = [
        text("check_days", width=3),
        select("check_hour"),
        text("second_look_days", width=3),
        text("more_evidence_days", width=3),
        checkbox("independent_decider"),
        checkbox("deciders_shown"),
        checkbox("differences_printed"),
        plain("seen"),
    ]


class ThemeForm(SeenForm):
    title = words("Title", "Enter the theme’s title", most=150)
    question = words(
        "The question it answers", "Enter the question", most=400, hint="For example: how well forces prevent crime."
    )
    prefix = forms.CharField(  # type: ignore[assignment]
        label="Prefix",
        max_length=4,
        validators=[PREFIX],
        help_text="Two to four capital letters. It makes references such as PC-3.",
        error_messages={"required": "Enter the prefix", "max_length": "Use at most four letters"},
    )
    layout = [text("title"), text("question"), text("prefix", width=4), plain("seen")]


class QuestionForm(SeenForm):
    question = words(
        "Question asked of every force",
        "Enter the question",
        most=300,
        hint="Answered yes, partly, no or not assessed. For example: Does it have a policy to attend all reports?",
    )
    is_public = forms.BooleanField(
        label="Publish the answers",
        help_text="Each force’s answer is published with the letters. Otherwise it stays inside the inspectorate.",
        required=False,
    )
    layout = [text("question"), checkbox("is_public"), plain("seen")]


class ScopeForm(Form):
    """Which forces to take into scope: all, those of a region, or one by one."""

    which = forms.ChoiceField(
        label="Add forces",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which forces to add"},
    )
    forces: "forms.ModelMultipleChoiceField[Force]" = forms.ModelMultipleChoiceField(
        label="Single forces", queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    layout = [radios("which", small=True), checkboxes("forces", small=True)]

    def __init__(self, *args: Any, regions: list[Region], outside: Any, total: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["which"].choices = [  # type: ignore[attr-defined]
            Choice("all", f"All {total} forces"),
            *[Choice(region.slug, f"Those of the {region}") for region in regions],
            Choice("single", "Single forces, from the list below"),
        ]
        self.fields["forces"].queryset = outside  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("which") == "single" and not cleaned.get("forces"):
            self.add_error("forces", "Choose at least one force from the list")
        return cleaned


class AssignForm(Form):
    """Who gets which part. Nothing ticked under forces or themes means all of them."""

    users: "forms.ModelMultipleChoiceField[User]" = forms.ModelMultipleChoiceField(
        label="Who",
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose who is assigned"},
    )
    role = forms.ChoiceField(
        label="Part",
        choices=Assignment.Role.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which part they have"},
    )
    themes: "forms.ModelMultipleChoiceField[Theme]" = forms.ModelMultipleChoiceField(
        label="Themes",
        help_text="None ticked: all themes.",
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    forces: "forms.ModelMultipleChoiceField[Force]" = forms.ModelMultipleChoiceField(
        label="Forces",
        help_text="None ticked: all forces in scope.",
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = DayField(
        label="From",
        error_messages={"required": "Enter the first day", "invalid": "Enter a real date, for example 4 9 2014"},
    )
    ends_on = DayField(label="Until and including (empty: until it is ended)", required=False)
    layout = [
        checkboxes("users", small=True),
        radios("role", small=True),
        checkboxes("themes", small=True),
        checkboxes("forces", small=True),
        plain("starts_on"),
        plain("ends_on"),
    ]

    def __init__(self, *args: Any, people: Any, inspection: Inspection, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, offered in (
            ("users", people),
            ("themes", inspection.themes.all()),
            ("forces", inspection.forces.order_by("name")),
        ):
            self.fields[name].queryset = offered  # type: ignore[attr-defined]

    @property
    def present(self) -> str:
        """The title that is saved now."""
        return str(self.initial.get("title", ""))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day can’t be before the first. Change one of them")
        return cleaned


class LondonTimeField(WallTimeField):
    """A day and an hour in London, as the instant in UTC. Empty: none. A time that does not exist is refused; of one
    that exists twice the first is taken, as a deadline that comes an hour early harms nobody."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime) and value.tzinfo:
            value = value.astimezone(LONDON).replace(tzinfo=None)
        return super().prepare_value(value)

    def clean(self, value: Any) -> dt.datetime | None:
        wall: dt.datetime | None = super().clean(value)
        if wall is None:
            return None
        moment = wall.replace(tzinfo=LONDON).astimezone(dt.UTC)
        if moment.astimezone(LONDON).replace(tzinfo=None) != wall:
            raise ValidationError("The clocks go forward in that hour, so this time does not exist. Choose another one")
        return moment


class DeadlinesForm(SeenForm):
    """By when each stage is done."""

    layout = [*[plain(stage) for stage in StageDeadline.Stage.values], plain("seen")]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for stage, label in StageDeadline.Stage.choices:
            self.fields[stage] = LondonTimeField(label=label, required=False)


class WhyForm(Form):
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea,
        error_messages={"required": "Say why, so that everybody assigned knows"},
    )
    layout = [textarea("reason", rows=3)]
