"""What says how something stands: states in words with their colour, differences, progress as squares and bars."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()

#: The colour of a state, by its stored code. A tone can be named directly too. Colour only repeats what the word says.
_CODES = {
    "draft": "draft preparing submitted assembled to_decide",
    "ready": (
        "ready issued responded decided proofed scheduled sealed accepted_in_part more_evidence_asked "
        "under_embargo response_sent now"
    ),
    "ok": (
        "ok moderated final closed no_inaccuracies accepted signed approved released acknowledged "
        "published in_order done verified_closed active collected"
    ),
    "warn": "warn warning taken_as_update accepted_as_update dropped moved due",
    "stop": "stop error not_accepted recalled held withdrawn missed overdue",
    "none": "none removed no_response superseded cancelled not_started planned next",
}
TONES = {code: tone for tone, codes in _CODES.items() for code in codes.split()}


@register.simple_tag
def state(label: str, tone: str = "") -> str:
    """A state in words, with a colour. `tone`: ok, warn, stop, none, ready, draft or a stored state's code."""
    colour = TONES.get(str(tone), "")
    return format_html('<span class="state{}">{}</span>', f" state--{colour}" if colour else "", label)


@register.simple_tag
def tone_of(code: str) -> str:
    """The tone of a stored state's code, for class names."""
    return TONES.get(str(code), "")


@register.simple_tag
def difference(before: str, after: str) -> str:
    """Two texts as one, word by word: what went in `<del>`, what came in `<ins>`."""
    from hmic_core.text.markdown import diff_html  # the public website, which uses this library too, compares nothing

    return diff_html(before, after)


@register.simple_tag
def ticks(groups: Iterable[Iterable[bool]]) -> str:
    """Progress as small squares, one per paragraph, grouped by theme. Decoration: say the numbers beside it."""
    rows = format_html_join(
        "",
        '<span class="ticks__group">{}</span>',
        (
            (format_html_join("", '<i class="{}"></i>', (("ticks__done" if done else "",) for done in group)),)
            for group in groups
        ),
    )
    return format_html('<span class="ticks" aria-hidden="true">{}</span>', rows)


@register.simple_tag
def bar(moderated: int = 0, ready: int = 0, draft: int = 0, none: int = 0) -> str:
    """Shares of four states as one bar. Decoration: the numbers stand in the table beside it."""
    total = max(moderated + ready + draft + none, 1)
    parts, at = [], 0.0
    for name, number in (("ok", moderated), ("ready", ready), ("draft", draft)):
        width = 100 * number / total
        parts.append((name, f"{at:.2f}", f"{width:.2f}"))
        at += width
    rects = format_html_join("", '<rect class="bar__{}" x="{}" width="{}" height="12"></rect>', parts)
    return format_html(
        '<svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        rects,
    )
