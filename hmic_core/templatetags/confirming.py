"""The hidden field by which a form that confirms carries what its page showed."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hmic_core import confirming

register = template.Library()


@register.filter
def mark(thing: Any, verb: str) -> str:
    """`{% post_button url "Lock" shown=release|mark:"seal" %}`: the same for a form of one button."""
    return confirming.mark(verb, thing)


@register.simple_tag
def shown(verb: str, thing: Any) -> SafeString:
    """`{% shown "close_round" round %}`: the facts of the thing as this page shows them, signed."""
    return format_html('<input type="hidden" name="{}" value="{}">', confirming.FIELD, confirming.mark(verb, thing))
