"""What somebody had typed into a form whose page is no longer there."""

from typing import Any

from django import template

register = template.Library()
#: Secrets are never shown again.
_NEVER = ("password", "token", "code")


@register.simple_tag(takes_context=True)
def typed_words(context: dict[str, Any]) -> list[str]:
    """The texts of a form that was sent, from the request alone: whether its page ever existed changes nothing."""
    request = context.get("request")
    if request is None or request.method != "POST" or not request.user.is_authenticated:
        return []
    fields = [value for name, values in request.POST.lists() for value in values if not _is_secret(name)]
    return [value for value in fields if len(value.split()) > 1]


def _is_secret(name: str) -> bool:
    return any(each in name.lower() for each in _NEVER)
