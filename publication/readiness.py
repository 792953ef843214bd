"""The readiness checks of a release, in the registry of `inspections.readiness`. Errors stop locking and approval, a
warning is read and signed for. Each check asks the database as often for 43 letters as for one.
"""

import datetime as dt
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db.models import Count, Q
from django.urls import reverse

from findings.models import Round, Waiver
from findings.unseen import unseen_of
from forces.models import Contact, Force
from hmic_core import clock, heartbeats
from inspections import readiness
from inspections.models import Release
from inspections.readiness import Outcome, Result
from letters import store
from letters.document import Variant
from letters.models import Copy, Letter, NationalReport, Rendition
from publication import notices

SIGNED = (Letter.State.SIGNED, Letter.State.ISSUED)
RECIPIENTS = (Contact.Capacity.LIAISON_OFFICER, Contact.Capacity.CHIEF_OFFICER)
TRIGGERS = {"trigger-celery": "the scheduler", "trigger-loop": "the second trigger"}
ERROR, WARNING, IN_ORDER = Outcome.ERROR, Outcome.WARNING, Outcome.IN_ORDER
_SEVERITY = (ERROR, WARNING, IN_ORDER)


def run(release: Release) -> list[tuple[readiness.Check, Result]]:
    """Every check with its result: errors first, then warnings, then what is in order."""
    with _letters_read_once(release):
        return sorted(readiness.run(release), key=lambda pair: _SEVERITY.index(pair[1].state))


def errors(release: Release) -> list[tuple[readiness.Check, Result]]:
    """Only what stops locking and approval."""
    with _letters_read_once(release):
        return readiness.errors(release)


@contextmanager
def _letters_read_once(release: Release) -> Iterator[None]:
    """Most checks look at the same letters: while they run, `letters_of` asks for them once."""
    release.letters_read = letters_of(release)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del release.letters_read  # type: ignore[attr-defined]


def check_times(release: Release) -> list[dt.datetime]:
    """When somebody should look again: an hour and five minutes before the instant."""
    if release.embargo_until is None:
        return []
    return [release.embargo_until - dt.timedelta(hours=1), release.embargo_until - dt.timedelta(minutes=5)]


def letters_of(release: Release) -> list[Letter]:
    """The letters of a release that count, by force: not those that were dropped from it or withdrawn."""
    if (read := release.__dict__.get("letters_read")) is not None:
        return list(read)
    letters = Letter.objects.filter(release=release).exclude(state=Letter.State.SUPERSEDED)
    letters = letters.exclude(pk__in=notices.letters_gone(release))
    return list(letters.select_related("release", "inspection", "force", "signatory__person").order_by("force__name"))


def names(things: list[str], most: int = 4) -> str:
    """ "Kent, Gwent and Essex"; "Kent, Gwent, Essex, Surrey and 12 more"."""
    shown = things if len(things) <= most else [*things[:most], f"{len(things) - most} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


# Letters


def letters_present(release: Release) -> Result:
    """Every force in scope has a letter; a release without any has nothing to publish."""
    scope = list(Force.objects.filter(scope__inspection=release.inspection_id).order_by("name"))
    have = {letter.force_id for letter in letters_of(release)}
    without = [force.name for force in scope if force.pk not in have]
    count = f"{len(have)} of {len(scope)}"
    if not have:
        return _letters(release, ERROR, "No letter has been assembled for this release", count)
    if without:
        return _letters(release, WARNING, f"No letter in this release: {names(without)}", count)
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
    ready = [store.find_all(letters, variant) for variant in (Variant.EMBARGOED, Variant.FINAL)]

    def lacking(letter: Letter) -> bool:
        return any(letter.pk not in found for found in ready)

    def broken(letter: Letter) -> bool:
        return any(found[letter.pk].problems for found in ready)

    if any(lacking(letter) for letter in letters):
        return _each_letter(release, lacking, "Not rendered for this time yet", "")
    return _each_letter(release, broken, "The validator found problems", "PDF/UA-1, PDF/A-2a, this time")


def final_renditions(letters: list[Letter]) -> dict[uuid.UUID, Rendition]:
    """By letter, the PDF that becomes public. Complete once `pdfs_valid` is in order."""
    return store.find_all(letters, Variant.FINAL)


def report_uploaded(release: Release) -> Result:
    report = NationalReport.objects.filter(release=release).first()
    if report is None:
        url = reverse("letters:report-upload", args=[release.pk])
        return _result(ERROR, "Not uploaded yet", "0 of 1", url, "Report")
    return _result(IN_ORDER, report.title, "1 of 1", reverse("letters:report-show", args=[release.pk]), "Report")


# The factual accuracy check


def checks_closed(release: Release) -> Result:
    """Every point is decided: each force's factual accuracy check is closed."""
    rounds = Round.objects.filter(inspection=release.inspection_id).exclude(state=Round.State.RECALLED)
    states: dict[uuid.UUID, set[str]] = {}
    for force, state in rounds.values_list("force", "state"):
        states.setdefault(force, set()).add(state)

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
    """The forces with words that they have not seen and that nobody waived, by the rule of `findings.unseen`."""
    return set(unseen_of(release.inspection_id, [letter.force_id for letter in letters_of(release)]))


def _forces_with_waiver(release: Release) -> set[uuid.UUID]:
    forces = [letter.force_id for letter in letters_of(release)]
    waived = Waiver.objects.filter(finding__inspection=release.inspection_id, finding__force__in=forces)
    return set(waived.values_list("finding__force", flat=True))


# Recipients


def recipients_present(release: Release) -> Result:
    """Every force has somebody, verified and with an account, who can be given its embargoed copy."""
    contacts = Contact.objects.on(clock.today()).filter(capacity__in=RECIPIENTS, verified_at__isnull=False)
    reachable = set(contacts.filter(user__is_active=True).values_list("force", flat=True))

    def nobody(letter: Letter) -> bool:
        return letter.force_id not in reachable

    return _each_letter(release, nobody, "Nobody to give a copy to", "Every force has a verified recipient")


def embargo_accepted(release: Release) -> Result:
    """Who has accepted the embargo for this instant; those who have not are to be rung."""
    this_instant = Q(acknowledgements__embargo_until=release.embargo_until)
    copies = list(
        Copy.objects.filter(letter__in=letters_of(release))
        .annotate(accepted=Count("acknowledgements", filter=this_instant))
        .select_related("letter__force")
    )
    if not copies:
        return _result(IN_ORDER, "Copies go out with the approval", "None yet")
    waiting = sorted({copy.letter.force.name for copy in copies if not copy.accepted})
    count = f"{sum(bool(copy.accepted) for copy in copies)} of {len(copies)}"
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
    apart = abs(time.time() - clock.now().timestamp())
    good = apart <= 2
    return _result(IN_ORDER if good else WARNING, f"{apart:.2f} s apart, 2 s allowed", "1 of 1" if good else "0 of 1")


CHECKS = (
    readiness.Check("letters-present", "Letters", letters_present, 10),
    readiness.Check("letters-signed", "Letters signed", letters_signed, 20),
    readiness.Check("wording-confirmed", "Wording confirmed", wording_confirmed, 21),
    readiness.Check("points-decided", "Points decided", checks_closed, 30),
    readiness.Check("seen-by-force", "Seen by the force", seen_by_force, 31),
    readiness.Check("pdfs-valid", "PDFs valid", pdfs_valid, 40),
    readiness.Check("national-report", "National report", report_uploaded, 41),
    readiness.Check("recipients", "Recipients", recipients_present, 50),
    readiness.Check("embargo-accepted", "Embargo accepted", embargo_accepted, 51),
    readiness.Check("triggers", "Triggers alive", triggers_alive, 60),
    readiness.Check("clocks", "Clocks agree", clocks_agree, 61),
)


def _result(state: Outcome, found: str, count: str, url: str = "", next_step: str = "") -> Result:
    return Result(state, found, count, url, next_step)


def _letters(release: Release, state: Outcome, found: str, count: str) -> Result:
    """A result that is put right, or looked at, in the release's table of letters."""
    return _result(state, found, count, reverse("publication:release-letters", args=[release.pk]), "Letters")


def _each_letter(release: Release, is_bad: Callable[[Letter], bool], bad: str, good: str) -> Result:
    """An error that names the forces of the letters that are bad, or all in order."""
    letters = letters_of(release)
    wrong = [letter for letter in letters if is_bad(letter)]
    count = f"{len(letters) - len(wrong)} of {len(letters)}"
    if wrong:
        return _letters(release, ERROR, f"{bad}: {names([letter.force.name for letter in wrong])}", count)
    return _result(IN_ORDER, good if letters else "Nothing to look at yet", count)
