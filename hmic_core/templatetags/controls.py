"""What a reader works with: buttons that change something, filters, pages, files to download, the fields of forms."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.http import urlencode

register = template.Library()


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(
    context: Context, url: str, label: str, tone: str = "", hidden: str = "", form: str = "", **fields: object
) -> dict[str, Any]:
    """A form of one button: what changes something is never a link. Further arguments become hidden fields.

    `tone`: "" (green), "secondary", "warning", "link", "plain" (small outlined). `hidden`: words for screen readers.
    `form`: the id of another form of the page whose button it is, so that it brings along what was typed there; its
    own arguments then stand in its address.
    """
    css = {
        "": "govuk-button",
        "secondary": "govuk-button govuk-button--secondary",
        "warning": "govuk-button govuk-button--warning",
        "link": "link-button",
        "plain": "small-button",
    }[tone]
    return {
        "url": f"{url}?{urlencode({name: str(value) for name, value in fields.items()})}" if form and fields else url,
        "label": label,
        "css": css,
        "hidden": hidden,
        "form": form,
        "fields": fields.items(),
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def size(bytes_: int) -> str:
    """'182 KB', '1.4 MB'."""
    if bytes_ < 1_000_000:
        return f"{max(round(bytes_ / 1000), 1)} KB"
    return f"{bytes_ / 1_000_000:.1f} MB"


@register.inclusion_tag("components/file_row.html")
def file_row(name: str, url: str, bytes: int | None = None, kind: str = "", note: str = "") -> dict[str, Any]:
    """One file to download, inside `<ul class="files">`: name, kind and size, what is worth knowing."""
    about = ", ".join(part for part in (kind, size(bytes) if bytes else "") if part)
    return {"name": name, "url": url, "about": about, "note": note}


@register.inclusion_tag("components/check_document.html")
def check_document(url: str = "", **hashes: str) -> dict[str, Any]:
    """SHA-256 of what was released, folded away: `{% check_document letter=… pdf=… url=how_to_check %}`."""
    labels = {"pdf": "PDF", "letter": "Letter (text)", "page": "Page"}
    return {"hashes": [(labels.get(name, name), value) for name, value in hashes.items() if value], "url": url}


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(context: Context, page: Any) -> dict[str, Any]:
    """GOV.UK pagination of a Django `Page`; filters in the address are kept."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    request = context.get("request")
    return {"page": page, "numbers": list(numbers), "query": request.GET if request else QueryDict()}


@register.simple_block_tag
def filterbar(content: str, label: str = "Filter", button: str = "Apply") -> str:
    """Filters of a list, sent by GET so that they stay in the address."""
    return format_html(
        '<form class="filterbar" method="get" role="search" aria-label="{}">{}'
        '<button type="submit" class="govuk-button govuk-button--secondary" data-module="govuk-button">{}</button>'
        "</form>",
        label,
        content,
        button,
    )


@register.filter
def get(mapping: Mapping[Any, Any], key: object) -> object:
    """`{{ mapping|get:key }}`; nothing where the key is missing."""
    return mapping.get(key, "")


@register.simple_tag
def errors(form: BaseForm | None) -> str:
    """The error summary of a bound form; nothing without errors."""
    from hmic_core.forms import fields  # the public website, which uses this library too, has no forms

    return fields.error_summary(form)


@register.simple_tag(takes_context=True)
def fields(context: Context, form: BaseForm) -> str:
    """All fields of a form, without `<form>` and without its button."""
    from hmic_core.forms import fields

    return fields.render_fields(form, context)


@register.simple_tag
def field(bound: BoundField, small: bool = False) -> str:
    """One field: label, hint, errors, control. `small` for filter bars and dense screens."""
    from hmic_core.forms import fields

    return fields.render_field(bound, small=small)


@register.simple_tag
def form_field(bound: BoundField) -> Any:
    """For `gds/field.html`: how GOV.UK draws this field."""
    from hmic_core.forms import fields

    return fields.draw(bound)
