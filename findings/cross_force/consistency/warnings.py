"""Warnings about findings, beside one of them and over an inspection. Reading only; only among what the reader may see.

Which of them block comes from `findings.verdict`. Each can be kept with a reason, which holds until the words change.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from findings import verdict
from findings.blockers import with_evidence
from findings.cross_force.consistency.duplicates import (
    ALIKE,
    SAME,
    Fingerprint,
    Pairs,
    SharesWordsWith,
    candidates,
    groups,
    share,
)
from findings.models import CommonWording, Dismissal, Finding
from findings.quotes.sequences import (
    Reading,
    Words,
    abbreviations,
    alike,
    explains,
    key_of,
    lower,
    read,
    sentences,
    tokens,
)
from forces import naming
from hmic_core.models import User
from hmic_core.text.folding import pattern
from inspections.models import Inspection

Check = Dismissal.Check
Kind = Finding.Kind

#: Kinds that contradict each other over the same words.
PRAISE, CRITICISM = {Kind.STRENGTH}, {Kind.AFI, Kind.CAUSE_OF_CONCERN}
#: How many others of a group are named; the rest is a number.
NAMED = 5
#: Findings read word by word beside one finding: those of its own force, and those that share the most.
READ = 400

_SHOWN = ("text", "basis", "kind", "number", "position", "force", "theme")
_OF = ("force__name", "force__slug", "theme__prefix", "theme__position", "theme__title")

_AGREED = "agreed wording"


@dataclass
class Subject:
    """A finding with its text read."""

    finding: Finding
    reading: Reading
    #: Sequences of words that are not agreed common wording.
    own: frozenset[int]
    agreed: frozenset[Words]

    @property
    def text(self) -> str:
        return str(self.finding.text)


@dataclass
class Remark:
    """One warning. `others`: the findings that it is about too, `pairs`: which of them with which."""

    kind: str
    finding: Finding
    detail: str = ""
    quoted: str = ""
    say: str = ""
    others: list[Finding] = field(default_factory=list)
    pairs: list[tuple[Finding, Finding]] = field(default_factory=list)
    dismissals: list[Dismissal] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return str(Check(self.kind).label)

    @property
    def blocks(self) -> bool:
        """Whether it keeps the finding from its next step until it is settled or kept with a reason."""
        return self.kind in verdict.BLOCKING

    @property
    def tone(self) -> str:
        return "stop" if self.blocks and not self.dismissals else ""

    @property
    def named(self) -> list[Finding]:
        return self.others[:NAMED]

    @property
    def more(self) -> int:
        return max(len(self.others) - NAMED, 0)

    @property
    def all(self) -> list[Finding]:
        return [self.finding, *self.others]

    @property
    def forces(self) -> int:
        return len({each.force_id for each in self.all})

    @cached_property
    def seen(self) -> str:
        """A hash of all its words: what somebody who sets it aside has read."""
        return seen_of(self.kind, self.all, self.detail)

    def share_of(self, other: Finding) -> tuple[int, int]:
        """How many words of the first finding stand in another, and how many it has."""
        own = read(self.finding.text)
        return alike(own, read(other.text)), len(own.words)


@dataclass
class Ground(verdict.Ground):
    """What all findings of an inspection are checked against and compared by."""

    agreed: dict[UUID | None, frozenset[Words]] = field(default_factory=dict)
    _own: dict[UUID, tuple[Words, ...]] = field(default_factory=dict)
    _of_theme: dict[UUID, frozenset[Words]] = field(default_factory=dict)

    def agreed_for(self, theme: UUID) -> frozenset[Words]:
        if theme not in self._of_theme:
            self._of_theme[theme] = self.agreed.get(None, frozenset()) | self.agreed.get(theme, frozenset())
        return self._of_theme[theme]

    def own(self, force: UUID) -> tuple[Words, ...]:
        """The names of a force as the words that stand for "the force", the longest first."""
        if force not in self._own:
            said = {tuple(map(lower, tokens(name))) for name in self.register.names.get(force, ())}
            self._own[force] = tuple(sorted(said, key=lambda words: (-len(words), words)))
        return self._own[force]

    def read(self, finding: Finding) -> Subject:
        reading = read(finding.text, self.own(finding.force_id))
        agreed = self.agreed_for(finding.theme_id)
        return Subject(finding, reading, reading.without(agreed), agreed)


@dataclass
class Report:
    """All warnings of an inspection that its reader may see: standing, and set aside."""

    standing: list[Remark]
    dismissed: list[Remark]
    read: int

    def counts(self) -> dict[str, int]:
        counted = Counter(remark.kind for remark in self.standing)
        return {kind: counted[kind] for kind in Check.values}


def seen_of(kind: str, findings: Sequence[Finding], detail: str = "") -> str:
    """A hash of what a warning showed."""
    words = sorted(f"{each.pk}\0{each.kind}\0{each.text}\0{each.basis}" for each in findings)
    return hashlib.sha256("\0\0".join([kind, detail, *words]).encode()).hexdigest()


def ground(inspection: UUID, findings: Any, about: Finding | None = None) -> Ground:
    """Names and agreed wording, what was kept with a reason, and questions: three queries.

    `findings`: those that are looked at; `about`: the only one of them whose warnings are wanted.
    """
    agreed: dict[UUID | None, frozenset[Words]] = defaultdict(frozenset)
    standing = CommonWording.objects.filter(inspection=inspection).standing().order_by()
    agreeing = standing.values_list("theme", naming.text(_AGREED), "text", naming.text(""))
    rows = list(naming.rows(agreeing))
    for theme, _, words, _ in (row for row in rows if row[1] == _AGREED):
        agreed[theme] |= key_of(words)
    made = Dismissal.objects.standing().filter(finding__inspection=inspection).select_related("by").order_by("at")
    if about:
        made = made.filter(Q(finding=about) | Q(other=about))
    kept: dict[verdict.Key, list[Dismissal]] = defaultdict(list)
    for each in made:
        kept[each.check_kind, each.finding_id, each.other_id, each.detail].append(each)
    register = naming.arranged(row for row in rows if row[1] != _AGREED)
    return Ground(register, kept, verdict.questions([about] if about else findings), agreed)


def remarks_on(finding: Finding, user: User) -> Report:
    """The warnings about one finding. Six queries, whatever there is to compare."""
    stands = ground(finding.inspection_id, (), finding)
    near = _visible(finding.inspection_id, user).filter(Q(force=finding.force_id) | SharesWordsWith(finding.pk))
    near = near.select_related("force", "theme").only(*_SHOWN, *_OF)
    found = list(near.order_by("theme__position", "position", "number")[:READ])
    about = next((each for each in found if each.pk == finding.pk), None)
    if about is None:  # removed: nothing to warn of any more
        return Report([], [], 0)
    subject = stands.read(about)
    explained = _explained_before(about, found)
    remarks = [*_alone(subject, stands, explained), *_beside(subject, found, stands)]
    return _sorted(remarks, 1)


def report(inspection: Inspection, user: User) -> Report:
    """The warnings of a whole inspection, as far as the reader's assignments reach."""
    stands = ground(inspection.pk, _visible(inspection.pk, user))
    # One force and one theme for all their findings: as many joined copies took longer to make than the findings.
    rows = _visible(inspection.pk, user).prefetch_related("force", "theme").only(*_SHOWN).annotate(prints=Fingerprint())
    found = list(rows.order_by("theme__position", "force__name", "position", "number"))
    subjects = [stands.read(finding) for finding in found]
    explained = _explained(found)
    remarks = [each for subject in subjects for each in _alone(subject, stands, explained[subject.finding.pk])]
    pairs = candidates([finding.prints for finding in found])  # type: ignore[attr-defined]
    remarks += _opposite(subjects, pairs, stands)
    remarks += _similar(subjects, pairs, stands)
    return _sorted(remarks, len(found))


def _visible(inspection: UUID, user: User) -> QuerySet[Any]:
    visible = Finding.objects.visible_to(user).present().filter(inspection=inspection)
    marked: QuerySet[Any] = visible.annotate(supported=with_evidence())
    return marked


def _alone(subject: Subject, stands: Ground, explained: frozenset[str]) -> Iterator[Remark]:
    """What is to be said of one finding by itself."""
    finding = subject.finding
    for found in verdict.problems(finding, stands):
        quoted = "" if found.check.kind == Check.QUESTION else _around(finding, found.detail)
        remark = Remark(found.check.kind, finding, found.detail, quoted, found.say)
        remark.dismissals = [found.kept] if found.kept else []
        yield remark
    if subject.reading.uses(subject.agreed) and not finding.supported:  # type: ignore[attr-defined]
        say = "These words are agreed for all forces, but no evidence of this force is linked to them."
        yield _noted(Remark(Check.COMMON_UNSUPPORTED, finding, say=say), stands)
    for sentence in subject.reading.long():
        say = f"{len(sentence.words)} words in one sentence."
        beginning = " ".join(sentence.text.split()[:14])
        yield _noted(Remark(Check.LONG_SENTENCE, finding, beginning[:200], f"{beginning} …", say), stands)
    for short in abbreviations(subject.text):
        if short not in explained and not explains(subject.text, short):
            say = f"{short} is not spelled out here, nor in an earlier finding of this force."
            yield _noted(Remark(Check.ABBREVIATION, finding, short, say=say), stands)


def _beside(subject: Subject, found: Iterable[Any], stands: Ground) -> Iterator[Remark]:
    """What is to be said of one finding and those that share its words."""
    others = [stands.read(each) for each in found if each.pk != subject.finding.pk]
    alike_to = [other for other in others if share(subject.reading.triples, other.reading.triples) >= ALIKE]
    alike_to.sort(key=lambda other: -share(subject.reading.triples, other.reading.triples))
    opposed = [other for other in alike_to if _opposed(subject, other)]
    yield from _paired(Check.OPPOSITE, subject.finding, [other.finding for other in opposed], stands)
    similar = [other for other in alike_to if other not in opposed and share(subject.own, other.own) >= ALIKE]
    yield from _paired(Check.SIMILAR, subject.finding, [other.finding for other in similar], stands)


def _paired(kind: str, finding: Finding, others: list[Finding], stands: Ground) -> Iterator[Remark]:
    """One warning for the pairs that stand, one for those that somebody set aside."""
    if others:
        aside = {other.pk: stands.kept_for(kind, finding, other) for other in others}
        yield from _split(kind, [(finding, other, aside[other.pk]) for other in others])


def _split(kind: str, pairs: Sequence[tuple[Finding, Finding, Dismissal | None]]) -> Iterator[Remark]:
    open_ = [(first, second) for first, second, aside in pairs if aside is None]
    if open_:
        yield _of_pairs(kind, open_)
    closed = [(first, second, aside) for first, second, aside in pairs if aside is not None]
    if closed:
        remark = _of_pairs(kind, [(first, second) for first, second, _ in closed])
        remark.dismissals = list({aside.pk: aside for _, _, aside in closed}.values())
        yield remark


def _of_pairs(kind: str, pairs: list[tuple[Finding, Finding]]) -> Remark:
    every = list({each.pk: each for pair in pairs for each in pair}.values())
    return Remark(kind, every[0], others=every[1:], pairs=pairs)


def _opposite(subjects: list[Subject], pairs: Pairs, stands: Ground) -> Iterator[Remark]:
    for one, other in pairs:
        first, second = subjects[one], subjects[other]
        if _opposed(first, second):
            yield from _paired(Check.OPPOSITE, first.finding, [second.finding], stands)


def _similar(subjects: list[Subject], pairs: Pairs, stands: Ground) -> Iterator[Remark]:
    """Findings that share words nobody agreed, each group once."""
    standing: list[tuple[int, int]] = []
    aside: list[tuple[Finding, Finding, Dismissal | None]] = []
    for one, other in pairs:
        first, second = subjects[one], subjects[other]
        if share(first.own, second.own) < ALIKE or _opposed(first, second):
            continue
        dismissal = stands.kept_for(Check.SIMILAR, first.finding, second.finding)
        if dismissal is None:
            standing.append((one, other))
        else:
            aside.append((first.finding, second.finding, dismissal))
    wanted = set(standing)
    for group in groups(standing):
        inside = [pair for pair in combinations(group, 2) if pair in wanted]
        yield _of_pairs(Check.SIMILAR, [(subjects[a].finding, subjects[b].finding) for a, b in inside])
    for first_, second_, dismissal in aside:
        yield from _split(Check.SIMILAR, [(first_, second_, dismissal)])


def _opposed(first: Subject, second: Subject) -> bool:
    kinds = {first.finding.kind, second.finding.kind}
    if not (kinds & PRAISE and kinds & CRITICISM):
        return False
    return share(first.reading.triples, second.reading.triples) >= SAME


def _noted(remark: Remark, stands: Ground) -> Remark:
    """The same, with who set it aside if somebody did."""
    dismissal = stands.kept_for(remark.kind, remark.finding, detail=remark.detail)
    remark.dismissals = [dismissal] if dismissal else []
    return remark


def _around(finding: Finding, words: str) -> str:
    """The sentence in which words stand, of the finding or of its basis."""
    found = pattern(words)
    every = [*sentences(finding.text), *sentences(finding.basis)]
    return next((each for each in every if found.search(each)), words)


def _explained(found: Iterable[Finding]) -> dict[UUID, frozenset[str]]:
    """For each finding the abbreviations that earlier findings of its force spell out, in the letter's order."""
    known: dict[UUID, frozenset[str]] = defaultdict(frozenset)
    before: dict[UUID, frozenset[str]] = {}
    for finding in found:
        before[finding.pk] = known[finding.force_id]
        if spelled := {each for each in abbreviations(finding.text) if explains(finding.text, each)}:
            known[finding.force_id] |= spelled
    return before


def _explained_before(about: Finding, found: Iterable[Finding]) -> frozenset[str]:
    return _explained(each for each in found if each.force_id == about.force_id)[about.pk]


def _sorted(remarks: Iterable[Remark], read_: int) -> Report:
    order = {kind: place for place, kind in enumerate(Check.values)}
    ordered = sorted(remarks, key=lambda remark: (order[remark.kind], -len(remark.others)))
    standing = [remark for remark in ordered if not remark.dismissals]
    return Report(standing, [remark for remark in ordered if remark.dismissals], read_)
