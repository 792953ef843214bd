"""Two versions of a letter side by side, paragraph by paragraph. Pure: what was, what is, and what part of it it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from letters.document import building
from letters.document.parts import LetterDocument

#: What a paragraph is, and its words.
Part = tuple[str, str]
NOTHING: Part = ("", "")


@dataclass(frozen=True, slots=True)
class Change:
    """A paragraph that differs. Either side may be empty: added, or taken out."""

    before: Part
    after: Part

    @property
    def label(self) -> str:
        """What it is; where only that differs, what it was too."""
        was, now = self.before[0], self.after[0]
        return f"{was}, now {now[0].lower()}{now[1:]}" if was and now and was != now else now or was

    @property
    def is_other_part(self) -> bool:
        """The same words, in another place of the letter."""
        return self.before[1] == self.after[1]


def changes(before: Sequence[Part], after: Sequence[Part]) -> list[Change]:
    found = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            found += [Change(was, now) for was, now in _paired(before[i1:i2], after[j1:j2])]
    return found


def _paired(before: Sequence[Part], after: Sequence[Part]) -> Iterator[tuple[Part, Part]]:
    """What stands for what: by position, since paragraphs that are alike were matched already."""
    return zip_longest(before, after, fillvalue=NOTHING)


def parts_of_document(letter: LetterDocument) -> list[Part]:
    """A letter as data, as far as people read it."""
    person, writer = letter.addressee, letter.signatory
    parts = [
        ("Addressee", " ".join(filter(None, (person.title, person.name, person.honours, person.post)))),
        ("Salutation", person.salutation),
        ("Signed by", " ".join(filter(None, (writer.name, writer.honours, writer.post, writer.region)))),
        ("Subject line", letter.subject),
        *(("Opening", words) for words in letter.opening),
        *(("Question", theme.question) for theme in letter.themes if theme.question),
        ("Publication", letter.publication),
        ("Factual accuracy check", letter.accuracy),
        *(("Opening", words) for words in letter.context),
    ]
    for theme in letter.themes:
        parts.append(("Heading", theme.title))
        for finding in theme.findings:
            first, *others = finding.markdown.split("\n\n")
            parts += [("Finding", first), *(("Further paragraph of a finding", words) for words in others)]
    parts += [("Closing", words) for words in letter.closing]
    return [*parts, *(("Copied to", f"{each.name} {each.role}".strip()) for each in letter.copied_to)]


def differences(before: dict[str, object], after: dict[str, object]) -> list[Change]:
    """What differs between two letters as items keep them."""
    return changes(*(parts_of_document(building.from_json(kept)) for kept in (before, after)))
