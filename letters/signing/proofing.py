"""What a careful reader would notice in a letter, looked for by itself: in one letter, or in all 43 with the same few
queries. An error stops proof-reading and signing. A warning is corrected, or dismissed with a reason that holds for
exactly these words.
"""

import datetime as dt
import hashlib
import re
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Value

from findings import verdict
from forces import naming
from forces.models import Post, RegionMembership
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.text.leftovers import leftovers
from letters import permissions
from letters.document import filling, wording
from letters.document.wording import PLACEHOLDER_WORDS
from letters.models import Dismissal, Letter, Rendition
from letters.states import locked, record, scheduled
from letters.versions import document_of, moved, values_of

ERROR, WARNING, IN_ORDER = "error", "warning", "in_order"
#: Warnings that hold the letter up, as in its findings, until the words change or somebody keeps them with a reason.
BLOCKING = frozenset({"other-forces", "other-people", "placeholders"})
#: Fewer letters than this have no usual length.
ENOUGH_TO_COMPARE = 5


@dataclass(frozen=True)
class Row:
    """What one check found. `subject` is what a dismissal is about; `dismissed` the one that counts, if any."""

    code: str
    label: str
    state: str
    found: str
    subject: str = ""
    dismissed: Dismissal | None = None

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state != IN_ORDER and self.dismissed is None

    @property
    def blocks(self) -> bool:
        """Whether the letter is neither proof-read nor signed nor locked because of it."""
        return self.state == ERROR or (self.open and self.code in BLOCKING)


@dataclass
class Register:
    """What all letters are compared with, read once."""

    names: naming.Register = field(default_factory=naming.Register)
    #: By force and inspection, what its findings say with a reason: see `findings.verdict`.
    kept: dict[tuple[Any, Any], set[str]] = field(default_factory=dict)
    #: (force id, chief officer) by letter date.
    chiefs: dict[dt.date, list[tuple[Any, str]]] = field(default_factory=dict)
    #: By letter date, the region of each force, and the HM Inspector of each region, by its id.
    regions: dict[dt.date, dict[Any, Any]] = field(default_factory=dict)
    inspectors: dict[dt.date, dict[Any, set[str]]] = field(default_factory=dict)
    renditions: Mapping[Any, Sequence[Rendition]] = field(default_factory=dict)
    moved: set[Any] = field(default_factory=set)
    usual_pages: float = 0.0
    dismissals: dict[tuple[Any, str, str], Dismissal] = field(default_factory=dict)


def register_for(
    letters: Sequence[Letter], renditions: Mapping[Any, Sequence[Rendition]], moved_releases: set[Any] | None = None
) -> Register:
    """Read what these letters are compared with: as many queries for 43 letters as for one."""
    days = {letter.letter_date for letter in letters}
    posts, members = _posts_and_regions()
    pages = [found[0].pages for found in renditions.values() if found]
    dismissals = Dismissal.objects.filter(letter__in=letters).select_related("by")
    return Register(
        names=naming.register(),
        kept=verdict.kept_words(letter.inspection_id for letter in letters),
        chiefs={day: [(force, name) for force, _, name in _on(day, posts) if force] for day in days},
        regions={day: dict(_on(day, members)) for day in days},
        inspectors={day: _by_region((region, name) for _, region, name in _on(day, posts)) for day in days},
        renditions=renditions,
        moved=moved([letter.release for letter in letters]) if moved_releases is None else moved_releases,
        usual_pages=statistics.median(pages) if len(pages) >= ENOUGH_TO_COMPARE else 0.0,
        dismissals={(each.letter_id, each.code, each.subject): each for each in dismissals},
    )


def _on(day: dt.date, rows: Iterable[tuple[Any, ...]]) -> Iterable[Any]:
    """What of dated rows (first day, last day, …) holds on a day, without the days."""
    return [rest for first, last, *rest in rows if first <= day and (last is None or last >= day)]


def _posts_and_regions() -> tuple[list[Any], list[Any]]:
    """Holders of posts and members of regions, with their days: two tables in one query."""
    posts = Post.objects.values_list(Value("post"), "starts_on", "ends_on", "force_id", "region_id", "person__name")
    members = RegionMembership.objects.values_list(
        Value("member"), "starts_on", "ends_on", "force_id", "region_id", Value("")
    )
    found: dict[str, list[Any]] = {"post": [], "member": []}
    for what, *row in posts.order_by().union(members.order_by(), all=True):
        found[what].append(row)
    return found["post"], [row[:4] for row in found["member"]]


def _by_region(pairs: Iterable[tuple[Any, str]]) -> dict[Any, set[str]]:
    """The names of each region's HM Inspectors; who is a chief officer has no region."""
    found: dict[Any, set[str]] = {}
    for region, name in pairs:
        if region:
            found.setdefault(region, set()).add(name)
    return found


def check(letter: Letter, register: Register) -> list[Row]:
    """Every automatic check of one letter: errors first, then warnings, dismissed ones, and what is in order."""
    rows = [_judged(letter, register, code, label, look) for code, label, look in CHECKS]
    order = {ERROR: 0, WARNING: 1, IN_ORDER: 3}
    return sorted(rows, key=lambda row: 2 if row.dismissed else order[row.state])


def check_one(letter: Letter) -> list[Row]:
    """The same for one letter, with the other letters of its inspection for the usual length."""
    return check(letter, register_for([letter], renditions_beside(letter)))


def renditions_beside(letter: Letter) -> dict[Any, list[Rendition]]:
    """The newest PDFs of the letters of the inspection, by letter, this letter's own only of its present words."""
    from letters import renditions
    from letters.rendering import variants_needed

    others = Rendition.objects.filter(letter__inspection=letter.inspection_id, language="en").exclude(letter=letter)
    found: dict[Any, list[Rendition]] = {}
    for each in others.order_by("letter", "-rendered_at"):
        found.setdefault(each.letter_id, []).append(each)
    own = renditions.find_each((letter, variant) for variant in variants_needed(letter))
    return {**found, letter.pk: list(own.values())}


def _judged(letter: Letter, register: Register, code: str, label: str, look: "Look") -> Row:
    state, found = look(letter, register)
    if state == IN_ORDER:
        return Row(code, label, state, found)
    subject = subject_of(letter, code, found)
    dismissed = register.dismissals.get((letter.pk, code, subject)) if state == WARNING else None
    return Row(code, label, state, found, subject, dismissed)


def subject_of(letter: Letter, code: str, found: str) -> str:
    """What a dismissal holds for: these words of the letter, and this about them."""
    return hashlib.sha256("\0".join((letter.content_hash, code, found)).encode()).hexdigest()


def errors(letter: Letter) -> list[Row]:
    """What keeps the letter from being proof-read or signed."""
    return [row for row in check_one(letter) if row.blocks]


def refuse_errors(letter: Letter) -> None:
    """Raise NotAllowed with what has to be corrected before the letter is proof-read or signed."""
    if found := errors(letter):
        raise NotAllowed(f"{found[0].label}: {found[0].found}. Correct it first.")


@transaction.atomic
def dismiss(letter: Letter, *, code: str, subject: str, reason: str, by: User) -> Dismissal:
    """Somebody looked at a warning and says why it may stay. Of other words, or of an error, there is nothing to
    dismiss.
    """
    scheduled(letter.release, letter.force)
    letter = locked(letter)
    if not (permissions.can_proof(by, letter) or permissions.can_sign(by, letter)):
        raise NotAllowed("Warnings are dismissed by somebody who proof-reads or signs this letter.")
    rows = {row.code: row for row in check_one(letter) if row.state == WARNING}
    if code not in rows or rows[code].subject != subject:
        raise NotAllowed("The letter has changed since you looked at it. Look at the warning again.")
    made, is_new = Dismissal.objects.get_or_create(
        letter=letter, code=code, subject=subject, defaults={"reason": reason, "by": by, "at": clock.now()}
    )
    if is_new:
        record(Action.LETTER_CHECK_DISMISSED, letter, by, check=code)
    return made


# The checks: each says what it found, in words for the screen


def _words(letter: Letter) -> str:
    """What was written for this letter: the words in which a name may be a slip."""
    content = letter.content
    texts = [each["markdown"] for theme in content["themes"] for each in theme["findings"]]
    annex = [words for each in content.get("differences", []) for words in (*each["reason"], *each["force_says"])]
    return "\n".join(
        [*content["opening"], content["accuracy"], *content["context"], *texts, *content["closing"], *annex]
    )


def _mentioned(words: str, names: Iterable[str]) -> list[str]:
    """Which of these names stand in the words, as whole words; the longest of several that begin alike."""
    found = {name for name in names if name and name in words and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words)}
    return sorted(name for name in found if not any(name != other and name in other for other in found))


def _other_forces(letter: Letter, register: Register) -> tuple[str, str]:
    found = register.names.found(_words(letter), letter.force_id)
    names = [
        f"{each.words} ({each.force})" for each in found if each.what == naming.NAME and _new(letter, each, register)
    ]
    if names:
        return WARNING, f"The letter names {', '.join(names)}"
    return IN_ORDER, "No other force is named"


def _new(letter: Letter, named: naming.Named, register: Register) -> bool:
    """Whether nobody kept these words, with a reason, in a finding of this force."""
    return named.words not in register.kept.get((letter.inspection_id, letter.force_id), ())


def _other_people(letter: Letter, register: Register) -> tuple[str, str]:
    chiefs = register.chiefs[letter.letter_date]
    names = _mentioned(_words(letter), (name for force, name in chiefs if force != letter.force_id))
    if names:
        return WARNING, f"The letter names another force’s chief officer: {', '.join(names)}"
    return IN_ORDER, "No other force’s chief officer is named"


def _region(letter: Letter, register: Register) -> tuple[str, str]:
    region = register.regions[letter.letter_date].get(letter.force_id)
    known = register.inspectors[letter.letter_date].get(region, set())
    name = letter.content["signatory"]["name"]
    if known and name not in known:
        return WARNING, f"{name} is not the HM Inspector of the force’s region, {' or '.join(sorted(known))} is"
    return (
        IN_ORDER,
        f"{name} signs for the force’s region" if known else "No HM Inspector is recorded for the force’s region",
    )


def _in_post(letter: Letter, register: Register) -> tuple[str, str]:
    name = letter.content["addressee"]["name"]
    if (letter.force_id, name) in register.chiefs[letter.letter_date]:
        return IN_ORDER, f"{name} holds the post on the letter’s date"
    return ERROR, f"{name} does not hold the post on the letter’s date. Assemble the letter again"


def _salutation(letter: Letter, register: Register) -> tuple[str, str]:
    addressee = letter.content["addressee"]
    greeted = addressee["salutation"].removeprefix("Dear ").strip(" ,")
    formal = " ".join(filter(None, [addressee["title"], addressee["name"]]))
    surname = f"{addressee['title']} {addressee['name'].split()[-1]}".strip() if addressee["name"] else ""
    known = {*addressee["name"].split(), addressee["name"], formal, surname, addressee["post"]}
    if greeted in known:
        return IN_ORDER, f"“{addressee['salutation']}” is {addressee['name']}"
    return WARNING, f"“{addressee['salutation']}” does not look like {formal}"


def _date(letter: Letter, register: Register) -> tuple[str, str]:
    instant = letter.release.embargo_until
    if instant is None:
        return ERROR, "The release has no date and time"
    publication = instant.astimezone(clock.LONDON).date()
    days = (publication - letter.letter_date).days
    if days < 0:
        return ERROR, f"The letter is dated {wording.date_words(letter.letter_date)}, after its publication"
    if days > 60:
        return WARNING, f"The letter is dated {days} days before its publication"
    return IN_ORDER, f"{wording.date_words(letter.letter_date)}, and published {wording.day_words(publication)}"


def _length(letter: Letter, register: Register) -> tuple[str, str]:
    found = register.renditions.get(letter.pk) or ()
    usual = register.usual_pages
    if not found or not usual:
        return IN_ORDER, f"{found[0].pages} pages" if found else "Not rendered yet"
    pages = found[0].pages
    if abs(pages - usual) >= 3 and (pages > 2 * usual or pages < usual / 2):
        return WARNING, f"{pages} pages, where letters of this inspection usually have {usual:g}"
    return IN_ORDER, f"{pages} pages, as usual"


def _placeholders(letter: Letter, register: Register) -> tuple[str, str]:
    values = values_of(letter, moved_releases=register.moved)
    gaps = filling.missing(document_of(letter), values)
    if gaps:
        return ERROR, f"Missing: {'; '.join(gaps)}"
    kept = register.kept.get((letter.inspection_id, letter.force_id), ())
    unfinished = [
        words
        for words in leftovers(_words(letter))
        if words.strip("{} ") not in PLACEHOLDER_WORDS and words not in kept
    ]
    if unfinished:
        return WARNING, f"Looks unfinished: {', '.join(unfinished)}"
    return IN_ORDER, "Nothing is left to fill in"


def _valid(letter: Letter, register: Register) -> tuple[str, str]:
    found = register.renditions.get(letter.pk) or ()
    problems = [problem for each in found for problem in each.problems]
    if problems:
        return ERROR, f"{len(problems)} problems in the PDF, first: {problems[0]}"
    return IN_ORDER, "PDF/UA-1 and PDF/A-2a" if found else "Not rendered yet"


Look = Callable[[Letter, Register], tuple[str, str]]
CHECKS: tuple[tuple[str, str, Look], ...] = (
    ("other-forces", "Other forces", _other_forces),
    ("other-people", "Other people", _other_people),
    ("region", "HM Inspector", _region),
    ("in-post", "Addressee", _in_post),
    ("salutation", "Salutation", _salutation),
    ("date", "Date", _date),
    ("length", "Length", _length),
    ("placeholders", "Complete", _placeholders),
    ("valid", "PDF", _valid),
)
