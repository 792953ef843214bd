"""From a reading, its answers and its corrections to the letter as it stands. Pure: data in, data out.

A reading holds the body as pieces in order. An answer moves a piece ("a finding of its own") and never touches its
words; a correction by hand may, and then says which words it took out and put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from archive.body import parse_body

ROLES = {
    "continuation": "It goes on with the finding above, as a paragraph of its own",
    "same": "It goes on in the same paragraph",
    "finding": "It is a finding of its own",
    "heading": "It is the heading of a theme",
    "closing": "It belongs to the closing words",
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "paragraph": tuple(ROLES),
    "heading": ("heading", "finding"),
}
#: Fields of the letter that a question may be about: an answer is a correction, or that the letter does not say.
FIELDS = {
    "letter_date": "the date of the letter",
    "embargo_local": "the instant of publication",
    "addressee": "the addressee",
    "signatory": "who signed",
    "salutation": "the salutation",
    "inspection": "the inspection",
}
RIGHT, BY_HAND, MISSING, LEFT_OUT, OWN_WORDS = "right", "by_hand", "missing", "left_out", "own_words"
_ACCEPTED_AS_READ = {"note": RIGHT, "theme": OWN_WORDS, "unmatched": LEFT_OUT}


@dataclass(frozen=True, slots=True)
class Open:
    """A question as the screen asks it. `answer` is empty until somebody answers."""

    key: str
    kind: str
    text: str
    line: int
    choices: tuple[tuple[str, str], ...]
    taken: str
    answer: str

    @property
    def is_open(self) -> bool:
        return not self.answer

    @property
    def is_single(self) -> bool:
        """Something to tick rather than to choose."""
        return len(self.choices) == 1

    @property
    def is_long(self) -> bool:
        """Too many choices for radios."""
        return len(self.choices) > 8


def key_of(kind: str, text: str, start: int) -> str:
    """The same for the same question of the same reading, whoever asks when. Several notes may share a place."""
    return f"{kind}-{start}" if start >= 0 and kind != "note" else f"{kind}-{sha256(text.encode()).hexdigest()[:10]}"


def questions(
    reading: Mapping[str, Any], answers: Mapping[str, str], corrections: Mapping[str, Any], forces: Sequence[str] = ()
) -> list[Open]:
    """All that the reader asked, with the choices and with what was answered."""
    found: dict[str, Open] = {}
    by_hand = put_right(reading, answers, corrections)
    for asked in reading.get("questions", ()):
        key, kind = asked["key"], asked["kind"]
        choices = _choices(kind, asked, forces)
        answer = answers.get(key, "") or (BY_HAND if key in by_hand else "")
        if answer == BY_HAND and len(choices) > 1:
            choices = ()  # the text that was corrected is the answer
        found[key] = Open(key, kind, asked["text"], asked["line"], choices, asked["taken"], answer)
    return list(found.values())


def _choices(kind: str, asked: Mapping[str, Any], forces: Sequence[str]) -> tuple[tuple[str, str], ...]:
    if kind in _CHOICES:
        roles = _CHOICES[kind]
        words = {**ROLES, "finding": "It begins a finding"} if kind == "heading" else ROLES
        return tuple((role, words[role]) for role in roles)
    if kind == "force":
        return tuple((name, name) for name in forces)
    if kind == "theme":
        return (*((title, title) for title in asked["titles"]), (OWN_WORDS, "None of these: keep the letter’s heading"))
    if kind == "unmatched":
        return (
            (LEFT_OUT, "Leave it out: it stays in the original file"),
            ("opening", "It belongs to the opening"),
            ("closing", "It belongs to the closing words"),
        )
    if kind in FIELDS:
        return ((MISSING, f"The letter does not say {FIELDS[kind]}"),)
    return ((RIGHT, "It is right as it stands"),)


def put_right(reading: Mapping[str, Any], answers: Mapping[str, str], corrections: Mapping[str, Any]) -> frozenset[str]:
    """The questions that corrections by hand have settled: those about a field or a paragraph that was changed.

    A question about anything else stays open, whatever else was corrected.
    """
    fields = corrections.get("fields", {})
    changed = _changed_pieces(reading, answers, corrections) if "body" in corrections else frozenset()
    return frozenset(
        asked["key"]
        for asked in reading.get("questions", ())
        if any(name in fields for name in (asked["kind"], *asked.get("about", ())))
        or (asked.get("start", -1) >= 0 and _piece_at(reading["pieces"], asked["start"]) in changed)
    )


def _changed_pieces(
    reading: Mapping[str, Any], answers: Mapping[str, str], corrections: Mapping[str, Any]
) -> frozenset[int]:
    """The pieces, by their starts, that a body by hand no longer has as they stood: other words, or another part."""
    before = {piece["start"]: piece["role"] for piece in _moved(reading["pieces"], answers)}
    after = {piece["start"]: piece["role"] for piece in parse_body(corrections["body"], reading["pieces"])}
    return frozenset(start for start, role in before.items() if after.get(start) != role)


def _piece_at(pieces: Sequence[Mapping[str, Any]], start: int) -> int:
    """The start of the piece that holds a place of the source; -1 where none does."""
    return max((piece["start"] for piece in pieces if piece["start"] <= start), default=-1)


def as_read(open_questions: Iterable[Open]) -> dict[str, str]:
    """The answers that leave everything as it was read, where something was read."""
    found = {}
    for each in open_questions:
        answer = each.taken or _ACCEPTED_AS_READ.get(each.kind, "")
        if each.is_open and answer:
            found[each.key] = answer
    return found


def invalid(asked: Iterable[Open], given: Mapping[str, str]) -> dict[str, str]:
    """Answers that are none of the choices, by key."""
    choices = {each.key: {value for value, _ in each.choices} for each in asked}
    return {key: value for key, value in given.items() if value not in choices.get(key, set())}


# The letter as it stands


def stand(reading: Mapping[str, Any], answers: Mapping[str, str], corrections: Mapping[str, Any]) -> dict[str, Any]:
    """What was read, with the answers and then the corrections."""
    result = {name: value for name, value in reading.items() if name not in ("pieces", "questions")}
    pieces = _moved(reading["pieces"], answers)
    if "body" in corrections:
        pieces = _moved(parse_body(corrections["body"], reading["pieces"]), answers)
    result |= _body(pieces, reading, answers)
    _place_unmatched(result, reading, answers)
    for asked in reading["questions"]:
        if asked["kind"] == "force" and (name := answers.get(asked["key"])):
            result["force"], result["force_known"] = name, True
    result |= corrections.get("fields", {})
    result["corrected"] = sorted(corrections.get("fields", {})) + ["body"] * ("body" in corrections)
    return result


def _moved(pieces: Sequence[Mapping[str, Any]], answers: Mapping[str, str]) -> list[dict[str, Any]]:
    moved = [dict(piece) for piece in pieces]
    for n, piece in enumerate(moved):
        if answer := answers.get(f"paragraph-{piece['start']}"):
            piece["role"], piece["answered"] = answer, True
        if answers.get(f"heading-{piece['start']}") == "finding" and piece["role"] == "heading":
            piece["role"], piece["answered"] = "finding", True
            if n + 1 < len(moved) and moved[n + 1]["role"] == "finding":
                moved[n + 1]["role"] = "same"
    return moved


def _body(
    pieces: Iterable[Mapping[str, Any]], reading: Mapping[str, Any], answers: Mapping[str, str]
) -> dict[str, Any]:
    themes: list[dict[str, Any]] = []
    closing: list[str] = []
    asked = [theme["question"] for theme in reading["themes"]]
    for piece in pieces:
        role = piece["role"]
        if role == "closing":
            closing.append(piece["text"])
            continue
        if role == "heading" or not themes:
            title = piece["text"] if role == "heading" else ""
            number = len(themes)
            question = asked[number] if number < len(asked) else ""
            register = answers.get(f"theme-{piece['start']}", OWN_WORDS)
            named = register if register != OWN_WORDS else ""
            themes.append({"title": title, "question": question, "register": named, "line": piece["line"], "rows": []})
            if role == "heading":
                continue
        _place(themes[-1]["rows"], piece)
    return {
        "themes": [
            {
                "title": theme["title"],
                "question": theme["question"],
                "register": theme["register"],
                "findings": [" ".join(row["paragraphs"]) for row in theme["rows"]],
            }
            for theme in themes
        ],
        "paragraphs": [[row["paragraphs"] for row in theme["rows"]] for theme in themes],
        "lines": [[row["lines"] for row in theme["rows"]] for theme in themes],
        "confidence": [[row["confidence"] for row in theme["rows"]] for theme in themes],
        "counts": [len(theme["rows"]) for theme in themes],
        "closing": closing,
    }


def _place(rows: list[dict[str, Any]], piece: Mapping[str, Any]) -> None:
    role, text = piece["role"], piece["text"]
    sure = "sure" if piece.get("answered") else piece.get("confidence", "sure")
    line, last = piece["line"], piece.get("last_line", piece["line"])
    if role == "finding" or not rows:
        rows.append({"paragraphs": [text], "lines": [line, last], "confidence": sure})
        return
    row = rows[-1]
    if role == "same":
        row["paragraphs"][-1] += f" {text}"
    else:
        row["paragraphs"].append(text)
    row["lines"] = [row["lines"][0], max(row["lines"][1], last)]
    if piece.get("answered"):
        row["confidence"] = "sure"


def _place_unmatched(result: dict[str, Any], reading: Mapping[str, Any], answers: Mapping[str, str]) -> None:
    opening, closing, left = list(reading["opening"]), list(result["closing"]), []
    for missed in reading["unmatched_lines"]:
        answer = answers.get(f"unmatched-{missed['start']}", "")
        if answer == "opening":
            opening.append(missed["text"])
        elif answer == "closing":
            closing.append(missed["text"])
        else:
            left.append({**missed, "answered": bool(answer)})
    result["opening"], result["closing"] = opening, closing
    result["unmatched_lines"] = left
    result["unmatched"] = [missed["text"] for missed in left]
