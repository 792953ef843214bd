"""What is in order about one letter, and what is not, in the rows of `components/checks.html`."""

from collections.abc import Sequence
from typing import Any

from findings.unseen import NewWords
from forces.models import Contact
from hmic_core import clock
from letters.models import Letter, NationalReport
from letters.signing.integrity import differs_from_findings
from letters.signing.proofing import Row, check_one


def checks_of(letter: Letter, new: Sequence[NewWords]) -> list[dict[str, Any]]:
    """Errors first. An error keeps the letter from being signed or its release from being locked."""
    rows = [_agrees(letter), _seen(new), _report(letter), _copied(letter), *map(_automatic, check_one(letter))]
    order = {"error": 0, "warning": 1, "dismissed": 2, "in_order": 3}
    return sorted(rows, key=lambda row: order[row["state"]])


def _automatic(row: Row) -> dict[str, Any]:
    """A row of `letters.signing.proofing`, which may be dismissed where it is a warning."""
    state = "dismissed" if row.dismissed else row.state
    return {
        "label": row.label,
        "found": row.found,
        "state": state,
        "count": "",
        "code": row.code,
        "subject": row.subject,
        "dismissed": row.dismissed,
    }


def _row(label: str, ok: bool, good: str, bad: str, *, state: str = "error", count: object = "") -> dict[str, Any]:
    return {"label": label, "found": good if ok else bad, "state": "in_order" if ok else state, "count": count}


def _agrees(letter: Letter) -> dict[str, Any]:
    final = letter.state in (Letter.State.SIGNED, Letter.State.ISSUED)
    same = final or not differs_from_findings(letter)
    return _row(
        "Text",
        same,
        "The letter says what the final findings say",
        "The findings, or who holds a post, have changed since. Assemble the letter again",
    )


def _seen(words: Sequence[NewWords]) -> dict[str, Any]:
    new = [each.reference for each in words]
    return _row(
        "Seen by the force",
        not new,
        "The force was shown every word",
        f"The force has not seen the present words of {', '.join(new)}",
        state="warning",
        count=len(new) or "",
    )


def _report(letter: Letter) -> dict[str, Any]:
    uploaded = not letter.content["enclosures"] or NationalReport.objects.filter(release=letter.release_id).exists()
    return _row(
        "Enclosure",
        uploaded,
        "The national report is uploaded",
        "The national report is not uploaded yet",
        state="warning",
    )


def _copied(letter: Letter) -> dict[str, Any]:
    officers = Contact.objects.on(clock.today()).filter(
        force=letter.force_id, capacity=Contact.Capacity.LIAISON_OFFICER, verified_at__isnull=False
    )
    return _row(
        "Copied to",
        bool(letter.content["copied_to"]) and officers.exists(),
        "The liaison officer is confirmed",
        "No confirmed liaison officer is recorded for this force",
        state="warning",
    )
