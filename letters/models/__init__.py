"""Force letters, their signatories, the copies that go out under embargo, the national report and imported letters."""

from letters.models.copies import READABLE, Acknowledgement, Copy, CopyQuerySet, Download, NationalReport
from letters.models.imported import ImportedLetter
from letters.models.letter import Letter, Letterhead, LetterQuerySet, Rendition, Signatory
from letters.models.recipients import Recipient, RecipientQuerySet

__all__ = [
    "Acknowledgement",
    "Copy",
    "CopyQuerySet",
    "Download",
    "ImportedLetter",
    "Letter",
    "LetterQuerySet",
    "Letterhead",
    "NationalReport",
    "READABLE",
    "Recipient",
    "RecipientQuerySet",
    "Rendition",
    "Signatory",
]
