"""The real letter in layouts that nobody has seen yet, made from one of the known ones."""

from __future__ import annotations

import random
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYOUTS = ROOT / "tests" / "data" / "letter-layouts"
LETTER = ROOT / "letters" / "data" / "northamptonshire-2014.txt"


@dataclass(frozen=True)
class Variant:
    """How a copy of the letter looks. `width` 0: lines are not wrapped."""

    bullet: str = "•"
    width: int = 0
    blanks: int = 1
    pages: str = ""
    header: bool = False
    capitals: bool = False
    line_end: str = "\n"
    one_line: bool = False
    no_break_spaces: bool = False
    soft_hyphens: bool = False
    footnotes: bool = False
    indent: str = ""
    seed: int = 0


def paragraphs() -> list[str]:
    """Paragraphs of the letter; findings keep the mark "• ", questions the mark "- "."""
    text = (LAYOUTS / "b_bullet_char.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]


def titles(kept: list[str]) -> set[int]:
    """Indexes of theme headings: what stands before a finding without being one."""
    return {n for n in range(len(kept) - 1) if not kept[n].startswith("• ") and kept[n + 1].startswith("• ")}


def make(variant: Variant) -> str:
    chance = random.Random(variant.seed)
    kept = paragraphs()
    heads = titles(kept)
    blocks: list[list[str]] = []
    number = 0
    for n, paragraph in enumerate(kept):
        number = 0 if n in heads else number
        if paragraph.startswith("• "):
            number += 1
        text = _mark(paragraph, variant, number)
        if n in heads and variant.capitals:
            text = text.upper()
        if variant.footnotes and paragraph.startswith("• ") and number == 2:
            text += "3"
        blocks.append(_wrap(text, variant))
    if variant.one_line:
        return " ".join(line.strip() for block in blocks for line in block) + "\n"
    lines: list[str] = []
    for n, block in enumerate(blocks):
        lines += block
        # The copied-to line and the post below it are one block in every copy.
        lines += [""] * (0 if n == len(blocks) - 2 else variant.blanks)
    lines = _with_pages(lines, variant, chance)
    text = variant.line_end.join(lines) + variant.line_end
    return _with_odd_characters(text, variant, chance)


def _mark(paragraph: str, variant: Variant, number: int) -> str:
    if paragraph.startswith("• "):
        mark = variant.bullet.replace("#", str(number))
        return f"{variant.indent}{mark}{paragraph[2:]}" if mark else paragraph[2:]
    if paragraph.startswith("- ") and not variant.bullet:
        return paragraph[2:]
    return paragraph


def _wrap(text: str, variant: Variant) -> list[str]:
    return textwrap.wrap(text, variant.width) if variant.width else [text]


def _with_pages(lines: list[str], variant: Variant, chance: random.Random) -> list[str]:
    if not variant.pages:
        return lines
    first = next(n for n, line in enumerate(lines) if line.startswith("Between")) + 1
    last = next(n for n, line in enumerate(lines) if line.startswith("Yours"))
    places = sorted(chance.sample(range(first, last), 3), reverse=True)
    for page, place in zip((4, 3, 2), places, strict=True):
        inserted = [variant.pages.replace("#", str(page))]
        if variant.header:
            inserted.append("HMIC letter to Northamptonshire Police")
        lines[place:place] = inserted
    return lines


def _with_odd_characters(text: str, variant: Variant, chance: random.Random) -> str:
    if variant.no_break_spaces:
        text = "".join("\u00a0" if c == " " and chance.random() < 0.2 else c for c in text)
    if variant.soft_hyphens:
        text = text.replace("prevention", "pre\u00advention").replace("policy", "pol\u00adicy")
    return text
