"""The proof of embargo of one release: what was frozen, who could see it from when, what was done before the instant.

Read from the rows that the verbs wrote and from the audit trail, whose head closes it: whoever kept an earlier head can
check that nothing before it was changed (docs/audit.md). It holds hashes, names and times, and no word of an item.
"""

import datetime as dt
from typing import Any

from django.db.models import CharField, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.models import AuditEntry, AuditLink
from inspections.models import Release
from letters.models import Copy, Letter

#: What somebody did with an embargoed text.
SEEN = (
    Action.LETTER_VIEWED,
    Action.LETTER_DOWNLOADED,
    Action.REPORT_DOWNLOADED,
    Action.EMBARGO_ACKNOWLEDGED,
)


def of(release: Release) -> dict[str, Any]:
    """Everything, as plain data. About eight queries, however many letters."""
    head = AuditLink.objects.order_by("-seq").values("seq", "hash").first() or {"seq": 0, "hash": ""}
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
        "items": _items(release),
        "moves": [
            {"at": each.at, "from": each.old_instant, "to": each.new_instant, "why": each.reason, "by": each.by.name}
            for each in release.changes.select_related("by").order_by("at")
        ],
        "access": _access(release),
        "before": _before(release),
        "refused": _refused(release),
        "chain": {"entries": head["seq"], "head": head["hash"]},
        "made_at": clock.now(),
    }


def _name(user: object) -> str:
    return str(user) if user else ""


def _items(release: Release) -> list[dict[str, Any]]:
    rows = release.items.select_related("force").order_by("position", "force__name", "proposed_at")
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


def _access(release: Release) -> list[dict[str, Any]]:
    """The pre-release list: who, for which force, why, from when, and when they accepted the embargo."""
    copies = Copy.objects.filter(letter__release=release).select_related("letter__force", "contact")
    rows = copies.prefetch_related("acknowledgements").order_by("letter__force__name", "number")
    return [
        {
            "who": copy.contact.name,
            "force": copy.letter.force.name,
            "why": copy.reason,
            "from": copy.not_before,
            "copy": copy.number,
            "accepted": [each.at for each in copy.acknowledgements.all()],
        }
        for copy in rows
    ]


def _before(release: Release) -> list[dict[str, Any]]:
    """Every view and download before the instant, from the audit trail."""
    letters = Letter.objects.filter(release=release).annotate(key=Cast("pk", CharField())).values("key")
    seen = AuditEntry.objects.filter(action__in=SEEN, subject_type="letters.letter", subject_id__in=letters)
    return [
        {
            "at": entry.at,
            "what": str(Action(entry.action).label),
            "who": _name(entry.actor),
            "force": entry.force_slug,
            "address": entry.address,
            "sha256": entry.facts.get("sha256", ""),
        }
        for entry in _until(seen, release).select_related("actor").order_by("id")
    ]


def _refused(release: Release) -> list[dict[str, Any]]:
    """Every refused request before the instant for an address that names the release, an item, a letter or a copy."""
    letters = list(Letter.objects.filter(release=release).values_list("pk", flat=True))
    copies = list(Copy.objects.filter(letter__in=letters).values_list("pk", flat=True))
    wanted = Q()
    for key in (release.pk, *release.items.values_list("pk", flat=True), *letters, *copies):
        wanted |= Q(asked__contains=str(key))
    # As text: asked of the JSON itself, "contains" is true for the whole address only.
    refused = AuditEntry.objects.filter(action=Action.ACCESS_REFUSED).annotate(asked=KT("facts__path")).filter(wanted)
    return [
        {"at": entry.at, "who": _name(entry.actor), "path": entry.facts.get("path", ""), "address": entry.address}
        for entry in _until(refused, release).select_related("actor").order_by("id")
    ]


def _until(entries: Any, release: Release) -> Any:
    until: dt.datetime = release.embargo_until or clock.now()
    return entries.filter(at__lt=until)
