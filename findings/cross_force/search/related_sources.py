"""What stands beside findings and can be found: comments with their answers, criteria, and how they were answered."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from findings.cross_force.search.query import Line, Source, plain, register
from findings.drafting.criteria import LABELS, TONES
from findings.models import Comment, CriterionAnswer, Finding, assigned
from hmic_core.models import User
from inspections.models import Criterion


def _comments(user: User) -> QuerySet[Any]:
    """On findings that the reader may see, as long as these are not removed."""
    return Comment.objects.filter(finding__in=Finding.objects.visible_to(user).present())


def _criteria(user: User) -> QuerySet[Any]:
    """Of the themes that the reader's assignments cover, for whichever force."""
    if not user.is_authenticated or not user.is_active:
        return Criterion.objects.none()
    return Criterion.objects.filter(assigned(user, inspection="theme__inspection", force=None))


def _comment_line(comment: Comment) -> Line:
    finding, head = comment.finding, comment.parent or comment
    what = f"Answer to comment {head.number}" if comment.parent else f"Comment {head.number}"
    page = reverse("findings:finding-show", args=[finding.pk])
    return Line(
        heading=f"{what} on {finding.reference}, {finding.force.name}",
        url=f"{page}#comment-{head.number}",
        about=(str(comment.by), finding.theme.title, finding.inspection.short_title),
        state=("Resolved", "none") if head.resolved_at else ("Open", "ready"),
        at=comment.at,
    )


def _criterion_line(criterion: Criterion) -> Line:
    inspection = criterion.theme.inspection
    return Line(
        heading=criterion.reference,
        url=reverse("findings:criterion-show", args=[inspection.slug, criterion.pk]),
        about=(criterion.theme.title, inspection.short_title),
    )


def _answer_line(answer: CriterionAnswer) -> Line:
    page = reverse("findings:force-show", args=[answer.inspection.slug, answer.force.slug])
    return Line(
        heading=f"{answer.criterion.reference}, {answer.force.name}",
        url=f"{page}#{answer.criterion.theme.prefix.lower()}",
        about=(answer.criterion.question, answer.inspection.short_title),
        state=(LABELS[answer.answer], TONES[answer.answer]),
        at=answer.at,
    )


COMMENTS = Source(
    key="comments",
    label="Comments",
    order=12,
    visible=_comments,
    inspection="finding__inspection",
    newest="at",
    paths={
        "inspection": "finding__inspection__slug",
        "force": "finding__force__slug",
        "theme": "finding__theme__prefix",
        "kind": "finding__kind",
        "state": "finding__state",
    },
    text=lambda comment: plain(comment.text, comment.quoted),
    line=_comment_line,
    related=("finding__force", "finding__theme", "finding__inspection", "parent", "by"),
)
CRITERIA = Source(
    key="criteria",
    label="Criteria",
    order=14,
    visible=_criteria,
    inspection="theme__inspection",
    newest="",  # nothing says when a criterion was set
    paths={"inspection": "theme__inspection__slug", "theme": "theme__prefix"},
    text=lambda criterion: plain(criterion.question),
    line=_criterion_line,
    related=("theme__inspection",),
)
ANSWERS = Source(
    key="answers",
    label="Answers to criteria",
    order=16,
    visible=CriterionAnswer.objects.visible_to,
    inspection="inspection",
    newest="at",
    paths={"inspection": "inspection__slug", "force": "force__slug", "theme": "criterion__theme__prefix"},
    text=lambda answer: plain(answer.note),
    line=_answer_line,
    related=("force", "inspection", "criterion__theme"),
)


def register_sources() -> None:
    register(COMMENTS, CRITERIA, ANSWERS)
