"""The body of a letter: its opening paragraphs, its themes and their findings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from archive.reading import wording
from archive.reading.paragraphs import Layout
from archive.reading.registers import KnownInspection, find_inspection
from archive.reading.result import FollowUp
from archive.reading.source import Desk
from archive.reading.words import MONTHS

_INTRO = re.compile(
    r"\b(?:(?:[Tt]he|[Oo]ur|THE)\s+)?(?:(?:[Mm]ain|[Kk]ey|[Dd]etailed|[Ff]inal|[Ss]pecific)\s+)?"
    r"(?:[Ff]indings|FINDINGS)\b[^.;:]{0,80}?\b(?:(?:your|this|the)\s+force|YOUR FORCE|[A-Z][\w-]+"
    r"\s+(?:Police|Constabulary))"
    r"(?:\s+(?:are|were|ARE))?"
    r"(?:(?:\s+(?:as follows|set out|listed|given|detailed|described|below|here)){1,2}\s*[.:;,-]*"
    r"|\s*[:;,-]+(?!\s*[a-z])|(?=\s+[A-Z]))"
)
_INTRO_LINE = re.compile(
    r"^(?:(?:(?:the|our|main|key|detailed|specific|summary of)\s+)*findings\b[^.]{0,60}"
    r"|what we found\b[^.]{0,60}|(?:the )?following findings\b[^.]{0,60})[:;.]?$",
    re.IGNORECASE,
)
_AREAS = re.compile(
    r"\b(?:These|They|Those|which|areas|questions|themes)\b[^.;:]{0,60}(?:were|are|follows)?\s*:",
)
_QUOTED = r"(?:(?<!\w)')(.{3,200}?)'(?!\w)|\"(.{3,200}?)\""
_NOW = re.compile(rf"\b(?:now (?:known as|called|named|titled|entitled)|renamed(?: as)?)\s+(?:{_QUOTED})")
_CALLED = re.compile(
    r"\b(?:called|entitled|titled|named|formerly|previously|originally)"
    rf"(?:\s+(?:known as|called|entitled|titled|named))?,?\s+(?:{_QUOTED})"
)
_MONTH = rf"(?:early |late |mid-)?(?:{MONTHS})"
_FIELDWORK = (
    re.compile(rf"\b[Bb]etween\s+({_MONTH}(?:\s+\d{{4}})?)\s+and\s+({_MONTH}\s+\d{{4}})\b"),
    re.compile(rf"\b[Ff]rom\s+({_MONTH}(?:\s+\d{{4}})?)\s+(?:to|until)\s+({_MONTH}\s+\d{{4}})\b"),
    re.compile(rf"\b(?:[Ii]n|[Dd]uring)\s+({_MONTH}\s+\d{{4}})\b(?=.{{0,80}}\bfieldwork\b)"),
)
_ENCLOSED = re.compile(
    r"\b(?:Attached|Enclosed|attach|enclose)\b[^.]{0,60}?\b(?:cop(?:y|ies) of )?(?:the|our|its)\s+"
    r"([^.,;]+?)(?=\s+(?:for this|for the|of this|which|that|on|is|will)\b|[.,;])"
)
_LATER = re.compile(r"\bas part of (?:the|our|its)\s+([^.]+?)\.(?=\s|$)")
_LONG_NAME = re.compile(r"\b(?:HMIC's|the|our)\s+(?:[A-Z][\w,-]*\s+|and\s+|of\s+)+\(([A-Z]{2,})\)")
_DUE = re.compile(r"\bdue to be published\s+(?:at|in|on|by|during)\s+([^.,;]+)")
_UPDATES = re.compile(r"\bopportunity to (?:provide|give|submit|send) (?:an? )?updates?\b", re.IGNORECASE)
_MOVED = re.compile(r"\bnow be published\b|\brescheduled\b|\bpostponed\b", re.IGNORECASE)
_SUBJECT_MARK = re.compile(r"(?:Re|RE|Subject|SUBJECT)\s*:\s*")
_OPENERS = re.compile(r"^(?:Between|In|I|As|During|Thank|Further|Following|HMIC|This|You|We|The)$")
_LEADING_MARK = re.compile(r"^(?:[^\w\"'“‘(]+\s*|\(?\d{1,2}(?:[.)]\s+|\s+(?=\W))|o\s+|(?:and|AND)\s+)+")


@dataclass(slots=True)
class Opening:
    subject: str | None = None
    inspection: str | None = None
    inspection_known: bool = False
    former_titles: tuple[str, ...] = ()
    fieldwork: str | None = None
    enclosures: tuple[str, ...] = ()
    rescheduled: bool = False
    questions: list[str] = field(default_factory=list)
    question_words: list[tuple[int, int]] = field(default_factory=list)
    paragraphs: tuple[str, ...] = ()
    follow_up: FollowUp = field(default_factory=lambda: FollowUp(None, None, False))


def _quoted(match: re.Match[str]) -> str:
    return (match.group(1) or match.group(2)).strip()


def find_findings(desk: Desk, start: int, end: int) -> tuple[int, int]:
    """The line that announces the findings; found by what follows it if it is not there."""
    if match := _INTRO.search(desk.part(start, end)):
        base = desk.offset(start)
        first, last = desk.mark_text("findings heading", base + match.start(), base + match.end())
        return first, last
    after = _after_questions(desk, start, end)
    if (line := _intro_line(desk, after, end)) is not None:
        desk.mark("findings heading", *line)
        return line
    layout = Layout(desk.source, desk.words, start, end)
    heading = next((h for h in layout.headings() if h.start >= after), None)
    if heading is None:
        return end, end
    words = f"no line announces the findings: they were taken to begin at '{desk.text(heading.start, heading.end)}'"
    desk.ask(words, at=heading.start)
    return heading.start, heading.start


def _intro_line(desk: Desk, start: int, end: int) -> tuple[int, int] | None:
    """A line of its own such as "Our detailed findings"."""
    first = start
    for n in range(start, end):
        if n + 1 < end and not desk.words[n + 1].first:
            continue
        ends = n + 1 < end and (desk.words[n + 1].opens or _is_item_mark(desk, n + 1))
        if ends and desk.words[first].first and _INTRO_LINE.match(desk.part(first, n + 1).strip()):
            return first, n + 1
        first = n + 1
    return None


def _after_questions(desk: Desk, start: int, end: int) -> int:
    ranges = _question_ranges(desk, start, end)
    if ranges:
        return ranges[-1][1]
    return next((n + 1 for n in range(start, end) if desk.words[n].text.endswith(".")), start)


def read_opening(desk: Desk, start: int, end: int, known: Sequence[KnownInspection]) -> Opening:
    opening = Opening()
    base, text = desk.offset(start), desk.part(start, end)
    titles = _read_titles(desk, opening, base, text)
    body = _read_subject(desk, opening, start, end, [*titles, *_register_titles(known)])
    _settle_inspection(desk, opening, known)
    opening.question_words = _question_ranges(desk, body, end)
    _read_questions(desk, opening)
    _read_facts(desk, opening, base, text)
    opening.paragraphs = _opening_paragraphs(desk, opening, body, end)
    desk.mark("opening", body, end)
    return opening


def _register_titles(known: Sequence[KnownInspection]) -> list[str]:
    return [title for one in known for title in (one.title, *one.former_titles)]


def _read_titles(desk: Desk, opening: Opening, base: int, text: str) -> list[str]:
    now = _NOW.search(text)
    called = [m for m in _CALLED.finditer(text) if now is None or m.end() <= now.start() or m.start() >= now.end()]
    original = desk.stream.text
    if now:
        group = 1 if now.group(1) else 2
        opening.inspection = original[base + now.start(group) : base + now.end(group)].strip()
        desk.mark_text("inspection", base + now.start(group), base + now.end(group))
    formers: list[str] = []
    for match in called:
        group = 1 if match.group(1) else 2
        title = original[base + match.start(group) : base + match.end(group)].strip()
        past = match.group().startswith(("formerly", "previously", "originally"))
        if now or past:
            formers.append(title)
            desk.mark_text("former title", base + match.start(group), base + match.end(group))
        elif opening.inspection is None:
            opening.inspection = title
            desk.mark_text("inspection", base + match.start(group), base + match.end(group))
    opening.former_titles = tuple(dict.fromkeys(formers))
    return [title for title in (opening.inspection, *formers) if title]


def _read_subject(desk: Desk, opening: Opening, start: int, end: int, titles: Sequence[str]) -> int:
    """The subject line; returns the index of the first word after it."""
    begin = start
    if mark := _SUBJECT_MARK.match(desk.part(start, end)):
        begin = desk.stream.range_of(desk.offset(start), desk.offset(start) + mark.end())[1]
    text = desk.part(begin, end).casefold()
    lengths = [len(t) for t in titles if text.startswith(t.casefold().replace("’", "'"))]
    if lengths:
        offset = desk.offset(begin)
        finish = desk.stream.range_of(offset, offset + max(lengths))[1]
        while finish < end and not desk.words[finish].first and _is_lined(desk, begin, end):
            finish += 1
    else:
        finish = _subject_end(desk, begin, end)
    if finish == begin:
        desk.ask("no subject line was found", about=("subject",))
        return start
    opening.subject = desk.text(begin, finish)
    desk.mark("subject", start, finish)
    return finish


def _is_lined(desk: Desk, start: int, end: int) -> bool:
    return any(desk.words[n].first for n in range(start, min(start + 30, end)) if n > start)


def _subject_end(desk: Desk, start: int, end: int) -> int:
    layout = Layout(desk.source, desk.words, start, end)
    lined = _is_lined(desk, start, end)
    for n in range(start + 1, min(start + 40, end)):
        word = desk.words[n]
        if desk.words[n - 1].text.endswith("."):
            return start
        if word.first and (layout.gap(n) or (word.opens and layout.has_room(n))):
            return n
        if not lined and n >= start + 2 and _OPENERS.match(word.text):
            return n
    return start


def _settle_inspection(desk: Desk, opening: Opening, known: Sequence[KnownInspection]) -> None:
    subject, quoted = opening.subject, opening.inspection
    if subject and quoted and not _same_start(subject, quoted):
        words = f"the subject line says '{subject}', the text '{quoted}': the text was taken"
        desk.ask(words, about=("subject", "inspection"))
    title = quoted or subject
    if subject and quoted and subject.casefold() == quoted.casefold() and not subject.isupper():
        title = subject
    if title is None:
        desk.ask("no title of an inspection was found", "inspection")
        return
    opening.inspection = title
    names = [name for name in (title, subject, *opening.former_titles) if name]
    registered = next((match for name in names if (match := find_inspection(name, known))), None)
    if registered is not None:
        opening.inspection, opening.inspection_known = registered.title, True


def _same_start(left: str, right: str) -> bool:
    a, b = left.casefold(), right.casefold()
    return a.startswith(b) or b.startswith(a)


def _question_ranges(desk: Desk, start: int, end: int) -> list[tuple[int, int]]:
    """Ranges of words, one for each question the inspection asked."""
    match = _AREAS.search(desk.part(start, end))
    if match is None:
        return []
    base = desk.offset(start)
    begin = desk.stream.range_of(base + match.start(), base + match.end())[1]
    ranges: list[tuple[int, int]] = []
    first = begin
    for n in range(begin, min(begin + 200, end)):
        text = desk.words[n].text
        if first == n and ranges and text in ("and", "or"):
            ranges[-1] = (ranges[-1][0], n + 1)
            first = n + 1
            continue
        last = text.endswith(".") and not re.fullmatch(r"\W*\d{1,2}\.", text)
        if last or text.endswith(";") or n + 1 == end or _is_item_mark(desk, n + 1):
            ranges.append((first, n + 1))
            first = n + 1
        if last:
            break
    return ranges


def _is_item_mark(desk: Desk, index: int) -> bool:
    word = desk.words[index]
    return word.first and not any(c.isalnum() for c in word.text)


def _read_questions(desk: Desk, opening: Opening) -> None:
    for start, end in opening.question_words:
        text = _LEADING_MARK.sub("", desk.text(start, end))
        opening.questions.append(wording.bare_question(text))
        desk.mark("question", start, end)


def _read_facts(desk: Desk, opening: Opening, base: int, text: str) -> None:
    for pattern in _FIELDWORK:
        if match := pattern.search(text):
            opening.fieldwork = " to ".join(match.groups())
            desk.mark_text("fieldwork", base + match.start(), base + match.end())
            break
    found: list[str] = []
    for match in _ENCLOSED.finditer(text):
        found.append(desk.stream.text[base + match.start(1) : base + match.end(1)])
        desk.mark_text("enclosures", base + match.start(1), base + match.end(1))
    opening.enclosures = tuple(dict.fromkeys(found))
    opening.rescheduled = _MOVED.search(text) is not None
    later, due = _LATER.search(text), _DUE.search(text)
    for match in (later, due):
        if match:
            desk.mark_text("follow-up", base + match.start(1), base + match.end(1))
    opening.follow_up = FollowUp(
        _LONG_NAME.sub(r"the \1", later.group(1)) if later else None,
        due.group(1) if due else None,
        _UPDATES.search(text) is not None,
    )


def _opening_paragraphs(desk: Desk, opening: Opening, start: int, end: int) -> tuple[str, ...]:
    """The opening as Markdown: verbatim paragraphs, each question as an item of a list."""
    if start >= end:
        return ()
    layout = Layout(desk.source, desk.words, start, end)
    starts = {b.index for b in layout.breaks(start, end) if b.why != "wording"}
    for first, last in opening.question_words:
        starts -= set(range(first, last))
        starts |= {first} | ({last} if last < end else set())
    items = {first for first, _ in opening.question_words}
    edges = [*sorted(starts), end]
    paragraphs: list[str] = []
    for first, last in pairwise(edges):
        text = desk.text(first, last)
        paragraphs.append("- " + re.sub(r"^\W+", "", text) if first in items else text)
    return tuple(paragraphs)
