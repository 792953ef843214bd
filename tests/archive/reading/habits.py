"""A second examination of the reader: what typists, scanners, mail and word processors do to a letter.

None of these kinds was known when the reader was made. Read for the first time, of 216 copies 154 were right, 59 asked
and 3 were wrong without asking: letters that number all their paragraphs. `python -m tests.archive.reading.habits 108`
reads 108 copies, and says for each kind how many were read right, how many asked, and how many were wrong without
asking.
"""

from __future__ import annotations

import re
import sys
import textwrap
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.archive.reading import unseen
from tests.archive.reading.distortions import ORIGINALS, Copy, Truth
from tests.archive.reading.unseen import (
    MARK,
    Letter,
    _bold,
    _bullet,
    _cut_at,
    _elements,
    _pdf,
    _plain,
    _saved,
    _text,
    _word,
)

# Typists


def numbered_through(letter: Letter) -> bytes:
    """Every paragraph of the letter has a number, the opening's too."""
    dear = next(n for n, text in enumerate(letter.kept) if text.startswith("Dear"))
    foot = next(n for n, text in enumerate(letter.kept) if text.startswith("Yours"))
    texts, number = [], 0
    for n, text in enumerate(letter.kept):
        if dear + 1 < n < foot and n not in letter.heads and not text.startswith("- "):
            number += 1
            text = f"{number}. {text.removeprefix(MARK)}"
        texts.append(text)
    return _text(letter.lines(texts))


def double_spaced(letter: Letter) -> bytes:
    """An empty line between all lines, two between paragraphs."""
    lines: list[str] = []
    for text in letter.styled(_bullet, _plain):
        for part in textwrap.wrap(text, 76, break_on_hyphens=False):
            lines += [part, ""]
        lines += [""]
    return _text(lines)


def first_lines_set_in(letter: Letter) -> bytes:
    """A typescript: no mark and no empty line, each finding's first line set in."""
    lines: list[str] = []
    for text in letter.styled(lambda _, words: f"\t{words}", _plain):
        indent = "      " if text.startswith("\t") else ""
        lines += textwrap.wrap(text.strip(), 74, initial_indent=indent, break_on_hyphens=False)
        lines += [""] if not indent else []
    return _text(lines)


def spread_to_the_margin(letter: Letter) -> bytes:
    """Both margins straight: blanks between words are doubled until a line is full."""
    lines = letter.lines(letter.styled(lambda _, words: f"* {words}", lambda _, w: w.center(72).rstrip()), 72)
    spread = []
    for n, line in enumerate(lines):
        follows = n + 1 < len(lines) and lines[n + 1].strip() and not lines[n + 1].startswith("* ")
        missing = 72 - len(line)
        if follows and 0 < missing < 14 and not line.startswith(" "):
            first, *words = line.split(" ")
            line = first + "".join((" " * (1 + (missing > i))) + word for i, word in enumerate(words))
        spread.append(line)
    return _text(spread)


def letter_spaced_headings(letter: Letter) -> bytes:
    say = lambda _, title: "  ".join(" ".join(word) for word in title.upper().split())  # noqa: E731
    letter.retitled(lambda n, title: " ".join(say(n, title).split()))
    return _text(letter.lines(letter.styled(_bullet, say)))


def boxed_headings(letter: Letter) -> bytes:
    def heading(_: int, words: str) -> str:
        rule = "+" + "-" * (len(words) + 2) + "+"
        return f"{rule}\n| {words} |\n{rule}"

    return _text(letter.lines(letter.styled(_bullet, heading), 0))


def ruled_off(letter: Letter) -> bytes:
    """A rule of stars or dashes above every heading and below the last finding."""
    rule = letter.chance.choice(["*  *  *", "-" * 40, "=" * 60, "~~~~~", "_" * 50])
    lines = letter.lines(letter.styled(_bullet, lambda _, words: f"{rule}\n{words}"))
    last = next(n for n, line in enumerate(lines) if line.startswith("Yours"))
    return _text([*lines[:last], rule, *lines[last:]])


def section_marks(letter: Letter) -> bytes:
    """Each finding has the letters of its theme and a number: "PC1"."""
    theme = 0

    def heading(n: int, words: str) -> str:
        nonlocal theme
        theme = n - 1
        return words

    codes = ["".join(word[0] for word in title.split())[:2].upper() for title, _ in letter.truth.themes]
    form = letter.chance.choice(["{}{}. ", "{}-{} ", "[{}{}] "])
    return _text(letter.lines(letter.styled(lambda n, words: form.format(codes[theme], n) + words, heading)))


def as_a_sentence(letter: Letter) -> bytes:
    """Findings as parts of one sentence: small first letters, semicolons, "and" before the last."""

    def part(words: str, last: bool, before: bool) -> str:
        small = words if re.match(r"HMIC|[A-Z][a-z]+ (Police|Constab)", words) else words[0].lower() + words[1:]
        return small if last or "\n" in small else small.removesuffix(".") + ("; and" if before else ";")

    found = {
        words: part(words, n == len(all_) - 1, n == len(all_) - 2)
        for _, all_ in letter.truth.themes
        for n, words in enumerate(all_)
        if "\n" not in words
    }
    themes = [(title, [found.get(words, words) for words in all_]) for title, all_ in letter.truth.themes]
    letter.truth = Truth(letter.truth.fields, themes)
    return _text(letter.lines(letter.styled(lambda _, words: MARK + found.get(words, words), _plain)))


def marked_on_every_page(letter: Letter) -> bytes:
    """A protective marking above and below each page, in the middle of sentences."""
    marking = letter.chance.choice(["OFFICIAL - SENSITIVE", "RESTRICTED", "Official Sensitive: embargoed"])
    lines = letter.lines(letter.styled(_bullet, _plain), 76)
    return _text([marking, "", *_cut_at(letter, lines, lambda n: [marking, str(n), marking]), "", marking])


def headings_continued(letter: Letter) -> bytes:
    """A page begins with the heading again, "continued", in the middle of a finding."""
    lines = letter.lines(letter.styled(_bullet, _plain), 70)
    heads = [letter.kept[n] for n in sorted(letter.heads)]
    first = next(n for n, line in enumerate(lines) if line == heads[0])
    last = next(n for n, line in enumerate(lines) if line.startswith("Yours"))
    inside = [
        n for n in range(first + 2, last) if lines[n][:1].islower() and lines[n - 1] and lines[n - 1][-1].isalpha()
    ]
    n = letter.chance.choice(inside)
    heading = [line for line in lines[:n] if line in heads][-1]
    lines[n:n] = ["/continued", "2", f"{heading} (continued)"]
    return _text(lines)


def reference_and_address(letter: Letter) -> bytes:
    """What an office writes above a letter: references, how it was sent, the whole address."""
    dear = next(n for n, text in enumerate(letter.kept) if text.startswith("Dear"))
    address = ["Police Headquarters", "Example Road", "Example Town", "EX1 2AB"]
    texts = [*letter.kept[:dear], *address, "By e-mail", "Our ref: 14/0931", *letter.kept[dear:]]
    letter.heads = {n + 6 for n in letter.heads}
    letter.kept = texts
    return _text(letter.lines(letter.styled(_bullet, _plain)))


# Scanners and copies


def marks_as_scanned(letter: Letter) -> bytes:
    """A bullet that recognition took for another character."""
    mark = letter.chance.choice(["¢ ", "« ", "e ", "° ", "¥ ", "@ ", "+ "])
    return _text(letter.lines(letter.styled(lambda _, words: mark + words, _plain)))


def marks_on_lines_of_their_own(letter: Letter) -> bytes:
    return _text(letter.lines(letter.styled(lambda _, words: f"{MARK.strip()}\n{words}", _plain)))


def marks_gathered(letter: Letter) -> bytes:
    """Copied from a PDF: the marks of a theme first, then its findings."""
    lines: list[str] = []
    for title, found in [("", []), *letter.truth.themes]:
        lines += [title, *["•"] * len(found), *(line for words in found for line in textwrap.wrap(words, 80))]
    heads = sorted(letter.heads)
    foot = next(n for n, text in enumerate(letter.kept) if text.startswith("Yours"))
    return _text([*letter.lines(letter.kept[: heads[0]]), *lines, *letter.lines(letter.kept[foot:])])


def numbers_on_lines_of_their_own(letter: Letter) -> bytes:
    return _text(letter.lines(letter.styled(lambda n, words: f"{n}.\n{words}", _plain)))


def ligatures_and_loose_accents(letter: Letter) -> bytes:
    text = "\n".join(letter.lines(letter.styled(_bullet, _plain)))
    for plain, joined in (("ffi", "ﬃ"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("ff", "ﬀ")):
        text = text.replace(plain, joined)
    return unicodedata.normalize("NFD", text).encode()


def numbers_in_the_margin(letter: Letter) -> bytes:
    """Every fifth line has its number at the right margin, as a transcript has."""
    lines = letter.lines(letter.styled(_bullet, _plain), 72)
    written = 0
    for n, line in enumerate(lines):
        written += bool(line)
        if line and written % 5 == 0:
            lines[n] = f"{line:<78}{written}"
    return _text(lines)


# Mail


def mail_around_it(letter: Letter) -> bytes:
    """The heads of a mail above the letter, a notice of the mail's sender below it."""
    above = ["From: HMIC Correspondence", "Sent: 02 September 2014 16:12", "To: Chief Constable's office",
             "Subject: FW: Letter", ""]  # fmt: skip
    below = ["", "This e-mail is intended for the addressee only. If you received it in error, please delete it."]
    return _text([*above, *letter.lines(letter.styled(_bullet, _plain)), *below])


def flowed_mail(letter: Letter) -> bytes:
    """Sent as flowed text: a blank at the end of a line that goes on."""
    lines: list[str] = []
    for text in letter.styled(lambda _, words: f"* {words}", lambda _, words: f"*{words}*"):
        wrapped = textwrap.wrap(text, 70, break_on_hyphens=False)
        lines += [*(f"{line} " for line in wrapped[:-1]), wrapped[-1], ""]
    return _text(lines, "\r\n")


# Word


def _wrapped(tag: str) -> Callable[[Any, str], None]:
    """A finding whose runs stand inside another element, as Word's own tools leave them."""

    def finding(made: Any, words: str) -> None:
        paragraph = made.add_paragraph(style="List Bullet")
        half = words.find(" ", len(words) // 2)
        paragraph.add_run(words[:half])
        outer = OxmlElement(tag)
        run = paragraph.add_run(words[half:])._r
        if tag == "w:sdt":
            content = OxmlElement("w:sdtContent")
            outer.append(content)
            content.append(run)
        else:
            outer.append(run)
        paragraph._p.append(outer)

    return finding


def word_smart_tags(letter: Letter) -> bytes:
    return _saved(_word(letter, _wrapped("w:smartTag"), _bold))


def word_content_controls(letter: Letter) -> bytes:
    return _saved(_word(letter, _wrapped("w:sdt"), _bold))


def word_hyperlinks(letter: Letter) -> bytes:
    return _saved(_word(letter, _wrapped("w:hyperlink"), _bold))


def word_whole_letter_in_a_frame(letter: Letter) -> bytes:
    """All of the letter inside one cell, as a designed letterhead has it."""
    made = _word(letter, lambda m, words: m.add_paragraph(words, style="List Bullet"), _bold)
    body = list(made.element.body.iterchildren(qn("w:p")))
    table = made.add_table(1, 1)
    cell = table.cell(0, 0)._tc
    for paragraph in body:
        cell.append(paragraph)
    cell.remove(cell.p_lst[0])
    return _saved(made)


def word_headings_in_findings(letter: Letter) -> bytes:
    """The first words of every finding are bold, as a writer stresses them; headings are plain and underlined."""

    def finding(made: Any, words: str) -> None:
        head, _, rest = words.partition(" ")
        second, _, rest = rest.partition(" ")
        paragraph = made.add_paragraph(style="List Bullet")
        paragraph.add_run(f"{head} {second} ").bold = True
        paragraph.add_run(rest)

    def heading(made: Any, words: str) -> None:
        made.add_paragraph().add_run(words).underline = True

    return _saved(_word(letter, finding, heading))


# PDF


def pdf_hyphenated_and_justified(letter: Letter) -> bytes:
    style = """@page { size: A4; margin: 20mm 50mm;
      @top-center { content: "Page " counter(page); font: 8pt sans-serif } }
    body { font: 11pt/1.3 "Liberation Serif", serif; text-align: justify; hyphens: auto }
    h2 { font-size: 11pt } ul { list-style: disc }"""
    return _pdf(letter, style, _elements(letter))


def pdf_address_beside_date(letter: Letter) -> bytes:
    """Headings in a coloured band, findings in a table with their numbers, who it is from repeated on each page."""
    style = """@page { size: A4; margin: 25mm 20mm; @top-left { content: "HMIC"; font: 8pt sans-serif }
      @bottom-center { content: counter(page) " of " counter(pages); font: 8pt sans-serif } }
    body { font: 10.5pt/1.35 "Liberation Sans", sans-serif } h2 { background: #123; color: #fff; font-size: 12pt;
      padding: 4pt } td { vertical-align: top; padding: 2pt 6pt } td:first-child { width: 12mm }"""
    parts, number = [], 0
    for n, paragraph in enumerate(letter.kept):
        if n in letter.heads:
            parts.append(f"<h2>{paragraph}</h2>")
        elif paragraph.startswith(MARK):
            number += 1
            parts.append(f"<table><tr><td>{number}</td><td>{paragraph[2:]}</td></tr></table>")
        elif paragraph.startswith("- "):
            parts.append(f"<ul><li>{paragraph[2:]}</li></ul>")
        else:
            parts.append(f"<p>{paragraph}</p>")
    return _pdf(letter, style, "".join(parts))


KINDS: tuple[Callable[[Letter], bytes], ...] = (
    numbered_through, double_spaced, first_lines_set_in, spread_to_the_margin, letter_spaced_headings, boxed_headings,
    ruled_off, section_marks, as_a_sentence, marked_on_every_page, headings_continued, reference_and_address,
    marks_as_scanned, marks_on_lines_of_their_own, marks_gathered, numbers_on_lines_of_their_own,
    ligatures_and_loose_accents, numbers_in_the_margin, mail_around_it, flowed_mail, word_smart_tags,
    word_content_controls, word_hyperlinks, word_whole_letter_in_a_frame, word_headings_in_findings,
    pdf_hyphenated_and_justified, pdf_address_beside_date,
)  # fmt: skip


def make(seed: int) -> Copy:
    letter, kind = Letter(seed), KINDS[seed // len(ORIGINALS) % len(KINDS)]
    data = kind(letter)
    return replace(Copy(data, (kind.__name__,), letter.truth), name=letter.name)


if __name__ == "__main__":
    unseen.make = make
    unseen.main(*map(int, sys.argv[1:]))
