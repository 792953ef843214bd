"""Force letters, their signatories, the copies that go out under embargo, the national report and imported letters."""

from letters.models.copies import READABLE, Acknowledgement, Copy, CopyQuerySet, Download, NationalReport
from letters.models.letter import Letter, Letterhead, LetterQuerySet, Rendition, Signatory
from letters.models.proofing import Dismissal, Exclusion
from letters.models.recipients import Recipient, RecipientQuerySet
from letters.models.signature import SignatureImage
from letters.models.translation import Translation, WelshForce
from letters.models.wording import Wording

__all__ = [
    "Acknowledgement",
    "Copy",
    "CopyQuerySet",
    "Dismissal",
    "Download",
    "Exclusion",
    "Letter",
    "LetterQuerySet",
    "Letterhead",
    "NationalReport",
    "READABLE",
    "Recipient",
    "RecipientQuerySet",
    "Rendition",
    "Signatory",
    "SignatureImage",
    "Translation",
    "WelshForce",
    "Wording",
]
