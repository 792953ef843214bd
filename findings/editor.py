"""What stands around a finding in its editor: its neighbours, its evidence, who may do what, what is in the way."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.text import Truncator

from findings import panels, permissions, progress, workflow
from findings.models import Evidence, Finding, Revision, Round
from findings.permissions import Coverage
from hmic_core.models import User
from hmic_core.text import plain_words

State = Finding.State


def context(finding: Finding, user: User) -> dict[str, Any]:
    """Everything that the editor's template needs but its form."""
    coverage = permissions.coverage(user, finding.inspection_id)
    siblings = theme_of(finding, user)
    place = next((i for i, each in enumerate(siblings) if each.pk == finding.pk), None)
    before = siblings[place - 1] if place else None
    after = siblings[place + 1] if place is not None and place + 1 < len(siblings) else None
    last: Revision | None = finding.revisions.select_related("by").order_by("-version").first()
    on_force = _evidence(finding, user)
    evidence = [each for each in on_force if each.linked]
    return {
        "finding": finding,
        "siblings": siblings,
        "place": None if place is None else place + 1,
        "before": before,
        "after": after,
        "before_words": _end(before),
        "after_words": _beginning(after),
        "last": last,
        "evidence": evidence,
        "other_evidence": [each for each in on_force if not each.linked],
        "missing": _missing(finding, siblings, len(evidence)),
        "may": may(finding, user, coverage, last),
        "panels": panels.panels_for(finding, user),
    }


def theme_of(finding: Finding, user: User) -> list[Finding]:
    """The findings of the same force and theme, in order, each with a few of its words."""
    found = list(
        Finding.objects.visible_to(user)
        .filter(force=finding.force_id, theme=finding.theme_id)
        .present()
        .select_related("theme")
        .annotate(supported=progress.with_evidence())
        .in_order()
    )
    for each in found:
        each.words = beginning(each.text, 11)
        each.short_state = progress.CELL_STATES[each.state]
    return found


def may(finding: Finding, user: User, coverage: Coverage, last: Revision | None) -> dict[str, Any]:
    """Which buttons the editor shows, and the sentence that stands beside the one that is missing."""
    place = (finding.force_id, finding.theme_id)
    writes, reads = coverage.may(permissions.WRITERS, *place), coverage.may(permissions.SECOND_READERS, *place)
    leads = coverage.may(permissions.LEADERS, *place)
    own = user.pk in (finding.author_id, last.by_id if last else None)
    return {
        "save": writes and workflow.allows("save", finding),
        "ready": writes and workflow.allows("mark_ready", finding),
        "moderate": reads and not own and workflow.allows("moderate", finding),
        "send_back": reads and workflow.allows("send_back", finding),
        "remove": (leads or finding.author_id == user.pk) and workflow.allows("remove", finding),
        "make_final": leads and workflow.allows("make_final", finding) and check_closed(finding),
        "link": writes and finding.state != State.REMOVED,
        "why_not": _why_not(finding, user, reads, own),
    }


def check_closed(finding: Finding) -> bool:
    """Whether the force's factual accuracy check of this inspection has been closed."""
    rounds = Round.objects.filter(inspection=finding.inspection_id, force=finding.force_id)
    return bool(rounds.filter(state=Round.State.CLOSED).exists())


def beginning(text: str, words: int) -> str:
    """The first words of a Markdown text, plain."""
    return Truncator(plain_words(text)).words(words, truncate=" …")


def _why_not(finding: Finding, user: User, reads: bool, own: bool) -> str:
    if finding.state != State.READY or not (reads or own):
        return ""
    if finding.author_id == user.pk:
        return "You drafted this finding, so somebody else reads it."
    return "You changed its words last, so somebody else reads it." if own else ""


def _evidence(finding: Finding, user: User) -> list[Any]:
    """All evidence on the finding's force, with its files and whether it is `linked`."""
    on_force = Evidence.objects.visible_to(user).filter(inspection=finding.inspection_id, force=finding.force_id)
    links = Finding.evidence.through._default_manager.filter(finding=finding.pk, evidence=OuterRef("pk"))
    return list(on_force.with_files().annotate(linked=Exists(links)).order_by("number"))


def _missing(finding: Finding, siblings: list[Finding], evidence: int) -> list[str]:
    recommended = any(each.kind == Finding.Kind.RECOMMENDATION for each in siblings)
    return progress.missing(finding, evidence=evidence, recommended=recommended)


def _end(finding: Finding | None) -> str:
    words = plain_words(finding.text).split() if finding else []
    return " ".join(["…", *words[-14:]]) if len(words) > 14 else " ".join(words)


def _beginning(finding: Finding | None) -> str:
    return beginning(finding.text, 14) if finding else ""
