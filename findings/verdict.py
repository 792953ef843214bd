"""What stands in the way of a finding: one verdict for the editor, the matrix, second reading, bulk verbs, sending and
the locking of a release.

A blocking problem is settled in the words, or kept with a reason by somebody who may write them; the reason holds for
exactly these words. Until then the finding is not marked ready, not moderated, not sent and not locked. Advice is shown
and stops nothing.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from findings.models import Comment, Dismissal, Finding
from forces import naming
from hmic_core.errors import NotAllowed
from hmic_core.text.leftovers import leftovers

Kind = Dismissal.Check
#: Between a finding's text and its basis where both are looked through: nothing that could join two words.
_BETWEEN = "\n|\n"

Key = tuple[str, UUID, UUID | None, str]


@dataclass(frozen=True)
class Hit:
    """One thing that a check found: what it is about, and the sentence that says it."""

    detail: str
    say: str


@dataclass(frozen=True)
class Check:
    """A check of one finding. `look` gets a finding and the `Ground`, and asks the database nothing."""

    kind: str
    blocking: bool
    look: Callable[[Any, "Ground"], Iterable[Hit]]


@dataclass(frozen=True)
class Problem:
    """What a check found in a finding, and who kept it with a reason, if somebody did."""

    check: Check
    finding: Any
    detail: str
    say: str
    kept: Dismissal | None = None

    @property
    def open(self) -> bool:
        return self.kept is None

    @property
    def sentence(self) -> str:
        return f"{self.say[:1].upper()}{self.say[1:]}."


@dataclass
class Ground:
    """What findings are checked against, read once: names, what was kept with a reason, questions to authors."""

    register: naming.Register
    kept: dict[Key, list[Dismissal]] = field(default_factory=dict)
    questions: dict[UUID, list[Comment]] = field(default_factory=dict)

    def kept_for(self, kind: str, first: Any, second: Any = None, detail: str = "") -> Dismissal | None:
        """Who kept this with a reason, if somebody did and the words are still the same."""
        if not self.kept:
            return None
        first, second = in_order(first, second)
        found = self.kept.get((kind, first.pk, second.pk if second else None, detail))
        if not found:
            return None
        now = words_hash(first, second)
        return next((each for each in found if each.text_hash == now), None)


def in_order(first: Any, second: Any) -> tuple[Any, Any]:
    """The two of a pair in the order in which they are stored."""
    return (second, first) if second is not None and second.pk < first.pk else (first, second)


def words_hash(first: Any, second: Any = None) -> str:
    """SHA-256 of the words of one finding, or of two in their order, kinds and bases included."""
    texts = [f"{each.kind}\0{each.text}\0{each.basis}" for each in in_order(first, second) if each is not None]
    return hashlib.sha256("\0\0".join(texts).encode()).hexdigest()


# The checks


def _whole(finding: Any) -> str:
    return f"{finding.text}{_BETWEEN}{finding.basis}" if finding.basis else str(finding.text)


def _other_force(finding: Any, ground: Ground) -> Iterator[Hit]:
    for named in ground.register.found(_whole(finding), finding.force_id):
        if named.what != naming.PLACE:
            yield Hit(named.words[:200], named.sentence)


def _other_place(finding: Any, ground: Ground) -> Iterator[Hit]:
    for named in ground.register.found(_whole(finding), finding.force_id):
        if named.what == naming.PLACE:
            yield Hit(named.words[:200], named.sentence)


def _leftover(finding: Any, ground: Ground) -> Iterator[Hit]:
    for words in leftovers(_whole(finding)):
        yield Hit(words, "this looks like a note that was left for later")


def _question(finding: Any, ground: Ground) -> Iterator[Hit]:
    for comment in ground.questions.get(finding.pk, ()):
        yield Hit(f"comment {comment.number}", "a question to the author that nobody answered")


CHECKS = (
    Check(Kind.OTHER_FORCE, True, _other_force),
    Check(Kind.LEFTOVER, True, _leftover),
    Check(Kind.QUESTION, True, _question),
    Check(Kind.OTHER_PLACE, False, _other_place),
)
BLOCKING = frozenset(check.kind for check in CHECKS if check.blocking)


# Asking them


def ground(findings: QuerySet[Any] | Sequence[Any], register: naming.Register | None = None) -> Ground:
    """What `findings` are checked against: two queries, and one for the names unless `register` is known."""
    kept: dict[Key, list[Dismissal]] = defaultdict(list)
    made = Dismissal.objects.standing().filter(check_kind__in=[check.kind for check in CHECKS], finding__in=findings)
    for each in made.select_related("by").order_by("at"):
        kept[each.check_kind, each.finding_id, each.other_id, each.detail].append(each)
    return Ground(register or naming.register(), kept, questions(findings))


def questions(findings: QuerySet[Any] | Sequence[Any]) -> dict[UUID, list[Comment]]:
    """By finding, the open comments of others than its author that ask the author, or nobody by name, and that the
    author has not answered. One query."""
    author = F("finding__author")
    answered = Comment.objects.filter(parent=OuterRef("pk"), by=OuterRef("finding__author"))
    mentions = Comment.mentioned.through._default_manager.filter(comment=OuterRef("pk"))
    asked = Comment.objects.filter(finding__in=findings, parent=None, resolved_at=None).exclude(by=author)
    asked = asked.filter(Q(Exists(mentions.filter(user=OuterRef("finding__author")))) | ~Exists(mentions))
    found: dict[UUID, list[Comment]] = defaultdict(list)
    for comment in asked.filter(~Exists(answered)).order_by("number").only("finding", "number"):
        found[comment.finding_id].append(comment)
    return found


def problems(finding: Any, ground: Ground) -> list[Problem]:
    """Everything that the checks find in one finding, blocking problems first, kept ones included."""
    return [
        Problem(check, finding, hit.detail, hit.say, ground.kept_for(check.kind, finding, detail=hit.detail))
        for check in CHECKS
        for hit in check.look(finding, ground)
    ]


def blocking(findings: Sequence[Any], known: Ground | None = None) -> dict[UUID, list[Problem]]:
    """By finding, what blocks it: neither settled nor kept with a reason. Three queries, whatever their number."""
    if not findings:
        return {}
    known = known or ground(findings)
    found = {each.pk: [p for p in problems(each, known) if p.check.blocking and p.open] for each in findings}
    return {pk: held for pk, held in found.items() if held}


def sentences(finding: Finding, held: Iterable[Problem]) -> str:
    """What blocks a finding, for the screen: "PC-3: “Kent” (another force’s name: Kent Police); …"."""
    return f"{finding.reference}: " + "; ".join(f"“{each.detail}” ({each.say})" for each in held)


def refuse(finding: Finding, words: str) -> None:
    """Raise NotAllowed while something blocks the finding. `words`: what cannot be done, "mark as ready"."""
    held = blocking([finding]).get(finding.pk)
    if held:
        raise NotAllowed(
            f"You can’t {words} yet. {sentences(finding, held)}. Settle each in the words, or keep "
            "it with a reason under Checks."
        )


def kept_words(inspections: Iterable[UUID]) -> dict[tuple[UUID, UUID], set[str]]:
    """By inspection and force, the words that somebody kept with a reason in a finding as it now reads. One query."""
    made = Dismissal.objects.standing().filter(finding__inspection__in=set(inspections), check_kind__in=BLOCKING)
    found: dict[tuple[UUID, UUID], set[str]] = defaultdict(set)
    for each in made.select_related("finding"):
        if each.text_hash == words_hash(each.finding):
            found[each.finding.inspection_id, each.finding.force_id].add(each.detail)
    return found
