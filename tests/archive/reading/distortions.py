"""Letters as copies of copies look: random combinations of everything that happens to a letter on its way to a file.

Seeded: the same number gives the same copy. `python -m tests.archive.reading.distortions 1000` reads a thousand and
says how many were read wholly right, how many asked, and how many were wrong without asking, which must be none.
"""

from __future__ import annotations

import csv
import random
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archive.reading.fidelity import Fidelity, account
from archive.reading.files.docx import read_docx
from archive.reading.files.lines import Extracted
from archive.reading.files.pdf import read_pdf
from archive.reading.importer import ImportRefused, open_file, read
from archive.reading.registers import KnownForce
from archive.reading.result import ReadLetter
from tests.archive.reading.layouts import LAYOUTS, ROOT, paragraphs, titles
from tests.archive.reading.others import OTHERS

MARKS = ["• ", "- ", "– ", "* ", "o ", "▪ ", "\uf0b7 ", "•", "> ", "§ ", "→ ", "#. ", "#) ", "(#) "]
LINE_ENDS = ["\n", "\n", "\n", "\r\n", "\r\n", "\r", "\u2028"]
ENCODINGS = ["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom", "cp1252"]
HEADINGS = ["{}", "{}", "{}", "{}:", "#. {}", "**{}**", "{}  "]
#: Headings in other words than the register's: kept as the letter has them.
REWORDED = ["Theme # – {}", "Our findings on {}", "{}: what we found", "How well is the force doing? {}", "On {}"]
PAGES = ["#", "Page #", "Page # of 9", "- # -", "# | Page"]


@dataclass(frozen=True)
class Truth:
    """What a reader must find, whatever the copy looks like."""

    fields: dict[str, Any]
    themes: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Copy:
    """A copy of a letter: the file, what was done to it, and the truth."""

    data: bytes
    done: tuple[str, ...]
    truth: Truth
    name: str = "letter.txt"


@dataclass(frozen=True)
class Outcome:
    """`verdict`: "right", "asks", "refused" or "wrong" (without asking)."""

    copy: Copy
    verdict: str
    wrong: tuple[str, ...] = ()
    fidelity: Fidelity | None = None
    letter: ReadLetter | None = None


def forces() -> list[KnownForce]:
    with (ROOT / "forces" / "data" / "forces.csv").open(encoding="utf-8") as file:
        return [KnownForce(row["name"], slug=row["slug"]) for row in csv.DictReader(file)]


FORCES = forces()


def originals() -> list[tuple[list[str], Truth]]:
    """The real letter and the made-up ones: paragraphs and truth."""
    import json

    truth = json.loads((LAYOUTS / "truth.json").read_text(encoding="utf-8"))
    leave_out = {"uncertain", "scan_errors", "themes", "embargo_local", "follow_up"}
    fields = {key: value for key, value in truth.items() if key not in leave_out}
    real = Truth(fields, [(theme["title"], theme["findings"]) for theme in truth["themes"]])
    found = [(paragraphs(), real)]
    for other in OTHERS:
        expected = other.expected
        found.append((other.paragraphs, Truth(other.truth, expected["themes"])))
    return found


ORIGINALS = originals()


def make(seed: int) -> Copy:
    """A copy with a random choice of distortions."""
    chance = random.Random(seed)
    kept, truth = ORIGINALS[seed % len(ORIGINALS)]
    done: list[str] = []

    def maybe(share: float, name: str) -> bool:
        if chance.random() >= share:
            return False
        done.append(name)
        return True

    shouted = maybe(0.15, "capitals")
    mark = "" if maybe(0.25, "no bullets") else chance.choice(MARKS)
    reworded = chance.choice(REWORDED) if maybe(0.15, "reworded heading") else ""
    heading = reworded or chance.choice(HEADINGS)
    texts = _styled(kept, mark, heading, shouted=shouted)
    if maybe(0.15, "footnotes"):
        texts = _with_footnotes(texts, chance)
    one_line = maybe(0.07, "one line")
    width = chance.choice([0, chance.randint(42, 118)]) if not one_line else 0
    blanks = chance.choice([0, 1, 1, 1, 2]) if not one_line else 1
    done += [f"mark {mark!r}", f"heading {heading!r}", f"width {width}", f"blanks {blanks}"]
    lines = _lines(texts, width, blanks, hyphens=bool(width) and maybe(0.15, "hyphens"), chance=chance)
    if maybe(0.35, "pages"):
        lines = _with_pages(lines, chance.choice(PAGES), kept, chance, header=maybe(0.5, "headers"))
    if width and maybe(0.1, "joins"):
        lines = _with_joins(lines, chance)
    if maybe(0.15, "indent"):
        lines = [f"   {line}" if line else line for line in lines]
    if one_line:
        lines = [" ".join(line.strip() for line in lines if line.strip())]
    text = chance.choice(LINE_ENDS).join(lines)
    text = _with_odd_characters(text, chance, maybe)
    encoding = chance.choice(ENCODINGS)
    done.append(encoding)
    shown = [
        (_shown(title.upper() if shouted else title, reworded, number), found)
        for number, (title, found) in enumerate(truth.themes, start=1)
    ]
    return Copy(_encode(text, encoding), tuple(done), Truth(truth.fields, shown))


def _shown(title: str, reworded: str, number: int) -> str:
    return reworded.replace("#", str(number)).format(title) if reworded else title


def _styled(kept: list[str], mark: str, heading: str, *, shouted: bool) -> list[str]:
    heads = titles(kept)
    number = theme = 0
    texts: list[str] = []
    for n, paragraph in enumerate(kept):
        if n in heads:
            number, theme = 0, theme + 1
            text = heading.replace("#", str(theme)).format(paragraph.upper() if shouted else paragraph)
        elif paragraph.startswith("• "):
            number += 1
            text = mark.replace("#", str(number)) + paragraph[2:]
        else:
            text = paragraph[2:] if paragraph.startswith("- ") and not mark else paragraph
        texts.append(text)
    return texts


def _with_footnotes(texts: list[str], chance: random.Random) -> list[str]:
    """Figures glued to the last word of two sentences of findings."""
    long = [n for n, text in enumerate(texts) if len(text) > 90 and re.search(r"[a-z]\.$", text)]
    for number, n in enumerate(sorted(chance.sample(long, min(2, len(long)))), start=1):
        texts[n] += str(number)
    return texts


def _lines(texts: list[str], width: int, blanks: int, *, hyphens: bool, chance: random.Random) -> list[str]:
    lines: list[str] = []
    for n, text in enumerate(texts):
        wrapped = textwrap.wrap(text, width) if width else [text]
        if hyphens:
            wrapped = _hyphenated(wrapped, chance)
        lines += wrapped
        # The copied-to line and the post below it are one block in every copy.
        lines += [""] * (0 if n == len(texts) - 2 else blanks)
    return lines


def _hyphenated(lines: list[str], chance: random.Random) -> list[str]:
    """Some words cut with a soft hyphen at the end of a line, as a word processor does."""
    cut = list(lines)
    for n in range(len(cut) - 1):
        first, _, rest = cut[n + 1].partition(" ")
        if len(first) > 8 and first.isalpha() and first.islower() and rest and chance.random() < 0.3:
            cut[n] = f"{cut[n]} {first[:4]}\u00ad"
            cut[n + 1] = f"{first[4:]} {rest}"
    return cut


def _with_pages(lines: list[str], page: str, kept: list[str], chance: random.Random, *, header: bool) -> list[str]:
    dear = next(n for n, line in enumerate(lines) if line.startswith("Dear"))
    last = next(n for n, line in enumerate(lines) if line.startswith("Yours"))
    subject = next(text for n, text in enumerate(kept) if kept[n - 1].startswith("Dear"))
    first = next(n for n in range(dear + 1, last) if lines[n]) + 4
    places = sorted(chance.sample(range(first, last), 2), reverse=True)
    for number, place in zip((3, 2), places, strict=True):
        lines[place:place] = [page.replace("#", str(number)), *([subject] if header else [])]
    return lines


def _with_joins(lines: list[str], chance: random.Random) -> list[str]:
    joined: list[str] = []
    for line in lines:
        inside = joined and len(joined[-1]) > 30 and line and line[0].islower() and joined[-1][-1].isalpha()
        if inside and chance.random() < 0.3:
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined


def _with_odd_characters(text: str, chance: random.Random, maybe: Callable[[float, str], bool]) -> str:
    if maybe(0.2, "no-break spaces"):
        text = "".join("\u00a0" if c == " " and chance.random() < 0.2 else c for c in text)
    if maybe(0.15, "soft hyphens"):
        text = re.sub(
            r"\b([a-z]{4})([a-z]{4,})\b", lambda m: f"{m[1]}\u00ad{m[2]}" if chance.random() < 0.2 else m[0], text
        )
    if maybe(0.2, "curly quotes"):
        text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    if maybe(0.15, "trailing spaces"):
        text = re.sub(r"(?m)(?<=\S)$", "  ", text)
    return text


def _encode(text: str, encoding: str) -> bytes:
    if encoding == "utf-16-be-bom":
        return b"\xfe\xff" + text.encode("utf-16-be")
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8")


def opened(copy: Copy) -> Extracted:
    """A Word or PDF file in this process, for speed; the product opens those in one of their own."""
    here = {"docx": read_docx, "pdf": read_pdf}.get(copy.name.rpartition(".")[2])
    return here(copy.data) if here else open_file(copy.data, copy.name)


def judge(copy: Copy) -> Outcome:
    """Read a copy and compare with the truth. Quotation marks and invisible characters are layout."""
    try:
        given = opened(copy)
        letter = read(given, known_forces=FORCES)
    except ImportRefused as refusal:
        return Outcome(copy, "refused", (str(refusal),))
    fidelity = account(given.text, letter)
    found = letter.as_json()
    wrong = [key for key, value in copy.truth.fields.items() if _flat(found[key]) != _flat(value)]
    themes = [(theme["title"], theme["findings"]) for theme in found["themes"]]
    if _flat(themes) != _flat(copy.truth.themes):
        wrong.append("themes")
    asks = bool(letter.questions or letter.unmatched)
    verdict = ("asks" if asks else "wrong") if wrong else "right"
    return Outcome(copy, verdict, tuple(wrong), fidelity, letter)


def _flat(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("’", "'")
    if isinstance(value, (list, tuple)):
        return [_flat(each) for each in value]
    return value


def main(number: int, first: int = 0) -> None:
    outcomes = [(seed, judge(make(seed))) for seed in range(first, first + number)]
    print(dict(Counter(outcome.verdict for _, outcome in outcomes)))
    asked = sum(bool(o.verdict == "right" and o.letter and o.letter.questions) for _, o in outcomes)
    print(f"right with a question: {asked}")
    for seed, outcome in outcomes:
        broken = outcome.fidelity and not outcome.fidelity.is_whole
        if broken or outcome.verdict in ("wrong", "refused"):
            print(seed, outcome.verdict, outcome.wrong, outcome.copy.done)
            if broken and outcome.fidelity:
                print("   ", outcome.fidelity.lost, outcome.fidelity.invented, outcome.fidelity.twice)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
