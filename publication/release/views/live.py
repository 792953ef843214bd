"""The live view: a countdown by the database's clock, what was done, what comes. Publication does not need it."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hmic_core import clock, heartbeats
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.audit import Action
from hmic_core.models import AuditEntry, Notice
from inspections.models import Release, ReleaseItem
from publication import addresses
from publication.fetching import CONFIDENTIAL, get_release
from publication.readiness.checks import TRIGGERS
from publication.release import status
from publication.states import State, frozen_from, is_missed, is_public

Kind = ReleaseItem.Kind


@dataclass(frozen=True)
class Moment:
    """One entry of the evening's order; `at` is an instant, or words for what follows the instant."""

    heading: str
    at: dt.datetime | str
    stage: str
    words: str = ""
    label: str = ""


@require_safe
@policy(PUBLICATION_ADMIN)
def release_live(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    page = {
        **_live(found),
        "crumbs": [("Releases", "/releases/"), (found.title, f"/releases/{found.pk}/"), ("Live view", "")],
    }
    return render(request, "publication/release_live.html", page)


@require_safe
@policy(PUBLICATION_ADMIN)
def live_band(request: HttpRequest, release: UUID) -> HttpResponse:
    return render(request, "publication/_live_band.html", _live(get_release(request, release)))


@require_safe
@policy(PUBLICATION_ADMIN)
def live_now(request: HttpRequest, release: UUID) -> HttpResponse:
    return render(request, "publication/_live_now.html", _live(get_release(request, release)))


def _live(release: Release) -> dict[str, Any]:
    """Everything on the page, as it is at this moment by the database's clock."""
    now = clock.now()
    public = is_public(release, now)
    freeze = frozen_from(release)
    items = list(release.items.select_related("force").order_by("position", "force__name"))
    active = [item for item in items if item.state == ReleaseItem.State.ACTIVE and item.kind != Kind.NOTICE]
    left = Counter(item.get_state_display() for item in items if item.state != ReleaseItem.State.ACTIVE)
    words, tone = status.label(release, now)
    notices_of = Q(release=release) | Q(release__notice_of=release)
    return {
        "release": release,
        "now": now,
        "public": public,
        "missed": is_missed(release, now),
        "words": words,
        "tone": tone,
        "can_hold": release.state == State.APPROVED and freeze is not None and now < freeze,
        "freeze": freeze,
        "holding": status.contents(release),
        "moments": _moments(release, now),
        "items": items,
        "active": len(active),
        "left": left.most_common(),
        "opened": ReleaseItem.objects.public().filter(release=release).exclude(kind=Kind.NOTICE).count(),
        "notices": ReleaseItem.objects.public().filter(notices_of, kind=Kind.NOTICE).count(),
        "addresses": len(addresses.of(release)),
        "first": next((address for address in addresses.of(release)), None),
        "ages": [(TRIGGERS[name], age) for name, age in heartbeats.ages().items() if name in TRIGGERS],
        "unsent": Notice.objects.filter(sent_at=None, event__contains=str(release.pk)).count(),
        "confidence": "" if public else CONFIDENTIAL,
    }


def _moments(release: Release, now: dt.datetime) -> list[Moment]:
    """Approved, now, the freeze, the instant, its record: in order, done or to come."""
    instant, freeze = release.embargo_until, frozen_from(release)
    if instant is None or freeze is None:
        return [Moment("Not scheduled", "", "next", "This release has no instant yet.")]
    public = is_public(release, now)
    passed = public or instant <= now
    entries = (
        [Moment("Approved", release.approved_at, "done", str(release.approved_by), "Done")]
        if release.approved_at
        else []
    )
    if release.state == State.HELD:
        entries.append(Moment("Held", _held_at(release) or now, "done", release.state_reason, "Done"))
    here = Moment("Now", now, "now", _now_words(release, public, passed))
    closing = Moment(
        "Hold and reschedule close",
        freeze,
        "done" if freeze <= now else "next",
        "Only Withdraw from here on",
        "Done" if freeze <= now else "To come",
    )
    opening = Moment(
        "Public",
        instant,
        "done" if public else "key",
        "Everything in the same instant, by the database’s clock. No job has to run for it.",
        "Done" if public else "Missed" if passed else "To come",
    )
    recorded = _recorded(release, instant)
    ordered = [closing, opening]
    before = [entry for entry in ordered if isinstance(entry.at, dt.datetime) and entry.at <= now]
    after = [entry for entry in ordered if entry not in before]
    tail = [recorded, here] if release.released_at else [here, *after, recorded]
    return [*entries, *before, *tail]


def _recorded(release: Release, instant: dt.datetime) -> Moment:
    if release.released_at is None:
        words = "Time kept, audit written, notices queued by whichever trigger comes first"
        return Moment("Recorded", "+ 1 s", "next", words, "To come")
    late = (release.released_at - instant).total_seconds()
    return Moment("Recorded", release.released_at, "done", f"{late:.3f} s after the instant", "Done")


def _now_words(release: Release, public: bool, passed: bool) -> str:
    if public:
        return "Everything is public."
    if release.state == State.HELD:
        return "On hold: nothing appears until somebody resumes it or gives it another time."
    if passed:
        return "The instant has passed and nothing became public. It needs a new time."
    if release.state == State.APPROVED:
        return "Nothing to do. Stay on this page or close it: publication does not need it."
    return "Not approved: nothing will become public until it is."


def _held_at(release: Release) -> dt.datetime | None:
    entries = AuditEntry.objects.filter(subject_id=str(release.pk), action=Action.RELEASE_HELD)
    return entries.order_by("-id").values_list("at", flat=True).first()
