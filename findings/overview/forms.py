"""The filters of the matrix."""

from typing import Any

from django import forms

from findings.blockers import CELL_STATES
from findings.overview.progress import Matrix
from hmic_core.forms.fields import Form


class MatrixFilter(Form):
    """Which forces of the matrix are shown. Kept in the address; an unknown value shows nothing by mistake, so it is
    taken for no filter."""

    region = forms.ChoiceField(label="Region", required=False)
    hmi = forms.ChoiceField(label="HM Inspector", required=False)
    theme = forms.ChoiceField(label="Theme", required=False)
    state = forms.ChoiceField(label="State", required=False)
    person = forms.ChoiceField(label="Person", required=False)
    force = forms.CharField(label="Force name", required=False)
    changed = forms.ChoiceField(choices=[("", ""), ("1", "Changed")], required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, matrix: Matrix) -> None:
        super().__init__(data)
        choices = {
            "region": [("", "All regions")] + [(region.slug, region.name) for region in matrix.regions()],
            "theme": [("", "Any theme")] + [(theme.prefix, theme.title) for theme in matrix.themes],
            "state": [("", "Any state"), *CELL_STATES.items()],
            "hmi": [("", "All"), *[(name, name) for name in matrix.hmis()]],
            "person": [("", "Anyone"), *[(str(user.pk), user.name) for user in matrix.people()]],
        }
        if any(row.region is None for row in matrix.rows):
            choices["region"].append(("unknown", "No region known"))
        if any(not row.hmi for row in matrix.rows):
            choices["hmi"].append(("unknown", "None recorded"))
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        self.full_clean()

    def chosen(self) -> dict[str, str]:
        """The valid filters that are set."""
        return {name: value for name, value in self.cleaned_data.items() if value}
