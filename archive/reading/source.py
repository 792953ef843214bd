"""Where a letter lies while it is read: its words, what was recognised, what to ask."""

from __future__ import annotations

from archive.reading.files.lines import Extracted
from archive.reading.page import read_source
from archive.reading.result import Question, Span, UnmatchedLine
from archive.reading.words import Source, Stream, words_text

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip


def ordinal(number: int) -> str:
    """ "sixth" for 6; figures above twelve."""
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"{number}th"


class Desk:
    """The source, its words as one stream, and the notes made while reading."""

    def __init__(self, given: Extracted, *, header: str = "") -> None:
        self.given = given
        self.source: Source = read_source(given, header=header)
        self.words = self.source.words
        self.stream = Stream(self.words)
        self.plain = self.stream.plain
        self.spans: list[Span] = []
        self.questions: list[Question] = [Question("note", text) for text in (*given.notes, *self.source.questions)]
        self.scan_errors: list[str] = []
        self._covered: set[int] = set()

    def mark(self, kind: str, start: int, end: int) -> None:
        """Note that words `start` up to `end` were recognised as `kind`."""
        if end <= start:
            return
        first, last = self.words[start], self.words[end - 1]
        text = self.source.text[first.start : last.end]
        self.spans.append(Span(kind, first.line, last.line, first.start, last.end, text))
        self._covered.update(range(start, end))

    def mark_text(self, kind: str, start: int, end: int) -> tuple[int, int]:
        """As `mark`, for offsets into the stream's text; returns the range of words."""
        words = self.stream.range_of(start, end)
        self.mark(kind, *words)
        return words

    def is_free(self, index: int) -> bool:
        return index not in self._covered

    @property
    def uncertain(self) -> tuple[str, ...]:
        """The questions as sentences."""
        return tuple(dict.fromkeys(question.text for question in self.questions))

    def ask(
        self, question: str, kind: str = "note", *, taken: str = "", at: int | None = None, about: tuple[str, ...] = ()
    ) -> None:
        """Note a doubt. `at` is the word that it is about, `about` the fields; without them it is about the letter."""
        if any((asked.kind, asked.text) == (kind, question) for asked in self.questions):
            return
        word = self.words[at] if at is not None and at < len(self.words) else None
        start, line = (word.start, word.line) if word else (-1, 0)
        self.questions.append(Question(kind, question, taken, start, line, about))

    def word_at(self, start: int) -> int | None:
        """The word that stands at a place of the source, if one does."""
        return next((n for n, word in enumerate(self.words) if word.start == start), None)

    def note_scan_error(self, text: str) -> None:
        if text not in self.scan_errors:
            self.scan_errors.append(text)

    def text(self, start: int, end: int) -> str:
        return words_text(self.words[start:end])

    def offset(self, index: int) -> int:
        return self.stream.offset(index)

    def comes_again(self, text: str) -> bool:
        """Whether a long text stands more than once outside quotation marks."""
        words = text.casefold().split()
        return len(words) >= 5 and f" {self.plain} ".casefold().count(f" {' '.join(words)} ") > 1

    def part(self, start: int, end: int) -> str:
        """Plain text between two words."""
        return self.plain[self.offset(start) : self.offset(end)]

    def unmatched(self) -> tuple[UnmatchedLine, ...]:
        """Every word that nothing recognised, line by line."""
        lines: dict[int, list[str]] = {}
        for index, word in enumerate(self.words):
            if index not in self._covered:
                lines.setdefault(word.line, []).append(word.text)
        return tuple(UnmatchedLine(line, " ".join(words)) for line, words in sorted(lines.items()))
