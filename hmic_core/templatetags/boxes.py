"""Boxes that hold content: cards, facts, summaries, steps, verbs, timelines."""

import datetime as dt

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hmic_core.templatetags.marks import state
from hmic_core.templatetags.times import instant

register = template.Library()


def headed(level: int, text: str, css: str, id: str = "") -> SafeString:
    if not text:
        return SafeString("")
    return format_html('<h{0} class="{1}"{2}>{3}</h{0}>', level, css, attribute("id", id), text)


def attribute(name: str, value: object) -> SafeString:
    return format_html(' {}="{}"', name, value) if value not in ("", None, False) else SafeString("")


@register.simple_block_tag
def card(content: str, heading: str = "", tone: str = "", level: int = 2, id: str = "", note: str = "") -> str:
    """White box. `tone`: "act" (your decision), "stop", "strong" (framed), "quiet". `note`: words beside it."""
    head = headed(level, heading, "card__heading")
    if note:
        head = format_html('<div class="card__head">{}<p class="card__note">{}</p></div>', head, note)
    css = f" card--{tone}" if tone else ""
    return format_html('<section class="card{}"{}>{}{}</section>', css, attribute("id", id), head, content)


@register.simple_block_tag
def next_action(content: str, heading: str, url: str = "", label: str = "") -> str:
    """The one obvious next action of a screen, with its button."""
    button = (
        format_html(
            '<a href="{}" role="button" draggable="false" class="govuk-button" data-module="govuk-button">{}</a>',
            url,
            label,
        )
        if url
        else ""
    )
    return format_html(
        '<section class="next"><div class="next__words"><h2 class="next__heading">{}</h2>{}</div>{}</section>',
        heading,
        content,
        button,
    )


@register.simple_block_tag
def nothing(content: str, heading: str) -> str:
    """An empty state: what is empty, and what to do about it."""
    return format_html('<div class="nothing"><p class="nothing__heading">{}</p>{}</div>', heading, content)


@register.simple_block_tag
def embargo(content: str, label: str = "Embargoed") -> str:
    """The band on everything that must not leave: label in capitals, then until when and whose copy it is."""
    return format_html('<div class="embargo"><p><b>{}</b> {}</p></div>', label, content)


@register.simple_block_tag
def facts(content: str, compact: bool = False) -> str:
    """Facts beside a heading, divided by lines. `compact`: one under another, the value at the right."""
    return format_html('<dl class="facts{}">{}</dl>', " facts--compact" if compact else "", content)


@register.simple_block_tag
def fact(content: str, term: str, note: str = "") -> str:
    """One fact: `term` above, the value as content, `note` small under it."""
    small = format_html('<small class="facts__note">{}</small>', note) if note else ""
    return format_html('<div class="facts__item"><dt>{}</dt><dd>{}{}</dd></div>', term, content, small)


@register.simple_block_tag
def summary(content: str) -> str:
    """GOV.UK summary list: check answers, details of one thing. Holds `{% row %}`s."""
    return format_html('<dl class="govuk-summary-list">{}</dl>', content)


@register.simple_block_tag
def row(content: str, key: str, change: str = "", label: str = "Change") -> str:
    """One row of `{% summary %}`; `change` is the address of its link."""
    action = (
        format_html(
            '<dd class="govuk-summary-list__actions"><a class="govuk-link" href="{}">{}'
            '<span class="govuk-visually-hidden"> {}</span></a></dd>',
            change,
            label,
            key,
        )
        if change
        else ""
    )
    return format_html(
        '<div class="govuk-summary-list__row{}"><dt class="govuk-summary-list__key">{}</dt>'
        '<dd class="govuk-summary-list__value">{}</dd>{}</div>',
        "" if change else " govuk-summary-list__row--no-actions",
        key,
        content,
        action,
    )


@register.simple_block_tag
def steps(content: str, label: str) -> str:
    """Where something stands, in order. Holds `{% step %}`s."""
    return format_html('<ol class="steps" aria-label="{}">{}</ol>', label, content)


@register.simple_block_tag
def step(content: str, heading: str, stage: str, word: str = "") -> str:
    """One step: `stage` done, now or next; `word` replaces Done, Now or Next ("Next: waiting for you", "By itself").

    Put who in plain words and when in `<span class="steps__when">`.
    """
    current = SafeString(' aria-current="step"') if stage == "now" else ""
    return format_html(
        '<li class="steps__step steps__step--{}"{}><span class="steps__word">{}</span>'
        '<b class="steps__heading">{}</b>{}</li>',
        stage,
        current,
        word or {"done": "Done", "now": "Now", "next": "Next"}[stage],
        heading,
        content,
    )


@register.simple_block_tag
def verbs(content: str, heading: str) -> str:
    """Dangerous and rare actions, apart from the rest, at the foot of the page. Holds `{% verb %}`s."""
    return format_html(
        '<section class="card verbs"><h2 class="card__heading">{}</h2><ul class="verbs__list">{}</ul></section>',
        heading,
        content,
    )


@register.simple_block_tag
def verb(content: str, label: str, url: str = "", tone: str = "stop") -> str:
    """One dangerous action: a link to the page that asks and confirms; its consequence is the content.

    Without `url` it cannot be done now: the content says why and until when. `tone`: "stop" or "plain".
    """
    if url:
        button = format_html('<a class="verbs__button verbs__button--{}" href="{}">{}</a>', tone, url, label)
    else:
        button = format_html('<span class="verbs__button verbs__button--not">{}</span>', label)
    return format_html('<li class="verbs__verb">{}<span class="verbs__consequence">{}</span></li>', button, content)


@register.simple_block_tag
def timeline(content: str) -> str:
    """What happened and will happen, in order. Holds `{% moment %}`s."""
    return format_html('<ol class="timeline">{}</ol>', content)


@register.simple_block_tag
def moment(content: str, heading: str, at: object = "", stage: str = "done", label: str = "") -> str:
    """One entry. `at`: an aware datetime (shown as hour, minute, second) or words ("+ 1 s").

    `stage`: done, now, next or key (the instant itself). `label`: a state at the right ("Done", "To come").
    """
    when = instant(at, form="time", seconds=True) if isinstance(at, dt.datetime) else format_html("{}", at)
    tag = state(label, "ok" if stage == "done" else "none") if label else ""
    return format_html(
        '<li class="timeline__entry timeline__entry--{}"><span class="timeline__at">{}</span>'
        '<div class="timeline__words"><b>{}</b>{}</div>{}</li>',
        stage,
        when,
        heading,
        content,
        tag,
    )
