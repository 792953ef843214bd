"""Taking an embargoed copy back from one person: its link opens nothing from that moment on."""

from django.db import transaction
from django.dispatch import Signal

from hmic_core import audit, clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import Release
from letters import notices, permissions
from letters.models import Copy
from letters.versions import is_public

#: Sent with the `copy` and `by`, who recalled it, in the same transaction, where its recipient had opened or downloaded
#: it: something may be with the wrong person.
on_recalled = Signal()


@transaction.atomic
def recall_copy(copy: Copy, *, reason: str, by: User) -> Copy:
    """End one person's access at once, with a reason that stays inside the inspectorate.

    Side effects: the recipient is told to destroy what they downloaded; an incident opens if they had accepted the
    embargo. Issued again later, they get another copy. Refuses once the letter is public.
    """
    if not permissions.can_issue(by):
        raise NotAllowed("Only a publication admin recalls an embargoed copy.")
    reason = reason.strip()
    if not reason:
        raise NotAllowed("Give a reason. It is kept; the recipient is not told it.")
    Release.objects.select_for_update().get(pk=copy.letter.release_id)
    rows = Copy.objects.select_for_update(of=("self",))
    copy = rows.select_related("letter__release", "letter__force", "contact__user").get(pk=copy.pk)
    if copy.recalled_at:
        raise NotAllowed("This copy was already recalled.")
    if copy.superseded_at:
        raise NotAllowed("A later copy has taken this one’s place. Recall that one.")
    if is_public(copy.letter):
        raise NotAllowed("The letter is public: a copy cannot be recalled any more. Withdraw the letter instead.")
    copy.recalled_at, copy.recalled_by, copy.recall_reason = clock.now(), by, reason[:300]
    copy.save(update_fields=["recalled_at", "recalled_by", "recall_reason"])
    force = copy.letter.force.slug
    audit.record(Action.COPY_RECALLED, by, copy, force=force, copy=copy.number, contact=copy.contact_id, reason=reason)
    notices.copy_recalled(copy)
    if copy.acknowledgements.exists():
        on_recalled.send(Copy, copy=copy, by=by)
    return copy
