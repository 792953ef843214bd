"""The inspectorate's standard words in a force letter, as in the letters of 2014."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

LETTER_DATE = "{{letter_date}}"
PUBLICATION_SENTENCE = "{{publication_sentence}}"
#: What is missing while a placeholder has no value, for the screen and for drafts.
PLACEHOLDER_WORDS = {
    "letter_date": "the date of the letter",
    "publication_sentence": "the date and time of publication",
}


class Accuracy(StrEnum):
    """How the factual accuracy check ended: the letter says so only where it is true."""

    AMENDED = "amended"
    UNCHANGED = "unchanged"
    NO_RESPONSE = "no_response"


_SENT = (
    "The findings that specifically relate to your force are included in this letter. "
    "The initial findings were previously sent to you for factual accuracy checks"
)
ACCURACY_WORDS = {
    Accuracy.AMENDED: f"{_SENT} and, where appropriate, have been amended following your response.",
    Accuracy.UNCHANGED: f"{_SENT} and, following your response, did not need to be changed.",
    Accuracy.NO_RESPONSE: f"{_SENT}. No response was received and the findings have not been changed.",
}
LEAD_IN = "Findings that specifically relate to your force are;"
KIND_LABELS = {
    "finding": "",
    "strength": "Strength",
    "afi": "Area for improvement",
    "cause_of_concern": "Cause of concern",
    "recommendation": "Recommendation",
}


def opening_words(
    *, fieldwork: str, publisher: str, scope: str, title: str, former_titles: Sequence[str] = (), areas: int
) -> str:
    """The first paragraph; ``fieldwork`` as "January and April 2014", ``scope`` as "all 43 forces in …"."""
    called = f"‘{title}’,"
    if former_titles:
        called = f"‘{former_titles[0]}’ (now known as ‘{title}’)"
    many = "one area of police work. This was:" if areas == 1 else f"{_number(areas)} areas of police work. These were:"
    return (
        f"Between {fieldwork}, {publisher} carried out inspection fieldwork across {scope}. "
        f"This inspection, called {called} assessed {many}"
    )


def publication_words(report: str = "") -> str:
    """The embargo paragraph, with the sentence about the instant as its placeholder."""
    if not report:
        return f"This letter {PUBLICATION_SENTENCE}. It must not be published until this date and time."
    return (
        f"Attached is an embargoed copy of the {report} for this inspection which {PUBLICATION_SENTENCE}. "
        "This must not be published until this date and time."
    )


def day_words(day: date) -> str:
    """ "Thursday 4 September 2014" """
    return f"{day:%A} {date_words(day)}"


def date_words(day: date) -> str:
    """ "4 September 2014" """
    return f"{day.day} {day:%B %Y}"


def _number(number: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[number] if number < len(words) else str(number)
