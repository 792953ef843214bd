"""Setting warnings aside, and agreeing wording that several forces' findings share.

Each verb locks what it is about, asks who may, and writes its audit entry in the same transaction.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import combinations
from uuid import UUID

from django.db import transaction

from findings import permissions
from findings.cross_force.consistency.warnings import Check, seen_of
from findings.locking import tidy
from findings.models import CommonWording, Dismissal, Finding
from findings.verdict import in_order, words_hash
from forces import naming
from hmic_core import audit, clock, former_words
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.text.leftovers import leftovers
from hmic_core.text.markdown import check
from inspections.models import Inspection, Theme

#: A shorter passage would excuse half the report.
FEWEST_WORDS = 5
PAIRED = {Check.SIMILAR, Check.OPPOSITE}


@transaction.atomic
def dismiss(
    finding: Finding,
    *,
    kind: str,
    detail: str = "",
    others: Iterable[UUID] = (),
    each_pair: bool = False,
    seen: str,
    reason: str,
    by: User,
) -> list[Dismissal]:
    """Set a warning aside for exactly these words. `seen`: the hash of what was shown (`Remark.seen`).

    A warning about several findings is set aside for each that is paired with `finding`, or for `each_pair` of them.
    """
    about = _locked([finding.pk, *others], by)
    first = next((each for each in about if each.pk == finding.pk), None)
    if first is None or not permissions.can_save(by, first):
        raise NotAllowed(f"You are not assigned to write {finding.reference}, so its warnings are for others to judge.")
    if kind not in Check.values:
        raise NotAllowed("Choose one of the warnings that are shown.")
    if kind in PAIRED and len(about) < 2:
        raise NotAllowed("The other finding is gone, and the warning with it. Load the page again.")
    if seen_of(kind, about, detail) != seen:
        raise NotAllowed("The words have changed since you opened this page. Read them again first.")
    if not reason.strip():
        raise NotAllowed("Say why these words may stand.")
    made = [_dismiss(kind, pair, detail, reason.strip(), by) for pair in _pairs(kind, first, about, each_pair)]
    audit.record(
        Action.WARNING_DISMISSED,
        by,
        first,
        force=first.force.slug,
        reference=first.reference,
        check=kind,
        findings=[each.pk for each in about],
        words_sha256=seen,
    )
    return made


def _pairs(
    kind: str, first: Finding, about: Sequence[Finding], each_pair: bool
) -> list[tuple[Finding, Finding | None]]:
    if kind not in PAIRED:
        return [(first, None)]
    if not each_pair:
        return [in_order(first, other) for other in about if other.pk != first.pk]
    return [in_order(one, other) for one, other in combinations(about, 2)]


def _dismiss(kind: str, pair: tuple[Finding, Finding | None], detail: str, reason: str, by: User) -> Dismissal:
    first, second = pair
    made, _ = Dismissal.objects.get_or_create(
        check_kind=kind,
        finding=first,
        other=second,
        detail=detail[:200],
        text_hash=words_hash(first, second),
        withdrawn_at=None,
        defaults={"reason": reason, "by": by, "at": clock.now()},
    )
    return made


@transaction.atomic
def warn_again(dismissals: Iterable[Dismissal], *, by: User) -> None:
    """Take back that a warning was set aside. Who had kept it and why stays on record."""
    wanted = [each.pk for each in dismissals]
    locked = list(Dismissal.objects.standing().select_for_update().filter(pk__in=wanted).order_by("pk"))
    for each in locked:
        finding = Finding.objects.select_related("force", "theme").get(pk=each.finding_id)
        if not permissions.can_save(by, finding):
            raise NotAllowed(f"You are not assigned to write {finding.reference}.")
        audit.record(
            Action.WARNING_RESTORED,
            by,
            finding,
            force=finding.force.slug,
            reference=finding.reference,
            check=each.check_kind,
        )
        reason = {"Why it had been set aside": each.reason, "About": each.detail}
        former_words.keep(finding, reason, done=f"Warning restored: {each.get_check_kind_display()}"[:100], by=by)
        each.withdrawn_by, each.withdrawn_at = by, clock.now()
        each.save(update_fields=["withdrawn_by", "withdrawn_at"])


@transaction.atomic
def agree_wording(*, inspection: Inspection, theme: Theme | None, text: str, by: User) -> CommonWording:
    """Say that findings of several forces may use these words. It names no force: every inspector reads it."""
    inspection = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if not permissions.can_agree_wording(by, inspection, theme):
        raise NotAllowed(
            "Only a moderator or lead inspector of the whole theme, for all forces, agrees common wording."
        )
    text = tidy(text)
    _check_wording(text)
    if theme and theme.inspection_id != inspection.pk:
        raise NotAllowed("Choose one of this inspection’s themes.")
    twin = CommonWording.objects.standing().filter(inspection=inspection, theme=theme, text=text).first()
    if twin:
        return twin  # type: ignore[no-any-return]
    made = CommonWording.objects.create(
        inspection=inspection, theme=theme, text=text, agreed_by=by, agreed_at=clock.now()
    )
    _record(Action.WORDING_AGREED, by, made)
    return made


@transaction.atomic
def withdraw_wording(wording: CommonWording, *, reason: str, by: User) -> CommonWording:
    """Say that these words are no longer agreed; the warnings about them are back. The row is kept."""
    found: CommonWording = CommonWording.objects.select_for_update().get(pk=wording.pk)
    if not permissions.can_agree_wording(by, found.inspection, found.theme):
        raise NotAllowed("Only a moderator or lead inspector of the whole theme, for all forces, withdraws it.")
    if not reason.strip():
        raise NotAllowed("Say why the words are no longer agreed.")
    if found.withdrawn_at is None:
        found.withdrawn_by, found.withdrawn_at, found.withdrawn_reason = by, clock.now(), reason.strip()
        found.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
        _record(Action.WORDING_WITHDRAWN, by, found)
    return found


def _check_wording(text: str) -> None:
    if len(text.split()) < FEWEST_WORDS:
        raise NotAllowed(f"Write at least {FEWEST_WORDS} words: a whole sentence, as it stands in the findings.")
    for sentence in check(text):
        raise NotAllowed(sentence)
    if unfinished := leftovers(text):
        raise NotAllowed(f"“{unfinished[0]}” looks like a note left for later. Agree on words that are finished.")
    if named := naming.register().found(text, None):
        raise NotAllowed(
            f"It names {named[0].words}. Every inspector reads agreed wording, and it stands in other forces’ letters:"
            " write “the force” instead. Findings that say their own force’s name there are recognised all the same."
        )


def _locked(pks: Iterable[UUID], by: User) -> list[Finding]:
    """The findings among `pks` that `by` may see, locked."""
    visible = Finding.objects.visible_to(by).present().filter(pk__in=list(pks))
    wanted = list(visible.values_list("pk", flat=True))
    locked = Finding.objects.select_for_update(of=("self",)).select_related("force", "theme")
    return list(locked.filter(pk__in=wanted).order_by("pk"))


def _record(action: Action, by: User, wording: CommonWording) -> None:
    words = hashlib.sha256(wording.text.encode()).hexdigest()
    theme = wording.theme.prefix if wording.theme else "all themes"
    audit.record(action, by, wording, inspection=wording.inspection.slug, theme=theme, words_sha256=words)
