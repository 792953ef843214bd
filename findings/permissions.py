"""Who may do what with findings. Inspectors act by assignment, the force's people by contact.

Verbs ask these predicates before they act; templates ask them before they show a button.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from findings.models import Evidence, Finding, Paragraph, Point, Round
from forces.models import Contact, Force, contacts_today
from hmic_core.accounts import access
from hmic_core.accounts.policies import Policy
from hmic_core.models import User
from inspections.models import Assignment, Inspection, assignments_today, works_on_one

Role = Assignment.Role

#: Who may put words into a finding, who may settle them, and who may only change them through a force's point.
WRITERS = frozenset({Role.INSPECTOR, Role.LEAD_INSPECTOR, Role.MODERATOR})
SECOND_READERS = frozenset({Role.MODERATOR, Role.LEAD_INSPECTOR})
AMENDERS = frozenset({Role.LEAD_INSPECTOR, Role.DECIDER})
LEADERS = frozenset({Role.LEAD_INSPECTOR})
EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True)
class Coverage:
    """What of one inspection somebody's assignments cover today. Empty covers nothing."""

    assignments: tuple[Assignment, ...]

    def __bool__(self) -> bool:
        return bool(self.assignments)

    def may(self, roles: Iterable[str], force: UUID, theme: UUID | None = None) -> bool:
        """Whether one of `roles` is theirs for this force, and for this theme (None: for any theme)."""
        return any(
            a.role in roles and a.force_id in (None, force) and (theme is None or a.theme_id in (None, theme))
            for a in self.assignments
        )

    def covers(self, force: UUID, theme: UUID | None = None) -> bool:
        return self.may(EVERY_ROLE, force, theme)

    def has(self, roles: Iterable[str]) -> bool:
        """Whether one of `roles` is theirs for any part of the inspection."""
        return any(a.role in roles for a in self.assignments)

    def roles(self) -> list[str]:
        """Their roles in words, the leading one first."""
        held = {a.role for a in self.assignments}
        return [str(role.label) for role in Role if role in held]


def coverage(user: User, inspection: Inspection | UUID) -> Coverage:
    """The assignments of `user` to one inspection that hold today."""
    of = inspection if isinstance(inspection, UUID) else inspection.pk
    return Coverage(tuple(each for each in assignments_today(user) if each.inspection_id == of))


#: The inspectors' screens. What they show of which inspection is for the views to fetch through `visible_to`.
INSPECTORATE = Policy("people assigned to an inspection", works_on_one)


def can_draft(user: User, inspection: Inspection, force: Force, theme: Any | None = None) -> bool:
    return coverage(user, inspection).may(WRITERS, force.pk, theme.pk if theme else None)


def can_save(user: User, finding: Finding) -> bool:
    return _may(user, finding, WRITERS)


def can_amend(user: User, finding: Finding) -> bool:
    """Whether they may change the words because a point of the force was accepted."""
    return _may(user, finding, AMENDERS)


def can_moderate(user: User, finding: Finding) -> bool:
    """Second readers, but never of words that they wrote themselves: see `wrote`."""
    return _may(user, finding, SECOND_READERS) and not wrote(user, finding)


def can_send_back(user: User, finding: Finding) -> bool:
    return _may(user, finding, SECOND_READERS)


def can_remove(user: User, finding: Finding) -> bool:
    return _may(user, finding, LEADERS) or (finding.author_id == user.pk and can_save(user, finding))


def can_finalise(user: User, finding: Finding) -> bool:
    return _may(user, finding, LEADERS)


def can_comment(user: User, finding: Finding) -> bool:
    """Everybody who works on the force and theme: what they may read they may ask about."""
    return _may(user, finding, EVERY_ROLE)


def can_add_evidence(user: User, inspection: Inspection, force: Force) -> bool:
    return coverage(user, inspection).may(WRITERS, force.pk)


def can_agree_wording(user: User, inspection: Inspection, theme: Any | None = None) -> bool:
    """Second readers of all forces: what they agree holds for every force. `theme` None: for all themes."""
    return any(
        each.role in SECOND_READERS
        and each.force_id is None
        and (each.theme_id is None or (theme is not None and each.theme_id == theme.pk))
        for each in coverage(user, inspection).assignments
    )


def can_note(user: User, inspection: Inspection, force: Force, theme: Any) -> bool:
    """Second readers note what they see on a force under a theme."""
    return coverage(user, inspection).may(SECOND_READERS, force.pk, theme.pk)


def can_list_places(user: User) -> bool:
    """Lead inspectors of any inspection and system admins keep the places of all forces."""
    leads_one = any(each.role in LEADERS for each in assignments_today(user))
    return leads_one or access.is_system_admin(user)


PLACE_LISTERS = Policy("lead inspectors and system admins", can_list_places)


def wrote(user: User, finding: Finding) -> bool:
    """Whether the present words are theirs: they drafted the finding, or they made its newest revision."""
    if finding.author_id == user.pk:
        return True
    newest = finding.revisions.order_by("-version").values_list("by", flat=True).first()
    return bool(newest == user.pk)


def _may(user: User, finding: Finding, roles: Iterable[str]) -> bool:
    return coverage(user, finding.inspection_id).may(roles, finding.force_id, finding.theme_id)


# The factual accuracy check

Capacity = Contact.Capacity
FORCE_READERS = frozenset({Capacity.LIAISON_OFFICER, Capacity.REVIEWER, Capacity.CHIEF_OFFICER, Capacity.STAFF_OFFICER})
FORCE_WRITERS = frozenset({Capacity.LIAISON_OFFICER, Capacity.REVIEWER})


def speaks_for(user: User, force: Force, capacities: Iterable[str]) -> bool:
    """Whether `user`, verified, speaks for the force today in one of the capacities."""
    return any(each.force_id == force.pk and each.capacity in capacities for each in contacts_today(user))


def leads(user: User, inspection: Inspection, force: Force) -> bool:
    """Lead inspectors issue, recall and close a force's check."""
    return coverage(user, inspection).may(LEADERS, force.pk)


def can_check(user: User, round: Round) -> bool:
    """Mark paragraphs as checked, write points. Chief officers and their staff read only."""
    return speaks_for(user, round.force, FORCE_WRITERS)


def can_submit(user: User, round: Round) -> bool:
    return speaks_for(user, round.force, {Capacity.LIAISON_OFFICER})


def can_withdraw(user: User, point: Point) -> bool:
    """Who wrote the point, while they write for their force, and who answers for them: the liaison officer."""
    return can_submit(user, point.round) or (point.author_id == user.pk and can_check(user, point.round))


def can_decide(user: User, point: Point) -> bool:
    """Lead inspectors and deciders; `is_barred` may still refuse the one at hand."""
    return coverage(user, point.round.inspection).may(AMENDERS, point.round.force_id)


def is_barred(user: User, point: Point) -> bool:
    return bool(why_barred(user, point))


def why_barred(user: User, point: Point) -> str:
    """Why they may not decide where the inspection asks for an independent decider; empty where they may.

    Independent is who neither wrote nor moderated the words as they were sent, and did no fieldwork in that force.
    """
    round = point.round
    if not round.inspection.independent_decider:
        return ""
    asks = "This inspection asks for an independent decider"
    if _did_fieldwork(user, round):
        return f"{asks}: you did fieldwork in {round.force}."
    paragraphs = [point.paragraph] if point.paragraph else list(round.paragraphs.select_related("finding", "national"))
    for paragraph in paragraphs:
        if _wrote_as_sent(user, paragraph):
            return f"{asks}: you wrote {paragraph.reference}."
        if user.pk == paragraph.moderated_by_id:
            return f"{asks}: you moderated {paragraph.reference}."
    return ""


def why_may_decide(user: User, point: Point) -> str:
    """The ground on which they may decide, in words for the screen."""
    round = point.round
    held = coverage(user, round.inspection)
    role = "you lead this inspection" if held.may(LEADERS, round.force_id) else "you are a decider of this inspection"
    if not round.inspection.independent_decider:
        return f"You may decide this: {role}"
    return f"You may decide this: {role}, did no fieldwork in {round.force}, and neither wrote nor moderated the words"


def _did_fieldwork(user: User, round: Round) -> bool:
    """An inspector of that force at any time, or somebody who gathered evidence there."""
    fieldwork = Assignment.objects.filter(inspection=round.inspection, user=user, role=Role.INSPECTOR)
    gathered = Evidence.objects.filter(inspection=round.inspection, force=round.force, created_by=user)
    return bool(fieldwork.filter(Q(force=None) | Q(force=round.force)).exists() or gathered.exists())


def _wrote_as_sent(user: User, paragraph: Paragraph) -> bool:
    """Whether they drafted these words or changed them otherwise than by an accepted point."""
    if paragraph.national:
        return bool(paragraph.national.revisions.filter(by=user, amendment=None).exists())
    assert paragraph.finding is not None  # noqa: S101
    if paragraph.finding.author_id == user.pk:
        return True
    return bool(paragraph.finding.revisions.filter(by=user, point=None).exists())


def _reads_drafts(user: User) -> bool:
    return any(each.capacity in FORCE_READERS for each in contacts_today(user))


#: The force's side of the check. What they show of which force is for the views to fetch through `for_force`.
FORCE_READER = Policy("force people who read drafts", _reads_drafts)
