"""The dry run: what saving an uploaded log would do, row by row. Reads; changes nothing."""

import re
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from findings.accuracy import quoted_words
from findings.accuracy.draft import WHOLE
from findings.accuracy.response_log import offers
from findings.accuracy.response_log.columns import HEADINGS, WORDS, Row, check_of, fitted, letter, tidy
from findings.accuracy.response_log.offers import Offer
from findings.accuracy.response_log.reading import Log
from findings.models import Paragraph, Point, Round
from findings.quotes import anchors
from hmic_core.errors import NotAllowed

Result = Literal["new", "changed", "unchanged", "asked", "stale", "refused", "saved", "empty"]
LABELS: dict[Result, tuple[str, str]] = {
    "new": ("New point", "ok"),
    "changed": ("Change", "ready"),
    "unchanged": ("As it is here", "none"),
    "asked": ("A question", "stop"),
    "stale": ("Not saved: changed here too", "stop"),
    "refused": ("Not saved", "stop"),
    "saved": ("Saved", "ok"),
    "empty": ("No point", "none"),
}
NAMES = {"kind": "Kind", "quoted": "Words in the draft", "proposed": "Words proposed", "explanation": "Why"}


@dataclass
class Planned:
    """One row and what becomes of it. `words` are the point's as they would be, `theirs` the point as it is here.

    A row that is `asked` about is saved, as `confirmed` says, only if its `question` is answered with a tick.
    """

    row: Row
    result: Result
    why: str = ""
    paragraph: Paragraph | None = None
    theirs: Point | None = None
    words: dict[str, str] = field(default_factory=dict)
    #: What differs from here: name of the column, here, in the row.
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    number: int = 0
    question: str = ""
    confirmed: Result = "new"

    @property
    def label(self) -> str:
        return LABELS[self.result][0]

    @property
    def tone(self) -> str:
        return LABELS[self.result][1]

    @property
    def typed(self) -> list[str]:
        """What stands in the row, to show that it is kept."""
        return [self.row[key] for key in ("kind", *WORDS) if self.row[key]]

    @property
    def about(self) -> str:
        """ "Point 3, AT-1" or "New, FT-5"."""
        place = self.paragraph.reference if self.paragraph else self.row["ref"] or "no Ref"
        if self.number:
            return f"Point {self.number}, {place}"
        return place if self.result == "empty" else f"New, {place}"


@dataclass
class Plan:
    """Every row of the file, the points that it leaves out (those stay as they are), and what else it holds.

    `columns`: headings that the file has not got, so that nothing in those columns is changed.
    """

    rows: list[Planned]
    missing: list[Point]
    offers: list[Offer] = field(default_factory=list)
    columns: tuple[str, ...] = ()

    def of(self, *results: Result) -> list[Planned]:
        return [each for each in self.rows if each.result in results]

    @property
    def good(self) -> list[Planned]:
        """What can be saved as it stands."""
        return self.of("new", "changed")

    @property
    def bad(self) -> list[Planned]:
        return self.of("asked", "stale", "refused")

    @property
    def choices(self) -> bool:
        """Whether something can be saved by a tick."""
        return bool(self.of("asked", "stale") or any(each.can_be_taken for each in self.offers))

    @property
    def quiet(self) -> list[Planned]:
        return self.of("unchanged", "saved", "empty")


def make(round: Round, log: Log, saved: dict[str, int]) -> Plan:
    """Compare the rows with the round's points as they are now. `saved`: rows of this upload that are in already."""
    here = _Here(round, log, saved)
    planned = [here.planned(row) for row in log.rows]
    named = {each.theirs.pk for each in planned if each.theirs is not None}
    missing = [point for point in here.points.values() if point.pk not in named]
    return Plan(planned, missing, offers.of(log, here.paragraphs, saved), log.missing)


class _Here:
    """The round's paragraphs and points while one file is compared with them."""

    def __init__(self, round: Round, log: Log, saved: dict[str, int]) -> None:
        self.paragraphs = {offers.key_of(each.reference): each for each in round.paragraphs.all()}
        self.absent = {HEADINGS[heading.lower()] for heading in log.missing}
        points = round.points.present().select_related("paragraph", "author").order_by("number")
        self.points: dict[UUID, Point] = {point.pk: point for point in points}
        self.saved = saved
        self.seen: dict[object, int] = {}

    def planned(self, row: Row) -> Planned:
        if str(row.number) in self.saved:
            return self._saved(row)
        made = self._as_read(row)
        if made.result in ("new", "changed"):
            if row.faults:
                return _refuse(made, " ".join(row.faults))
            if row.doubts:
                return _ask(made, " ".join(row.doubts), f"Save row {row.number} as it is shown here")
        return made

    def _as_read(self, row: Row) -> Planned:
        if row["id"]:
            return self._known(row)
        if row["point"] and row["point"] in {str(point.number) for point in self.points.values()}:
            return Planned(
                row,
                "refused",
                f"The hidden columns that say which point this is are gone. Download the log again and put row "
                f"{row.number} into it.",
            )
        return self._new(row) if row.written else self._unwritten(row)

    def _saved(self, row: Row) -> Planned:
        number = self.saved[str(row.number)]
        point = next((each for each in self.points.values() if each.number == number), None)
        paragraph = point.paragraph if point else None
        return Planned(row, "saved", f"In the log as point {number}.", paragraph, point, number=number)

    def _unwritten(self, row: Row) -> Planned:
        return Planned(row, "empty", paragraph=self._paragraph(row))

    def _paragraph(self, row: Row) -> Paragraph | None:
        return self.paragraphs.get(offers.key_of(row["ref"]))

    # A new point

    def _new(self, row: Row) -> Planned:
        paragraph = self._paragraph(row)
        planned = Planned(row, "new", paragraph=paragraph, words=self._words(row, None))
        if paragraph is None and offers.key_of(row["ref"]) != offers.key_of(WHOLE):
            return _refuse(planned, self._no_such(row))
        if fault := _fault(planned):
            return _refuse(planned, fault)
        if same := self._same(planned):
            planned.result, planned.theirs, planned.number = "unchanged", same, same.number
            planned.why = f"Point {same.number} says the same."
            return planned
        key = (paragraph.pk if paragraph else None, *planned.words.values())
        return self._once(planned, key)

    def _no_such(self, row: Row) -> str:
        cell = f"{letter('ref')}{row.number}"
        if not row["ref"]:
            return f"It has words but no paragraph. Type its Ref, such as PC-1, or “{WHOLE}”, into cell {cell}."
        if several := [
            each for each in re.split(r"[,;/&]| and ", row["ref"]) if offers.key_of(each) in self.paragraphs
        ][1:]:
            return (
                f"The Ref in cell {cell} names {len(several) + 1} paragraphs. Write one row for each, and upload again."
            )
        return f"The draft has no paragraph {row['ref']}. Correct the Ref in cell {cell} and upload again."

    def _same(self, planned: Planned) -> Point | None:
        where = planned.paragraph.pk if planned.paragraph else None
        return next(
            (
                point
                for point in self.points.values()
                if point.paragraph_id == where and point.kind == planned.words["kind"] and not _changes(point, planned)
            ),
            None,
        )

    def _once(self, planned: Planned, key: object) -> Planned:
        first = self.seen.setdefault(key, planned.row.number)
        if first != planned.row.number:
            return _refuse(planned, f"Row {first} is the same point. Take one of them out.")
        return planned

    # A point that is here

    def _known(self, row: Row) -> Planned:
        point = self._point(row)
        if point is None:
            return Planned(row, "refused", "The point that this row names is not in this check, or was withdrawn.")
        planned = Planned(row, "changed", "", point.paragraph, point, self._words(row, point), number=point.number)
        reference = point.paragraph.reference if point.paragraph else WHOLE
        first = self.seen.setdefault(point.pk, row.number)
        if first != row.number:
            return self._copied(row, f"Row {first} is point {point.number} too, so this row is a copy of it.")
        if row["ref"] and offers.key_of(row["ref"]) != offers.key_of(reference):
            return self._copied(row, f"Point {point.number} is on {reference}, and a point can’t move.")
        cells = row.cells | {key: fitted(str(getattr(point, key))) for key in self.absent & {*WORDS}}
        cells |= {"kind": point.get_kind_display()} if "kind" in self.absent else {}
        untouched = row["check"] == check_of({**cells, "ref": reference, "point": row["point"] or str(point.number)})
        planned.changes = _changes(point, planned)
        if untouched or not planned.changes:
            return self._as_here(planned, row, point)
        if point.state != Point.State.DRAFT:
            return _refuse(planned, f"Point {point.number} has been sent to HMIC already.")
        if not any(planned.words[key] for key in WORDS):
            return _refuse(
                planned, f"The row is empty now. To take back point {point.number}, withdraw it on its page."
            )
        if fault := _fault(planned):
            return _refuse(planned, fault)
        if row["version"] != str(point.version):
            planned.result = "stale"
            planned.why = "It was changed here after this file was downloaded. Both texts are kept."
        return planned

    def _copied(self, row: Row, why: str) -> Planned:
        """A row that names a point which it cannot be: a new point, if the uploader says so."""
        made = self._new(Row(row.number, {key: row[key] for key in ("ref", "kind", *WORDS)}, row.faults, row.doubts))
        if made.result == "unchanged":
            made.theirs, made.result = None, "empty"
        return _ask(made, why, f"Add row {row.number} as a new point") if made.result == "new" else made

    def _words(self, row: Row, point: Point | None) -> dict[str, str]:
        """The point's words by the row. What a cell shows shortened stays whole; a missing column changes nothing."""
        words = {"kind": offers.kind_of(row["kind"])}
        if point and "kind" in self.absent:
            words["kind"] = point.kind
        for key in WORDS:
            kept = str(getattr(point, key)) if point else ""
            same = key in self.absent or tidy(row[key]) == fitted(kept)
            words[key] = kept if point and same else tidy(row[key])
        return words

    def _as_here(self, planned: Planned, row: Row, point: Point) -> Planned:
        planned.result, planned.changes = "unchanged", []
        if row["version"] != str(point.version):
            planned.why = "Not changed in the file; what was changed here since stays."
        return planned

    def _point(self, row: Row) -> Point | None:
        try:
            return self.points.get(UUID(row["id"]))
        except ValueError:
            return None


def _refuse(planned: Planned, why: str) -> Planned:
    planned.result, planned.why = "refused", why
    return planned


def _ask(planned: Planned, why: str, question: str) -> Planned:
    planned.confirmed, planned.result, planned.why, planned.question = planned.result, "asked", why, question
    return planned


def _fault(planned: Planned) -> str:
    """Why the words cannot be kept, as a sentence; empty when they can."""
    row = planned.row
    if not planned.words["kind"]:
        labels = ", ".join(str(kind.label) for kind in Point.Kind)
        cell = f"{letter('kind')}{row.number}"
        if row["kind"]:
            return f"“{row['kind']}” is none of the kinds. Choose one in cell {cell}: {labels}."
        return f"Choose what is wrong in cell {cell}: {labels}."
    if planned.paragraph is None and planned.words["quoted"]:
        return f"A point on the whole draft quotes no words. Empty cell {letter('quoted')}{row.number}, or name a Ref."
    try:
        quoted_words.check(planned.paragraph, planned.words["quoted"])
    except NotAllowed as refusal:
        return refusal.sentence
    return ""


def _changes(point: Point, planned: Planned) -> list[tuple[str, str, str]]:
    found = []
    for key, name in NAMES.items():
        here = str(getattr(point, key))
        there = planned.words[key]
        if key == "kind":
            if here != there:
                found.append((name, point.get_kind_display(), planned.row["kind"]))
        elif not anchors.same_words(tidy(here), there):
            found.append((name, here, there))
    return found
