"""The text people type: a small part of Markdown, cleaned, compared, checked.

Nobody has to know Markdown. Only what the toolbar writes has a meaning:
``- `` bullets, ``**bold**``, ``*italic*`` and ``[words](https://address)``.
Everything else prints exactly as it was typed: "2014. The force", "1) x", "# x",
a lone asterisk, an underscore, ``<b>``, an indented line, a single new line.
"""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from html import escape
from typing import Literal

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.list import list_block
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from hmic_core.pdf.rendering import missing_characters
from hmic_core.text.folding import DROPPED

MAX_BYTES = 20_000
MAX_DEPTH = 3
#: No person writes so, and a page of it takes minutes to lay out: lines, characters of one word, bold within bold.
MAX_LINES = 1_000
MAX_WORD = 1_000
MAX_EMPHASIS = 6

_TAGS = {"p", "ul", "li", "strong", "em", "br"}
_TOO_NARROW = re.compile(r"\]\((?!https://)([a-z][a-z0-9+.-]*:[^)\s]*)\)", re.IGNORECASE)
# A number with its decimals, a word with what joins its parts, space, or one other character.
_WORDS = re.compile(r"\d+(?:[.,]\d+)+|\w+(?:[’'/-]\w+)*|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of plain words; ``depth`` is 0 outside bullets, then 1 to 3."""

    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one emphasis inside a paragraph. A new line is "\\n"."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class DiffSpan:
    kind: Literal["same", "added", "removed"]
    text: str


@lru_cache(maxsize=1024)
def render_html(markdown: str, links: bool) -> SafeString:
    """HTML of the subset. Without ``links`` (paper, PDF) a link leaves only its words."""
    tags = _TAGS | {"a"} if links else _TAGS
    cleaned = nh3.clean(
        _parser().render(_normalise(markdown)),
        tags=tags,
        # "*" empty: the library otherwise lets "title" and "lang" through.
        attributes={"*": set(), "a": {"href"}} if links else {"*": set()},
        url_schemes={"https"},
        link_rel=None,
    )
    return mark_safe(cleaned.strip())


@lru_cache(maxsize=1024)
def plain_words(markdown: str) -> str:
    """The words alone, single-spaced, in reading order."""
    return " ".join(" ".join(p.text for p in paragraphs(markdown)).split())


def paragraphs(markdown: str) -> list[Paragraph]:
    """Every paragraph and bullet in reading order, with its depth."""
    found = []
    depth = 0
    for token in _parser().parse(_normalise(markdown)):
        depth += {"bullet_list_open": 1, "bullet_list_close": -1}.get(token.type, 0)
        if token.type == "inline" and (words := _inline_words(token)):
            found.append(Paragraph(words, depth))
    return found


def runs(markdown: str) -> list[tuple[int, list[Run]]]:
    """Every paragraph and bullet in reading order, for word processors: its depth, and its words by their emphasis."""
    found = []
    depth = 0
    for token in _parser().parse(_normalise(markdown)):
        depth += {"bullet_list_open": 1, "bullet_list_close": -1}.get(token.type, 0)
        if token.type == "inline" and (said := _inline_runs(token)):
            found.append((depth, said))
    return found


def check(markdown: str) -> list[str]:
    """What has to be corrected before this text can be kept, as sentences for the screen."""
    if too_much := unwieldy(markdown):
        return too_much
    errors = []
    if any(_unprintable(character) for character in markdown):
        errors.append(
            "The text holds invisible control characters, usually from copying out of another "
            "program. Paste it again as plain text."
        )
    elif missing := missing_characters(markdown):
        shown = " ".join(missing)
        errors.append(f"Letters cannot print {shown}. Replace it with plain words.")
    depth = _depth(markdown)
    if depth > MAX_DEPTH:
        errors.append(f"Bullets may be nested {MAX_DEPTH} deep at most; this text has {depth} levels.")
    if match := _TOO_NARROW.search(markdown):
        errors.append(f"A link must begin with https://. Change “{match[1]}”.")
    return errors


def unwieldy(markdown: str) -> list[str]:
    """Why this text could not be laid out in reasonable time, if so: nothing renders it then, a preview neither."""
    size = len(markdown.encode())
    if size > MAX_BYTES:
        return [f"The text is too long: shorten it by about {size - MAX_BYTES:,} characters, or split it in two."]
    lines, longest = markdown.count("\n") + 1, max(map(len, markdown.split()), default=0)
    if lines > MAX_LINES:
        return [f"The text has {lines:,} lines, and the most that can be kept is {MAX_LINES:,}. Join or remove lines."]
    if longest > MAX_WORD:
        return [f"The text holds a word of {longest:,} characters. Part it, or remove it: {MAX_WORD:,} is the most."]
    if _emphasis(markdown) > MAX_EMPHASIS:
        return ["Bold and italic are nested too often. Remove asterisks that stand in a row."]
    return []


def _emphasis(markdown: str) -> int:
    """How deep bold and italic are nested in one another."""
    deepest = 0
    for token in _parser().parse(_normalise(markdown)):
        depth = 0
        for child in token.children or []:
            depth += child.nesting if child.type.startswith(("strong", "em_")) else 0
            deepest = max(deepest, depth)
    return deepest


def words_diff(before: str, after: str) -> list[DiffSpan]:
    """What changed, word by word; joining all but "removed" gives ``after`` exactly."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    spans: list[DiffSpan] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            spans.append(DiffSpan("same", "".join(new[j1:j2])))
            continue
        if i1 < i2:
            spans.append(DiffSpan("removed", "".join(old[i1:i2])))
        if j1 < j2:
            spans.append(DiffSpan("added", "".join(new[j1:j2])))
    return spans


@lru_cache(maxsize=256)
def diff_html(before: str, after: str) -> SafeString:
    """The difference as inline HTML: what went in ``<del>``, what came in ``<ins>``, spaces outside the marks."""
    html, last = "", ""
    for span in words_diff(before, after):
        if (last, span.kind) == ("removed", "added"):
            html += " "
        html += _span_html(span)
        last = span.kind
    return mark_safe(html)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"breaks": True})
    parser.enable(["list", "emphasis", "link", "newline"])
    parser.block.ruler.at("list", _dash_list, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.at("emphasis", _asterisks)
    parser.validateLink = lambda url: url.startswith("https://")  # type: ignore[method-assign]
    return parser


def _dash_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Only "- " followed by words starts a list, never "*", "+", "2014." or "1)"."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if not (line.startswith("- ") and line[2:].strip()):
        return False
    return list_block(state, start, end, silent)


def _asterisks(state: StateInline, silent: bool) -> bool:
    """Emphasis by asterisks around whole words, so that 2*3*4 and snake_case stay as typed."""
    if silent or state.src[state.pos] != "*":
        return False
    scanned = state.scanDelims(state.pos, False)
    for _ in range(scanned.length):
        state.push("text", "", 0).content = "*"
        state.delimiters.append(
            Delimiter(
                marker=ord("*"),
                length=scanned.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=scanned.can_open,
                close=scanned.can_close,
            )
        )
    state.pos += scanned.length
    return True


def _depth(markdown: str) -> int:
    """How deep bullets are nested, empty ones included."""
    depth = deepest = 0
    for token in _parser().parse(_normalise(markdown)):
        depth += {"bullet_list_open": 1, "bullet_list_close": -1}.get(token.type, 0)
        deepest = max(deepest, depth)
    return deepest


def _normalise(markdown: str) -> str:
    return unicodedata.normalize("NFC", markdown).replace("\r\n", "\n").replace("\r", "\n")


def _inline_words(token: Token) -> str:
    words = ("\n" if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or [])
    return "".join(words).strip()


def _inline_runs(token: Token) -> list[Run]:
    found: list[Run] = []
    bold = italic = 0
    for child in token.children or []:
        bold += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
        italic += {"em_open": 1, "em_close": -1}.get(child.type, 0)
        words = "\n" if child.type in ("softbreak", "hardbreak") else child.content
        if words:
            found.append(Run(words, bool(bold), bool(italic)))
    return found


def _unprintable(character: str) -> bool:
    if character in "\n\r\t":
        return False
    return unicodedata.category(character) in ("Cc", "Cs", "Co") or character in DROPPED


def _span_html(span: DiffSpan) -> str:
    words = span.text.strip()
    if span.kind == "same" or not words:
        return escape(span.text)
    tag = "ins" if span.kind == "added" else "del"
    before, after = span.text.split(words, 1)
    return f"{before}<{tag}>{escape(words)}</{tag}>{after}"
