"""The states of a letter, and what every verb does first and last: lock, move by the table, write down.

Verbs lock the release, then the letter, always in this order. A refusal is `NotAllowed` with the screen's sentence.
"""

from typing import Any

from forces.models import Force
from hmic_core import audit, confirming
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Release, ReleaseItem, Reopening
from letters.models import Letter

State = Letter.State
#: verb -> (states it may start from, state it leads to). docs/workflow.md is checked against it.
TRANSITIONS: dict[str, tuple[frozenset[Letter.State], Letter.State]] = {
    "assemble": (frozenset({State.ASSEMBLED, State.PROOFED, State.SIGNED}), State.ASSEMBLED),
    "proof": (frozenset({State.ASSEMBLED}), State.PROOFED),
    "sign": (frozenset({State.ASSEMBLED, State.PROOFED}), State.SIGNED),
    "void": (frozenset({State.PROOFED, State.SIGNED}), State.ASSEMBLED),
    "issue": (frozenset({State.SIGNED, State.ISSUED}), State.ISSUED),
    "supersede": (frozenset({State.ISSUED}), State.SUPERSEDED),
}
#: Releases whose letters may not change: what was approved is what is read.
LOCKED = (Release.State.SEALED, Release.State.APPROVED, Release.State.HELD)
#: Releases whose present text and report a second person has approved.
APPROVED = (Release.State.APPROVED, Release.State.HELD, Release.State.RELEASED)


def is_reopened(release: Release, force: Force) -> bool:
    """Whether a publication admin opened this force's letter again, and nothing made of it waits to be confirmed."""
    opened = Reopening.objects.filter(
        item__release=release, item__force=force, item__state=ReleaseItem.State.ACTIVE
    ).exclude(item__superseded_by__state=ReleaseItem.State.PROPOSED)
    return release.state in (*LOCKED, Release.State.RELEASED) and opened.exists()


def may_change(release: Release, force: Force) -> bool:
    """Whether the letter to `force` can be assembled and signed now, for pages: the verbs ask again, by `scheduled`."""
    return release.state == Release.State.SCHEDULED or is_reopened(release, force)


def scheduled(release: Release, force: Force | None = None) -> Release:
    """The release, locked. Letters are assembled and signed while it is scheduled: they quote its instant.

    Later only the letter to `force`, and only if it was opened again.
    """
    found: Release = Release.objects.select_for_update().get(pk=release.pk)
    if found.embargo_until is None or found.state == Release.State.DRAFT:
        raise NotAllowed("The release has no date and time yet. Schedule it first: the letter quotes them.")
    if not (may_change(found, force) if force else found.state == Release.State.SCHEDULED):
        raise NotAllowed(f"The release is {found.get_state_display().lower()}, so its letters cannot change any more.")
    return found


def locked(letter: Letter) -> Letter:
    rows = Letter.objects.select_for_update(of=("self",)).select_related(
        "release", "inspection", "force", "signatory__person__user"
    )
    found: Letter = rows.get(pk=letter.pk)
    return found


@confirming.shows("proof")
def letter_shown(letter: Letter) -> confirming.Facts:
    """The words of the letter, as whoever proof-reads it has read them."""
    return {"The letter": confirming.digest(letter.shown_hash)}


def move(letter: Letter, verb: str) -> None:
    """Change the state by the table, or refuse with the state's words."""
    before, after = TRANSITIONS[verb]
    confirming.compare(verb, letter)
    if letter.state not in before:
        raise NotAllowed(
            f"The letter is {letter.get_state_display().lower()}: reload the page to see what can be done."
        )
    letter.state = after
    letter.version += 1


def record(action: Action, letter: Letter, by: User | None, **facts: Any) -> Any:
    return audit.record(action, by, letter, force=letter.force.slug, hash=letter.content_hash, **facts)
