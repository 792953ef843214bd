"""The body of an import as plain text for a form field, and back: "# " a heading, "- " a finding, "> " closing words.

Pure. Blocks whose words nobody touched are recognised as the pieces that were read, so that their places in the source,
and the questions about them, are kept.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_MARKS = {"# ": "heading", "- ": "finding", "> ": "closing"}
_BETWEEN_BLOCKS = re.compile(r"\n\s*\n|\n(?=(?:[#>-] ))")
Piece = Mapping[str, Any]


def body_text(result: Mapping[str, Any]) -> str:
    """The body for a text field; a paragraph without a mark goes on with the finding above it."""
    blocks: list[str] = []
    for theme, findings in zip(result["themes"], result["paragraphs"], strict=True):
        blocks += [f"# {theme['title']}"] if theme["title"] else []
        for paragraphs in findings:
            blocks += [f"- {paragraphs[0]}", *paragraphs[1:]]
    blocks += [f"> {paragraph}" for paragraph in result["closing"]]
    return "\n\n".join(blocks)


def parse_body(text: str, pieces: Sequence[Piece] = ()) -> list[dict[str, Any]]:
    """The pieces of a body that was written by hand; those that were read, where the words are still theirs."""
    found: list[dict[str, Any]] = []
    left = list(pieces)
    for block in _BETWEEN_BLOCKS.split(text.replace("\r\n", "\n").strip()):
        words = " ".join(block.split())
        role = _MARKS.get(words[:2], "continuation")
        bare = words if role == "continuation" else words[2:].strip()
        if not bare:
            continue
        if own := _as_read(bare, left):
            left = [piece for piece in left if piece not in own]
            found += [{**piece, "role": role if piece is own[0] else "same"} for piece in own]
        else:
            line = found[-1]["line"] if found else 0
            found.append({"role": role, "text": bare, "line": line, "start": -1, "answered": True})
    return found


def _as_read(words: str, pieces: Sequence[Piece]) -> list[Piece]:
    """The neighbouring pieces that have exactly these words; none where somebody changed them."""
    for first, piece in enumerate(pieces):
        text, last = piece["text"], first + 1
        while len(text) < len(words) and last < len(pieces):
            text, last = f"{text} {pieces[last]['text']}", last + 1
        if text == words:
            return list(pieces[first:last])
    return []


def changed_words(reading: Mapping[str, Any], body: str) -> tuple[list[str], list[str]]:
    """Words that a body by hand takes out of what was read, and words that it puts in."""
    before = count_words(piece["text"] for piece in reading["pieces"])
    after = count_words(piece["text"] for piece in parse_body(body))
    return sorted((before - after).elements()), sorted((after - before).elements())


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Each word as often as it stands; a mark without a letter or a figure is none."""
    return Counter(word for text in texts for word in text.split() if re.search(r"\w", word))
