"""The elements that screens are built from, each once.

A builtin library: templates use these tags without `load`. Tags that wrap content are block tags
(`{% card "Heading" %}…{% endcard %}`); tags that need a list of rows are templates in `templates/components/`.
Nothing here decides anything: whoever passes a value has decided that the reader may see it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from hmic_core.clock import LONDON

register = template.Library()

#: The colour of a state, by its stored code. A tone can be named directly too. Colour only repeats what the word says.
TONES: dict[str, str] = {
    **dict.fromkeys(["draft", "preparing", "submitted", "assembled", "to_decide"], "draft"),
    **dict.fromkeys(
        ["ready", "issued", "responded", "decided", "proofed", "scheduled", "sealed", "accepted_in_part"], "ready"
    ),
    **dict.fromkeys(["more_evidence_asked", "under_embargo", "response_sent", "now"], "ready"),
    **dict.fromkeys(
        ["ok", "moderated", "final", "closed", "no_inaccuracies", "accepted", "signed", "approved", "released"], "ok"
    ),
    **dict.fromkeys(["acknowledged", "published", "in_order", "done", "verified_closed", "active", "collected"], "ok"),
    **dict.fromkeys(["warn", "warning", "taken_as_update", "accepted_as_update", "dropped", "moved", "due"], "warn"),
    **dict.fromkeys(["stop", "error", "not_accepted", "recalled", "held", "withdrawn", "missed", "overdue"], "stop"),
    **dict.fromkeys(
        ["none", "removed", "no_response", "superseded", "cancelled", "not_started", "planned", "next"], "none"
    ),
}


# Time


def _words(moment: dt.datetime, joiner: str, seconds: bool) -> str:
    clock = moment.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{moment:%A} {moment.day} {moment:%B %Y}{joiner}{clock} {moment.tzname()}"


@register.filter
def london(moment: dt.datetime) -> str:
    """'Thursday 4 September 2014, 00:01 BST', for sentences and attributes."""
    return _words(moment.astimezone(LONDON), ", ", seconds=False)


@register.filter
def utc(moment: dt.datetime) -> str:
    """'Wednesday 3 September 2014, 23:01 UTC'; the seconds too where it stands on other than a whole minute."""
    return _words(moment.astimezone(dt.UTC), ", ", seconds=bool(moment.second))


@register.filter
def day(value: dt.date | dt.datetime) -> str:
    """'Thursday 4 September 2014': the day in London of an instant, or a date as it is."""
    if isinstance(value, dt.datetime):
        value = value.astimezone(LONDON)
    return f"{value:%A} {value.day} {value:%B %Y}"


@register.simple_tag
def instant(
    moment: dt.datetime | None, form: str = "full", utc: bool = False, seconds: bool = False, joiner: str = ", "
) -> str:
    """An instant in London's words inside `<time>`.

    `form`: "full", "day" or "time". `utc` adds the same instant in UTC. `joiner` " at " suits a sentence.
    """
    if moment is None:
        return ""
    local = moment.astimezone(LONDON)
    stamp = moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = {
        "full": _words(local, joiner, seconds),
        "day": day(moment),
        "time": local.strftime("%H:%M:%S" if seconds else "%H:%M") + f" {local.tzname()}",
    }[form]
    shown = format_html('<time datetime="{}">{}</time>', stamp, text)
    if not utc:
        return shown
    return format_html('{} <span class="muted">({})</span>', shown, _words(moment.astimezone(dt.UTC), ", ", seconds))


@register.simple_tag
def working_days_left(days: int) -> str:
    """'6 working days left'. Counted by the caller: day 0 is the last day, below 0 the time has passed."""
    if days < 0:
        return "The time has passed"
    if days == 0:
        return "Today is the last day"
    return f"{days} working day{'' if days == 1 else 's'} left"


@register.filter
def duration(value: dt.timedelta | float) -> str:
    """'6 hours 28 minutes': the two largest units of a timedelta or of seconds."""
    left = int(value.total_seconds() if isinstance(value, dt.timedelta) else value)
    parts = []
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        number, left = divmod(max(left, 0), size)
        if number:
            parts.append(f"{number} {name}{'' if number == 1 else 's'}")
    return " ".join(parts[:2]) or "0 seconds"


@register.simple_tag
def countdown(until: dt.datetime, now: dt.datetime, words: str = "to go") -> str:
    """What is left until an instant. `now` is the database's clock; the script counts on from it, not from the
    reader's own clock. Without JavaScript it shows what was left when the page was made."""
    left = max(int((until - now).total_seconds()), 0)
    return format_html(
        '<p class="countdown" role="timer" data-until="{}" data-now="{}"><span class="countdown__left">{}</span>'
        ' <span class="countdown__words">{}</span></p>',
        until.astimezone(dt.UTC).isoformat(timespec="milliseconds"),
        now.astimezone(dt.UTC).isoformat(timespec="milliseconds"),
        _clock(left),
        words,
    )


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes:02}:{second:02}"


# Words and marks


@register.simple_tag
def state(label: str, tone: str = "") -> str:
    """A state in words, with a colour. `tone`: ok, warn, stop, none, ready, draft or a stored state's code."""
    colour = TONES.get(str(tone), "")
    return format_html('<span class="state{}">{}</span>', f" state--{colour}" if colour else "", label)


@register.simple_tag
def difference(before: str, after: str) -> str:
    """Two texts as one, word by word: what went in `<del>`, what came in `<ins>`."""
    from hmic_core.text import diff_html  # the public website, which uses this library too, compares nothing

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


# Containers


def _heading(level: int, text: str, css: str, id: str = "") -> SafeString:
    if not text:
        return SafeString("")
    return format_html('<h{0} class="{1}"{2}>{3}</h{0}>', level, css, _attribute("id", id), text)


def _attribute(name: str, value: object) -> SafeString:
    return format_html(' {}="{}"', name, value) if value not in ("", None, False) else SafeString("")


@register.simple_block_tag
def card(content: str, heading: str = "", tone: str = "", level: int = 2, id: str = "", note: str = "") -> str:
    """White box. `tone`: "act" (your decision), "stop", "strong" (framed), "quiet". `note`: words beside it."""
    head = _heading(level, heading, "card__heading")
    if note:
        head = format_html('<div class="card__head">{}<p class="card__note">{}</p></div>', head, note)
    css = f" card--{tone}" if tone else ""
    return format_html('<section class="card{}"{}>{}{}</section>', css, _attribute("id", id), head, content)


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


# Documents and points


@register.simple_block_tag
def paragraph(content: str, reference: str, current: bool = False) -> str:
    """A numbered paragraph of a document. Holds `{% words %}`, `{% margin %}` and, when open, `{% composer %}`.

    Its anchor is the reference in lower case (`#pc-3`).
    """
    anchor = reference.lower()
    return format_html(
        '<section class="paragraph{}" id="{}" aria-label="Paragraph {}">'
        '<a class="reference paragraph__reference" href="#{}">{}</a>{}</section>',
        " paragraph--current" if current else "",
        anchor,
        reference,
        anchor,
        reference,
        content,
    )


@register.simple_block_tag
def words(content: str, quotable: str = "") -> str:
    """The words of a paragraph. `quotable`: id of the field that a selection of these words fills."""
    return format_html('<div class="paragraph__words"{}>{}</div>', _attribute("data-quote-into", quotable), content)


@register.simple_block_tag
def margin(content: str) -> str:
    """What stands beside a paragraph: `{% note %}`s."""
    return format_html('<div class="paragraph__margin">{}</div>', content)


@register.simple_block_tag
def note(
    content: str,
    heading: str,
    id: str = "",
    label: str = "",
    tone: str = "",
    by: str = "",
    url: str = "",
    current: bool = False,
) -> str:
    """A point beside its words: heading, state, the difference or reason as content, who, and a link to open it."""
    tag = state(label, tone) if label else ""
    link = (
        format_html(
            '<a class="govuk-link" href="{}">Open<span class="govuk-visually-hidden">: {}</span></a>', url, heading
        )
        if url
        else ""
    )
    foot = format_html('<p class="note__by">{} {}</p>', by, link) if by or url else ""
    return format_html(
        '<section class="note{}"{}><h3 class="note__heading"><span>{}</span>{}</h3>{}{}</section>',
        " note--current" if current else "",
        _attribute("id", id),
        heading,
        tag,
        content,
        foot,
    )


@register.simple_block_tag
def composer(content: str, heading: str, status: str = "") -> str:
    """Where a point is written, under its paragraph. Content: `composer__body` (form, aside) and `composer__foot`."""
    return format_html(
        '<section class="composer" aria-label="{}"><header class="composer__head"><h3>{}</h3><p>{}</p></header>'
        "{}</section>",
        heading,
        heading,
        status,
        content,
    )


@register.simple_block_tag
def point_card(content: str, reference: str, number: int, label: str, tone: str = "", kind: str = "") -> str:
    """One point with its outcome: reference, number and state at the left, reason and words as content."""
    return format_html(
        '<article class="point" id="point-{}"><div class="point__head">'
        '<h3><span class="reference">{}</span> Point {}</h3>'
        '<p>{}</p><p>{}</p></div><div class="point__body">{}</div></article>',
        number,
        reference,
        number,
        state(label, tone),
        kind,
        content,
    )


@register.simple_block_tag
def stands(content: str, heading: str, note: str = "", quiet: bool = False) -> str:
    """A passage as it now stands, or (`quiet`) as it was proposed."""
    return format_html(
        '<section class="stands{}"><h4 class="stands__heading">{} <span>{}</span></h4>{}</section>',
        " stands--quiet" if quiet else "",
        heading,
        note,
        content,
    )


@register.simple_block_tag
def facing(content: str, heading: str = "", tone: str = "", level: int = 3) -> str:
    """Two texts face to face. Holds two (or four) `{% side %}`s. `tone` "open": a difference that stays recorded."""
    head = _heading(level, heading, "facing__heading")
    return format_html('<div class="facing{}">{}{}</div>', f" facing--{tone}" if tone else "", head, content)


@register.simple_block_tag
def side(content: str, heading: str, note: str = "", inner: bool = False, level: int = 3) -> str:
    """One side of `{% facing %}`. `inner`: only the inspectorate sees it; say so in `note`."""
    small = format_html('<span class="facing__note">{}</span>', note) if note else ""
    return format_html(
        '<div class="facing__side{0}"><h{1} class="facing__title">{2}{3}</h{1}>{4}</div>',
        " facing__side--inner" if inner else "",
        level,
        heading,
        small,
        content,
    )


@register.simple_block_tag
def sheet(content: str, mark: str = "", id: str = "") -> str:
    """A letter as a sheet of paper. `mark`: words across it, such as 'Embargoed copy 3 · Jan McMillan'."""
    layer: SafeString | str = ""
    if mark:
        lines = format_html_join("", '<span data-mark="{}"></span>', [(mark,)] * 90)
        layer = format_html('<div class="sheet__mark" aria-hidden="true">{}</div>', lines)
    return format_html('<div class="sheet"{}>{}{}</div>', _attribute("id", id), layer, content)


@register.simple_block_tag
def window(content: str, address: str, status: str = "", tone: str = "none") -> str:
    """A browser window inside the page: address bar, status, and an `<iframe>` (or anything) as content."""
    return format_html(
        '<div class="window"><div class="window__bar"><span class="window__address">{}</span>{}</div>'
        '<div class="window__body">{}</div></div>',
        address,
        state(status, tone) if status else "",
        content,
    )


# Actions, files, lists


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


@register.simple_tag
def tone_of(code: str) -> str:
    """The tone of a stored state's code, for class names."""
    return TONES.get(str(code), "")


@register.filter
def get(mapping: Mapping[Any, Any], key: object) -> object:
    """`{{ mapping|get:key }}`; nothing where the key is missing."""
    return mapping.get(key, "")


# Forms


@register.simple_tag
def errors(form: BaseForm | None) -> str:
    """The error summary of a bound form; nothing without errors."""
    from hmic_core import forms  # the public website, which uses this library too, has no forms

    return forms.error_summary(form)


@register.simple_tag(takes_context=True)
def fields(context: Context, form: BaseForm) -> str:
    """All fields of a form, without `<form>` and without its button."""
    from hmic_core import forms

    return forms.render_fields(form, context)


@register.simple_tag
def field(bound: BoundField, small: bool = False) -> str:
    """One field: label, hint, errors, control. `small` for filter bars and dense screens."""
    from hmic_core import forms

    return forms.render_field(bound, small=small)


@register.simple_tag
def form_field(bound: BoundField) -> Any:
    """For `gds/field.html`: how GOV.UK draws this field."""
    from hmic_core import forms

    return forms.draw(bound)
