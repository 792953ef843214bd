"""Findings and their revisions, the evidence behind them, and each force's factual accuracy check.

The present text of a finding is a working copy: nobody outside the inspectorate ever reads it. A force reads the
frozen paragraphs of its round, and what was issued to it.
"""

from findings.models.comments import Comment
from findings.models.evidence import Evidence, EvidenceQuerySet
from findings.models.finding import Finding, FindingQuerySet, RefusedSave, Revision
from findings.models.points import Point, PointFile
from findings.models.reach import assigned
from findings.models.rounds import Paragraph, ParagraphCheck, Round, RoundOpening, RoundQuerySet, spoken_for
from findings.models.writing import Presence, WorkingCopy, WritingPreference

__all__ = [
    "Comment",
    "Evidence",
    "EvidenceQuerySet",
    "Finding",
    "FindingQuerySet",
    "Paragraph",
    "ParagraphCheck",
    "Point",
    "PointFile",
    "Presence",
    "RefusedSave",
    "Revision",
    "Round",
    "RoundOpening",
    "RoundQuerySet",
    "WorkingCopy",
    "WritingPreference",
    "assigned",
    "spoken_for",
]
