"""A restored database becomes this installation's own, by a person and on the record (docs/embargo.md).

Until then it neither sends nor approves anything (`hmic_core.installation`), and the gate opens nothing by time, since
what was approved was approved elsewhere.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from hmic_core import audit, clock
from hmic_core import installation as this_installation
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import Adoption, Notice, User
from inspections.models import Release
from publication.permissions import require_admin
from publication.states import begin, move_to, require_reason


@transaction.atomic
def adopt(installation: str, *, reason: str, by: User) -> Adoption:
    """Take a restored database over: what was approved elsewhere goes back to locked, and waits for a second person.

    `installation` is this one's own name, typed by whoever does it. Notices that were not sent there stay unsent until
    each is confirmed (`confirm_notice`).
    """
    require_admin(by)
    require_reason(reason)
    if installation != settings.INSTALLATION:
        raise NotAllowed(
            f"This installation is called “{settings.INSTALLATION}”, not “{installation}”. Type its own name."
        )
    approved = list(_approved_elsewhere().order_by("pk"))
    waiting = waiting_notices().count()
    if not (approved or waiting or this_installation.is_elsewhere()):
        raise NotAllowed("This database belongs to this installation already. There is nothing to adopt.")
    before = this_installation.installation()
    for release in approved:
        _take_back(release, by)
    made: Adoption = Adoption.objects.create(installation=installation, at=clock.now(), by=by, reason=reason.strip())
    audit.record(
        Action.INSTALLATION_ADOPTED,
        by,
        made,
        before=before,
        installation=installation,
        reason=reason.strip(),
        releases=[release.pk for release in approved],
        notices=waiting,
    )
    return made


def _approved_elsewhere() -> "QuerySet[Release]":
    return Release.objects.filter(state=Release.State.APPROVED).exclude(approved_installation=settings.INSTALLATION)


def _take_back(release: Release, by: User) -> None:
    begin(release, "adopt")
    if release.approved_installation == settings.INSTALLATION:
        return
    facts: dict[str, object] = {"installation": release.approved_installation, "approved_by": release.approved_by_id}
    move_to(release, "adopt", approved_by=None, approved_at=None, approved_installation="")
    audit.record(Action.RELEASE_UNAPPROVED, by, release, instant=release.embargo_until, before=facts)


def waiting_notices() -> "QuerySet[Notice]":
    """What another installation queued and did not send."""
    unsent = Notice.objects.filter(sent_at=None).exclude(installation=settings.INSTALLATION)
    return unsent.select_related("recipient").order_by("created_at")


@transaction.atomic
def confirm_notice(notice: Notice, *, by: User) -> Notice:
    """Let one notice of another installation be sent by this one after all. Its link and words are as they were."""
    require_admin(by)
    this_installation.refuse_elsewhere()
    notice.refresh_from_db(from_queryset=Notice.objects.select_for_update(of=("self",)))
    if notice.sent_at is not None or notice.installation == settings.INSTALLATION:
        raise NotAllowed("This notice was sent, or confirmed, already.")
    before, notice.installation = notice.installation, settings.INSTALLATION
    notice.save(update_fields=["installation"])
    audit.record(Action.NOTICE_CONFIRMED, by, notice, event=notice.event, recipient=notice.recipient_id, before=before)
    return notice
