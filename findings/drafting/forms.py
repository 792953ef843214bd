"""What the editor's page takes besides the words themselves: what a tab keeps, comments, answers."""

import uuid
from typing import Any

from django import forms

from findings.drafting.comments import MOST_CHARACTERS
from findings.drafting.working_copies import MOST_CHARACTERS as MOST_KEPT
from findings.drafting.working_copies import Typed
from findings.models import Finding
from hmic_core.forms.fields import Form
from hmic_core.models import User


class TypedForm(forms.Form):
    """What a page sends every few seconds. Nothing of it is required to make sense: it is kept as typed."""

    copy = forms.UUIDField()
    seen = forms.IntegerField(min_value=0, required=False)
    tab = forms.CharField(max_length=36, required=False)
    stroke = forms.IntegerField(min_value=0, required=False)
    version = forms.IntegerField(min_value=1, required=False)
    theme = forms.UUIDField(required=False)
    kind = forms.CharField(max_length=20, required=False)
    text = forms.CharField(strip=False, required=False, max_length=MOST_KEPT)
    basis = forms.CharField(strip=False, required=False, max_length=MOST_KEPT)

    #: The fields of a new finding that have no column of their own.
    MORE = ("evidence_kind", "evidence_source", "evidence_note", "cause")

    def __init__(self, data: Any) -> None:
        # PostgreSQL keeps no NUL; all else that a keyboard or clipboard yields is kept.
        super().__init__({name: value.replace("\0", "") for name, value in data.items() if isinstance(value, str)})

    def typed(self) -> Typed:
        given = self.cleaned_data
        more = {name: self.data[name][:MOST_KEPT] for name in self.MORE if self.data.get(name)}
        return Typed(
            copy=given["copy"],
            seen=given["seen"] or 0,
            tab=given["tab"],
            stroke=given["stroke"] or 0,
            text=given["text"].replace("\r\n", "\n"),
            basis=given["basis"].replace("\r\n", "\n"),
            kind=given["kind"] if given["kind"] in Finding.Kind.values else Finding.Kind.FINDING,
            base_version=given["version"],
            theme=given["theme"],
            more=more,
        )


def copy_of(data: Any) -> uuid.UUID | None:
    """The working copy that a form was typed in, if it names one."""
    try:
        return uuid.UUID(data.get("copy", ""))
    except ValueError:
        return None


class _People(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People who may be told; each by name."""

    def label_from_instance(self, obj: User) -> str:
        return obj.name


class CommentForm(Form):
    """A comment on the finding or on words of it, and whom to tell."""

    quoted = forms.CharField(
        label="Words it is about (optional)",
        help_text="Select them in the letter above, or type them. Empty: the whole finding.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    comment = forms.CharField(
        label="Comment",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MOST_CHARACTERS,
        error_messages={
            "required": "Write the comment",
            "max_length": f"Keep a comment to {MOST_CHARACTERS:,} characters, or write two",
        },
    )
    mentioned = _People(
        label="Tell by e-mail",
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose people from the list: they work on this force and theme"},
    )

    def __init__(self, *args: Any, people: list[User], me: User, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "comment_%s", **options})
        ids = [person.pk for person in people if person.pk != me.pk]
        field: Any = self.fields["mentioned"]
        field.queryset = User.objects.filter(pk__in=ids)
        # The list is there already: drawing the boxes asks for no second one.
        field.choices = [(person.pk, person.name) for person in people if person.pk != me.pk]


class ReplyForm(Form):
    comment = forms.CharField(
        label="Your answer",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MOST_CHARACTERS,
        error_messages={
            "required": "Write the answer first",
            "max_length": f"Keep an answer to {MOST_CHARACTERS:,} characters",
        },
    )
