"""Instants, days and durations in words: London's, with the day of the week, the time and the zone."""

import datetime as dt

from django import template
from django.utils.html import format_html

from hmic_core.clock import LONDON

register = template.Library()


def _words(moment: dt.datetime, joiner: str, seconds: bool) -> str:
    clock = moment.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{moment:%A} {moment.day} {moment:%B %Y}{joiner}{clock} {moment.tzname()}"


@register.filter
def moment(written: str) -> dt.datetime:
    """The instant that frozen content holds as ISO 8601 with its offset."""
    return dt.datetime.fromisoformat(written)


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
