"""Forms in GOV.UK markup: the one module that knows crispy-forms-gds.

    class PointForm(Form):
        submit_label = "Mark point as ready"
        kind = forms.ChoiceField(label="What is wrong?", choices=…, widget=forms.RadioSelect,
                                 error_messages={"required": "Choose what is wrong"})
        reason = forms.CharField(label="Why, in your own words", help_text="No length limit.", widget=forms.Textarea)
        layout = [radios("kind"), textarea("reason", rows=5)]        # optional: the default follows the widgets

In a template (`ui` is a builtin library, nothing to load):

    <form method="post" novalidate>{% csrf_token %}{% fields form %}<button class="govuk-button">Save</button></form>
    {% crispy form %}            the whole form with its button, after {% load crispy_forms_tags %}
    {% field form.region small=True %}      one field, for filter bars and dense screens

`base.html` shows the error summary of the context's `form` by itself and puts "Error: " into the title; another form
goes through `{% errors other_form %}`. Choices with hints: `choices=[Choice("left_out", "Left out", hint="…")]`.
Every required field needs its own message: "This field is required" helps nobody.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import render_crispy_form
from crispy_forms_gds.choices import Choice as _Choice
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import HTML, Field, Fixed, Layout, Size, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

from hmic_core import kept_uploads
from hmic_core.request_cache import tell
from hmic_core.text.folding import Folded, fold, told

__all__ = [
    "Choice",
    "DayField",
    "Form",
    "HTML",
    "Layout",
    "ModelForm",
    "WallTimeField",
    "checkbox",
    "checkboxes",
    "error_summary",
    "file",
    "plain",
    "radios",
    "select",
    "text",
    "textarea",
]

Choice = _Choice


# Layout: one function for each kind of field


def text(name: str, width: int | None = None, bold: bool = True, **attributes: Any) -> Field:
    """One line. `width` in characters: 2, 3, 4, 5, 10, 20 or 30; without it the full width."""
    if width:
        attributes["css_class"] = Fixed.for_input(width)
    return Field(name, context=_label(bold), **attributes)


def textarea(name: str, rows: int = 5, bold: bool = True, **attributes: Any) -> Field:
    """Several lines, without a limit of length."""
    return Field.textarea(name, rows=rows, label_size=Size.SMALL if bold else None, **attributes)


def radios(name: str, inline: bool = False, small: bool = False, columns: bool = False, **attributes: Any) -> Field:
    """One of a few. `columns`: two beside each other where there is room."""
    made = Field.radios(name, legend_size=Size.SMALL, inline=inline, small=small, **attributes)
    if columns:
        made.context["group_class"] = "radios-columns"
    return made


def checkboxes(name: str, small: bool = False, **attributes: Any) -> Field:
    """Any number of a few."""
    return Field.checkboxes(name, legend_size=Size.SMALL, small=small, **attributes)


def checkbox(name: str, small: bool = True, **attributes: Any) -> Field:
    """One statement that is true or not."""
    return Field.checkbox(name, small=small, **attributes)


def select(name: str, bold: bool = True, **attributes: Any) -> Field:
    """One of many."""
    return Field(name, context=_label(bold), **attributes)


def file(name: str, bold: bool = True, **attributes: Any) -> Field:
    """A file to upload. The form must be multipart; `{% crispy form %}` does that by itself."""
    return Field(name, context=_label(bold), **attributes)


def plain(name: str, **attributes: Any) -> Field:
    """Anything else: groups (`WallTimeField`, `DayField`), hidden fields."""
    return Field(name, context={**_label(True), "legend_size": Size.for_legend(Size.SMALL)}, **attributes)


def _label(bold: bool) -> dict[str, str]:
    return {"label_size": Size.for_label(Size.SMALL)} if bold else {}


def _default(name: str, field: forms.Field) -> Field:
    widget = field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return checkboxes(name)
    if isinstance(widget, forms.RadioSelect):
        return radios(name)
    if isinstance(widget, forms.CheckboxInput):
        return checkbox(name)
    if isinstance(widget, forms.Textarea):
        return textarea(name, rows=int(widget.attrs.get("rows", 5)))
    return plain(name)


# Forms


class _Helper(FormHelper):  # type: ignore[misc]
    """Crispy's helper without its guess that an action may be a URL's name, which it looks up at every rendering."""

    form_action = ""


class _Rendered:
    """What `Form` and `ModelForm` share: the crispy helper."""

    #: Words of the button that `{% crispy form %}` adds; empty for none.
    submit_label: ClassVar[str] = "Save and continue"
    #: "" (green), "secondary" or "warning".
    submit_tone: ClassVar[str] = ""
    layout: ClassVar[Sequence[LayoutObject | str] | None] = None

    @property
    def helper(self) -> FormHelper:
        helper = _Helper()
        helper.form_method = "post"
        helper.attrs = {"novalidate": ""}
        helper.layout = Layout(*self._items())
        if self.submit_label:
            css = f"govuk-button--{self.submit_tone}" if self.submit_tone else ""
            helper.add_input(Submit("submit", self.submit_label, css_class=css))
        return helper

    def _items(self) -> list[LayoutObject | str]:
        if self.layout is not None:
            return list(self.layout)
        return [_default(name, field) for name, field in self.fields.items()]  # type: ignore[attr-defined]


class _KeepsFiles:
    """What `Form` and `ModelForm` share: the good files of a refused form wait for its next sending."""

    _judged = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kept_uploads.fit(self.fields)  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        self._judged = False
        super().full_clean()  # type: ignore[misc]
        self._judged = True
        if self.is_bound and self._errors:  # type: ignore[attr-defined]
            kept_uploads.keep_those_of(self)  # type: ignore[arg-type]

    def add_error(self, field: str | None, error: Any) -> None:
        """Also after the form was judged: a verb refused."""
        super().add_error(field, error)  # type: ignore[misc]
        if self._judged:
            kept_uploads.keep_those_of(self)  # type: ignore[arg-type]


class _Folded:
    """What was typed is read without characters that nobody sees, and its writer is told: see
    `hmic_core.text.folding`.
    """

    def full_clean(self) -> None:
        if self.is_bound:  # type: ignore[attr-defined]
            self.data, said = _folded(self)  # type: ignore[arg-type]
            tell(said)
        super().full_clean()  # type: ignore[misc]


def _folded(form: BaseForm) -> tuple[Any, str]:
    """The data of a bound form, folded but for passwords, and what to tell the writer."""
    data: Any = form.data
    dropped = replaced = 0
    for name, field in form.fields.items():
        if isinstance(field.widget, forms.PasswordInput | forms.FileInput):
            continue
        for key in _keys(form, name, field):
            # A field of many values holds choices, which nobody types.
            value = data.get(key)
            found = fold(value) if isinstance(value, str) else Folded("")
            if isinstance(value, str) and found.text != value:
                data = data.copy() if data is form.data else data
                data[key] = found.text
                dropped, replaced = dropped + found.dropped, replaced + found.replaced
    return data, told(dropped, replaced)


def _keys(form: BaseForm, name: str, field: forms.Field) -> list[str]:
    prefixed = form.add_prefix(name)
    if isinstance(field.widget, PartsInput):
        return [f"{prefixed}_{part.name}" for part in field.widget.parts]
    many = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
    return [] if many else [prefixed]


class Form(_Rendered, _Folded, _KeepsFiles, forms.Form):
    """A form in GOV.UK markup. See the module's docstring."""


class ModelForm(_Rendered, _Folded, _KeepsFiles, forms.ModelForm):  # type: ignore[type-arg]
    """A model's form in GOV.UK markup. Name its fields: state, force and owner never come from a form."""


def error_summary(form: BaseForm | None) -> SafeString:
    """The GOV.UK error summary, each error linked to its field; empty for an unbound or valid form."""
    if form is None or not getattr(form, "is_bound", False) or not form.errors:
        return SafeString("")
    return render_to_string("components/error_summary.html", {"form": form, "problems": _problems(form)})


def _problems(form: BaseForm) -> list[tuple[str, str]]:
    """(id of the field's first control, message). An error of the whole form leads to its first field."""
    visible = [bound for bound in form if not bound.is_hidden]
    first = _target(visible[0]) if visible else ""
    found = [(first, str(message)) for message in form.non_field_errors()]
    for bound in form:
        found += [("" if bound.is_hidden else _target(bound), message) for message in messages(bound)]
    return found


def messages(bound: BoundField) -> list[str]:
    """What is wrong with a field. A library's own form says "This field is required": say what to enter instead."""
    verb = "Choose" if isinstance(bound.field.widget, forms.Select) else "Enter"
    label = str(bound.label)
    better = f"{verb} the {label[:1].lower()}{label[1:]}"
    default = str(forms.Field.default_error_messages["required"])
    return [better if message == default else str(message) for message in bound.errors]


def _target(bound: BoundField) -> str:
    parts = getattr(bound.field.widget, "parts", None)
    return f"{bound.auto_id}_{parts[0].name}" if parts else bound.auto_id


@dataclass(frozen=True)
class DrawnChoice:
    """One radio or checkbox of a group."""

    id: str
    value: str
    label: str
    checked: bool
    hint: str = ""
    divider: str = ""


@dataclass(frozen=True)
class Drawn:
    """What `templates/gds/field.html` needs to know of a field."""

    kind: str
    control: SafeString
    described_by: str
    choices: Sequence[DrawnChoice] = ()
    errors: Sequence[str] = ()
    #: The files that wait for a file box, chosen before its form could be taken.
    kept: Sequence[Any] = ()
    #: How much more the field takes, where its widget knows: what `widget.room(value)` says.
    room: Any = None

    @property
    def group(self) -> bool:
        """Whether several controls stand under one legend."""
        return self.kind in ("radios", "checkboxes", "parts")

    @property
    def statement(self) -> bool:
        return self.kind == "checkbox"

    @property
    def type(self) -> str:
        return "radio" if self.kind == "radios" else "checkbox"

    @property
    def role(self) -> str:
        return "group" if self.kind == "parts" else ""


_CLASSES: dict[type[forms.Widget], tuple[str, str]] = {
    forms.CheckboxSelectMultiple: ("checkboxes", ""),
    forms.RadioSelect: ("radios", ""),
    forms.CheckboxInput: ("checkbox", "govuk-checkboxes__input"),
    forms.Textarea: ("textarea", "govuk-textarea"),
    forms.Select: ("select", "govuk-select"),
    forms.FileInput: ("file", "govuk-file-upload"),
}


def draw(bound: BoundField) -> Drawn:
    """A field as GOV.UK draws it: its control with class and description, or the choices of its group."""
    widget = bound.field.widget
    if isinstance(widget, PartsInput):
        kind, css = "parts", ""
    else:
        kind, css = next(
            (names for known, names in _CLASSES.items() if isinstance(widget, known)), ("input", "govuk-input")
        )
    ids = [f"{bound.auto_id}-hint"] if bound.help_text else []
    ids += [
        f"{bound.auto_id}-error{f'-{number}' if number > 1 else ''}" for number, _ in enumerate(bound.errors, start=1)
    ]
    room = widget.room(bound.value() or "") if hasattr(widget, "room") else None
    ids += [f"{bound.auto_id}-room"] if room else []
    kept = kept_uploads.waiting(bound.html_name) if isinstance(widget, kept_uploads.KeepingFileInput) else ()
    described_by = " ".join(ids)
    if kind in ("radios", "checkboxes"):
        return Drawn(kind, SafeString(""), described_by, _choices(bound), messages(bound))
    wrong = f" {css}--error" if bound.errors and css and kind != "checkbox" else ""
    attributes: dict[str, Any] = {"class": f"{css}{wrong} {widget.attrs.get('class', '')}".strip()}
    if described_by and kind != "parts":
        attributes["aria-describedby"] = described_by
    if kind == "textarea":
        attributes["cols"] = False
    return Drawn(
        kind, SafeString(bound.as_widget(attrs=attributes)), described_by, errors=messages(bound), room=room, kept=kept
    )


def _choices(bound: BoundField) -> list[DrawnChoice]:
    value = bound.value()
    chosen = {str(each) for each in (value if isinstance(value, list | tuple | set) else [value])}
    drawn = []
    for number, choice in enumerate(bound.field.choices, start=1):  # type: ignore[attr-defined]
        drawn.append(
            DrawnChoice(
                id=bound.auto_id if number == 1 else f"{bound.auto_id}-{number}",
                value=str(choice[0]),
                label=str(choice[1]),
                checked=str(choice[0]) in chosen,
                hint=getattr(choice, "hint", None) or "",
                divider=getattr(choice, "divider", None) or "",
            )
        )
    return drawn


def render_fields(form: BaseForm, context: Context | Mapping[str, Any]) -> SafeString:
    """All fields in GOV.UK markup, without `<form>`, token and button. For any Django form."""
    helper = getattr(form, "helper", None) or _Helper()
    if getattr(helper, "layout", None) is None:
        helper.layout = Layout(*(_default(name, each) for name, each in form.fields.items()))
    helper.form_tag = False
    helper.disable_csrf = True
    helper.inputs = []
    flat = context.flatten() if isinstance(context, Context) else dict(context)
    return SafeString(render_crispy_form(form, helper=helper, context=flat))


def render_field(bound: BoundField, small: bool = False) -> SafeString:
    """One field in GOV.UK markup."""
    helper = _Helper()
    helper.layout = Layout(_default(bound.name, bound.field))
    if small:
        helper.layout[0].context["label_size"] = "label-small"
    helper.form_tag = False
    helper.disable_csrf = True
    bound.form.use_required_attribute = False
    return SafeString(render_crispy_form(bound.form, helper=helper))


# Days and times in parts


class Part:
    """One box of a group: its name in the form's data, its label, its width in characters."""

    def __init__(self, name: str, label: str, width: int, numeric: bool = True) -> None:
        self.name, self.label, self.width, self.numeric = name, label, width, numeric


class PartsInput(forms.Widget):
    """Several short boxes for one value (GOV.UK date input). The value is a tuple of what was typed."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__()
        self.parts = parts

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> tuple[str, ...]:
        return tuple(str(data.get(f"{name}_{part.name}", "")).strip() for part in self.parts)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(f"{name}_{part.name}" not in data for part in self.parts)

    def id_for_label(self, id_: str | None) -> str:
        return f"{id_}_{self.parts[0].name}" if id_ else ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        values = value if isinstance(value, tuple) else ("",) * len(self.parts)
        boxes = list(zip(self.parts, values, strict=True))
        about = {
            "name": name,
            "boxes": boxes,
            "id": (attrs or {}).get("id", name),
            "wrong": "aria-invalid" in (attrs or {}),
        }
        return render_to_string("components/parts.html", about)


class DayField(forms.Field):
    """A date in day, month and year. Raises ValidationError with a next step for anything that is no date."""

    parts: ClassVar[tuple[Part, ...]] = (Part("day", "Day", 2), Part("month", "Month", 2), Part("year", "Year", 4))
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "Enter a date",
        "invalid": "Enter a real date, for example 4 9 2014",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=PartsInput(self.parts), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return (str(value.day), str(value.month), str(value.year)) if isinstance(value, dt.date) else value

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.date) or not value or not any(value):
            return value if isinstance(value, dt.date) else None
        return self._date(value)

    def _date(self, value: Sequence[str]) -> dt.date:
        try:
            day, month, year = (int(part) for part in value[:3])
            return dt.date(year, month, day)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class WallTimeField(DayField):
    """A day and an hour as a clock in London shows them: a naive datetime.

    Which instant that is (no such time, or twice) is for the verb that takes it to decide, with its zone.
    """

    parts = (*DayField.parts, Part("time", "Time (24-hour)", 5, numeric=False))
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "Enter a day and a time",
        "invalid": "Enter a real day and a time, for example 4 9 2014 and 00:01",
    }

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return (str(value.day), str(value.month), str(value.year), value.strftime("%H:%M"))
        return value

    def to_python(self, value: Any) -> dt.datetime | None:
        if isinstance(value, dt.datetime) or not value or not any(value):
            return value if isinstance(value, dt.datetime) else None
        try:
            time = dt.time.fromisoformat(value[3].replace(".", ":").zfill(5))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        return dt.datetime.combine(self._date(value), time.replace(second=0, microsecond=0, tzinfo=None))
