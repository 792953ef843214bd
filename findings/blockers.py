"""How far one finding is, in words: its state, what it still lacks, and what it rests on."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from findings.models import Evidence, Finding, Round
from forces.models import Post, Region, RegionMembership
from hmic_core import clock
from hmic_core.models import User
from inspections.models import Inspection

State = Finding.State


ORDER = [State.DRAFT, State.READY, State.MODERATED, State.FINAL]


#: The states of a cell, least advanced first, as they stand in filters.
CELL_STATES = {
    "not_started": "Not started",
    "draft": "Draft",
    "ready": "Ready",
    "moderated": "Moderated",
    "final": "Final",
}


def with_evidence() -> Exists:
    """A condition on findings: at least one piece of evidence is linked."""
    return Exists(Evidence.objects.filter(findings=OuterRef("pk")))


def regions_of(forces: Iterable[UUID]) -> dict[UUID, Region]:
    """Today's region of each force, with its HM Inspector's name as `hmi`; a force without a known one is left out."""
    posts = Post.objects.on(clock.Today()).filter(kind=Post.Kind.HM_INSPECTOR, region=OuterRef("region"))
    holder = posts.order_by("-starts_on").values("person__name")[:1]
    on_today = RegionMembership.objects.on(clock.Today()).filter(force__in=list(forces)).select_related("region")
    found = {}
    for membership in on_today.annotate(hmi=Subquery(holder)):
        membership.region.hmi = membership.hmi
        found[membership.force_id] = membership.region
    return found


def latest_rounds(inspection: Inspection, user: User) -> dict[UUID, Round]:
    """The newest factual accuracy check of each force that `user` may see."""
    rounds = Round.objects.visible_to(user).filter(inspection=inspection).order_by("number")
    rounds = rounds.select_related("notice", "inspection", "force")
    return {each.force_id: each for each in rounds}


def missing(finding: Finding, *, evidence: int, recommended: bool) -> list[str]:
    """What a finding still lacks, in words. `recommended`: a recommendation answers it."""
    found = []
    if not evidence:
        found.append("No evidence linked")
    if not finding.basis:
        found.append("No basis for the force")
    if finding.kind == Finding.Kind.CAUSE_OF_CONCERN and not recommended:
        found.append("A cause of concern needs a recommendation")
    return found
