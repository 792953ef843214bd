"""Layouts of kinds that the reader was not made on: what people's files look like when nobody tidied them.

`distortions` holds what the reader was made on; this is its examination. Each kind is one thing that happens to a
whole letter; a seed picks the letter, the kind and how the lines are wrapped. `python -m tests.archive.reading.unseen
400` says for each kind how many copies were read right, how many asked, and how many were wrong without asking.
"""

from __future__ import annotations

import io
import random
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.archive.reading.distortions import ORIGINALS, Copy, Outcome, Truth, judge
from tests.archive.reading.files import repacked
from tests.archive.reading.layouts import titles

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
NUMBERS = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX")
MARK = "• "


class Letter:
    """One of the letters as its paragraphs, with what each of them is."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(f"unseen {seed}")
        self.kept, self.truth = ORIGINALS[seed % len(ORIGINALS)]
        self.heads = titles(self.kept)
        self.name = "letter.txt"

    def styled(self, finding: Callable[[int, str], str], heading: Callable[[int, str], str]) -> list[str]:
        """Each paragraph, findings (numbered in their theme) and headings (numbered) written as said."""
        texts, number, theme = [], 0, 0
        for n, paragraph in enumerate(self.kept):
            if n in self.heads:
                number, theme = 0, theme + 1
                texts.append(heading(theme, paragraph))
            elif paragraph.startswith(MARK):
                number += 1
                texts.append(finding(number, paragraph[2:]))
            else:
                texts.append(paragraph)
        return texts

    def lines(self, texts: list[str], width: int | None = None) -> list[str]:
        """As lines, wrapped or not, paragraphs apart or not; the copied-to line and the post below it are one block."""
        wide = self.chance.choice([0, 62, 78, 96]) if width is None else width
        blanks = self.chance.choice([1, 1, 0])
        lines: list[str] = []
        for n, text in enumerate(texts):
            for part in text.split("\n"):
                lines += textwrap.wrap(part, wide, break_on_hyphens=False) if wide else [part]
            lines += [""] * (0 if n == len(texts) - 2 else blanks)
        return lines

    def retitled(self, say: Callable[[int, str], str]) -> Letter:
        """The truth with its titles in other words."""
        themes = [(say(n, title), found) for n, (title, found) in enumerate(self.truth.themes, start=1)]
        self.truth = Truth(self.truth.fields, themes)
        return self


def _bullet(_: int, words: str) -> str:
    return MARK + words


def _plain(_: int, words: str) -> str:
    return words


def _text(lines: list[str], end: str = "\n") -> bytes:
    return end.join(lines).encode()


# Marks and headings


def roman_bullets(letter: Letter) -> bytes:
    form = letter.chance.choice(["({}) ", "{}. ", "{}) "])
    return _text(letter.lines(letter.styled(lambda n, words: form.format(ROMAN[n - 1]) + words, _plain)))


def capital_roman_bullets(letter: Letter) -> bytes:
    return _text(letter.lines(letter.styled(lambda n, words: f"{ROMAN[n - 1].upper()}. {words}", _plain)))


def lettered_bullets(letter: Letter) -> bytes:
    form = letter.chance.choice(["{}) ", "({}) ", "{}. "])
    return _text(letter.lines(letter.styled(lambda n, words: form.format(chr(96 + n)) + words, _plain)))


def tab_bullets(letter: Letter) -> bytes:
    mark = letter.chance.choice(["•\t", "\t•\t", "-\t", "\t-\t", "o\t"])
    return _text(letter.lines(letter.styled(lambda _, words: mark + words, _plain), 0))


def numbers_in_sections(letter: Letter) -> bytes:
    theme = 0

    def heading(n: int, words: str) -> str:
        nonlocal theme
        theme = n
        return f"{n}. {words}"

    return _text(letter.lines(letter.styled(lambda n, words: f"{theme}.{n} {words}", heading)))


def capitals_with_a_number_in_words(letter: Letter) -> bytes:
    letter.retitled(lambda n, title: f"THEME {NUMBERS[n - 1]}: {title.upper()}")
    return _text(letter.lines(letter.styled(_bullet, lambda n, words: f"THEME {NUMBERS[n - 1]}: {words.upper()}")))


def headings_as_questions(letter: Letter) -> bytes:
    say = lambda _, title: f"How good is the force at {title[0].lower()}{title[1:]}?"  # noqa: E731
    letter.retitled(say)
    return _text(letter.lines(letter.styled(_bullet, say)))


def underlined_headings(letter: Letter) -> bytes:
    rule = letter.chance.choice("=-_~")
    return _text(letter.lines(letter.styled(_bullet, lambda _, words: f"{words}\n{rule * len(words)}")))


def markdown_headings(letter: Letter) -> bytes:
    return _text(letter.lines(letter.styled(lambda _, words: f"* {words}", lambda _, words: f"## {words}")))


def run_in_headings(letter: Letter) -> bytes:
    """The heading on the line of the first finding: "Preventing Crime: The force has …"."""
    texts = letter.styled(_plain, lambda _, words: f"{words}:")
    joined: list[str] = []
    for n, text in enumerate(texts):
        if n and n - 1 in letter.heads:
            joined[-1] += f" {text}"
        else:
            joined.append(text)
    return _text(letter.lines(joined))


def quoted_mail(letter: Letter) -> bytes:
    lines = letter.lines(letter.styled(_bullet, _plain), 78)
    return _text([f"> {line}".rstrip() for line in lines], "\r\n")


def numbered_lines(letter: Letter) -> bytes:
    """Every fifth line has its number in the margin, as in a draft."""
    lines = [line for line in letter.lines(letter.styled(_bullet, _plain), 78) if line]
    return _text([f"{n:>3}  {line}" if n % 5 == 0 else f"     {line}" for n, line in enumerate(lines, start=1)])


# Pages and columns


def two_columns(letter: Letter) -> bytes:
    """The findings in two columns, pasted line by line across."""
    lines = letter.lines(letter.styled(_bullet, _plain), 46)
    first = next(n for n, line in enumerate(lines) if line.startswith(letter.kept[min(letter.heads)][:20]))
    last = next(n for n, line in enumerate(lines) if line.startswith("Yours"))
    body = lines[first:last]
    half = (len(body) + 1) // 2
    across = [f"{left:<50}{right}".rstrip() for left, right in zip(body[:half], [*body[half:], ""], strict=False)]
    return _text([*lines[:first], *across, *lines[last:]])


def _cut_at(letter: Letter, lines: list[str], page: Callable[[int], list[str]]) -> list[str]:
    """Pages that end in the middle of sentences of the findings."""
    first = next(n for n, line in enumerate(lines) if line.startswith(letter.kept[min(letter.heads)][:20]))
    last = next(n for n, line in enumerate(lines) if line.startswith("Yours"))
    inside = [
        n for n in range(first + 2, last) if lines[n][:1].islower() and lines[n - 1] and lines[n - 1][-1].isalpha()
    ]
    for number, n in reversed(list(enumerate(sorted(letter.chance.sample(inside, min(2, len(inside)))), start=2))):
        lines[n:n] = page(number)
    return lines


def headers_in_sentences(letter: Letter) -> bytes:
    force = letter.truth.fields["force"]
    lines = letter.lines(letter.styled(_bullet, _plain), letter.chance.choice([64, 80]))
    return _text(_cut_at(letter, lines, lambda n: [f"Letter to {force}", f"Page {n}/3"]))


def headers_and_form_feeds(letter: Letter) -> bytes:
    lines = letter.lines(letter.styled(_bullet, _plain), 72)
    return _text(_cut_at(letter, lines, lambda n: [f"{n}", "\fNOT FOR PUBLICATION BEFORE THE DATE BELOW"]), "\r\n")


def footnotes_at_the_foot(letter: Letter) -> bytes:
    """A figure glued to a word, and the note at the foot of its page, in the middle of a sentence."""
    texts = letter.styled(_bullet, _plain)
    ends = [n for n, text in enumerate(texts) if text.startswith(MARK) and re.search(r"[a-z]{6,}\.$", text)]
    texts[letter.chance.choice(ends)] += "1"
    lines = letter.lines(texts, 72)
    note = ["1 See the glossary of the national report."]
    return _text(_cut_at(letter, lines, lambda page: note if page == 2 else [str(page)]))


def hyphenated(letter: Letter) -> bytes:
    """Words cut by plain hyphens, at the width of a narrow column."""
    cut: list[str] = []
    for line in letter.lines(letter.styled(_bullet, _plain), 66):
        first, space, rest = line.partition(" ")
        inside = cut and cut[-1] and cut[-1][-1].isalpha()
        if inside and space and len(first) > 7 and first.isalpha() and first.islower() and letter.chance.random() < 0.4:
            cut[-1] += f" {first[:4]}-"
            line = f"{first[4:]} {rest}"
        cut.append(line)
    return _text(cut)


# Encodings


def utf16_without_a_mark(letter: Letter) -> bytes:
    text = "\r\n".join(letter.lines(letter.styled(_bullet, _plain)))
    return text.encode(letter.chance.choice(["utf-16-le", "utf-16-be"]))


def windows_quotes(letter: Letter) -> bytes:
    text = "\r\n".join(letter.lines(letter.styled(lambda _, words: f"– {words}", _plain)))
    return re.sub(r"(?<=\w)'", "’", text).encode("cp1252", errors="replace")


def twice_decoded(letter: Letter) -> bytes:
    """UTF-8 that was once taken for Windows-1252 and saved again: "â€¢" for a bullet."""
    text = "\n".join(letter.lines(letter.styled(_bullet, _plain)))
    return text.encode().decode("cp1252", errors="ignore").encode()


def web_page_pasted(letter: Letter) -> bytes:
    """Entities of a web page, and no-break spaces after every mark."""
    lines = letter.lines(letter.styled(lambda _, words: f"•\u00a0\u00a0{words}", _plain))
    return _text([line.replace("&", "&amp;") for line in lines])


# Word


def _saved(made: Any) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _word(letter: Letter, finding: Callable[[Any, str], object], heading: Callable[[Any, str], object]) -> Any:
    letter.name = "letter.docx"
    made = docx.Document()
    for n, paragraph in enumerate(letter.kept):
        if n in letter.heads:
            heading(made, paragraph)
        elif paragraph.startswith(MARK):
            finding(made, paragraph[2:])
        elif paragraph.startswith("- "):
            made.add_paragraph(paragraph[2:], style="List Bullet")
        else:
            made.add_paragraph(paragraph)
    return made


def _bold(made: Any, words: str) -> None:
    made.add_paragraph().add_run(words).bold = True


def word_list_number(letter: Letter) -> bytes:
    return _saved(_word(letter, lambda m, words: m.add_paragraph(words, style="List Number"), _bold))


def word_own_list_style(letter: Letter) -> bytes:
    """ "List Paragraph" with Word's own numbering, which no style tells."""

    def finding(made: Any, words: str) -> None:
        properties = made.add_paragraph(words)._p.get_or_add_pPr()
        number = OxmlElement("w:numPr")
        for tag, value in (("w:ilvl", "0"), ("w:numId", "1")):
            part = OxmlElement(tag)
            part.set(qn("w:val"), value)
            number.append(part)
        properties.append(number)

    return _saved(_word(letter, finding, lambda m, words: m.add_heading(words, 3)))


def word_table_of_findings(letter: Letter) -> bytes:
    """Each finding a row: its number, its words."""

    def finding(made: Any, words: str) -> None:
        table = made.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "•", words

    return _saved(_word(letter, finding, _bold))


def word_line_breaks(letter: Letter) -> bytes:
    """All findings of a theme in one paragraph, parted by line breaks with a typed mark."""

    def finding(made: Any, words: str) -> None:
        last = made.paragraphs[-1]
        if last.text.startswith("• "):
            last.add_run().add_break()
            last.add_run(f"• {words}")
        else:
            made.add_paragraph(f"• {words}")

    return _saved(_word(letter, finding, _bold))


def word_heading_in_a_box(letter: Letter) -> bytes:
    """Headings of one cell, as a coloured bar is made."""

    def heading(made: Any, words: str) -> None:
        made.add_table(1, 1).cell(0, 0).text = words

    return _saved(_word(letter, lambda m, words: m.add_paragraph(words, style="List Bullet"), heading))


def word_moved(letter: Letter) -> bytes:
    """The last finding was moved with changes tracked: it stands twice, once as gone."""
    made = _word(letter, lambda m, words: m.add_paragraph(words, style="List Bullet"), lambda m, w: m.add_heading(w, 2))
    words = letter.truth.themes[-1][1][-1]
    last = next(p for p in reversed(made.paragraphs) if words.startswith(p.text) and p.text)
    gone = OxmlElement("w:moveFrom")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = last.text
    run.append(text)
    gone.append(run)
    before = last.insert_paragraph_before("", style="List Bullet")
    before._p.append(gone)
    arrived = OxmlElement("w:moveTo")
    for each in list(last._p.findall(qn("w:r"))):
        arrived.append(each)
    last._p.append(arrived)
    return _saved(made)


def word_head_in_a_table(letter: Letter) -> bytes:
    """Who writes to whom in a table of two columns above the salutation."""
    dear = next(n for n, text in enumerate(letter.kept) if text.startswith("Dear"))
    made = _word(letter, lambda m, words: m.add_paragraph(words, style="List Bullet"), lambda m, w: m.add_heading(w, 2))
    rows = made.paragraphs[2:dear]
    table = made.add_table(len(rows), 1)
    for cell, paragraph in zip(table.columns[0].cells, rows, strict=True):
        cell.text = paragraph.text
    rows[0]._p.addprevious(table._tbl)
    for paragraph in rows:
        paragraph._p.getparent().remove(paragraph._p)
    return repacked(_saved(made))


# PDF


def _pdf(letter: Letter, style: str, body: str) -> bytes:
    from weasyprint import HTML

    letter.name = "letter.pdf"
    made: bytes = HTML(string=f'<html lang="en-GB"><style>{style}</style><body>{body}</body></html>').write_pdf()
    return made


def _elements(letter: Letter) -> str:
    parts = []
    for n, paragraph in enumerate(letter.kept):
        if n in letter.heads:
            parts.append(f"<h2>{paragraph}</h2>")
        elif paragraph.startswith((MARK, "- ")):
            parts.append(f"<ul><li>{paragraph[2:]}</li></ul>")
        else:
            parts.append(f"<p>{paragraph}</p>")
    return "".join(parts)


def pdf_two_fonts(letter: Letter) -> bytes:
    style = """@page { size: A4; margin: 22mm; @bottom-right { content: counter(page); font: 8pt sans-serif } }
    body { font: 11pt/1.3 "Liberation Serif", serif } h2 { margin: 8pt 0 2pt }
    h2 { font: bold 11pt "Liberation Sans", sans-serif }
    ul { margin: 0; list-style: square } p, li { margin: 0 0 5pt }"""
    return _pdf(letter, style, _elements(letter))


def pdf_without_bullets(letter: Letter) -> bytes:
    style = """@page { size: A4; margin: 30mm }
    body { font: 12pt/1.5 "Liberation Sans", sans-serif; text-align: justify }
    h2 { font-size: 12pt; font-style: italic; font-weight: normal } ul { list-style: none; padding: 0 }"""
    return _pdf(letter, style, _elements(letter))


KINDS: tuple[Callable[[Letter], bytes], ...] = (
    roman_bullets, capital_roman_bullets, lettered_bullets, tab_bullets, numbers_in_sections,
    capitals_with_a_number_in_words, headings_as_questions, underlined_headings, markdown_headings, run_in_headings,
    quoted_mail, numbered_lines, two_columns, headers_in_sentences, headers_and_form_feeds, footnotes_at_the_foot,
    hyphenated, utf16_without_a_mark, windows_quotes, twice_decoded, web_page_pasted, word_list_number,
    word_own_list_style, word_table_of_findings, word_line_breaks, word_heading_in_a_box, word_moved,
    word_head_in_a_table, pdf_two_fonts, pdf_without_bullets,
)  # fmt: skip


def make(seed: int) -> Copy:
    """A letter of the kind, and in the layout, that the seed picks."""
    letter, kind = Letter(seed), KINDS[seed // len(ORIGINALS) % len(KINDS)]
    data = kind(letter)
    return replace(Copy(data, (kind.__name__,), letter.truth), name=letter.name)


def main(number: int, first: int = 0) -> None:
    by_kind: dict[str, Counter[str]] = {}
    told: list[tuple[int, Outcome]] = []
    for seed in range(first, first + number):
        outcome = judge(make(seed))
        by_kind.setdefault(outcome.copy.done[0], Counter())[outcome.verdict] += 1
        broken = outcome.fidelity is not None and not outcome.fidelity.is_whole
        if broken or outcome.verdict in ("wrong", "refused"):
            told.append((seed, outcome))
    for kind, verdicts in by_kind.items():
        print(f"{kind:34} {dict(verdicts)}")
    print("all", dict(sum(by_kind.values(), Counter())))
    for seed, outcome in told:
        print(
            seed, outcome.copy.done[0], outcome.verdict, outcome.wrong, outcome.fidelity and outcome.fidelity.lost[:5]
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
