"""Where every force's letter of an inspection stands: one row a force, in the same few queries for any number."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from findings.models import Round, assigned
from forces.models import Force
from hmic_core.accounts import access
from hmic_core.models import User
from inspections.models import ForceInScope, Inspection, ReleaseChange
from letters import renditions
from letters.models import Copy, Letter, Rendition
from letters.rendering import variants_needed
from letters.signing import proofing
from letters.states import may_change


@dataclass
class Copies:
    """How many people hold a copy of a letter, accepted its embargo for the present instant, downloaded it."""

    issued: int = 0
    accepted: int = 0
    collected: int = 0


@dataclass
class Row:
    """One force. `pages` and `problems` are of the PDF that is needed now; `waiting` says that it is being prepared."""

    force: Force
    letter: Letter | None
    check_closed: bool
    renditions: list[Rendition] = field(default_factory=list)
    wanted: int = 0
    #: Why a PDF could not be made.
    failed: list[str] = field(default_factory=list)
    copies: Copies = field(default_factory=Copies)

    @property
    def has_left(self) -> bool:
        """Whether its letter is no longer part of its release: nothing is rendered or collected of it."""
        return bool(self.letter and getattr(self.letter, "has_left", False))

    @property
    def state(self) -> str:
        if self.has_left:
            return "dropped"
        return self.letter.state if self.letter else "none"

    @property
    def state_words(self) -> str:
        if self.has_left:
            return "Dropped or withdrawn"
        if self.letter:
            return str(self.letter.get_state_display())
        return "Ready to assemble" if self.check_closed else "Check not closed"

    @property
    def tone(self) -> str:
        if self.has_left:
            return "dropped"
        return self.letter.state if self.letter else ("ready" if self.check_closed else "none")

    @property
    def pages(self) -> int:
        return self.renditions[0].pages if self.renditions else 0

    @property
    def rendered(self) -> bool:
        return bool(self.wanted) and len(self.renditions) == self.wanted

    @property
    def problems(self) -> int:
        return sum(len(each.problems) for each in self.renditions)


def rows(inspection: Inspection, user: User) -> list[Row]:
    """A row for each force in scope that `user` is assigned to; for publication admins, all of them."""
    scope = ForceInScope.objects.filter(inspection=inspection).select_related("force").order_by("force__name")
    if not access.is_publication_admin(user):
        scope = scope.filter(assigned(user, theme=None))
    forces = [each.force for each in scope]
    letters = _letters(inspection, forces)
    open_, closed = _rounds(inspection)
    copies = _copies(letter for letter in letters.values() if not letter.has_left)  # type: ignore[attr-defined]
    made = [
        Row(
            force,
            letters.get(force.pk),
            check_closed=force.pk in closed and force.pk not in open_,
            copies=copies.get(force.pk, Copies()),
        )
        for force in forces
    ]
    _add_renditions(made)
    return made


def summary(all_rows: Iterable[Row]) -> Counter[str]:
    return Counter(row.state for row in all_rows)


def _letters(inspection: Inspection, forces: list[Force]) -> dict[Any, Letter]:
    current = Letter.objects.filter(inspection=inspection, force__in=forces).exclude(state=Letter.State.SUPERSEDED)
    letters = _with_moved(current).select_related("release", "force", "signatory__person")
    return {letter.force_id: letter for letter in letters}


def _rounds(inspection: Inspection) -> tuple[set[Any], set[Any]]:
    """Forces whose check is under way, and those that have one closed."""
    rounds = Round.objects.filter(inspection=inspection).exclude(state=Round.State.RECALLED)
    states = set(rounds.values_list("force_id", "state"))
    closed = {force for force, state in states if state == Round.State.CLOSED}
    return {force for force, state in states if state != Round.State.CLOSED}, closed


def _copies(letters: Iterable[Letter]) -> dict[Any, Copies]:
    """By force."""
    by_pk = {letter.pk: letter.force_id for letter in letters}
    present = Q(acknowledgements__embargo_until=F("letter__release__embargo_until"))
    copies = (
        Copy.objects.current()
        .filter(letter__in=by_pk)
        .annotate(
            accepted=Count("acknowledgements", filter=present, distinct=True), taken=Count("downloads", distinct=True)
        )
    )
    found: dict[Any, Copies] = {}
    for letter, accepted, taken in copies.values_list("letter_id", "accepted", "taken"):
        counts = found.setdefault(by_pk[letter], Copies())
        counts.issued += 1
        counts.accepted += bool(accepted)
        counts.collected += bool(taken)
    return found


def _with_moved(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Each letter with whether its release was moved, which decides a sentence in it."""
    changes = ReleaseChange.objects.filter(release=OuterRef("release"), old_instant__isnull=False)
    return letters.with_left().annotate(was_moved=Exists(changes))  # type: ignore[attr-defined,no-any-return]


def _moved(letters: Iterable[Letter]) -> set[Any]:
    return {letter.release_id for letter in letters if letter.was_moved}  # type: ignore[attr-defined]


def _add_renditions(all_rows: list[Row]) -> None:
    part = [(row, row.letter) for row in all_rows if row.letter and not row.has_left]
    wanted = [(row, letter, variant) for row, letter in part for variant in variants_needed(letter)]
    moved = _moved(row.letter for row in all_rows if row.letter)
    found, problems = renditions.standing(((letter, variant) for _, letter, variant in wanted), moved_releases=moved)
    for row, letter, variant in wanted:
        row.wanted += 1
        if (letter.pk, variant) in found:
            row.renditions.append(found[letter.pk, variant])
        elif (letter.pk, variant) in problems:
            row.failed.append(problems[letter.pk, variant])


def rendering(all_rows: Iterable[Row]) -> dict[str, int]:
    """How far the PDFs are, counted from what is stored: it survives leaving the page, and a restart of everything."""
    rows_ = [row for row in all_rows if row.wanted]
    wanted, ready = sum(row.wanted for row in rows_), sum(len(row.renditions) for row in rows_)
    failed = sum(len(row.failed) for row in rows_)
    return {"wanted": wanted, "ready": ready, "failed": failed, "preparing": wanted - ready - failed}


@dataclass
class Card:
    """One letter on the contact sheet."""

    row: Row
    letter: Letter
    checks: list[proofing.Row]

    @property
    def open(self) -> list[proofing.Row]:
        return [check for check in self.checks if check.open]

    @property
    def errors(self) -> int:
        return sum(check.state == proofing.ERROR for check in self.checks)


def sheet(inspection: Inspection, user: User) -> list[Card]:
    """The letters that `user` may see, with what the automatic checks found: the same few queries for any number."""
    current = Letter.objects.visible_to(user).filter(inspection=inspection).exclude(state=Letter.State.SUPERSEDED)
    beside = ("release", "force", "signatory__person")
    letters = list(_with_moved(current).select_related(*beside).order_by("force__name"))
    if not letters:
        return []
    made = {letter.pk: Row(letter.force, letter, check_closed=True) for letter in letters}
    _add_renditions(list(made.values()))
    register = proofing.register_for(letters, {pk: row.renditions for pk, row in made.items()}, _moved(letters))
    return [Card(made[letter.pk], letter, proofing.check(letter, register)) for letter in letters]


def present_rendition(letter: Letter) -> Rendition | None:
    """The PDF that the letter's state needs first."""
    for variant in variants_needed(letter):
        found = renditions.find(letter, variant)
        if found:
            return found
    return None


def waiting_to_be_signed(user: User) -> list[Letter]:
    """The signatory's letters that wait, in the order of inspections and forces."""
    unsigned = [Letter.State.ASSEMBLED, Letter.State.PROOFED]
    letters = Letter.objects.to_be_signed_by(user).filter(state__in=unsigned)
    letters = letters.select_related("release", "inspection", "force", "signatory__person")
    in_order = letters.order_by("inspection__title", "force__name")
    return [letter for letter in in_order if may_change(letter.release, letter.force)]
