"""Force letters, their signatories, the copies that go out under embargo, the national report and imported letters."""

from letters.models.copies import READABLE, Acknowledgement, Copy, CopyQuerySet, Download, NationalReport
from letters.models.imported import ImportBatch, ImportedLetter, ImportFile
from letters.models.letter import Letter, Letterhead, LetterQuerySet, Rendition, Signatory

__all__ = [
    "Acknowledgement",
    "Copy",
    "CopyQuerySet",
    "Download",
    "ImportBatch",
    "ImportFile",
    "ImportedLetter",
    "Letter",
    "LetterQuerySet",
    "Letterhead",
    "NationalReport",
    "READABLE",
    "Rendition",
    "Signatory",
]
