"""A cause of concern carries at least one recommendation: what that asks of the verbs."""

from findings.models import Finding
from hmic_core.errors import NotAllowed

Kind, State = Finding.Kind, Finding.State


def recommendations(cause: Finding) -> list[Finding]:
    """The recommendations that answer a cause of concern, in order."""
    found = Finding.objects.present().filter(cause=cause, kind=Kind.RECOMMENDATION).select_related("theme")
    return list(found.in_order())


def check_answered(finding: Finding) -> None:
    """Refuse to hand on a cause of concern without a recommendation. The caller holds its lock."""
    if finding.kind == Kind.CAUSE_OF_CONCERN and not recommendations(finding):
        raise NotAllowed(
            f"{finding.reference} is a cause of concern without a recommendation. "
            "Write one for it, or link one that is there, at the right of its page; then try again."
        )


def check_not_the_last(recommendation: Finding) -> None:
    """Refuse to take away the only recommendation of a cause of concern that has been handed on. Locks the cause."""
    if recommendation.kind != Kind.RECOMMENDATION or recommendation.cause_id is None:
        return
    cause = Finding.objects.select_for_update(of=("self",)).select_related("theme").get(pk=recommendation.cause_id)
    if cause.kind != Kind.CAUSE_OF_CONCERN or cause.state in (State.DRAFT, State.REMOVED):
        return
    if all(each.pk == recommendation.pk for each in recommendations(cause)):
        raise NotAllowed(
            f"{recommendation.reference} is the only recommendation of {cause.reference}, a cause of concern. "
            f"Write another one for it first, or have {cause.reference} sent back."
        )


def check_cause(cause: Finding | None, *, of: tuple[object, object], kind: str) -> None:
    """Only a recommendation answers a cause of concern, and one of its own force and theme. `of`: (force, theme)."""
    if cause is None:
        return
    if kind != Kind.RECOMMENDATION:
        raise NotAllowed("Only a recommendation answers a cause of concern. Choose the kind “Recommendation” first.")
    if cause.kind != Kind.CAUSE_OF_CONCERN or cause.state == State.REMOVED:
        raise NotAllowed("That finding is no cause of concern. Choose one from the list.")
    if (cause.force_id, cause.theme_id) != of:
        raise NotAllowed("A recommendation answers a cause of concern of its own force and theme.")
