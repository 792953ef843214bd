"""The real letter in layouts that nobody has seen yet, made from one of the known ones."""

from __future__ import annotations

import random
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LAYOUTS = ROOT / "tests" / "data" / "letter-layouts"
LETTER = ROOT / "archive" / "data" / "northamptonshire-2014.txt"


@dataclass(frozen=True)
class Variant:
    """How a copy of the letter looks. `width` 0: lines are not wrapped."""

    bullet: str = "•"
    width: int = 0
    blanks: int = 1
    pages: str = ""
    header: str = ""
    capitals: bool = False
    line_end: str = "\n"
    one_line: bool = False
    no_break_spaces: bool = False
    soft_hyphens: bool = False
    footnotes: bool = False
    indent: str = ""
    hang: str = ""
    heading: str = "{}"
    intro: str = ""
    joins: float = 0.0
    mark_alone: bool = False
    other: bool = False
    seed: int = 0


def paragraphs(*, other: bool = False) -> list[str]:
    """Paragraphs of the letter; findings keep the mark "• ", questions the mark "- "."""
    text = (LAYOUTS / "b_bullet_char.txt").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if line.strip()]
    return _with_other_findings(kept) if other else kept


OTHER_THEMES = {
    "Leadership and governance": [
        "A board chaired by the deputy chief constable meets monthly. Minutes show that actions are"
        " followed up, but few have an owner below superintendent.",
        "Officers spoke highly of their sergeants. Morale in the control room was lower; sickness had"
        " doubled in two years.",
        "Performance reports for 2012-13 could not be found.",
    ],
    "Use of stop and search": [
        "Records are checked by supervisors each week, and the results are published.",
        "Of 200 forms examined, 31 (16 percent) did not record reasonable grounds. Body-worn video"
        " was available in nine of these cases.",
        "Community scrutiny is well established in Carmarthen. It is absent elsewhere, and the"
        " force has no plan to change this.",
        "Training took place in March 2013. All but 14 front-line staff attended.",
    ],
}


def _with_other_findings(kept: list[str]) -> list[str]:
    """The letter with other themes and findings, made up for these tests, and another force."""
    start = next(n for n, text in enumerate(kept) if text.startswith("Findings that")) + 1
    end = next(n for n, text in enumerate(kept) if text.startswith("Yours"))
    body = [
        text for title, findings in OTHER_THEMES.items() for text in (title, *(f"• {finding}" for finding in findings))
    ]
    swapped = [*kept[:start], *body, *kept[end:]]
    last = next(n for n, text in enumerate(swapped) if text.startswith("- how well forces are freeing"))
    swapped[last - 1] = swapped[last - 1].replace("; and", ".")
    del swapped[last]
    return [text.replace("Northamptonshire Police", "Dyfed–Powys Police") for text in swapped]


def titles(kept: list[str]) -> set[int]:
    """Indexes of theme headings: what stands before a finding without being one."""
    return {n for n in range(len(kept) - 1) if not kept[n].startswith("• ") and kept[n + 1].startswith("• ")}


def make(variant: Variant) -> str:
    chance = random.Random(variant.seed)
    kept = paragraphs(other=variant.other)
    heads = titles(kept)
    blocks: list[list[str]] = []
    number = theme = 0
    for n, paragraph in enumerate(kept):
        if n in heads:
            number, theme = 0, theme + 1
        number += paragraph.startswith("• ")
        text = _styled(paragraph, variant, number, theme if n in heads else 0)
        blocks.append(_wrap(text, variant))
    lines: list[str] = []
    for n, block in enumerate(blocks):
        lines += block
        # The copied-to line and the post below it are one block in every copy.
        lines += [""] * (0 if n == len(blocks) - 2 else variant.blanks)
    lines = _with_pages(lines, variant, chance)
    if variant.one_line:
        lines = [" ".join(line.strip() for line in lines if line.strip())]
    lines = _with_joins(lines, variant, chance)
    text = variant.line_end.join(lines) + variant.line_end
    return _with_odd_characters(text, variant, chance)


def _styled(paragraph: str, variant: Variant, number: int, theme: int) -> str:
    text = _mark(paragraph, variant, number)
    if theme:
        text = variant.heading.replace("#", str(theme)).format(text)
        text = text.upper() if variant.capitals else text
    if variant.footnotes and paragraph.startswith("• ") and number == 2:
        text += "3"
    if variant.intro and paragraph.startswith("Findings that"):
        text = variant.intro
    return text


def _mark(paragraph: str, variant: Variant, number: int) -> str:
    if paragraph.startswith("• "):
        mark = variant.bullet.replace("#", str(number))
        if variant.mark_alone:
            mark = mark.strip() + "\n"
        return f"{variant.indent}{mark}{paragraph[2:]}" if mark else paragraph[2:]
    if paragraph.startswith("- ") and not variant.bullet:
        return paragraph[2:]
    return paragraph


def _wrap(text: str, variant: Variant) -> list[str]:
    mark, cut, rest = text.rpartition("\n")
    width = 0 if variant.one_line else variant.width
    wrapped = textwrap.wrap(rest, width, subsequent_indent=variant.hang) if width else [rest]
    return [mark, *wrapped] if cut else wrapped


def _with_joins(lines: list[str], variant: Variant, chance: random.Random) -> list[str]:
    """Some lines of one paragraph joined to the next, as when a copy was tidied by hand."""
    joined: list[str] = []
    for line in lines:
        inside = (
            joined and joined[-1] and joined[-1][0].isalnum() and len(joined[-1]) > 5 and line and line[0].islower()
        )
        if inside and chance.random() < variant.joins:
            joined[-1] += line if joined[-1].endswith("-") else " " + line
        else:
            joined.append(line)
    return joined


def _with_pages(lines: list[str], variant: Variant, chance: random.Random) -> list[str]:
    if not variant.pages:
        return lines
    first = next(n for n, line in enumerate(lines) if line.startswith("Between")) + 1
    last = next(n for n, line in enumerate(lines) if line.startswith("Yours"))
    places = sorted(chance.sample(range(first, last), 3), reverse=True)
    for page, place in zip((4, 3, 2), places, strict=True):
        inserted = [variant.pages.replace("#", str(page))]
        if variant.header:
            inserted.append(variant.header)
        lines[place:place] = inserted
    return lines


def _with_odd_characters(text: str, variant: Variant, chance: random.Random) -> str:
    if variant.no_break_spaces:
        text = "".join("\u00a0" if c == " " and chance.random() < 0.2 else c for c in text)
    if variant.soft_hyphens:
        text = text.replace("prevention", "pre\u00advention").replace("policy", "pol\u00adicy")
    return text
