"""Setting up an inspection: what it is called, when it is, how its checks run, and in which state it is.

Each verb locks the inspection, asks who may, and writes its audit entry in the same transaction. The audit trail says
which fields changed, not what they say: an inspection that no force has been told of is not public either.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from forces.models import Contact, Force
from hmic_core import audit, clock, confirming, notices
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import Notice, User
from inspections import permissions, usage
from inspections.locking import differs, lock, shown, stamp, stands
from inspections.models import FormerTitle, Inspection, Release, StageDeadline
from inspections.setup import copying, people
from inspections.states import TRANSITIONS, WITH_REASON, WORDS

State = Inspection.State

DETAILS = (
    "title",
    "short_title",
    "kind",
    "fieldwork_from",
    "fieldwork_until",
    "fieldwork_words",
    "opening",
    "contact_name",
    "contact_telephone",
    "report_title",
    "follow_up_title",
    "follow_up_due",
    "follow_up_text",
    "updates_invited",
)
CHECK = (
    "check_days",
    "check_hour",
    "second_look_days",
    "more_evidence_days",
    "independent_decider",
    "deciders_shown",
    "differences_printed",
)
FIELDWORK = ("fieldwork_from", "fieldwork_until", "fieldwork_words")
#: These would be taken for other addresses.
RESERVED = frozenset({"criteria", "evidence", "findings", "letters", "new", "refused-saves", "results"})
#: Working days.
LONGEST_CHECK, LONGEST_ANSWER = 60, 20


@transaction.atomic
def create_inspection(
    *,
    title: str,
    short_title: str,
    kind: str,
    by: User,
    lead: User | None = None,
    copy_from: Inspection | None = None,
    copy: Iterable[str] = (),
) -> Inspection:
    """Begin an inspection, planned and seen by nobody but its lead. `copy` names parts of `copy_from`: see `copying`.

    A lead inspector leads it themselves unless they name somebody; a publication admin names a lead, never themselves,
    since whoever releases does not also draft.
    """
    if not permissions.can_create(by):
        raise NotAllowed("Lead inspectors and publication admins set up inspections.")
    leads = permissions.leads_one(by)
    if not leads and lead in (None, by):
        raise NotAllowed("Name the lead inspector. It can’t be you: whoever publishes does not lead an inspection.")
    if copy_from and not Inspection.objects.visible_to(by).filter(pk=copy_from.pk).exists():
        raise NotAllowed("That inspection can’t be copied. Choose one from the list.")
    title, short_title = _words(title, "Enter the title."), _words(short_title, "Enter the short title.")
    inspection = Inspection.objects.create(
        title=title, short_title=short_title, slug=_free_slug(short_title), kind=kind
    )
    audit.record(Action.INSPECTION_CREATED, by, inspection, copied_from=copy_from.pk if copy_from else None)
    people.appoint_lead(inspection, lead or by, by=by)
    if copy_from:
        copying.copy(copy_from, inspection, list(copy), by=by)
    return inspection


@transaction.atomic
def save_details(
    inspection: Inspection, *, seen: str, by: User, was_known: bool | None = None, **values: Any
) -> Inspection:
    """Keep new details, or new rules of the check. `seen`: `stamp` of what was shown.

    With a new title, `was_known` says whether the inspection was known by the present one: it is then a former title,
    which letters and public pages name. Raises NotAllowed where nobody said, `Stale` when somebody saved in between.
    """
    inspection = lock(inspection, by)
    if unknown := set(values) - {*DETAILS, *CHECK}:
        raise ValueError(f"not for this verb: {unknown}")
    before = shown(inspection, values)
    if not differs(before, values, seen):
        return inspection
    _check_details({**shown(inspection, (*DETAILS, *CHECK)), **values})
    if "title" in values and values["title"] != inspection.title:
        _keep_title(inspection, was_known)
    for name, value in values.items():
        setattr(inspection, name, value)
    inspection.save(update_fields=list(values))
    changed = [name for name in values if before[name] != values[name]]
    known = was_known if "title" in changed else None
    audit.record(Action.INSPECTION_CHANGED, by, inspection, fields=sorted(changed), was_known=known)
    return inspection


@transaction.atomic
def save_deadlines(inspection: Inspection, *, seen: str, by: User, due: Mapping[str, dt.datetime | None]) -> None:
    """Keep by when each stage is done; None takes a deadline away. The stages go in their order."""
    inspection = lock(inspection, by)
    before = deadlines(inspection)
    after = {stage: due.get(stage) for stage in StageDeadline.Stage.values}
    if not differs(before, after, seen):
        return
    given = [(str(StageDeadline.Stage(stage).label), moment) for stage, moment in after.items() if moment]
    for (earlier, first), (later, second) in pairwise(given):
        if first > second:
            raise NotAllowed(f"“{later}” can’t be due before “{earlier}”. Change one of them.")
    StageDeadline.objects.filter(inspection=inspection).delete()
    StageDeadline.objects.bulk_create(
        StageDeadline(inspection=inspection, stage=stage, due_at=moment) for stage, moment in after.items() if moment
    )
    audit.record(Action.INSPECTION_CHANGED, by, inspection, fields=["deadlines"], deadlines=after)


def deadlines(inspection: Inspection) -> dict[str, dt.datetime | None]:
    """Each stage with its deadline, or None."""
    known = dict(inspection.deadlines.values_list("stage", "due_at"))
    return {stage: known.get(stage) for stage in StageDeadline.Stage.values}


@confirming.shows("notify_forces")
def told_shown(inspection: Inspection) -> confirming.Facts:
    """What the forces would be told of, and who would be told."""
    values = shown(inspection, FIELDWORK)
    about = {f"“{name.replace('_', ' ')}”": str(value or "") for name, value in values.items()}
    return {**about, **dict.fromkeys(told(inspection), "is told")}


def told(inspection: Inspection) -> list[str]:
    """Each force with the liaison officer who would be told, by name."""
    contacts = _officers(inspection).select_related("user", "force").order_by("force__name", "user__name")
    return list(dict.fromkeys(f"{each.force}: {each.user}" for each in contacts))


@transaction.atomic
def notify_forces(inspection: Inspection, *, by: User) -> tuple[int, list[Force]]:
    """Tell the forces in scope of the fieldwork: from now on each sees it on its own page.

    Returns how many people were told, and the forces with nobody to tell. Other dates later are told again; the same
    ones are not.
    """
    inspection = lock(inspection, by)
    confirming.compare("notify_forces", inspection)
    if not (inspection.fieldwork_from or inspection.fieldwork_words):
        raise NotAllowed("Enter when the fieldwork is first: that is what the forces are told.")
    event = f"fieldwork_planned:{inspection.pk}:{stamp(shown(inspection, FIELDWORK))[:12]}"
    if Notice.objects.filter(event=event).exists():
        raise NotAllowed("The forces have been told of these dates already.")
    officers = _liaison_officers(inspection)
    if not officers:
        raise NotAllowed("No force in scope has a verified liaison officer to tell. Add forces, or have one verified.")
    for user in officers.values():
        notices.queue(
            user,
            event,
            subject="HMIC plans fieldwork in your force",
            body="HMIC is planning an inspection that includes your force. What it is called and when its fieldwork "
            "is planned are on the page.",
            link=reverse("inspections:fieldwork"),
        )
    inspection.notified_at = clock.now()
    inspection.save(update_fields=["notified_at"])
    audit.record(Action.INSPECTION_NOTIFIED, by, inspection, people=len(officers))
    told = {contact for contact, _ in officers}
    return len(officers), [force for force in inspection.forces.all() if force.pk not in told]


@transaction.atomic
def move_state(inspection: Inspection, verb: str, *, by: User, reason: str = "") -> Inspection:
    """One step of the state table. Stepping back and cancelling need a reason."""
    inspection = lock(inspection, by, even_if_over=verb == "step_back")
    after = TRANSITIONS[verb].get(inspection.state)
    if after is None:
        raise NotAllowed(f"“{WORDS[verb][0]}” can’t be done: the inspection is {stands(inspection)}.")
    if verb in WITH_REASON and not reason.strip():
        raise NotAllowed("Say why, so that everybody assigned knows.")
    if verb == "cancel" and _released_soon(inspection):
        raise NotAllowed("A release of this inspection is scheduled or out. Cancel or withdraw the release first.")
    if said := usage.against(inspection, verb):
        raise NotAllowed(said)
    before, inspection.state, inspection.state_reason = inspection.state, after, reason.strip()[:500]
    inspection.save(update_fields=["state", "state_reason"])
    audit.record(Action.INSPECTION_MOVED, by, inspection, verb=verb, before=before, after=after, reason=reason.strip())
    return inspection


def _released_soon(inspection: Inspection) -> bool:
    over = [Release.State.DRAFT, Release.State.CANCELLED]
    return inspection.releases.exclude(state__in=over).exists()


def _keep_title(inspection: Inspection, was_known: bool | None) -> None:
    if was_known is None:
        raise NotAllowed("Say whether the inspection was known by its present title.")
    if was_known and not inspection.former_titles.filter(title=inspection.title).exists():
        FormerTitle.objects.create(inspection=inspection, title=inspection.title, ended_at=clock.now())


def _check_details(values: Mapping[str, Any]) -> None:
    _words(values["title"], "Enter the title.")
    _words(values["short_title"], "Enter the short title.")
    first, last = values["fieldwork_from"], values["fieldwork_until"]
    if first and last and last < first:
        raise NotAllowed("Fieldwork can’t end before it begins. Change one of the dates.")
    if not all(1 <= values[name] <= LONGEST_CHECK for name in ("check_days", "second_look_days", "more_evidence_days")):
        raise NotAllowed(f"Give a force between 1 and {LONGEST_CHECK} working days.")
    if values["more_evidence_days"] > LONGEST_ANSWER:
        raise NotAllowed(f"Give a force at most {LONGEST_ANSWER} working days to answer.")
    if not 0 <= values["check_hour"] <= 23:
        raise NotAllowed("Enter the hour as a number from 0 to 23.")


def _words(words: str, otherwise: str) -> str:
    if not words.strip():
        raise NotAllowed(otherwise)
    return words.strip()


def _free_slug(short_title: str) -> str:
    base = slugify(short_title)[:70] or "inspection"
    taken = {*RESERVED, *Inspection.objects.filter(slug__startswith=base).values_list("slug", flat=True)}
    return next(
        slug for number in range(1, 10_000) if (slug := base if number == 1 else f"{base}-{number}") not in taken
    )


def _liaison_officers(inspection: Inspection) -> dict[tuple[Any, Any], User]:
    """(force, person) -> the verified liaison officer to tell."""
    return {(each.force_id, each.user_id): each.user for each in _officers(inspection).select_related("user")}


def _officers(inspection: Inspection) -> Any:
    """The verified liaison officers of the forces in scope who can sign in today."""
    return Contact.objects.on(clock.today()).filter(
        force__scope__inspection=inspection,
        capacity=Contact.Capacity.LIAISON_OFFICER,
        verified_at__isnull=False,
        user__is_active=True,
    )
