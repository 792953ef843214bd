"""Findings and their revisions, the evidence behind them, and each force's factual accuracy check.

The present text of a finding is a working copy: nobody outside the inspectorate ever reads it. A force reads the
frozen paragraphs of its round, and what was issued to it.
"""

from findings.models.consistency import CommonWording, Dismissal, ModeratorNote
from findings.models.evidence import Evidence, EvidenceQuerySet
from findings.models.finding import Finding, FindingQuerySet, RefusedSave, Revision
from findings.models.points import Point, PointFile
from findings.models.reach import assigned
from findings.models.rounds import Paragraph, ParagraphCheck, Round, RoundOpening, RoundQuerySet, spoken_for

__all__ = [
    "CommonWording",
    "Dismissal",
    "Evidence",
    "EvidenceQuerySet",
    "Finding",
    "FindingQuerySet",
    "ModeratorNote",
    "Paragraph",
    "ParagraphCheck",
    "Point",
    "PointFile",
    "RefusedSave",
    "Revision",
    "Round",
    "RoundOpening",
    "RoundQuerySet",
    "assigned",
    "spoken_for",
]
