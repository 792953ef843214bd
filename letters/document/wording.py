"""The inspectorate's standard words in a force letter: the blocks there are, and what they said in 2014.

An admin replaces a block from a day on (`letters.models.Wording`); until then these words hold. A block's placeholders
are filled when a letter is assembled, except `{{publication_sentence}}`, which stays open in what is signed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from findings.accuracy.letter_sentence import Accuracy
from hmic_core.pdf.rendering import missing_characters

LETTER_DATE = "{{letter_date}}"
PUBLICATION_SENTENCE = "{{publication_sentence}}"
PLACEHOLDER = re.compile(r"\{\{\s*(\w*)\s*\}\}")
#: What is missing while a placeholder has no value, for the screen and for drafts.
PLACEHOLDER_WORDS = {
    "letter_date": "the date of the letter",
    "publication_sentence": "the date and time of publication",
}

_SENT = (
    "The findings that specifically relate to your force are included in this letter. "
    "The initial findings were previously sent to you for factual accuracy checks"
)
ACCURACY_WORDS = {
    Accuracy.AMENDED: f"{_SENT} and, where appropriate, have been amended following your response.",
    Accuracy.UNCHANGED: f"{_SENT} and, following your response, did not need to be changed.",
    Accuracy.NO_RESPONSE: f"{_SENT}. No response was received and the findings have not been changed.",
    # Neither "amended following your response" nor "not changed" would be true of words changed for another reason.
    Accuracy.OTHERWISE: (
        f"{_SENT}. Some of their wording has been changed since then, for reasons other than your response."
    ),
}
LEAD_IN = "Findings that specifically relate to your force are;"
KIND_LABELS = {
    "finding": "",
    "strength": "Strength",
    "afi": "Area for improvement",
    "cause_of_concern": "Cause of concern",
    "recommendation": "Recommendation",
}


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of standard words: `placeholders` with what each stands for, of which `required` must occur."""

    label: str
    used: str
    standard: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()


_INSTANT = {"publication_sentence": "“will be published by HMIC on Thursday 4 September 2014 at 00:01”"}
_PUBLISHER = {"publisher": "the inspectorate’s short name"}
_FORCE = {"force": "the force’s name"}
_REPORT = {"report": "what the national report is called"}
BLOCKS: dict[str, Block] = {
    "opening": Block(
        label="Opening paragraph",
        used="Before the theme questions, in every letter of an inspection that has no opening of its own",
        standard=(
            "Between {{fieldwork}}, {{publisher}} carried out inspection fieldwork across {{scope}}. "
            "This inspection, called {{titles}} assessed {{areas}}"
        ),
        placeholders={
            "fieldwork": "the months of fieldwork, “January and April 2014”",
            **_PUBLISHER,
            "scope": "“all 43 forces in England and Wales”",
            "titles": "the inspection’s title, with a former one",
            "areas": "“three areas of police work. These were:”",
        },
    ),
    "publication": Block(
        label="Embargo paragraph, with the national report",
        used="Where the national report is enclosed",
        standard=(
            "Attached is an embargoed copy of the {{report}} for this inspection which {{publication_sentence}}. "
            "This must not be published until this date and time."
        ),
        placeholders={**_REPORT, **_INSTANT},
        required=("publication_sentence",),
    ),
    "publication_alone": Block(
        label="Embargo paragraph, without a report",
        used="Where nothing is enclosed",
        standard="This letter {{publication_sentence}}. It must not be published until this date and time.",
        placeholders=_INSTANT,
        required=("publication_sentence",),
    ),
    "accuracy_amended": Block(
        label="Accuracy paragraph: amended",
        used="Where an accepted point of the force changed a finding",
        standard=ACCURACY_WORDS[Accuracy.AMENDED],
        placeholders=_FORCE,
    ),
    "accuracy_unchanged": Block(
        label="Accuracy paragraph: checked without change",
        used="Where the force answered and no finding was changed",
        standard=ACCURACY_WORDS[Accuracy.UNCHANGED],
        placeholders=_FORCE,
    ),
    "accuracy_no_response": Block(
        label="Accuracy paragraph: no response received",
        used="Where the time passed without an answer",
        standard=ACCURACY_WORDS[Accuracy.NO_RESPONSE],
        placeholders=_FORCE,
    ),
    "accuracy_otherwise": Block(
        label="Accuracy paragraph: changed for other reasons",
        used="Where words were changed after the check, and not because of a point",
        standard=ACCURACY_WORDS[Accuracy.OTHERWISE],
        placeholders=_FORCE,
    ),
    "report_note": Block(
        label="About the national report",
        used="After the accuracy paragraph, where the national report is enclosed",
        standard=(
            "The majority of the inspection findings contained in the {{report}} do not identify individual forces. "
            "However electronic versions of the national report will link to the {{publisher}} website where data on "
            "each force can be viewed."
        ),
        placeholders={**_REPORT, **_PUBLISHER},
    ),
    "updates": Block(
        label="Updates from forces",
        used="Where forces may give an update and no later inspection is named",
        standard="All forces will be given the opportunity to provide an update.",
    ),
    "updates_considered": Block(
        label="Updates from forces, for a later inspection",
        used="Where the inspection names a later one that will take updates up",
        standard=(
            "All forces will be given the opportunity to provide an update. "
            "This updated evidence will be considered as part of the {{follow_up}}."
        ),
        placeholders={"follow_up": "the later inspection, and when it is due"},
    ),
    "lead_in": Block(label="Line before the findings", used="In every letter", standard=LEAD_IN),
    "closing": Block(
        label="Closing paragraphs",
        used="After the findings, in every letter. Part paragraphs by an empty line; the letters of 2014 had none",
        standard="",
        placeholders={**_FORCE, **_PUBLISHER},
    ),
    "valediction": Block(label="Valediction", used="Above the signature, in every letter", standard="Yours sincerely"),
}
#: Blocks that may say nothing.
MAY_BE_EMPTY = frozenset({"closing", "report_note", "updates", "lead_in"})
#: What a preview fills the placeholders with.
SAMPLE = {
    "fieldwork": "January and April 2014",
    "publisher": "HMIC",
    "scope": "all 43 forces in England and Wales",
    "titles": "‘Core business: An inspection of crime prevention, police attendance and use of police time’,",
    "areas": "three areas of police work. These were:",
    "force": "Northamptonshire Police",
    "report": "national thematic report",
    "follow_up": "PEEL interim crime inspection, which is due to be published at the end of November",
    "publication_sentence": "will be published by HMIC on Thursday 4 September 2014 at 00:01",
}


class WordingIncomplete(Exception):
    """A placeholder of a block cannot be filled. The message names it and what to do."""


def problems(kind: str, words: str) -> list[str]:
    """What keeps these words from being a block, as sentences for beside the field."""
    block = BLOCKS[kind]
    if not words.strip():
        return [] if kind in MAY_BE_EMPTY else ["Enter the words. This paragraph cannot be left out"]
    found = []
    names = PLACEHOLDER.findall(words)
    allowed = ", ".join(f"{{{{{name}}}}}" for name in block.placeholders)
    for name in dict.fromkeys(names):
        if name not in block.placeholders:
            use = f"Use {allowed}" if allowed else "This paragraph has none"
            found.append(f"Nothing can fill {{{{{name}}}}}. {use}, or write the words out")
    if "{{" in PLACEHOLDER.sub("", words) or "}}" in PLACEHOLDER.sub("", words):
        found.append("A placeholder is not closed. Write it as two brackets, one word, two brackets: {{publisher}}")
    found += [
        f"Add {{{{{name}}}}}: without it the letter does not say {PLACEHOLDER_WORDS[name]}"
        for name in block.required
        if name not in names
    ]
    if missing := missing_characters(words):
        found.append(f"Letters cannot print {' '.join(missing)}. Replace it with plain words")
    return found


def fill(kind: str, words: str, values: Mapping[str, str]) -> str:
    """The block's words with its placeholders filled; what is signed open (`PLACEHOLDER_WORDS`) stays.

    Raises WordingIncomplete for one that is unknown or has no value: a letter never has a hole.
    """
    known = BLOCKS[kind].placeholders
    for name in PLACEHOLDER.findall(words):
        if name in PLACEHOLDER_WORDS:
            continue
        if name not in known:
            raise WordingIncomplete(
                f"The {BLOCKS[kind].label.lower()} holds {{{{{name}}}}}, which nothing can fill. Change its wording."
            )
        if not values.get(name, "").strip():
            raise WordingIncomplete(
                f"The {BLOCKS[kind].label.lower()} needs {known[name]} ({{{{{name}}}}}), which is not recorded. Record "
                "it with the inspection, or change the wording."
            )
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]) if match[1] in known else match[0], words)


def opening_words(
    *, fieldwork: str, publisher: str, scope: str, title: str, former_titles: Sequence[str] = (), areas: int
) -> str:
    """The first paragraph; ``fieldwork`` as "January and April 2014", ``scope`` as "all 43 forces in …"."""
    values = {
        "fieldwork": fieldwork,
        "publisher": publisher,
        "scope": scope,
        "titles": title_words(title, former_titles),
        "areas": area_words(areas),
    }
    return fill("opening", BLOCKS["opening"].standard, values)


def title_words(title: str, former_titles: Sequence[str] = ()) -> str:
    """ "‘Making best use of police time’ (now known as ‘Core business …’)"."""
    return f"‘{former_titles[0]}’ (now known as ‘{title}’)" if former_titles else f"‘{title}’,"


def area_words(areas: int) -> str:
    """ "three areas of police work. These were:"."""
    return "one area of police work. This was:" if areas == 1 else f"{_number(areas)} areas of police work. These were:"


def publication_words(report: str = "") -> str:
    """The embargo paragraph, with the sentence about the instant as its placeholder."""
    kind = "publication" if report else "publication_alone"
    return fill(kind, BLOCKS[kind].standard, {"report": report, "publication_sentence": PUBLICATION_SENTENCE})


def day_words(day: date) -> str:
    """ "Thursday 4 September 2014" """
    return f"{day:%A} {date_words(day)}"


def date_words(day: date) -> str:
    """ "4 September 2014" """
    return f"{day.day} {day:%B %Y}"


def _number(number: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[number] if number < len(words) else str(number)
