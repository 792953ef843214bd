"""The verb that ties a recommendation to the cause of concern it answers."""

from django.db import transaction

from findings import causes, permissions
from findings.locking import check_open, lock, record
from findings.models import Finding
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User


@transaction.atomic
def link_recommendation(finding: Finding, *, cause: Finding | None, by: User) -> Finding:
    """Say which cause of concern a recommendation answers; None for none. Its words and state stay as they are."""
    finding = lock(finding)
    if not permissions.can_save(by, finding):
        raise NotAllowed(f"You are not assigned to write {finding.reference}.")
    check_open(finding.inspection)
    if finding.state in (Finding.State.FINAL, Finding.State.REMOVED):
        raise NotAllowed(f"{finding.reference} is {finding.get_state_display().lower()}: it stays as it is.")
    causes.check_cause(cause, of=(finding.force_id, finding.theme_id), kind=finding.kind)
    if finding.cause_id == (cause.pk if cause else None):
        return finding
    causes.check_not_the_last(finding)
    action = Action.RECOMMENDATION_LINKED if cause else Action.RECOMMENDATION_UNLINKED
    finding.cause = cause
    finding.save(update_fields=["cause"])
    record(action, by, finding, cause=cause.reference if cause else None)
    return finding
