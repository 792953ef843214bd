"""The importer reads the real letter, the known layouts and layouts made from them."""

from __future__ import annotations

import csv
import json
import re
import time
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.reading.encodings import decode
from archive.reading.importer import ImportRefused, read, read_file
from archive.reading.registers import KnownForce, KnownInspection
from archive.reading.result import ReadLetter
from tests.archive.reading.layouts import LAYOUTS, LETTER, OTHER_THEMES, ROOT, Variant, make

COPIES = ["b_bullet_char.txt", "c_wrapped_no_bullets.txt", "e_page_numbers.txt"]
BULLETS = [
    *("• ", "- ", "– ", "* ", "o ", "▪ ", "\uf0b7 ", "•", "\uf0b7", "• \t", "> ", "§ "),
    *("#. ", "#) ", "(#) ", "# "),
]
SUBJECT = "Core business: An inspection of crime prevention, police attendance and use of police time"


def forces() -> list[KnownForce]:
    with (ROOT / "forces" / "data" / "forces.csv").open(encoding="utf-8") as file:
        return [KnownForce(row["name"], slug=row["slug"]) for row in csv.DictReader(file)]


FORCES = forces()
TRUTH: dict[str, Any] = json.loads((LAYOUTS / "truth.json").read_text(encoding="utf-8"))
# What depends on the copy, not on the letter: the other copies have neither the loose paragraph
# nor the misread signature.
OF_THE_COPY = {"uncertain", "scan_errors"}


def import_text(text: str) -> ReadLetter:
    return read(text, known_forces=FORCES)


def truth_of(variant: Variant) -> dict[str, Any]:
    truth = {key: value for key, value in TRUTH.items() if key not in OF_THE_COPY}
    if variant.other:
        truth["force"] = "Dyfed-Powys Police"
        truth["themes"] = [
            {"title": title, "question": theme["question"], "findings": findings}
            for (title, findings), theme in zip(OTHER_THEMES.items(), TRUTH["themes"], strict=False)
        ]
    if variant.capitals:
        truth["themes"] = [{**theme, "title": theme["title"].upper()} for theme in truth["themes"]]
    return truth


def differences(letter: ReadLetter, truth: dict[str, Any]) -> list[str]:
    result = letter.as_json()
    return [key for key in truth if result[key] != truth[key]] + ["unmatched"] * bool(letter.unmatched)


def bare(text: str) -> list[str]:
    """Words without marks and soft hyphens, as a reader counts them."""
    visible = re.sub("[\u00ad\u200b\ufeff]", "", text)
    return [kept for word in visible.split() if (kept := re.sub(r"[\W_]", "", word))]


def check_every_word_is_accounted_for(text: str, letter: ReadLetter) -> None:
    placed: set[int] = set()
    for part in (*letter.spans, *letter.furniture):
        placed.update(range(part.start, part.end))
    left = "".join(" " if n in placed else character for n, character in enumerate(text))
    unmatched = " ".join(missed.text for missed in letter.unmatched)
    assert bare(left) == bare(unmatched)


def check_no_word_is_invented(text: str, letter: ReadLetter) -> None:
    # Letters only, so that a word cut by a line end and its whole count as the same.
    letters = re.sub(r"[\W_]", "", re.sub("[\u00ad\u200b]", "", text))
    source = Counter(letters)
    read_letters: Counter[str] = Counter()
    for theme in letter.themes:
        for finding in theme.findings:
            for paragraph in finding.paragraphs:
                read_letters.update(re.sub(r"[\W_]", "", paragraph))
        read_letters.update(re.sub(r"[\W_]", "", theme.title))
    assert not read_letters - source


# The real letter and its known copies


def test_the_real_letter_reads_to_the_truth() -> None:
    letter = read_file(LETTER, known_forces=FORCES)
    assert {key: letter.as_json()[key] for key in TRUTH} == TRUTH
    assert letter.unmatched == ()
    assert letter.counts == (4, 6, 5)


def test_the_loose_paragraph_is_kept_apart_and_asked() -> None:
    finding = read_file(LETTER, known_forces=FORCES).themes[1].findings[5]
    assert len(finding.paragraphs) == 2
    assert finding.confidence == "unsure"
    assert finding.paragraphs[1].startswith("Evidence from a small sample")
    assert (finding.first_line, finding.last_line) == (64, 66)


@pytest.mark.parametrize("name", COPIES)
def test_a_known_layout_reads_to_the_truth(name: str) -> None:
    letter = read_file(LAYOUTS / name, known_forces=FORCES)
    assert differences(letter, truth_of(Variant())) == []
    assert letter.uncertain == ()
    assert letter.scan_errors == ("Maiesty",)


@pytest.mark.parametrize("path", [LETTER, *(LAYOUTS / name for name in COPIES)], ids=lambda p: p.stem)
def test_each_line_of_the_source_has_a_place(path: Any) -> None:
    text = decode(path.read_bytes())
    letter = import_text(text)
    written = {n for n, line in enumerate(text.splitlines(), start=1) if line.strip()}
    assert set(letter.kinds_by_line()) == written
    check_every_word_is_accounted_for(text, letter)
    check_no_word_is_invented(text, letter)


def test_the_opening_is_kept_word_for_word() -> None:
    letter = read_file(LETTER, known_forces=FORCES)
    assert letter.opening[0].startswith("Between January and April 2014, HMIC carried out")
    assert letter.opening[1] == "- how well forces are preventing crime and anti-social behaviour;"
    assert letter.opening[-1].endswith("published at the end of November.")
    assert len(letter.opening) == 9


def test_reading_twice_gives_the_same() -> None:
    text = LETTER.read_text(encoding="utf-8")
    assert import_text(text) == import_text(text)


def test_a_span_shows_where_something_was_read() -> None:
    text = LETTER.read_text(encoding="utf-8")
    (embargo,) = [span for span in import_text(text).spans if span.kind == "embargo"]
    # Spans hold whole words, with what is glued to them.
    assert embargo.text == "Thursday 4 September 2014 at 00:01."
    assert text[embargo.start : embargo.end] == embargo.text
    assert text.splitlines()[embargo.first_line - 1].count(embargo.text) == 1


# Layouts that nobody has seen

UNSEEN = [
    *(Variant(bullet=b, blanks=n) for b in BULLETS for n in (0, 2)),
    *(Variant(bullet=b, width=w) for b in ("• ", "o ", "# ", "") for w in (40, 60, 90, 120)),
    *(Variant(bullet="", width=w, blanks=0) for w in range(40, 121, 5)),
    *(Variant(bullet="• ", width=w, indent="   ", hang="     ") for w in (0, 60)),
    *(Variant(bullet=b, width=60, mark_alone=True) for b in ("• ", "\uf0b7 ", "#. ")),
    *(
        Variant(bullet=b, width=w, pages=p, header=h, blanks=n, seed=w + n)
        for b in ("• ", "")
        for w in (0, 80)
        for n in (0, 1)
        for p in ("#", "Page # of 9", "- # -", "# | Page")
        for h in ("", SUBJECT)
    ),
    *(Variant(bullet=b, width=w, capitals=True) for b in ("• ", "") for w in (0, 60)),
    *(Variant(bullet=b, line_end=e) for b in ("- ", "") for e in ("\r\n", "\r", "\u2028")),
    *(Variant(bullet=b, no_break_spaces=True, soft_hyphens=True) for b in ("• ", "")),
    *(Variant(bullet=b, footnotes=True) for b in ("• ", "")),
    *(Variant(bullet=b, heading=h) for b in ("• ", "") for h in ("{}:", "#. {}", "**{}**", "# - {}")),
    *(
        Variant(bullet="• ", width=w, intro=i)
        for w in (0, 60)
        for i in (
            "Findings relating to your force:",
            "The findings specific to your force are as follows:",
            "FINDINGS THAT SPECIFICALLY RELATE TO YOUR FORCE",
            "Our findings for your force are set out below.",
            "Our detailed findings",
            "What we found in Northamptonshire",
        )
    ),
    *(Variant(bullet="• ", width=65, joins=0.3, blanks=n, seed=3) for n in (0, 1)),
    *(Variant(bullet=b, one_line=True) for b in BULLETS),
    Variant(bullet="• ", one_line=True, capitals=True),
    *(Variant(bullet=b, width=w, other=True) for b in ("• ", "- ", "#. ", "") for w in (0, 50, 80)),
]


@pytest.mark.parametrize("variant", UNSEEN, ids=lambda v: re.sub(r"\W+", "-", ascii(v))[8:120])
def test_an_unseen_layout_reads_to_the_truth(variant: Variant) -> None:
    text = make(variant)
    letter = import_text(text)
    assert differences(letter, truth_of(variant)) == []
    check_every_word_is_accounted_for(text, letter)


def test_without_bullets_or_lines_the_wording_decides_and_is_asked() -> None:
    letter = import_text(make(Variant(bullet="", one_line=True)))
    assert letter.counts == (4, 6, 5)
    assert {f.confidence for theme in letter.themes for f in theme.findings} == {"unsure"}
    assert sum("told apart by their wording" in question for question in letter.uncertain) == 3


VARIANTS = st.builds(
    Variant,
    bullet=st.sampled_from([*BULLETS, ""]),
    width=st.one_of(st.just(0), st.integers(40, 120)),
    blanks=st.integers(0, 2),
    pages=st.sampled_from(["", "#", "Page #", "- # -"]),
    header=st.sampled_from(["", SUBJECT, "HMIC letter to Northamptonshire Police"]),
    capitals=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
    one_line=st.booleans(),
    no_break_spaces=st.booleans(),
    soft_hyphens=st.booleans(),
    footnotes=st.booleans(),
    indent=st.sampled_from(["", "  "]),
    hang=st.sampled_from(["", "    "]),
    heading=st.sampled_from(["{}", "{}:", "#. {}"]),
    joins=st.sampled_from([0.0, 0.3]),
    mark_alone=st.booleans(),
    other=st.booleans(),
    seed=st.integers(0, 50),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(VARIANTS)
def test_any_layout_keeps_every_word_and_never_errs_in_silence(variant: Variant) -> None:
    text = make(variant)
    letter = import_text(text)
    check_every_word_is_accounted_for(text, letter)
    check_no_word_is_invented(text, letter)
    assert differences(letter, truth_of(variant)) == [] or letter.uncertain or letter.unmatched


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(LETTER.read_text(encoding="utf-8").split()), max_size=200), st.randoms())
def test_words_in_any_order_are_refused_or_all_kept(words: list[str], chance: Any) -> None:
    text = "".join(word + chance.choice([" ", " ", "\n", "\n\n"]) for word in words)
    try:
        letter = import_text(text)
    except ImportRefused:
        return
    check_every_word_is_accounted_for(text, letter)


# What is asked, and what is refused


def changed(old: str, new: str) -> ReadLetter:
    text = LETTER.read_text(encoding="utf-8")
    assert old in text
    return import_text(text.replace(old, new))


@pytest.mark.parametrize("text", ["", "  \n ", "Dear Adrian\n\nThank you.\n\nYours sincerely", "Hello"])
def test_a_text_without_findings_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ImportRefused, match=r"^[A-Z].*\.$"):
        import_text(text)


def test_a_letter_whose_findings_are_missing_is_refused() -> None:
    text = LETTER.read_text(encoding="utf-8")
    start, end = text.index("Preventing Crime"), text.index("Yours sincerely")
    with pytest.raises(ImportRefused):
        import_text(text[:start] + text[end:])


def test_a_wrong_weekday_is_asked() -> None:
    letter = changed("Thursday 4 September", "Wednesday 4 September")
    assert letter.embargo_until == "2014-09-03T23:01:00Z"
    assert any("that day was a Thursday" in question for question in letter.uncertain)


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("Tuesday 6 January 2015 at 9.30am", "2015-01-06T09:30:00Z"),
        ("6 January 2015 at 12:01 am", "2015-01-06T00:01:00Z"),
        ("00:01 on Thursday 4 September 2014", "2014-09-03T23:01:00Z"),
        ("Thursday, 4th September 2014, at 0001 hours", "2014-09-03T23:01:00Z"),
    ],
)
def test_the_instant_is_read_in_london(said: str, instant: str) -> None:
    letter = changed("Thursday 4 September 2014 at 00:01", said)
    assert letter.embargo_until == instant


@pytest.mark.parametrize(
    ("said", "doubt"),
    [
        ("Sunday 29 March 2015 at 01:30", "does not exist"),
        ("Sunday 26 October 2014 at 01:30", "exists twice"),
    ],
)
def test_a_doubtful_hour_is_asked(said: str, doubt: str) -> None:
    letter = changed("Thursday 4 September 2014 at 00:01", said)
    assert any(doubt in question for question in letter.uncertain)


def test_what_is_missing_is_asked_not_guessed() -> None:
    letter = changed("3 September 2014\n", "\n")
    assert letter.letter_date is None
    assert any("no date of the letter" in question for question in letter.uncertain)


def test_a_strange_line_is_listed() -> None:
    letter = changed("Dear Adrian", "By hand and by post\n\nDear Adrian")
    assert [missed.text for missed in letter.unmatched] == ["By hand and by post"]


def test_closing_paragraphs_are_no_findings() -> None:
    thanks = "I would like to thank your staff for their help during the inspection."
    letter = changed("Yours sincerely", f"{thanks}\n\nYours sincerely")
    assert letter.closing == (thanks,)
    assert letter.counts == (4, 6, 5)


def test_a_list_inside_a_finding_stays_in_it() -> None:
    letter = changed(
        "tasks that are not the sole responsibility of the police.",
        "these tasks:\n   o missing persons;\n   o mental health.",
    )
    assert letter.counts == (4, 6, 5)
    assert letter.themes[2].findings[1].paragraphs[1:] == ("missing persons;", "mental health.")


@pytest.mark.parametrize(
    "named",
    ["Northamptonshire Constabulary", "NORTHAMPTONSHIRE POLICE", "Northamptonshire"],
)
def test_a_force_is_known_by_its_other_names(named: str) -> None:
    assert changed("Northamptonshire Police", named).force == "Northamptonshire Police"


def test_a_force_is_known_by_an_alias_and_any_dash() -> None:
    text = LETTER.read_text(encoding="utf-8")
    known = [KnownForce("Devon and Cornwall Police", aliases=("Devon & Cornwall Constabulary",))]
    for named in ("Devon & Cornwall Constabulary", "Devon and Cornwall Police"):
        assert read(text.replace("Northamptonshire Police", named), known_forces=known).force_known
    dashed = text.replace("Northamptonshire Police", "Dyfed–Powys Police")
    assert import_text(dashed).force == "Dyfed-Powys Police"


def test_a_misread_force_is_matched_and_asked() -> None:
    letter = changed("Northamptonshire Police", "Northamptonshlre Police")
    assert letter.force == "Northamptonshire Police"
    assert "Northamptonshlre Police" in letter.scan_errors
    assert any("was taken for Northamptonshire Police" in question for question in letter.uncertain)


def test_an_unknown_force_is_asked() -> None:
    letter = changed("Northamptonshire Police", "Borsetshire Police")
    assert (letter.force, letter.force_known) == ("Borsetshire Police", False)
    assert any("not in the register" in question for question in letter.uncertain)


def test_an_inspection_is_known_by_its_former_title() -> None:
    text = LETTER.read_text(encoding="utf-8")
    known = [KnownInspection("Core business", former_titles=(SUBJECT,))]
    letter = read(text, known_forces=FORCES, known_inspections=known)
    assert (letter.inspection, letter.inspection_known) == ("Core business", True)


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_decoded(encoding: str) -> None:
    text = (LAYOUTS / "b_bullet_char.txt").read_text(encoding="utf-8")
    assert decode(text.encode(encoding)) == text


def test_bytes_that_are_no_text_do_not_break_it() -> None:
    with pytest.raises(ImportRefused):
        import_text(decode(bytes(range(256)) * 40))


@pytest.mark.parametrize(
    "text",
    ["- " * 50_000, "A" * 100_000, "Findings for your force: " * 4_000, ". " * 50_000, "(" * 290_000],
    ids=["dashes", "one word", "phrases", "stops", "brackets"],
)
def test_hostile_text_is_read_or_refused_in_bounded_time(text: str) -> None:
    started = time.perf_counter()
    with suppress(ImportRefused):
        import_text(text)
    assert time.perf_counter() - started < 30
