"""The words of an import counted again, after people and code had their hands in it. Pure.

`reading.fidelity` accounts for every word from the file to what was read. This goes on from there: from what was read
to the letter as it stands after answers and corrections, and from that to the letter that the archive keeps. What a
person took out or put in is named as theirs; anything else that is missing or new stops the import.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archive.body import count_words
from archive.reading.wording import bare_question
from hmic_core.text import markdown
from letters.document import filling
from letters.document.parts import LetterDocument, PlaceholderValues, Variant

Result = Mapping[str, Any]
LABELS = {
    "force": "Force", "inspection": "Inspection", "letter_date": "Date of the letter",
    "embargo_local": "Instant of publication", "addressee_title": "Addressee’s title", "addressee": "Addressee",
    "addressee_honours": "Addressee’s honours", "addressee_post": "Addressee’s post", "salutation": "Salutation",
    "subject": "Subject line", "signatory": "Signed by", "signatory_honours": "Signatory’s honours",
    "signatory_post": "Signatory’s post", "region": "Region",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recount:
    """How many words the letter has; which it lost, and which nobody can account for."""

    words: int
    lost: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return not (self.lost or self.added)

    def as_json(self) -> dict[str, Any]:
        return {"whole": self.is_whole, "words": self.words, "lost": list(self.lost), "added": list(self.added)}


def of_result(reading: Result, corrections: Result, result: Result) -> Recount:
    """From what was read to the letter as it stands: an answer may move words, only a correction may change them."""
    left_out = [missed["line"] for missed in result["unmatched_lines"]]
    placed = (each["text"] for each in reading["unmatched_lines"] if each["line"] not in left_out)
    before = count_words([*(piece["text"] for piece in reading["pieces"]), *reading["opening"], *placed])
    before -= Counter(corrections.get("taken_out", ()))
    before += Counter(corrections.get("put_in", ()))
    return _compared(before, count_words(_texts(result)))


def of_letter(result: Result, letter: LetterDocument) -> Recount:
    """From the letter as it stands to the page that the archive freezes, marks at the ends of words apart."""
    # The line that announces the findings is printed once, wherever it stood, and in standard words where none did.
    texts = (words for words in _texts(result) if words != letter.lead_in)
    before = _bare(bare_question(words) if words.startswith("- ") else words for words in texts)
    return _compared(before, _bare(_printed(letter)))


def _compared(before: Counter[str], after: Counter[str]) -> Recount:
    lost, added = sorted((before - after).elements()), sorted((after - before).elements())
    return Recount(sum(after.values()), tuple(lost), tuple(added))


def _texts(result: Result) -> Iterator[str]:
    """All of the letter between the salutation and the signature."""
    yield from result["opening"]
    for theme, findings in zip(result["themes"], result["paragraphs"], strict=True):
        yield theme["title"]
        for paragraphs in findings:
            yield from paragraphs
    yield from result["closing"]


def _printed(letter: LetterDocument) -> Iterator[str]:
    view = filling.frozen(letter, PlaceholderValues(embargo_until=None, letter_date=None), Variant.DRAFT)
    yield from (*view["opening"], view["publication"], view["accuracy"], *view["context"])
    yield from (bare_question(words) for words in view["questions"])
    for theme in view["themes"]:
        yield theme["title"]
        yield from (markdown.plain_words(finding["markdown"]) for finding in theme["findings"])
    yield from view["closing"]


def _bare(texts: Iterable[str]) -> Counter[str]:
    """Words without the marks around them: a question's last stop is the list's, not its own."""
    counted: Counter[str] = Counter()
    for word, times in count_words(texts).items():
        counted[re.sub(r"^\W+|\W+$", "", word)] += times
    return counted


def changed_fields(reading: Result, corrections: Result) -> list[tuple[str, str, str]]:
    """Each field that was corrected by hand, with what it was and what it is."""
    fields = corrections.get("fields", {})
    return [(LABELS[name], reading.get(name) or "", value or "") for name, value in fields.items() if name in LABELS]
