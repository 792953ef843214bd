"""What somebody had typed into a form whose page is no longer there."""

from typing import Any

from django import template

from hmic_core import request_cache as present

register = template.Library()


@register.simple_tag(takes_context=True)
def typed_words(context: dict[str, Any]) -> list[str]:
    """The words of whoever is signed in and sent a form: whether its page ever existed changes nothing."""
    request = context.get("request")
    if request is None or request.method != "POST" or not request.user.is_authenticated:
        return []
    return present.typed_words(request)
