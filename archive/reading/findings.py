"""The themes of a letter and the findings under each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from archive.reading.headings import Heading
from archive.reading.paragraphs import Break, Confidence, Layout
from archive.reading.result import Piece, ReadFinding, ReadTheme
from archive.reading.source import Desk, ordinal

_DECORATION = "*_#: "
_WORDS_OF_A_LONG_LINE = 60
_FEW_LINES = 2
_NUMBER = re.compile(r"^\d{1,2}\s*[-–—:.)]\s+")


@dataclass(slots=True)
class _Note:
    """A question whose numbers are known once all findings of the theme are."""

    text: str
    kind: str
    taken: str
    at: int


@dataclass(slots=True)
class _Draft:
    """A finding while its paragraphs are gathered: ranges of words. `splits`: where another one may begin."""

    ranges: list[tuple[int, int]]
    confidence: Confidence
    notes: list[_Note] = field(default_factory=list)
    splits: list[int] = field(default_factory=list)


def read_themes(
    desk: Desk, start: int, end: int, questions: Sequence[str]
) -> tuple[tuple[ReadTheme, ...], tuple[Piece, ...]]:
    """The themes between two words, and the closing paragraphs after the last finding."""
    if start >= end:
        return (), ()
    layout = Layout(desk.source, desk.words, start, end)
    headings = layout.headings()
    if not headings or headings[0].start > _first_text(layout, start):
        headings.insert(0, Heading(start, start))
        desk.ask("the first findings stand under no heading")
    close = layout.closing_from(headings[-1].end, end)
    ends = [heading.start for heading in headings[1:]] + [close]
    themes = tuple(
        _read_theme(desk, layout, heading, stop, number, questions)
        for number, (heading, stop) in enumerate(zip(headings, ends, strict=True), start=1)
    )
    if not questions and not layout.bullets and not desk.source.headings:
        titles = ", ".join(f"'{theme.title}'" for theme in themes if theme.title) or "no line"
        desk.ask(f"nothing but their shape tells headings from findings: taken as themes: {titles}")
    if not questions and len(themes) == 1:
        desk.ask("all findings stand under one heading: another one may have been missed")
    if questions and len(questions) != len(themes):
        desk.ask(f"the letter asks {len(questions)} questions but has {len(themes)} themes")
    _ask_for_figures(desk, layout, start, close)
    return themes, _read_closing(desk, layout, close, end)


def _ask_for_figures(desk: Desk, layout: Layout, start: int, end: int) -> None:
    """Without line ends a page number inside a sentence looks like a figure of the text."""
    lines = {desk.words[n].line for n in range(start, end)}
    if end - start < _WORDS_OF_A_LONG_LINE * len(lines):
        return
    if len(lines) <= _FEW_LINES:
        desk.ask("the findings have lost their line ends: headings and findings were told by marks and wording alone")
    for n in range(start, end):
        if n not in layout.bullets and re.fullmatch(r"[1-9]\d?", desk.words[n].text):
            near = desk.text(max(n - 2, start), n + 2)
            desk.ask(f"the figure in '{near}' may be a page number: kept", at=n)


def _first_text(layout: Layout, start: int) -> int:
    """The first heading may carry a mark of its own ("1.", "**")."""
    return start + 1 if start in layout.bullets else start


def _read_theme(
    desk: Desk, layout: Layout, heading: Heading, end: int, number: int, questions: Sequence[str]
) -> ReadTheme:
    title = _NUMBER.sub("", desk.text(heading.start, heading.end).strip(_DECORATION))
    if layout.is_flat(heading):
        desk.ask(
            f"'{title}' was told from the sentence after it by its wording: taken as a theme",
            "heading",
            taken="heading",
            at=heading.start,
        )
    desk.mark("theme", heading.start, heading.end)
    if heading.start > layout.start and heading.start - 1 in layout.bullets:
        desk.mark("bullet", heading.start - 1, heading.start)
    end = _without_next_mark(layout, heading.end, end)
    drafts = _gather(desk, layout, heading.end, end, number) if heading.end < end else []
    for place, draft in enumerate(drafts, start=1):
        for note in draft.notes:
            text = note.text.format(finding=ordinal(place), theme=ordinal(number))
            desk.ask(text, note.kind, taken=note.taken, at=note.at)
    if not drafts:
        words = f"the {ordinal(number)} theme, '{title}', has no findings"
        desk.ask(words, "heading", taken="heading", at=heading.start)
    if layout.is_run_together(heading.end, end):
        desk.ask(
            f"the findings of the {ordinal(number)} theme have neither bullets nor lines of their own:"
            f" {len(drafts)} were told apart by their wording",
            at=heading.start,
        )
    question = questions[number - 1] if number <= len(questions) else ""
    line = desk.words[min(heading.start, len(desk.words) - 1)].line
    start = desk.words[heading.start].start if heading.end > heading.start else -1
    return ReadTheme(title, question, tuple(_finish(desk, draft) for draft in drafts), line, start)


def _without_next_mark(layout: Layout, start: int, end: int) -> int:
    """Leave the mark of the next theme's heading to that heading."""
    return end - 1 if end - 1 > start and end - 1 in layout.bullets else end


def _gather(desk: Desk, layout: Layout, start: int, end: int, theme: int) -> list[_Draft]:
    breaks = layout.breaks(start, end)
    bulleted = any(b.why == "bullet" for b in breaks)
    doubts = set(layout.doubts(start, end))
    edges = [b.index for b in breaks[1:]] + [end]
    drafts: list[_Draft] = []
    for made, stop in zip(breaks, edges, strict=True):
        marked = made.why in ("bullet", "sub-bullet")
        first = made.index + 1 if marked else made.index
        if marked:
            desk.mark("bullet", made.index, first)
        if first >= stop:
            continue
        _add(desk, drafts, made, (first, stop), bulleted)
        inside = sorted(d for d in doubts if made.index <= d < stop)
        _note_doubts(desk, drafts[-1], made, inside)
    return drafts


def _add(desk: Desk, drafts: list[_Draft], made: Break, words: tuple[int, int], bulleted: bool) -> None:
    if made.why == "sub-bullet" and drafts:
        drafts[-1].ranges.append(words)
        return
    if not bulleted or made.why == "bullet":
        drafts.append(_Draft([words], made.confidence))
        return
    begins = _beginning(desk, *words)
    if not drafts:
        note = (
            f"the paragraph that begins '{begins}' stands before the first bullet of the"
            " {theme} theme: taken as a finding"
        )
        drafts.append(_Draft([words], "unsure", [_Note(note, "paragraph", "finding", words[0])]))
        return
    drafts[-1].ranges.append(words)
    drafts[-1].confidence = "unsure"
    note = (
        f"the paragraph that begins '{begins}' follows the {{finding}} finding of the"
        " {theme} theme without a bullet: taken as its continuation"
    )
    drafts[-1].notes.append(_Note(note, "paragraph", "continuation", words[0]))


def _note_doubts(desk: Desk, draft: _Draft, made: Break, doubts: Sequence[int]) -> None:
    for index in doubts:
        begins = _beginning(desk, index, len(desk.words))
        draft.confidence = "unsure"
        is_one = index == made.index
        taken = "taken as one" if is_one else "taken as going on"
        note = f"a new finding may begin at '{begins}' in the {{theme}} theme: {taken}"
        draft.notes.append(_Note(note, "paragraph", "finding" if is_one else "same", index))
        draft.splits.append(index)


def _beginning(desk: Desk, start: int, end: int) -> str:
    """The first words, up to a comma or bracket or the like, ten at most."""
    words: list[str] = []
    for word in desk.words[start : min(start + 10, end)]:
        if words and re.match(r"[(\[\"“]", word.text):
            break
        words.append(word.text)
        if re.search(r"[,.;:)\]]$", word.text):
            break
    return " ".join(words).rstrip(",.;:").replace("{", "{{").replace("}", "}}")


def _finish(desk: Desk, draft: _Draft) -> ReadFinding:
    for start, end in draft.ranges:
        desk.mark("finding", start, end)
    first, last = desk.words[draft.ranges[0][0]], desk.words[draft.ranges[-1][1] - 1]
    paragraphs = tuple(desk.text(start, end) for start, end in draft.ranges)
    return ReadFinding(paragraphs, draft.confidence, first.line, last.line, tuple(_pieces(desk, draft)))


def _pieces(desk: Desk, draft: _Draft) -> Iterator[Piece]:
    """The paragraphs of a finding, cut where an answer may make two of one."""
    for place, (start, end) in enumerate(draft.ranges):
        edges = [start, *sorted(index for index in draft.splits if start < index < end), end]
        for n, (first, last) in enumerate(pairwise(edges)):
            role = "same" if n else "continuation" if place else "finding"
            word = desk.words[first]
            yield Piece(role, desk.text(first, last), word.start, word.line)


def _read_closing(desk: Desk, layout: Layout, start: int, end: int) -> tuple[Piece, ...]:
    if start >= end:
        return ()
    desk.mark("closing", start, end)
    edges = [b.index for b in layout.breaks(start, end) if b.why != "wording"] + [end]
    return tuple(Piece("closing", desk.text(a, b), desk.words[a].start, desk.words[a].line) for a, b in pairwise(edges))
