"""Findings and their revisions, the evidence behind them, and each force's factual accuracy check.

The present text of a finding is a working copy: nobody outside the inspectorate ever reads it. A force reads the
frozen paragraphs of its round, and what was issued to it.
"""

from findings.models.answering import Extension, Invitation, LateOffer, LogUpload, ParagraphReader
from findings.models.comments import Comment
from findings.models.consistency import CommonWording, Dismissal, ModeratorNote
from findings.models.coverage import assigned
from findings.models.criteria import AnswerRevision, CriterionAnswer
from findings.models.decisions import AnswerFile, CheckDocument, Difference, EvidenceRequest, NationalAmendment, Waiver
from findings.models.evidence import Evidence, EvidenceFile, EvidenceQuerySet
from findings.models.finding import Finding, FindingQuerySet, RefusedSave, Revision
from findings.models.points import EarlierPoint, Point, PointFile
from findings.models.rounds import Paragraph, ParagraphCheck, Round, RoundOpening, RoundQuerySet, spoken_for
from findings.models.seen import LastLook
from findings.models.working_copies import Presence, WorkingCopy, WritingPreference

__all__ = [
    "AnswerRevision",
    "CriterionAnswer",
    "AnswerFile",
    "CheckDocument",
    "Difference",
    "EarlierPoint",
    "CommonWording",
    "Dismissal",
    "Comment",
    "Evidence",
    "EvidenceFile",
    "EvidenceQuerySet",
    "EvidenceRequest",
    "Finding",
    "FindingQuerySet",
    "LastLook",
    "Extension",
    "Invitation",
    "LateOffer",
    "LogUpload",
    "ModeratorNote",
    "NationalAmendment",
    "Paragraph",
    "ParagraphCheck",
    "ParagraphReader",
    "Point",
    "PointFile",
    "Presence",
    "RefusedSave",
    "Revision",
    "Round",
    "RoundOpening",
    "RoundQuerySet",
    "Waiver",
    "WorkingCopy",
    "WritingPreference",
    "assigned",
    "spoken_for",
]
