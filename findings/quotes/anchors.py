"""Finding a force's quoted words again: in the frozen paragraph, in the present text, on the page.

People type and paste: white space, the shape of quotation marks, apostrophes and dashes make no difference. Letters do.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from findings.quotes.status import Found, Standing, sentences, standing
from hmic_core.text.folding import pattern
from hmic_core.text.markdown import plain_words, render_html

__all__ = [
    "Found",
    "Quote",
    "Standing",
    "between",
    "count",
    "marked",
    "one_line_end",
    "replaced",
    "same_words",
    "sentences",
    "standing",
]


@dataclass(frozen=True)
class Quote:
    """Words to mark on a page, with the number of their point; `current`: the point that is being written."""

    words: str
    number: int
    current: bool = False


def count(text: str, quoted: str) -> int:
    """How often the quoted words stand in a text (Markdown), read as words."""
    return len(pattern(quoted).findall(plain_words(text))) if quoted.strip() else 0


def replaced(text: str, quoted: str, proposed: str) -> str | None:
    """The text with the quoted words replaced by the proposed ones; None unless they stand in it exactly once."""
    if not quoted.strip() or not proposed.strip():
        return None
    found = list(pattern(quoted).finditer(text))
    if len(found) != 1:
        return None
    start, end = found[0].span()
    return text[:start] + proposed.strip() + text[end:]


def between(text: str, start: str, end: str) -> str:
    """The words of a text as its page shows them, from one place to another, both counted in characters that are no
    white space, as a page's address gives them. Empty for places that are none."""
    if not (start.isdecimal() and end.isdecimal() and len(start) < 8 and len(end) < 8):
        return ""
    words = "".join(unescape(piece) for piece in re.split(r"(<[^>]+>)", render_html(text, links=False))[::2])
    places = [at for at, character in enumerate(words) if not character.isspace()][int(start) : int(end)]
    return " ".join(words[places[0] : places[-1] + 1].split()) if places else ""


def same_words(one: str, other: str) -> bool:
    """Whether two texts read the same; white space makes no difference."""
    return one.split() == other.split()


def one_line_end(text: str) -> str:
    """Browsers send each new line as two characters; stored texts have one. Without this every line would differ."""
    return text.replace("\r\n", "\n")


def marked(text: str, quotes: Sequence[Quote]) -> SafeString:
    """A text as HTML, with each quote's first occurrence marked and numbered; overlapping ones are left out."""
    pieces = re.split(r"(<[^>]+>)", render_html(text, links=False))
    words = "".join(unescape(piece) for piece in pieces if not piece.startswith("<"))
    spans: list[tuple[int, int, Quote]] = []
    for quote in quotes:
        found = pattern(quote.words).search(words) if quote.words.strip() else None
        if found and all(found.end() <= start or found.start() >= end for start, end, _ in spans):
            spans.append((*found.span(), quote))
    return _with_marks(pieces, sorted(spans, key=lambda span: span[0]))


def _with_marks(pieces: Sequence[str], spans: Sequence[tuple[int, int, Quote]]) -> SafeString:
    """Join the pieces (tags and text between them), wrapping what of each span lies in each text."""
    made: list[SafeString] = []
    at = 0
    for piece in pieces:
        if piece.startswith("<"):
            made.append(SafeString(piece))  # a tag that `render_html` has cleaned
            continue
        text = unescape(piece)
        made.append(_marked_piece(text, at, spans))
        at += len(text)
    return format_html_join("", "{}", ((each,) for each in made))


def _marked_piece(text: str, at: int, spans: Sequence[tuple[int, int, Quote]]) -> SafeString:
    made, done = SafeString(""), 0
    for start, end, quote in spans:
        left, right = max(start - at, 0), min(end - at, len(text))
        if left >= right:
            continue
        # In brackets: "of the 12" with a raised 1 is read aloud, and copied, as "of the 121".
        number = format_html("<sup>[{}]</sup>", quote.number) if end - at <= len(text) else ""
        css = "quoted quoted--current" if quote.current else "quoted"
        made = format_html('{}{}<mark class="{}">{}{}</mark>', made, text[done:left], css, text[left:right], number)
        done = right
    return format_html("{}{}", made, text[done:])
