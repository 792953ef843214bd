"""The readiness checks of a release, in the registry of `inspections.readiness`. Errors stop locking and approval, a
warning is read and signed for. Each check asks the database as often for 43 letters as for one.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.urls import reverse

from findings import verdict
from findings.models import Finding, Round, Waiver
from findings.unseen import unseen_of
from forces.models import Force, Post
from hmic_core import clock, heartbeats
from inspections import readiness
from inspections.models import LegalHold, Release, ReleaseChange
from inspections.readiness import Outcome, Result
from letters import renditions
from letters.copies import recipients
from letters.document.parts import Variant
from letters.models import Copy, Exclusion, Letter, Rendition, WelshForce

SIGNED = (Letter.State.SIGNED, Letter.State.ISSUED)
TRIGGERS = {"trigger-celery": "the scheduler", "trigger-loop": "the second trigger"}
ERROR, WARNING, IN_ORDER = Outcome.ERROR, Outcome.WARNING, Outcome.IN_ORDER
#: Read with a letter: what every check, and freezing, looks at.
LETTER_PARTS = ("release", "inspection", "force", "signatory__person")
#: The checks that one letter must pass to take another's place.
OF_ONE_LETTER = (
    "legal-hold",
    "letters-signed",
    "addressees-in-post",
    "wording-confirmed",
    "points-decided",
    "seen-by-force",
    "pdfs-valid",
    "proof-read",
    "findings-settled",
)
_SEVERITY = (ERROR, WARNING, IN_ORDER)


def run(release: Release) -> list[tuple[readiness.Check, Result]]:
    """Every check with its result: errors first, then warnings, then what is in order."""
    with _read_once(release):
        return sorted(readiness.run(release), key=lambda pair: _SEVERITY.index(pair[1].state))


def errors(release: Release) -> list[tuple[readiness.Check, Result]]:
    """Only what stops locking and approval."""
    with _read_once(release):
        return readiness.errors(release)


def errors_of_letter(release: Release, letter: Letter) -> list[tuple[readiness.Check, Result]]:
    """What stops one letter from taking its place in a release that is locked or public."""
    with _read_once(release, [letter]):
        checks = [check for check in readiness.registered() if check.name in OF_ONE_LETTER]
        found = [(check, check.function(release)) for check in checks]
    return [(check, result) for check, result in found if result.state == ERROR]


@contextmanager
def _read_once(release: Release, letters: list[Letter] | None = None) -> Iterator[None]:
    """Most checks look at the same rows: while they run, letters and forces are asked for once."""
    release.letters_read = letters_of(release) if letters is None else letters  # type: ignore[attr-defined]
    release.forces_read = list(_forces(release))  # type: ignore[attr-defined]
    release.renditions_read = _renditions(_both_pdfs(release.letters_read))  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del release.letters_read, release.forces_read, release.renditions_read  # type: ignore[attr-defined]


def _forces(release: Release) -> "QuerySet[Force]":
    """The inspection's forces with what the checks ask of each, in one query."""
    inspection = release.inspection_id
    rounds = Round.objects.filter(inspection=inspection, force=OuterRef("pk"))
    sent = rounds.exclude(state=Round.State.RECALLED)
    contacts = recipients.reachable(release).filter(force=OuterRef("pk"))
    holds = LegalHold.objects.in_force().filter(inspection=inspection)
    return (
        Force.objects.filter(scope__inspection=inspection)
        .annotate(
            round_states=ArraySubquery(sent.values("state")),
            waived=Exists(Waiver.objects.filter(finding__inspection=inspection, finding__force=OuterRef("pk"))),
            reachable=Exists(contacts),
            on_hold=Exists(holds.filter(Q(force=None) | Q(force=OuterRef("pk")))),
            has_exclusions=Exists(
                Exclusion.objects.filter(inspection=inspection, force=OuterRef("pk"), lifted_at=None)
            ),
            in_welsh=Exists(WelshForce.objects.filter(force=OuterRef("pk"))),
        )
        .order_by("name")
    )


def forces_of(release: Release) -> list[Any]:
    if (read := release.__dict__.get("forces_read")) is not None:
        return list(read)
    return list(_forces(release))


def letters_of(release: Release) -> list[Letter]:
    """The letters of a release, by force, each with what the checks ask of it."""
    if (read := release.__dict__.get("letters_read")) is not None:
        return list(read)
    lasted = Q(ends_on=None) | Q(ends_on__gte=OuterRef("letter_date"))
    chiefs = Post.objects.filter(
        lasted,
        kind=Post.Kind.CHIEF_OFFICER,
        force=OuterRef("force"),
        starts_on__lte=OuterRef("letter_date"),
        person__name=OuterRef("named"),
    )
    moved = ReleaseChange.objects.filter(release=OuterRef("release"), old_instant__isnull=False)
    copies = Copy.objects.current().filter(letter=OuterRef("pk")).order_by().values("letter")
    this_instant = copies.filter(acknowledgements__embargo_until=OuterRef("release__embargo_until"))
    return list(
        Letter.objects.in_release(release)
        .select_related(*LETTER_PARTS)
        .annotate(
            was_moved=Exists(moved),
            named=KT("content__addressee__name"),
            in_post=Exists(chiefs),
            issued=Coalesce(Subquery(copies.annotate(n=Count("pk")).values("n")), 0),
            accepted=Coalesce(Subquery(this_instant.annotate(n=Count("pk", distinct=True)).values("n")), 0),
        )
        .order_by("force__name")
    )


def names(things: list[str], most: int = 4) -> str:
    """ "Kent, Gwent and Essex"; "Kent, Gwent, Essex, Surrey and 12 more"."""
    shown = things if len(things) <= most else [*things[:most], f"{len(things) - most} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


# Letters


def letters_present(release: Release) -> Result:
    """Every force in scope has a letter; a release without any has nothing to publish."""
    have = {letter.force_id for letter in letters_of(release)}
    scope = [] if release.follows_id else forces_of(release)
    without = [force.name for force in scope if force.pk not in have]
    count = f"{len(have)} of {len(scope) or len(have)}"
    if not have:
        return _letters(release, ERROR, "No letter has been assembled for this release", count)
    if without:
        return _letters(release, WARNING, f"No letter in this release: {names(without)}", count)
    if release.follows_id:
        return _letters(release, IN_ORDER, "It follows a release that its letter was dropped from", count)
    return _letters(release, IN_ORDER, "Every force of the inspection has one", count)


def letters_signed(release: Release) -> Result:
    def unsigned(letter: Letter) -> bool:
        return letter.state not in SIGNED or letter.signed_hash != letter.content_hash

    return _each_letter(release, unsigned, "Not signed", "Nothing changed since signing")


def wording_confirmed(release: Release) -> Result:
    """After a move, each signatory has confirmed the sentence with the new instant."""

    def waiting(letter: Letter) -> bool:
        return letter.state in SIGNED and letter.confirmed_instant != release.embargo_until

    return _each_letter(release, waiting, "The signatory has not confirmed the new time", "They quote this instant")


def pdfs_valid(release: Release) -> Result:
    """Each letter has both PDFs, made of its present text for this instant, without a validator's complaint."""
    letters = letters_of(release)
    wanted = _both_pdfs(letters)
    found = release.__dict__.get("renditions_read")
    if found is None:
        found = _renditions(wanted)

    def lacking(letter: Letter) -> bool:
        return any((letter.pk, variant) not in found for each, variant in wanted if each is letter)

    def broken(letter: Letter) -> bool:
        return any(found[letter.pk, variant].problems for each, variant in wanted if each is letter)

    if any(lacking(letter) for letter in letters):
        return _each_letter(release, lacking, "Not rendered for this time yet", "")
    return _each_letter(release, broken, "The validator found problems", "PDF/UA-1, PDF/A-2a, this time")


def _both_pdfs(letters: list[Letter]) -> list[tuple[Letter, Variant]]:
    return [(letter, variant) for letter in letters for variant in (Variant.EMBARGOED, Variant.FINAL)]


def _renditions(wanted: list[tuple[Letter, Variant]]) -> dict[tuple[uuid.UUID, Variant], Rendition]:
    """The stored PDFs in one query, for letters that say themselves whether their release was moved."""
    if any(not hasattr(letter, "was_moved") for letter, _ in wanted):
        return renditions.find_each(wanted)
    moved = {letter.release_id for letter, _ in wanted if letter.was_moved}  # type: ignore[attr-defined]
    keys = {
        renditions.key_of(letter, variant, moved_releases=moved): (letter.pk, variant) for letter, variant in wanted
    }
    return {keys[each.key]: each for each in Rendition.objects.filter(key__in=keys)}


def final_renditions(letters: list[Letter]) -> dict[uuid.UUID, Rendition]:
    """By letter, the PDF that becomes public. Complete once `pdfs_valid` is in order."""
    return renditions.find_all(letters, Variant.FINAL)


def frozen_as_signed(release: Release) -> Result:
    """What is locked says what was signed: a letter that was opened again has been replaced, or says the same."""
    items = release.__dict__.get("items_read")  # by the release's page, which shows them too
    if items is None:
        items = release.items.annotate(signed=KT("content__signed_hash"))
    frozen = {item.force_id: item.signed for item in items if (item.kind, item.state) == ("letter", "active")}

    def differs(letter: Letter) -> bool:
        return letter.force_id in frozen and frozen[letter.force_id] != (letter.public_hash or letter.signed_hash)

    return _each_letter(
        release,
        differs,
        "Opened again and not replaced yet",
        "What is locked is what was signed" if frozen else "Nothing is locked yet",
    )


def report_uploaded(release: Release) -> Result:
    if release.follows_id:
        return _result(IN_ORDER, "With the release that this one follows", "")
    report = getattr(release, "report", None)
    if report is None:
        url = reverse("letters:report-upload", args=[release.pk])
        return _result(ERROR, "Not uploaded yet", "0 of 1", url, "Report")
    return _result(IN_ORDER, report.title, "1 of 1", reverse("letters:report-show", args=[release.pk]), "Report")


def no_legal_hold(release: Release) -> Result:
    """A legal hold stops locking, approving and issuing until it is lifted."""
    mine = {letter.force_id for letter in letters_of(release)}
    held = [force.name for force in forces_of(release) if force.on_hold and force.pk in mine]
    if held:
        url = reverse("publication:legal-hold-list")
        return _result(ERROR, f"A legal hold is in force: {names(held)}", "", url, "Legal holds")
    return _result(IN_ORDER, "None over these letters", "")


# The factual accuracy check


def checks_closed(release: Release) -> Result:
    """Every point is decided: each force's factual accuracy check is closed."""
    states = {force.pk: set(force.round_states) for force in forces_of(release)}

    def not_closed(letter: Letter) -> bool:
        return states.get(letter.force_id) != {Round.State.CLOSED}

    return _each_letter(
        release, not_closed, "The factual accuracy check is not closed", "Every factual accuracy check is closed"
    )


def seen_by_force(release: Release) -> Result:
    """No words that the force does not know, unless that was waived with a reason (domain.md, rule 9)."""
    new, kept = forces_with_unseen_words(release), len(_forces_with_waiver(release))

    def unseen(letter: Letter) -> bool:
        return letter.force_id in new

    return _each_letter(
        release,
        unseen,
        "Words the force has not seen, and no waiver",
        f"{kept} waived, with a reason" if kept else "Nothing is new to a force",
    )


def forces_with_unseen_words(release: Release) -> set[uuid.UUID]:
    """The forces with words that they have not seen and that nobody waived, by `findings.unseen`."""
    return set(unseen_of(release.inspection_id, [letter.force_id for letter in letters_of(release)]))


def _forces_with_waiver(release: Release) -> set[uuid.UUID]:
    return {force.pk for force in forces_of(release) if force.waived}


def findings_settled(release: Release) -> Result:
    """Nothing blocks a finding of these letters: no other force's name, no note left for later, no open question."""
    letters = letters_of(release)
    forces = [letter.force_id for letter in letters]
    findings = Finding.objects.present().filter(inspection=release.inspection_id, force__in=forces)
    found = list(findings.only("force", "kind", "text", "basis"))
    blocked = verdict.blocking(found)
    held = {each.force_id for each in found if each.pk in blocked}

    def unsettled(letter: Letter) -> bool:
        return letter.force_id in held

    bad = "A finding names another force, holds a note for later, or has an open question"
    return _each_letter(release, unsettled, bad, "Every finding is settled, or kept with a reason")


# Recipients


def recipients_present(release: Release) -> Result:
    """Every force has somebody, verified and with an account, who can be given its embargoed copy."""
    reachable = {force.pk for force in forces_of(release) if force.reachable}

    def nobody(letter: Letter) -> bool:
        return letter.force_id not in reachable

    return _each_letter(release, nobody, "Nobody to give a copy to", "Every force has a verified recipient")


def embargo_accepted(release: Release) -> Result:
    """Who has accepted the embargo for this instant; those who have not are to be rung."""
    copies = [letter for letter in letters_of(release) if letter.issued]  # type: ignore[attr-defined]
    if not copies:
        return _result(IN_ORDER, "Copies go out with the approval", "None yet")
    waiting = [letter.force.name for letter in copies if letter.accepted < letter.issued]  # type: ignore[attr-defined]
    accepted, issued = (sum(getattr(letter, name) for letter in copies) for name in ("accepted", "issued"))
    count = f"{accepted} of {issued}"
    if waiting:
        return _letters(release, WARNING, f"Not yet for this time: {names(waiting)}", count)
    return _letters(release, IN_ORDER, "By every recipient, for this time", count)


# Machines


def triggers_alive(release: Release) -> Result:
    """Both triggers beat. A dead one is a warning: what readers see does not depend on them."""
    ages = {name: age for name, age in heartbeats.ages().items() if name in TRIGGERS}
    silent = [name for name, age in ages.items() if age is None or age > heartbeats.EXPECTED[name]]
    count = f"{len(ages) - len(silent)} of {len(ages)}"
    if silent:
        who = names([TRIGGERS[name] for name in silent])
        return _result(WARNING, f"Not heard from {who}. Publication does not wait for it, the record does", count)
    heard = " and ".join(f"{age:.1f} s" for age in ages.values() if age is not None)
    return _result(IN_ORDER, f"Last heard {heard} ago", count)


def clocks_agree(release: Release) -> Result:
    """This machine's clock against the database's. Only the database's counts; a wrong one misleads people."""
    read = release.__dict__.get("clock_read")  # the database's clock and this machine's, as the page read them
    theirs, ours = read or (clock.now(), time.time())
    apart = abs(ours - theirs.timestamp())
    good = apart <= 2
    return _result(IN_ORDER if good else WARNING, f"{apart:.2f} s apart, 2 s allowed", "1 of 1" if good else "0 of 1")


CHECKS = (
    readiness.Check("letters-present", "Letters", letters_present, 10),
    readiness.Check("letters-signed", "Letters signed", letters_signed, 20),
    readiness.Check("wording-confirmed", "Wording confirmed", wording_confirmed, 21),
    readiness.Check("points-decided", "Points decided", checks_closed, 30),
    readiness.Check("seen-by-force", "Seen by the force", seen_by_force, 31),
    readiness.Check("findings-settled", "Findings", findings_settled, 29),
    readiness.Check("pdfs-valid", "PDFs valid", pdfs_valid, 40),
    readiness.Check("national-report", "National report", report_uploaded, 41),
    readiness.Check("frozen-as-signed", "Locked as signed", frozen_as_signed, 42),
    readiness.Check("legal-hold", "Legal hold", no_legal_hold, 5),
    readiness.Check("recipients", "Recipients", recipients_present, 50),
    readiness.Check("embargo-accepted", "Embargo accepted", embargo_accepted, 51),
    readiness.Check("triggers", "Triggers alive", triggers_alive, 60),
    readiness.Check("clocks", "Clocks agree", clocks_agree, 61),
)


def _result(state: Outcome, found: str, count: str, url: str = "", next_step: str = "") -> Result:
    return Result(state, found, count, url, next_step)


def _letters(release: Release, state: Outcome, found: str, count: str) -> Result:
    """A result that is corrected, or looked at, in the release's table of letters."""
    return _result(state, found, count, reverse("publication:release-letters", args=[release.pk]), "Letters")


def _each_letter(release: Release, is_bad: Callable[[Letter], bool], bad: str, good: str) -> Result:
    """An error that names the forces of the letters that are bad, or all in order."""
    letters = letters_of(release)
    wrong = [letter for letter in letters if is_bad(letter)]
    count = f"{len(letters) - len(wrong)} of {len(letters)}"
    if wrong:
        return _letters(release, ERROR, f"{bad}: {names([letter.force.name for letter in wrong])}", count)
    return _result(IN_ORDER, good if letters else "Nothing to look at yet", count)
