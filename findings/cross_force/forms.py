"""What is typed around findings: reasons, filters, agreed wording, places, notes."""

from collections.abc import Sequence
from typing import Any

from django import forms

from findings.cross_force.consistency.warnings import Check, Remark
from findings.cross_force.places import Listing
from findings.cross_force.search.forms import STATES
from findings.forms import SPELLING
from findings.models import Finding
from forces.models import Force, Place
from hmic_core.forms.fields import Form, textarea
from inspections.models import Theme


class DismissForm(Form):
    """Why words may stand although there is a warning. `seen`: the hash of what was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="Why may these words stand?",
        help_text="Everybody who sees the warning can read the reason.",
        widget=forms.Textarea(attrs={"rows": 3, **SPELLING}),
        error_messages={"required": "Say why these words may stand"},
    )


class ReportFilter(Form):
    """Filters of the report, sent by GET. What does not exist filters nothing."""

    check = forms.ChoiceField(label="Warning", required=False)
    theme = forms.ChoiceField(label="Theme", required=False)
    force = forms.ChoiceField(label="Force", required=False)

    def __init__(self, data: Any, *, remarks: Sequence[Remark]) -> None:
        super().__init__(data)
        about = [finding for remark in remarks for finding in remark.all]
        themes = {each.theme.prefix: each.theme for each in about}
        forces = {each.force.slug: each.force.name for each in about}
        _offer(self, "check", "All warnings", Check.choices)
        _offer(
            self,
            "theme",
            "All themes",
            sorted(((k, t.title) for k, t in themes.items()), key=lambda pair: themes[pair[0]].position),
        )
        _offer(self, "force", "All forces", sorted(forces.items(), key=lambda pair: pair[1]))

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def takes(self, remark: Remark) -> bool:
        chosen = self.chosen()
        return (
            chosen.get("check") in (None, remark.kind)
            and (not chosen.get("theme") or any(each.theme.prefix == chosen["theme"] for each in remark.all))
            and (not chosen.get("force") or any(each.force.slug == chosen["force"] for each in remark.all))
        )


class WordingForm(Form):
    """Words that are agreed for all forces."""

    submit_label = "Agree these words"
    theme = forms.ModelChoiceField(
        Theme.objects.none(),
        label="For which theme?",
        required=False,
        empty_label="Every theme",
        to_field_name="prefix",
        error_messages={"invalid_choice": "Choose one of this inspection’s themes, or every theme"},
    )
    text = forms.CharField(
        label="The words",
        help_text="Whole sentences, exactly as they stand in the findings. Write “the force”, never a name.",
        widget=forms.Textarea(attrs={"rows": 5, **SPELLING}),
        strip=False,
        error_messages={"required": "Write the words that are agreed"},
    )

    def __init__(self, *args: Any, themes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = themes  # type: ignore[attr-defined]


class WithdrawForm(Form):
    submit_label = "Withdraw these words"
    submit_tone = "warning"
    reason = forms.CharField(
        label="Why are they no longer agreed?",
        widget=forms.Textarea(attrs={"rows": 3, **SPELLING}),
        error_messages={"required": "Say why the words are no longer agreed"},
    )


class PlaceForm(Form):
    """A place and the force that polices it, or a short name and its force."""

    submit_label = "Save"
    name = forms.CharField(
        label="Name",
        max_length=Place._meta.get_field("name").max_length,
        error_messages={"required": "Enter the name", "max_length": "Shorten the name to 80 characters"},
    )
    force = forms.ModelChoiceField(
        Force.objects.all(),
        label="Force",
        empty_label="Choose a force",
        to_field_name="slug",
        error_messages={
            "required": "Choose the force",
            "invalid_choice": "Choose a force from the list",
        },
    )

    def __init__(self, *args: Any, of: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label, self.fields["name"].help_text = of.one.capitalize(), of.hint


class NoteForm(Form):
    """A second reader's note. `version`: the one that the writer started from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="Note for second readers and inspectors",
        widget=forms.Textarea(attrs={"rows": 4, **SPELLING}),
        required=False,
        strip=False,
        max_length=20_000,
        error_messages={"max_length": "Shorten the note to 20,000 characters"},
    )
    layout = [textarea("text", rows=4)]


def _offer(form: Form, name: str, anything: str, choices: Any) -> None:
    form.fields[name].choices = [("", anything), *choices]  # type: ignore[attr-defined]


class ThemeFilter(Form):
    """Filters of one theme over all forces, sent by GET. What does not exist filters nothing."""

    region = forms.ChoiceField(label="Region", required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any kind"), *Finding.Kind.choices])
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any state"), *STATES])
    text = forms.CharField(label="Words", required=False, max_length=100)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        # Which regions there are is known once the forces are: see `offer_regions`.
        asked = str(data.get("region", ""))[:50]
        _offer(self, "region", "All regions", [(asked, asked)] if asked else [])

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def offer_regions(self, regions: Any) -> None:
        known = {each.slug if each else "unknown": each.name if each else "Not known" for each in regions}
        asked = self.chosen().get("region")
        if asked and asked not in known:
            known[asked] = asked.capitalize()
        _offer(self, "region", "All regions", sorted(known.items(), key=lambda pair: pair[1]))
