"""What stands on the page of a refused save: the three texts as parts, and the one text that the choices make of them.

Choices are counted against the two texts that the page showed (`version` of the page's form). What was typed into the
boxes since is carried over to what other choices make, wherever the two are about different words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from findings.models import Finding, RefusedSave, Revision
from findings.quotes.merge import Part, assemble, blocks, carried, part, parts
from hmic_core.models import User

KINDS = dict(Finding.Kind.choices)
BOXES = ("text", "basis", "kind")


@dataclass(frozen=True)
class Followed:
    """What stands in the boxes, and whether something was typed into the very words that are now chosen otherwise.

    There both stand, one after the other; of two kinds the chosen one.
    """

    words: dict[str, str]
    clash: bool


class Compared:
    """The three texts, as parts that can be chosen from. Without a known base, theirs is taken for it."""

    def __init__(self, base: Revision | None, theirs: Revision, yours: RefusedSave) -> None:
        self.base, self.theirs, self.yours = base or theirs, theirs, yours
        self.text = parts(self.base.text, theirs.text, yours.text)
        self.basis = parts(self.base.basis, theirs.basis, yours.basis)
        self.kind = part(self.base.kind, theirs.kind, yours.kind)

    def named(self) -> list[tuple[str, str, Part]]:
        """(field name of its radios, label, part) of every part that somebody changed."""
        rows = [*_numbered("part", "", self.text), *_numbered("basis", "Basis, ", self.basis)]
        kind = Part(*(KINDS.get(value, value) for value in (self.kind.base, self.kind.theirs, self.kind.yours)))
        return [row for row in [*rows, ("part_kind", "Kind", kind)] if row[2].changed]

    def unchosen(self, choices: Mapping[str, str]) -> list[tuple[str, str]]:
        """(field name, label) of every part that only a person can settle and nobody has."""
        return [(name, label) for name, label, each in self.named() if not each.choice(choices.get(name, ""))]

    def choices(self, asked: Mapping[str, str]) -> dict[str, str]:
        """The choice of every part that has one, those that suggest themselves included."""
        found = {name: str(each.choice(asked.get(name, ""))) for name, _, each in self.named()}
        return {name: choice for name, choice in found.items() if choice}

    def result(self, choices: Mapping[str, str]) -> dict[str, str]:
        """The text, basis and kind that the choices make."""

        def joined(start: str, found: list[Part]) -> str:
            asked = (choices.get(f"{start}_{number}", "") for number in range(1, len(found) + 1))
            return assemble(each.chosen(choice) for each, choice in zip(found, asked, strict=True))

        kind = self.kind.chosen(choices.get("part_kind", ""))
        return {"text": joined("part", self.text), "basis": joined("basis", self.basis), "kind": kind}

    def follow(self, typed: Mapping[str, str], before: Mapping[str, str], choices: Mapping[str, str]) -> "Followed":
        """What the choices make, with what was typed over `before`, which earlier choices had put into the boxes."""
        now = self.result(choices)
        text, clash = carried(before["text"], typed["text"], now["text"])
        basis, basis_clash = carried(before["basis"], typed["basis"], now["basis"])
        edited = typed["kind"] not in (before["kind"], now["kind"])
        rechosen = now["kind"] != before["kind"]
        kind = now["kind"] if rechosen else typed["kind"]
        return Followed({"text": text, "basis": basis, "kind": kind}, clash or basis_clash or (edited and rechosen))

    def made(self, choices: Mapping[str, str]) -> str:
        """The choices as the page's form remembers them."""
        return urlencode(self.choices(choices))

    def made_of(self, made: str) -> dict[str, str]:
        """What remembered choices had put into the boxes."""
        return self.result(dict(parse_qsl(made)))

    def writers(self) -> list[User]:
        """Who saved since the base, the last first."""
        since = self.yours.finding.revisions.filter(version__lte=self.theirs.version).order_by("-version")
        saved = [each.by for each in since.filter(version__gt=self.yours.base_version).select_related("by")]
        return list(dict.fromkeys(saved or [self.theirs.by]))


def compare(refused: RefusedSave, version: int | None = None) -> Compared:
    """With revision `version`, by default the newest one; a settled one with what stood when it was settled."""
    revisions = list(refused.finding.revisions.select_related("by").order_by("-version"))
    wanted = refused.settled_against or version
    theirs = next((each for each in revisions if each.version == wanted), revisions[0])
    base = next((each for each in revisions if each.version == refused.base_version), None)
    return Compared(base, theirs, refused)


def typed_words(sent: Mapping[str, str]) -> dict[str, str]:
    """What stood in the boxes of a page."""
    return {name: sent.get(name, "").replace("\r\n", "\n").strip() for name in BOXES}


def rows(compared: Compared, choices: Mapping[str, str], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The parts as `components/conflict.html` takes them."""
    return [_row(name, label, each, choices.get(name, ""), names) for name, label, each in compared.named()]


def _row(name: str, label: str, each: Part, choice: str, names: Mapping[str, str]) -> dict[str, Any]:
    words, state, tone = _said(each, names)
    texts = {side: getattr(each, side) for side in ("base", "theirs", "yours", "both", "each")}
    about = {"name": name, "label": label, "words": words, "state": state, "tone": tone}
    return {**about, **texts, "chosen": each.choice(choice), "by_itself": each.by_itself}


def _said(each: Part, names: Mapping[str, str]) -> tuple[str, str, str]:
    """What happened to a part, its state in words and the tone of the state."""
    if each.yours == each.theirs:
        return "The same change was made twice", "Merged by itself", "ok"
    if each.by_itself:
        return names["only_theirs"] if each.yours == each.base else names["only_yours"], "Merged by itself", "ok"
    if not each.base:
        return "something was added on each side", "Both added", "warn"
    if each.both:
        return "in different places, so both changes fit together", "Both changed it", "warn"
    return "the same words, so only you can choose", "Both changed it", "warn"


def _numbered(start: str, about: str, found: list[Part]) -> Iterator[tuple[str, str, Part]]:
    counts = {"Paragraph": 0, "List item": 0}
    for number, each in enumerate(found, start=1):
        first = next(iter(blocks(each.base or each.theirs or each.yours)), None)
        kind = "List item" if first is not None and first.is_item else "Paragraph"
        counts[kind] += 1
        label = f"{kind} {counts[kind]}"
        yield f"{start}_{number}", f"{about}{label.lower()}" if about else label, each
