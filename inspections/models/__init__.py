"""Inspections, their themes and who works on them; releases and the frozen items that become public."""

from inspections.models.assignments import Assignment, BulkRun, ask_of_everybody, assignments_today, works_on_one
from inspections.models.inspection import PREFIX, Criterion, ForceInScope, FormerTitle, Inspection, StageDeadline, Theme
from inspections.models.national import MARKS, NUMBER, Indicator, NationalEntry, NationalRevision, ReportPassage
from inspections.models.public_file import PublicFile
from inspections.models.published import PublishedPassage
from inspections.models.release import Release, ReleaseChange, ReleaseItem
from inspections.models.release_records import Announcement, LegalHold, Reopening

__all__ = [
    "MARKS",
    "NUMBER",
    "PREFIX",
    "Announcement",
    "Assignment",
    "BulkRun",
    "Criterion",
    "ForceInScope",
    "FormerTitle",
    "Indicator",
    "Inspection",
    "LegalHold",
    "NationalEntry",
    "NationalRevision",
    "PublicFile",
    "PublishedPassage",
    "Release",
    "ReleaseChange",
    "ReleaseItem",
    "Reopening",
    "ReportPassage",
    "StageDeadline",
    "Theme",
    "ask_of_everybody",
    "assignments_today",
    "works_on_one",
]
