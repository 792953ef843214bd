"""What somebody wrote in an uploaded log where no point is read from, offered as a point each: nothing is silent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from findings.accuracy import quoted_words
from findings.accuracy.draft import WHOLE
from findings.accuracy.response_log.columns import WORDS, fitted, letter, tidy
from findings.accuracy.response_log.reading import Extra, Log
from findings.models import Paragraph, Point
from findings.quotes import anchors
from hmic_core.errors import NotAllowed
from hmic_core.text.markdown import plain_words


@dataclass
class Offer:
    """Words of the file, where they stand, and the point that they would be; no `words` where they can't be one."""

    key: str
    place: str
    text: str
    paragraph: Paragraph | None = None
    words: dict[str, str] = field(default_factory=dict)
    #: The point that they became, by this upload.
    number: int = 0

    @property
    def can_be_taken(self) -> bool:
        return bool(self.words) and not self.number

    @property
    def about(self) -> str:
        return self.paragraph.reference if self.paragraph else WHOLE.lower()

    @property
    def kind(self) -> str:
        return str(Point.Kind(self.words["kind"]).label)


def key_of(reference: str) -> str:
    """A paragraph's reference whatever dash, space or case it was typed with: “PC–1”, “pc 1” and “PC1” are PC-1."""
    return re.sub(r"[\W_]+", "", reference).lower()


def kind_of(label: str) -> str:
    """The kind of point that a cell names, by its label or value; empty where it names none."""
    wanted = " ".join(label.lower().split())
    return next((str(kind.value) for kind in Point.Kind if wanted in (kind.label.lower(), kind.value)), "")


def of(log: Log, paragraphs: dict[str, Paragraph], saved: dict[str, int]) -> list[Offer]:
    """Everything in a file beside its points, each as an offer. `paragraphs` by `key_of`, `saved` by an offer's key."""
    made = [*_changed_paragraphs(log, paragraphs), *(_offer(extra, paragraphs) for extra in log.extras)]
    for offer in made:
        offer.number = saved.get(offer.key, 0)
    return made


def _offer(extra: Extra, paragraphs: dict[str, Paragraph]) -> Offer:
    paragraph = paragraphs.get(key_of(extra.ref))
    known = paragraph is not None or key_of(extra.ref) in ("", key_of(WHOLE))
    words = _point(paragraph, extra.words) if extra.words and known else {}
    return Offer(extra.key, extra.place, extra.text, paragraph, words)


def _point(paragraph: Paragraph | None, given: dict[str, str]) -> dict[str, str]:
    """The words of a point; a quotation that does not stand in its paragraph goes on as part of the reason."""
    words = {"kind": kind_of(given.get("kind", "")) or str(Point.Kind.DISPUTED)}
    words |= {key: tidy(given.get(key, "")) for key in WORDS}
    try:
        if paragraph is None and words["quoted"]:
            raise NotAllowed("")
        quoted_words.check(paragraph, words["quoted"])
    except NotAllowed:
        words["explanation"] = f"“{words['quoted']}”\n\n{words['explanation']}".strip()
        words["quoted"] = ""
    return words


def _changed_paragraphs(log: Log, paragraphs: dict[str, Paragraph]) -> Iterator[Offer]:
    """Words that were changed in the paragraph itself: what differs, as quoted and proposed words."""
    seen: set[str] = set()
    for row in log.rows:
        paragraph = paragraphs.get(key_of(row["ref"]))
        if paragraph is None or not row["draft"]:
            continue
        before = fitted(plain_words(paragraph.text))
        if anchors.same_words(before, row["draft"]) or row["draft"] in seen:
            continue
        seen.add(row["draft"])
        quoted, proposed = difference(before, row["draft"])
        words = _point(paragraph, {"quoted": quoted, "proposed": proposed})
        place = f"The paragraph was changed in cell {letter('draft')}{row.number}"
        yield Offer(f"{row.number}:draft", place, f"{quoted} → {proposed}", paragraph, words)


def difference(before: str, after: str) -> tuple[str, str]:
    """The words of `before` that `after` has otherwise, and those: as few as stand in `before` exactly once."""
    old, new = before.split(), after.split()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    while start or end:
        quoted = " ".join(old[start : len(old) - end])
        proposed = " ".join(new[start : len(new) - end])
        if quoted and proposed and before.count(quoted) == 1:
            break
        start, end = max(start - 1, 0), max(end - 1, 0)
    return " ".join(old[start : len(old) - end]), " ".join(new[start : len(new) - end])
