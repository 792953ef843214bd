"""What stands around a finding in its editor: its neighbours, its evidence, who may do what, what is in the way."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.text import Truncator

from findings import blockers, permissions, verdict
from findings.drafting import comments, panels, presence, threads
from findings.drafting.forms import CommentForm
from findings.models import Evidence, Finding, Round, WritingPreference
from findings.permissions import Coverage
from findings.quotes import anchors
from findings.states import allows
from hmic_core.accounts import access
from hmic_core.models import User
from hmic_core.text.markdown import plain_words, unwieldy

State = Finding.State


def context(finding: Finding, user: User, typed: str, kind: str) -> dict[str, Any]:
    """Everything that the editor's template needs but its form; `typed` and `kind` are what stands in it."""
    coverage = permissions.coverage(user, finding.inspection_id)
    siblings = theme_of(finding, user)
    place = next((i for i, each in enumerate(siblings) if each.pk == finding.pk), None)
    before = siblings[place - 1] if place else None
    after = siblings[place + 1] if place is not None and place + 1 < len(siblings) else None
    discussed = threads.of(finding)
    on_force = _evidence(finding, user)
    evidence = [each for each in on_force if each.linked]
    allowed = may(finding, user, coverage)
    return {
        "finding": finding,
        # The form whose words the other buttons of the page bring along.
        "main": "finding-form" if allowed["save"] else "",
        "aside_url": reverse("findings:finding-aside", args=[finding.pk]),
        "siblings": siblings,
        **_answers(finding, siblings),
        **writing(user),
        "threads": discussed,
        "open_threads": sum(each.open for each in discussed),
        "comment_form": CommentForm(people=comments.readers(finding), me=user),
        "others": presence.others(finding, user),
        "panels": panels.panels_for(finding, user),
        **_printed(typed, kind, discussed),
        "place": None if place is None else place + 1,
        "before": before,
        "after": after,
        "before_words": _end(before),
        "after_words": _beginning(after),
        "evidence": evidence,
        "other_evidence": [each for each in on_force if not each.linked],
        "missing": _missing(finding, siblings, len(evidence)),
        "to_settle": len(verdict.blocking([finding]).get(finding.pk, [])),
        "may": allowed,
    }


def sheet(finding: Finding, user: User, typed: str, kind: str) -> dict[str, Any]:
    """The finding as it would stand in the letter, by the letter's own renderer, between its neighbours."""
    siblings = theme_of(finding, user)
    place = next((i for i, each in enumerate(siblings) if each.pk == finding.pk), None)
    after = siblings[place + 1] if place is not None and place + 1 < len(siblings) else None
    return {
        **_printed(typed, kind, threads.of(finding)),
        "before_words": _end(siblings[place - 1] if place else None),
        "after_words": _beginning(after),
    }


def _printed(typed: str, kind: str, discussed: list[threads.Thread]) -> dict[str, Any]:
    """The words as the letter prints them, or why they are not laid out: too many would hold up the whole site."""
    problems = unwieldy(anchors.one_line_end(typed))
    html = "" if problems else anchors.marked(typed, threads.marks(discussed))
    return {"sheet_html": html, "sheet_problems": problems, "sheet_label": _label(kind)}


def writing(user: User) -> dict[str, Any]:
    """How the reader likes to write."""
    return {"shortcuts": not access.answer(user, _NO_SHORTCUTS)}


_NO_SHORTCUTS = "shortcuts off"


def ask_of_everybody() -> None:
    """Called once, at start-up."""
    off = WritingPreference.objects.filter(user=OuterRef("pk"), shortcuts=False)
    access.ask(_NO_SHORTCUTS, Exists(off))


def _label(kind: str) -> str:
    """What the letter prints above a finding of this kind; nothing above a plain one."""
    known = kind in Finding.Kind.values and kind != Finding.Kind.FINDING
    return str(Finding.Kind(kind).label) if known else ""


def _answers(finding: Finding, siblings: list[Finding]) -> dict[str, Any]:
    """A cause of concern and its recommendations, or a recommendation and the causes that it may answer."""
    concern, recommendation = Finding.Kind.CAUSE_OF_CONCERN, Finding.Kind.RECOMMENDATION
    others = [each for each in siblings if each.pk != finding.pk]
    return {
        "is_cause": finding.kind == concern,
        "is_recommendation": finding.kind == recommendation,
        "recommendations": [e for e in others if e.kind == recommendation and e.cause_id == finding.pk],
        "free_recommendations": [e for e in others if e.kind == recommendation and e.cause_id is None],
        "causes": [e for e in others if e.kind == concern],
        "cause": next((e for e in others if e.pk == finding.cause_id), None),
    }


def theme_of(finding: Finding, user: User) -> list[Finding]:
    """The findings of the same force and theme, in order, each with a few of its words."""
    found = list(
        Finding.objects.visible_to(user)
        .filter(force=finding.force_id, theme=finding.theme_id)
        .present()
        .select_related("theme")
        .annotate(supported=blockers.with_evidence())
        .in_order()
    )
    for each in found:
        each.words = beginning(each.text, 11)
        each.short_state = blockers.CELL_STATES[each.state]
    return found


def may(finding: Any, user: User, coverage: Coverage) -> dict[str, Any]:
    """Which buttons the editor shows, and the sentence that stands beside the one that is missing."""
    place = (finding.force_id, finding.theme_id)
    writes, reads = coverage.may(permissions.WRITERS, *place), coverage.may(permissions.SECOND_READERS, *place)
    leads = coverage.may(permissions.LEADERS, *place)
    own = user.pk in (finding.author_id, finding.saved_by)
    return {
        "save": writes and allows("save", finding),
        "ready": writes and allows("mark_ready", finding),
        "moderate": reads and not own and allows("moderate", finding),
        "send_back": reads and allows("send_back", finding),
        "move": writes and allows("move", finding),
        "remove": (leads or finding.author_id == user.pk) and allows("remove", finding),
        "make_final": leads and allows("make_final", finding) and check_closed(finding),
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
    recommended = any(e.kind == Finding.Kind.RECOMMENDATION and e.cause_id == finding.pk for e in siblings)
    return blockers.missing(finding, evidence=evidence, recommended=recommended)


def _end(finding: Finding | None) -> str:
    words = plain_words(finding.text).split() if finding else []
    return " ".join(["…", *words[-14:]]) if len(words) > 14 else " ".join(words)


def _beginning(finding: Finding | None) -> str:
    return beginning(finding.text, 14) if finding else ""
