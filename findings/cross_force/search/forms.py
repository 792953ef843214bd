"""What is looked for: the form of the search page. It is sent by GET, so that a search has an address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from findings.cross_force.search.query import Wanted
from findings.models import Finding
from forces.models import Force
from hmic_core.forms.fields import DayField, Form
from hmic_core.models import User
from hmic_core.text.search import MAX_LENGTH
from inspections.models import Assignment, Inspection, Theme, assignments_today

#: States that can be found; a removed finding can not.
STATES = [(state.value, state.label) for state in Finding.State if state != Finding.State.REMOVED]


class SearchForm(Form):
    """`q` and the filters. Offers only what the reader's assignments cover; the themes once there is one inspection."""

    q = forms.CharField(
        label="Words to look for",
        help_text="Several words are all looked for. “Quotation marks” keep a phrase together, a minus leaves a word "
        "out, OR takes either. A reference such as PC-3 works too.",
        max_length=MAX_LENGTH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={
            "required": "Enter a word or a phrase to look for",
            "max_length": f"Shorten this to {MAX_LENGTH} characters: a few words find more than a whole passage",
        },
    )
    inspection = forms.ChoiceField(label="Inspection", required=False)
    force = forms.ChoiceField(label="Force", required=False)
    theme = forms.ChoiceField(label="Theme", required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any kind"), *Finding.Kind.choices])
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), *STATES])
    since = DayField(label="Changed on or after", required=False)
    until = DayField(label="Changed on or before", required=False)

    def __init__(self, data: Any, *, reader: User) -> None:
        super().__init__(data)
        held = assignments_today(reader)
        inspections = {each.inspection.slug: each.inspection for each in held}
        self._offer("inspection", "All of mine", ((slug, each.short_title) for slug, each in inspections.items()))
        self._offer("force", "All of mine", ((force.slug, force.name) for force in _forces(held)))
        asked = data.get("inspection", "") if data else ""
        only = next(iter(inspections), "") if len(inspections) == 1 else asked
        themes = _themes(held, inspections.get(only))
        self._offer("theme", "All themes", ((theme.prefix, theme.title) for theme in themes))
        if not themes:
            del self.fields["theme"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", ValidationError("Choose a day on or after the first one"))
        return found

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        typed = self.cleaned_data
        names = ("inspection", "force", "theme", "kind", "state", "since", "until")
        return Wanted(words=typed["q"], **{name: typed[name] for name in names if typed.get(name)})

    def narrowed(self) -> bool:
        """Whether a filter is in use, so that the page shows them all."""
        return any(self.data.get(name) for name in self.data if name not in ("q", "in", "page"))

    def _offer(self, name: str, anything: str, choices: Any) -> None:
        field = self.fields[name]
        field.choices = [("", anything), *choices]  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = f"Choose one of the list, or “{anything}”"


def _forces(held: tuple[Assignment, ...]) -> list[Force]:
    """The forces that the assignments cover; the whole register where one of them names no force."""
    forces = Force.objects.order_by("name")
    if not any(each.force_id is None for each in held):
        forces = forces.filter(pk__in={each.force_id for each in held})
    return list(forces.only("slug", "name"))


def _themes(held: tuple[Assignment, ...], inspection: Inspection | None) -> list[Theme]:
    if inspection is None:
        return []
    theirs = [each for each in held if each.inspection_id == inspection.pk]
    themes = Theme.objects.filter(inspection=inspection)
    if not any(each.theme_id is None for each in theirs):
        themes = themes.filter(pk__in={each.theme_id for each in theirs})
    return list(themes)
