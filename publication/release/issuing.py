"""Issuing embargoed copies once a release is approved, to the people on its pre-release list."""

from hmic_core.models import User
from inspections.models import Release
from letters.copies import recipients
from letters.models import Copy, Letter


def issue_copies(release: Release, *, by: User) -> list[Copy]:
    """A copy of each letter to its force's people on the list. Part of `approve`.

    The usual ones (chief officer, liaison officers) are on it unless they were taken off.
    """
    return recipients.issue_listed(release, by=by)


def issue_letter(letter: Letter, *, by: User) -> list[Copy]:
    """Copies of one letter that takes another's place in an approved release, to its force's people on the list."""
    return recipients.issue_listed(letter.release, by=by, only=letter)
