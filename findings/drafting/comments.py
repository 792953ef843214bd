"""Comments on findings: written, answered, resolved. Only the inspectorate ever reads them."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, Q

from findings import notices, permissions
from findings.locking import check_open, lock, record, tidy
from findings.models import Comment, Finding
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Assignment

MOST_CHARACTERS = 5_000


def readers(finding: Finding) -> list[User]:
    """Everybody whose assignments cover the finding today: who may be mentioned."""
    place = Q(force=None) | Q(force=finding.force_id)
    theme = Q(theme=None) | Q(theme=finding.theme_id)
    held = Assignment.objects.on(clock.Today()).filter(place, theme, inspection=finding.inspection_id)
    found = held.filter(user__is_active=True).select_related("user").order_by("user__name", "user")
    return list({each.user_id: each.user for each in found}.values())


@transaction.atomic
def comment_on(finding: Finding, *, quoted: str, text: str, mentioned: Iterable[User], by: User) -> Comment:
    """Say something about a finding, or about words quoted from its present text. Whom it mentions is told."""
    finding = _lock_for_comment(finding, by)
    quoted, text = " ".join(tidy(quoted).split()), _checked(text)
    last = finding.comments.aggregate(number=Max("number"))["number"] or 0
    comment = Comment.objects.create(
        finding=finding,
        number=last + 1,
        quoted=quoted,
        version=finding.version,
        text=text,
        by=by,
        at=clock.now(),
    )
    _mention(comment, mentioned)
    record(Action.COMMENT_WRITTEN, by, finding, comment=comment.number)
    return comment


@transaction.atomic
def reply_to(comment: Comment, *, text: str, mentioned: Iterable[User] = (), by: User) -> Comment:
    """Answer a comment. Who wrote it is told, and whom the answer mentions."""
    finding = _lock_for_comment(comment.finding, by)
    comment = Comment.objects.select_related("by").get(pk=comment.parent_id or comment.pk)
    reply = Comment.objects.create(
        finding=finding, parent=comment, version=finding.version, text=_checked(text), by=by, at=clock.now()
    )
    _mention(reply, mentioned)
    if comment.by_id != by.pk and comment.by in readers(finding):
        notices.comment_answered(reply, comment.by)
    record(Action.COMMENT_REPLIED, by, finding, comment=comment.number)
    return reply


@transaction.atomic
def resolve_comment(comment: Comment, *, resolved: bool, by: User) -> Comment:
    """Say that a comment has been dealt with (or, `resolved` False, has not). It stays where it is."""
    finding = _lock_for_comment(comment.finding, by)
    comment = Comment.objects.get(pk=comment.parent_id or comment.pk)
    if (comment.resolved_at is not None) == resolved:
        return comment
    comment.resolved_at, comment.resolved_by = (clock.now(), by) if resolved else (None, None)
    comment.save(update_fields=["resolved_at", "resolved_by"])
    action = Action.COMMENT_RESOLVED if resolved else Action.COMMENT_REOPENED
    record(action, by, finding, comment=comment.number)
    return comment


def _lock_for_comment(finding: Finding, by: User) -> Finding:
    finding = lock(finding)
    if not permissions.can_comment(by, finding):
        raise NotAllowed("Only people who work on this force and theme comment on its findings.")
    check_open(finding.inspection)
    return finding


def _checked(text: str) -> str:
    text = tidy(text)
    if not text:
        raise NotAllowed("Write the comment first.")
    if len(text) > MOST_CHARACTERS:
        raise NotAllowed(f"A comment has at most {MOST_CHARACTERS:,} characters. Shorten it, or write two.")
    return text


def _mention(comment: Comment, people: Iterable[User]) -> None:
    wanted = {person.pk for person in people} - {comment.by_id}
    allowed = [person for person in readers(comment.finding) if person.pk in wanted]
    if len(allowed) != len(wanted):
        raise NotAllowed("Somebody you chose does not work on this force and theme. Choose from the list.")
    comment.mentioned.set(allowed)
    for person in allowed:
        notices.mentioned(comment, person)
