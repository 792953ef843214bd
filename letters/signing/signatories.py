"""Who signs which letters, and who signs for them while they are away."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from forces.models import Force, Person, Post
from hmic_core import audit
from hmic_core.accounts import roles
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from inspections.models import ForceInScope, Inspection
from letters import permissions
from letters.models import Signatory


@transaction.atomic
def assign_signatory(
    inspection: Inspection,
    forces: Iterable[Force],
    *,
    person: Person,
    starts_on: dt.date,
    ends_on: dt.date | None,
    deputy: bool,
    by: User,
) -> list[Signatory]:
    """Let a person sign the letters of these forces between two days, in their own name or as a deputy.

    A new signatory ends the earlier one's time the day before; letters assembled before that have to be assembled
    again, since they are in the earlier one's name. Raises NotAllowed for a deputy without an end.
    """
    if not permissions.can_assign_signatories(by):
        raise NotAllowed("Only a publication admin assigns who signs.")
    if deputy and ends_on is None:
        raise NotAllowed("A deputy’s time always ends: enter the last day.")
    if person.user:
        roles.require_free(person.user, roles.Kind.SIGNATORY)
    in_scope = set(ForceInScope.objects.filter(inspection=inspection).values_list("force_id", flat=True))
    made = []
    for force in forces:
        if force.pk not in in_scope:
            raise NotAllowed(f"{force.name} is not part of this inspection.")
        if not deputy:
            _end_earlier(inspection, force, starts_on)
        title, region = _post_of(person, starts_on)
        made.append(
            Signatory.objects.create(
                inspection=inspection,
                force=force,
                person=person,
                post_title=title,
                region_name=region,
                starts_on=starts_on,
                ends_on=ends_on,
                is_deputy=deputy,
            )
        )
        audit.record(
            Action.SIGNATORY_ASSIGNED,
            by,
            made[-1],
            force=force.slug,
            person=person.pk,
            deputy=deputy,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    return made


def _end_earlier(inspection: Inspection, force: Force, starts_on: dt.date) -> None:
    earlier = Signatory.objects.on(starts_on).filter(inspection=inspection, force=force, is_deputy=False)
    for each in earlier.select_for_update():
        each.ends_on = starts_on - dt.timedelta(days=1)
        each.save(update_fields=["ends_on"])


def _post_of(person: Person, day: dt.date) -> tuple[str, str]:
    """The post and region under the person's name, as they are on that day."""
    posts = Post.objects.on(day).filter(person=person, kind=Post.Kind.HM_INSPECTOR).select_related("region")
    post = posts.order_by("-starts_on").first()
    if post is None:
        return "HM Inspector of Constabulary", ""
    return post.title, post.region.name if post.region else ""
