"""Placing and lifting a legal hold. What it stops asks `inspections.legal_hold`."""

from django.db import transaction

from forces.models import Force
from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Inspection, LegalHold
from publication.permissions import require_admin
from publication.states import require_reason


@transaction.atomic
def place_legal_hold(*, inspection: Inspection, force: Force | None = None, reason: str, by: User) -> LegalHold:
    """Stop locking, issuing and disposal of an inspection, or of one force in it, from now until it is lifted.

    It does not take back what is approved already: hold or withdraw that release.
    """
    require_admin(by)
    require_reason(reason)
    Inspection.objects.select_for_update().get(pk=inspection.pk)
    if force is not None and not inspection.scope.filter(force=force).exists():
        raise NotAllowed(f"{force.name} is not part of this inspection.")
    if LegalHold.objects.in_force().filter(inspection=inspection, force=force).exists():
        raise NotAllowed("A legal hold over exactly that is in force already.")
    hold: LegalHold = LegalHold.objects.create(
        inspection=inspection, force=force, reason=reason.strip(), placed_by=by, placed_at=clock.now()
    )
    slug = force.slug if force else ""
    audit.record(Action.LEGAL_HOLD_PLACED, by, hold, force=slug, inspection=inspection.slug, reason=reason.strip())
    return hold


@transaction.atomic
def lift_legal_hold(hold: LegalHold, *, reason: str, by: User) -> LegalHold:
    """End a legal hold, by somebody other than who placed it. The row is kept."""
    require_admin(by)
    require_reason(reason)
    hold.refresh_from_db(from_queryset=LegalHold.objects.select_for_update(of=("self",)))
    if hold.lifted_at is not None:
        raise NotAllowed("This legal hold was lifted already.")
    if sentence := why_not_lift(by, hold):
        raise NotAllowed(sentence)
    hold.lifted_by, hold.lifted_at, hold.lift_reason = by, clock.now(), reason.strip()
    hold.save()
    slug = hold.force.slug if hold.force else ""
    audit.record(Action.LEGAL_HOLD_LIFTED, by, hold, force=slug, reason=reason.strip())
    return hold


def why_not_lift(user: User, hold: LegalHold) -> str:
    """Why `user` may not lift a hold; empty when they may."""
    return (
        "You placed this legal hold. Another publication admin has to lift it." if hold.placed_by_id == user.pk else ""
    )
