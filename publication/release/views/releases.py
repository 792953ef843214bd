"""The list of releases, a new one, and the page of one release with its readiness and letters."""

import datetime as dt
import time
from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hmic_core import clock
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.clock import LONDON
from hmic_core.errors import NotAllowed
from inspections.models import Inspection, Release, ReleaseItem
from inspections.readiness import Outcome
from letters.copies import recipients
from publication import addresses, states
from publication.fetching import CONFIDENTIAL, get_release, person
from publication.permissions import why_not_approve
from publication.readiness import checks as readiness_checks
from publication.readiness import runs
from publication.release import status, workflow
from publication.release.forms import ApproveForm, ReleaseForm
from publication.states import State, is_missed, is_public


@require_safe
@policy(PUBLICATION_ADMIN)
def release_list(request: HttpRequest) -> HttpResponse:
    """Every release, what is to come first."""
    now = clock.now()
    rows = status.listed(Release.objects.visible_to(person(request)).filter(is_archive=False))
    page = Paginator(rows.order_by("-embargo_until", "-created_at"), 50).get_page(request.GET.get("page"))
    for release in page.object_list:
        release.words, release.tone = status.label(release, now)  # type: ignore[attr-defined]
        release.is_next = release.tone in ("approved", "sealed") and not is_public(release, now)  # type: ignore[attr-defined]
    return render(request, "publication/release_list.html", {"page": page, "now": now})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def release_new(request: HttpRequest) -> HttpResponse:
    inspections = Inspection.objects.visible_to(person(request)).order_by("title")
    first = inspections.exclude(state=Inspection.State.CLOSED).first()
    given = {"inspection": request.GET.get("inspection") or (first and first.pk), "title": first and first.short_title}
    form = ReleaseForm(request.POST or None, inspections=inspections, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            release = workflow.create_release(by=person(request), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error("title", refusal.sentence)
        else:
            return redirect("publication:release-schedule", release.pk)
    crumbs = [("Releases", "/releases/"), ("New release", "")]
    return render(request, "publication/release_new.html", {"form": form, "crumbs": crumbs})


@require_safe
@policy(PUBLICATION_ADMIN)
def release_show(request: HttpRequest, release: UUID) -> HttpResponse:
    return show(request, get_release(request, release))


def show(request: HttpRequest, release: Release, form: ApproveForm | None = None, status: int = 200) -> HttpResponse:
    """The page of a release; `form` is an approval that was not complete."""
    if release.is_archive:
        return redirect("archive:archive-show", release.pk)
    return render(request, "publication/release_show.html", context(request, release, form), status=status)


def context(request: HttpRequest, release: Release, form: ApproveForm | None = None) -> dict[str, Any]:
    user = person(request)
    now = getattr(release, "clock", None) or clock.now()  # as `get_release` read it
    release.clock_read = (now, time.time())  # type: ignore[attr-defined]
    rows = release.items.defer("content").annotate(signed=KT("content__signed_hash")).select_related("force")
    items = list(rows.order_by("position", "force__name"))
    release.items_read = items  # type: ignore[attr-defined]
    moves, said = status.history(release)
    kinds = Counter(item.kind for item in items if item.state == ReleaseItem.State.ACTIVE)
    reason = why_not_approve(user, release)
    words, tone = status.label(release, now)
    found: dict[str, Any] = {
        "release": release,
        "now": now,
        "short_instant": release.embargo_until and f"{release.embargo_until.astimezone(LONDON):%A %H:%M %Z}",
        "late": release.released_at and release.embargo_until and (release.released_at - release.embargo_until),
        "words": words,
        "tone": tone,
        "state": states.standing(release, now).value,
        "missed": is_missed(release, now),
        "public": is_public(release, now),
        "changes": moves,
        "steps": status.steps(release, now, approver=not reason),
        "announcements": said,
        "waiting": [item for item in items if item.state == ReleaseItem.State.PROPOSED],
        "why_not": reason,
        "confidence": "" if is_public(release, now) else CONFIDENTIAL,
        "crumbs": [("Releases", "/releases/"), (release.title, "")],
        "contact": _contact(release),
    }
    if release.state in (State.DRAFT, State.SCHEDULED, State.SEALED, State.APPROVED, State.HELD):
        found.update(_readiness(release, form, now))
    if release.state == State.SEALED and not reason:
        found["receivers"] = recipients.how_many_get_copies(release)
    found["holding"] = status.contents(release, kinds)
    found["verbs"] = status.verbs(release, now, found["holding"])
    if found["public"]:
        found["addresses"] = addresses.of_items(items)
    return found


def _readiness(release: Release, form: ApproveForm | None, now: dt.datetime) -> dict[str, Any]:
    results = [] if release.state == State.DRAFT else readiness_checks.run(release)
    counts = {outcome.value: sum(result.state == outcome for _, result in results) for outcome in Outcome}
    checks = [
        {
            "label": check.label,
            "found": result.found,
            "count": result.count,
            "state": result.state.value,
            "url": result.url,
            "next": result.next_step,
        }
        for check, result in results
    ]
    return {
        "checks": checks,
        "counts": counts,
        "report_lacking": any(
            check.name == "national-report" and result.state == Outcome.ERROR for check, result in results
        ),
        "next_run": runs.next_moment(release, now),
        "form": form,
        "approval": form or ApproveForm(warnings=counts[Outcome.WARNING]),
    }


def _contact(release: Release) -> str:
    inspection = release.inspection
    return ", ".join(part for part in (inspection.contact_name, inspection.contact_telephone) if part)


@require_safe
@policy(PUBLICATION_ADMIN)
def release_letters(request: HttpRequest, release: UUID) -> HttpResponse:
    """Each letter of the release: signed, rendered, issued, accepted, collected."""
    found = get_release(request, release)
    rows = status.letter_rows(found, readiness_checks.letters_of(found))
    items = {item.source_id: item for item in found.items.filter(kind="letter", state="active")}
    given = {
        "release": found,
        "rows": [(row, items.get(row.letter.pk)) for row in rows],
        "left": found.items.left().filter(kind="letter").select_related("force").order_by("force__name"),
        "crumbs": [("Releases", "/releases/"), (found.title, f"/releases/{found.pk}/"), ("Letters", "")],
        "confidence": "" if is_public(found, clock.now()) else CONFIDENTIAL,
    }
    if not rows:
        messages.info(request, "No letter has been assembled for this release yet.")
    return render(request, "publication/release_letters.html", given)
