"""The proof of embargo of one release: what was frozen, who could see it from when, what was done before the instant.

Read from the rows that the verbs wrote and from the audit trail, whose head closes it: whoever kept an earlier head can
check that nothing before it was changed (docs/audit.md). It holds hashes, names and times, and no word of an item.
"""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.fields.json import KT

from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.clock import ClockTimestamp
from hmic_core.models import AuditEntry, AuditLink
from inspections.models import Release, ReleaseItem
from letters.models import Copy, Letter

#: What somebody did with an embargoed text.
SEEN = (
    Action.LETTER_VIEWED,
    Action.LETTER_DOWNLOADED,
    Action.REPORT_DOWNLOADED,
    Action.EMBARGO_ACKNOWLEDGED,
    Action.BREAK_GLASS_USED,
)


def of(release: Release) -> dict[str, Any]:
    """Everything, as plain data. Eight queries, however many letters."""
    head = AuditLink.objects.order_by("-seq").values("seq", "hash", now=ClockTimestamp()).first()
    head = head or {"seq": 0, "hash": "", "now": clock.now()}
    items = list(release.items.select_related("force").order_by("position", "force__name", "proposed_at"))
    copies = _copies(release)
    entries = _entries(release, [each.pk for each in (*items, *copies)])
    late = release.released_at - release.embargo_until if release.released_at and release.embargo_until else None
    return {
        "release": {
            "title": release.title,
            "state": release.get_state_display(),
            "instant": release.embargo_until,
            "wall_time": release.embargo_wall_time,
            "zone": release.embargo_zone,
            "scheduled_by": _name(release.scheduled_by),
            "scheduled_at": release.scheduled_at,
            "locked_by": _name(release.sealed_by),
            "locked_at": release.sealed_at,
            "approved_by": _name(release.approved_by),
            "approved_at": release.approved_at,
            "installation": release.approved_installation,
            "recorded_at": release.released_at,
            "recorded_seconds_after": None if late is None else round(late.total_seconds(), 3),
        },
        "items": _items(items),
        "moves": [
            {"at": each.at, "from": each.old_instant, "to": each.new_instant, "why": each.reason, "by": each.by.name}
            for each in release.changes.select_related("by").order_by("at")
        ],
        "first_response": _first_response(entries),
        "access": _access(copies),
        "grants": _grants(release),
        "before": _before(entries),
        "refused": _refused(entries),
        "chain": {"entries": head["seq"], "head": head["hash"]},
        "made_at": head["now"],
    }


def _name(user: object) -> str:
    return str(user) if user else ""


def _items(rows: list[ReleaseItem]) -> list[dict[str, Any]]:
    return [
        {
            "kind": item.get_kind_display(),
            "force": item.force.name if item.force else "",
            "state": item.get_state_display(),
            "content_sha256": item.content_hash,
            "file_sha256": item.file_hash,
        }
        for item in rows
    ]


def _copies(release: Release) -> list[Copy]:
    copies = Copy.objects.filter(letter__release=release).select_related("letter__force", "contact")
    return list(copies.prefetch_related("acknowledgements").order_by("letter__force__name", "number"))


def _access(copies: list[Copy]) -> list[dict[str, Any]]:
    """Every copy that was issued: to whom, why, from when until when, and when they accepted the embargo."""
    return [
        {
            "who": copy.contact.name,
            "force": copy.letter.force.name,
            "why": copy.reason,
            "issued": copy.issued_at,
            "from": copy.not_before,
            "ended": copy.recalled_at or copy.superseded_at,
            "ended_because": "recalled" if copy.recalled_at else "superseded" if copy.superseded_at else "",
            "copy": copy.number,
            "accepted": [each.at for each in copy.acknowledgements.all()],
        }
        for copy in copies
    ]


def _first_response(entries: list[AuditEntry]) -> dict[str, Any] | None:
    """What the public website answered first, as `publication.evidence.first_response` saw it from outside."""
    seen = next((entry for entry in entries if entry.action == Action.RELEASE_ANSWERED), None)
    if seen is None:
        return None
    said = {name: seen.facts[name] for name in ("path", "sha256", "as_frozen")}
    return {"at": seen.at, "seconds_after": seen.facts["late_seconds"], **said}


def _grants(release: Release) -> list[dict[str, Any]]:
    """Whoever of the system admins was given sight of it, why, by whom, until when."""
    return [
        {
            "who": each.holder.name,
            "why": each.reason,
            "by": each.given_by.name,
            "from": each.given_at,
            "until": each.until,
            "ended": each.ended_at,
        }
        for each in release.break_glass_grants.select_related("holder", "given_by").order_by("given_at")
    ]


def _entries(release: Release, items_and_copies: list[UUID]) -> list[AuditEntry]:
    """What the audit trail says of it, in order: before the instant every view, download and refused request for an
    address that names the release, an item, a letter or a copy; after it the first public response.
    """
    letters = list(Letter.objects.ever_of(release).values_list("pk", flat=True))
    before = Q(at__lt=release.embargo_until or clock.now())
    of_letters = Q(subject_type="letters.letter", subject_id__in=[str(key) for key in letters])
    seen = Q(action__in=SEEN) & (of_letters | Q(subject_id=str(release.pk)))
    named = Q()
    for key in (release.pk, *letters, *items_and_copies):
        named |= Q(asked__contains=str(key))
    refused = Q(action=Action.ACCESS_REFUSED) & named
    answered = Q(action=Action.RELEASE_ANSWERED, subject_id=str(release.pk))
    # As text: asked of the JSON itself, "contains" is true for the whole address only.
    rows = AuditEntry.objects.annotate(asked=KT("facts__path")).filter((before & (seen | refused)) | answered)
    return list(rows.select_related("actor").order_by("id"))


def _before(entries: list[AuditEntry]) -> list[dict[str, Any]]:
    return [
        {
            "at": entry.at,
            "what": str(Action(entry.action).label),
            "who": _name(entry.actor),
            "force": entry.force_slug,
            "address": entry.address,
            "sha256": entry.facts.get("sha256", ""),
        }
        for entry in entries
        if entry.action in SEEN
    ]


def _refused(entries: list[AuditEntry]) -> list[dict[str, Any]]:
    return [
        {"at": entry.at, "who": _name(entry.actor), "path": entry.facts.get("path", ""), "address": entry.address}
        for entry in entries
        if entry.action == Action.ACCESS_REFUSED
    ]
