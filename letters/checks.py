"""What is in order about one letter, and what is not, in the rows of `components/checks.html`."""

from typing import Any

from findings.accuracy import unseen
from forces.models import Contact
from hmic_core import clock
from letters.models import Letter, NationalReport
from letters.workflow import addressee_in_post, differs_from_findings


def checks_of(letter: Letter) -> list[dict[str, Any]]:
    """Errors first. An error keeps the letter from being signed or its release from being locked."""
    rows = [_agrees(letter), _in_post(letter), _seen(letter), _report(letter), _copied(letter)]
    order = {"error": 0, "warning": 1, "in_order": 2}
    return sorted(rows, key=lambda row: order[row["state"]])


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


def _in_post(letter: Letter) -> dict[str, Any]:
    name = letter.content["addressee"]["name"]
    return _row(
        "Addressee",
        addressee_in_post(letter),
        f"{name} holds the post on the letter’s date",
        f"{name} does not hold the post on the letter’s date. Assemble the letter again",
    )


def _seen(letter: Letter) -> dict[str, Any]:
    new = [finding.reference for finding in unseen(letter.inspection, letter.force)]
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
