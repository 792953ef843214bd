"""Who in a force reads its draft: the liaison officer invites reviewers, gives them paragraphs, ends their access.

An invitation is a contact of the liaison officer's own force; there is no way to name another. Whoever has an account
already may sign in at once and is told so; for anybody else an account without a password is made, and the link in
the message leads to setting one. Following the link changes nothing, and once there is a password it is dead. Neither
the screen nor the message says which of the two it was: nobody learns who has an account here.
"""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction

from findings.accuracy import notices
from findings.accuracy.locking import locked_for_officer, record
from findings.models import Invitation, Paragraph, ParagraphReader, Round
from findings.permissions import FORCE_WRITERS, can_submit, speaks_for
from forces.accounts import A_DAY
from forces.models import Contact, Force
from hmic_core import audit, clock
from hmic_core.accounts import roles
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User

Capacity = Contact.Capacity


def people(force: Force) -> list[Contact]:
    """Who reads the force's drafts today, liaison officers first."""
    readers = [Capacity.LIAISON_OFFICER, Capacity.REVIEWER, Capacity.CHIEF_OFFICER, Capacity.STAFF_OFFICER]
    found = Contact.objects.on(clock.Today()).filter(force=force, capacity__in=readers, verified_at__isnull=False)
    found = found.filter(user__is_active=True).select_related("user", "invitation").order_by("name")
    return sorted(found, key=lambda contact: readers.index(Capacity(contact.capacity)))


def writers(force: Force) -> list[User]:
    """Who of the force may check paragraphs and write points today, each once."""
    return list({c.user_id: c.user for c in people(force) if c.capacity in FORCE_WRITERS and c.user}.values())


@transaction.atomic
def invite_reviewer(round: Round, *, name: str, email: str, by: User) -> Contact:
    """Let somebody of the round's force read and write. Inviting again sends a new link, and the old one is dead."""
    force = Force.objects.select_for_update().get(pk=round.force_id)
    if not can_submit(by, round):
        raise NotAllowed("Only your force’s liaison officer can invite reviewers.")
    name, email = " ".join(name.split()), email.strip().lower()
    if not name or not email:
        raise NotAllowed("Enter the reviewer’s name and work e-mail address.")
    user = User.objects.filter(email=email).first()
    contact = _present(force, user) if user else None
    if contact is not None and (user is None or user.has_usable_password() or contact.capacity != Capacity.REVIEWER):
        raise NotAllowed(f"{contact.name} reads your force’s drafts already.")
    if user is not None and _cannot_be_invited(user):
        raise NotAllowed("This address can’t be invited as a reviewer. Ring the inspectorate.")
    user = user or User.objects.create_user(email, name)
    contact = contact or _contact(force, user, name)
    invitation = _invitation(contact, by)
    audit.record(Action.REVIEWER_INVITED, by, contact, force=force.slug, user=user.pk)
    notices.reviewer_invited(contact, invitation)
    return contact


def _present(force: Force, user: User) -> Contact | None:
    held = Contact.objects.speaking_for(user).filter(force=force).exclude(capacity=Capacity.PCC_OFFICE)
    found: Contact | None = held.first()
    return found


def _cannot_be_invited(user: User) -> bool:
    """People of the inspectorate do not review a force's draft for it, and a closed account stays closed."""
    User.objects.select_for_update().get(pk=user.pk)
    return not user.is_active or bool(roles.why_not(user, roles.Kind.FORCE))


def _contact(force: Force, user: User, name: str) -> Contact:
    """The liaison officer vouches for the person, so that the contact is verified."""
    today, now = clock.today(), clock.now()
    made: Contact = Contact.objects.create(
        force=force, capacity=Capacity.REVIEWER, user=user, name=name, starts_on=today, verified_at=now
    )
    return made


def _invitation(contact: Contact, by: User) -> Invitation:
    Invitation.objects.filter(contact=contact).delete()
    now = clock.now()
    expires = now + settings.INVITATION_DAYS * A_DAY
    made: Invitation = Invitation.objects.create(contact=contact, invited_by=by, invited_at=now, expires_at=expires)
    return made


def open_invitation(pk: UUID) -> Invitation | None:
    """An invitation that still leads to a first password: not too old, not used, access not ended."""
    found = Invitation.objects.filter(pk=pk, expires_at__gt=clock.now()).select_related(
        "contact__user", "contact__force"
    )
    invitation: Invitation | None = found.first()
    if invitation is None:
        return None
    user = invitation.contact.user
    if user is None or not user.is_active or user.has_usable_password():
        return None
    holds = Contact.objects.speaking_for(user).filter(pk=invitation.contact_id).exists()
    return invitation if holds else None


@transaction.atomic
def join(invitation: Invitation) -> User:
    """Note that an invited person goes on to set a password, and say who they are. The password makes the link dead."""
    contact = invitation.contact
    if contact.user is None:
        raise NotAllowed("This invitation leads to nobody any more. Ask for a new one.")
    audit.record(Action.REVIEWER_JOINED, contact.user, contact, force=contact.force.slug)
    return contact.user


@transaction.atomic
def end_access(round: Round, contact: Contact, *, by: User) -> None:
    """End a reviewer's access at once. Their points stay the force's, their paragraphs are nobody's."""
    if not can_submit(by, round):
        raise NotAllowed("Only your force’s liaison officer can end a reviewer’s access.")
    held: Contact | None = (
        Contact.objects.select_for_update()
        .filter(pk=contact.pk, force=round.force_id, capacity=Capacity.REVIEWER)
        .on(clock.Today())
        .first()
    )
    if held is None:
        raise NotAllowed(f"{contact.name} is not a reviewer of your force. HMIC keeps the other contacts: ring us.")
    held.ends_on = clock.today() - A_DAY
    held.save(update_fields=["ends_on"])
    Invitation.objects.filter(contact=held).delete()
    given = ParagraphReader.objects.filter(to=held.user, paragraph__round__force=round.force_id)
    given.filter(paragraph__round__state=Round.State.ISSUED).delete()
    audit.record(Action.REVIEWER_ENDED, by, held, force=round.force.slug, user=held.user_id)


@transaction.atomic
def give_paragraphs(round: Round, paragraphs: Sequence[Paragraph], *, to: User | None, by: User) -> None:
    """Say who is to check these paragraphs; `to` None: nobody in particular. Others may check them all the same."""
    round = locked_for_officer(round, "give_paragraphs", by)
    mine = [each for each in paragraphs if each.round_id == round.pk]
    if not mine:
        raise NotAllowed("Choose at least one paragraph.")
    if to is not None and not speaks_for(to, round.force, FORCE_WRITERS):
        raise NotAllowed(f"{to} is not a reviewer of your force. Invite them first.")
    ParagraphReader.objects.filter(paragraph__in=mine).delete()
    if to is not None:
        now = clock.now()
        ParagraphReader.objects.bulk_create(ParagraphReader(paragraph=each, to=to, by=by, at=now) for each in mine)
        if to != by:
            notices.paragraphs_given(round, to, now)
    references = [each.reference for each in mine]
    record(Action.PARAGRAPHS_GIVEN, by, round, paragraphs=references, user=to.pk if to else None)
