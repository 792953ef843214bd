"""Nothing that a person wrote is deleted: what a verb changes or takes out is kept here, in the verb's transaction.

For rows that have revisions of their own (findings, answers, notes) there is nothing to do.
"""

from collections.abc import Mapping

from django.db.models import Model, QuerySet

from hmic_core import clock
from hmic_core.models import FormerWords, User


def keep(subject: Model, words: Mapping[str, str], *, done: str, by: User) -> None:
    """Keep words of `subject`, by their labels; `done` says what became of them. Empty ones are left out."""
    found = {label: each for label, each in words.items() if each.strip()}
    if found:
        about = {"subject_type": subject._meta.label_lower, "subject_id": str(subject.pk)}
        FormerWords.objects.create(**about, words=found, done=done, by=by, at=clock.now())


def of(subject: Model) -> "QuerySet[FormerWords]":
    """What was kept of `subject`, the newest first. Whoever calls has asked whether the reader may see it."""
    about = {"subject_type": subject._meta.label_lower, "subject_id": str(subject.pk)}
    return FormerWords.objects.filter(**about).select_related("by")
