"""The force's side: accept the embargo's terms, read the letter, download it and the report.

Every view fetches through `Copy.objects.visible_to`: a copy that was not issued to whoever asks does not exist.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from hmic_core import clock, files
from hmic_core.accounts.policies import policy
from inspections.models import Release
from letters import versions
from letters.copies import issuing
from letters.document.parts import Variant
from letters.fetching import person
from letters.models import Acknowledgement, Copy, Download
from letters.permissions import RECIPIENTS
from letters.signing.assembly import frozen_view


@require_safe
@policy(RECIPIENTS)
def copy_list(request: HttpRequest) -> HttpResponse:
    """Letters issued to this person; with only one that still opens, that letter: its page names the earlier copies."""
    copies = list(_copies(request).order_by("-issued_at"))
    held = [copy for copy in copies if not (copy.recalled_at or issuing.is_superseded(copy))]
    if len({copy.letter_id for copy in copies}) == 1 and (len(copies) == 1 or held):
        return redirect("letters:copy-show", (held or copies)[0].pk)
    return render(request, "letters/copy_list.html", {"copies": copies})


@require_safe
@policy(RECIPIENTS)
def copy_show(request: HttpRequest, copy: UUID) -> HttpResponse:
    """One of five: recalled; superseded; published; the embargo's terms to accept; the letter under embargo."""
    found = _copy(request, copy)
    context = _context(found)
    if found.recalled_at:
        return render(request, "letters/copy_recalled.html", context)
    if issuing.is_superseded(found):
        return render(request, "letters/copy_superseded.html", context)
    if issuing.is_over(found):
        public = versions.is_public(found.letter)
        return render(request, "letters/copy_published.html", {**context, "as_issued": public})
    if not issuing.is_acknowledged(found):
        return render(request, "letters/copy_acknowledge.html", {**context, "before": _accepted_before(found)})
    issuing.view_letter(found, by=person(request))
    return render(request, "letters/copy_show.html", {**context, **_reading(found)})


def _context(copy: Copy) -> dict[str, Any]:
    letter = copy.letter
    inspection = letter.inspection
    public = f"{settings.WEBSITE_URL}/inspections/{inspection.slug}/letters/{letter.force.slug}/"
    return {
        "copy": copy,
        "letter": letter,
        "release": letter.release,
        "now": clock.now(),
        "public_url": public,
        "contact": _contact(copy),
        "report": issuing.report_of(copy),
    }


def _contact(copy: Copy) -> str:
    """Whom to ring, in the night of a release too (domain.md, rule 17)."""
    inspection = copy.letter.inspection
    return ": ".join(filter(None, [inspection.contact_name or "HMIC", inspection.contact_telephone]))


def _accepted_before(copy: Copy) -> Any:
    """The last instant whose terms were accepted, where it is no longer the present one."""
    return copy.acknowledgements.order_by("-at").first()


def _reading(copy: Copy) -> dict[str, Any]:
    letter = copy.letter
    back = letter.release.state in (Release.State.SCHEDULED, Release.State.SEALED)
    others = (
        Copy.objects.current()
        .filter(letter=letter)
        .select_related("contact")
        .annotate(accepted=Exists(_acceptances(letter.release.embargo_until)), fetched=Exists(_downloads()))
    )
    return {
        "master": copy.master,
        "view": frozen_view(letter, Variant.EMBARGOED),
        "mark": f"Embargoed copy {copy.number} · {copy.contact.name}",
        "others": others.order_by("number"),
        "downloads": copy.downloads.order_by("-at"),
        "earlier": Copy.objects.filter(letter=letter, contact=copy.contact_id, number__lt=copy.number).order_by(
            "number"
        ),
        "moving": back,
    }


def _acceptances(instant: Any) -> Any:
    return Acknowledgement.objects.filter(copy=OuterRef("pk"), embargo_until=instant)


def _downloads() -> Any:
    return Download.objects.filter(copy=OuterRef("pk"))


@require_POST
@policy(RECIPIENTS)
def copy_acknowledge(request: HttpRequest, copy: UUID) -> HttpResponse:
    found = _copy(request, copy)
    issuing.acknowledge(found, by=person(request))
    messages.success(request, "You accepted the terms of the embargo. The letter is open to you.")
    return redirect("letters:copy-show", found.pk)


@require_safe
@policy(RECIPIENTS)
def copy_letter(request: HttpRequest, copy: UUID) -> HttpResponse:
    data, name = issuing.stamped_letter(_copy(request, copy), by=person(request))
    return files.respond(data, name, "application/pdf")


@require_safe
@policy(RECIPIENTS)
def copy_report(request: HttpRequest, copy: UUID) -> HttpResponse:
    data, name = issuing.report_copy(_copy(request, copy), by=person(request))
    return files.respond(data, name, "application/pdf")


def _copies(request: HttpRequest) -> Any:
    return Copy.objects.visible_to(person(request)).select_related(
        "letter__release", "letter__inspection", "letter__force", "contact__user", "master"
    )


def _copy(request: HttpRequest, copy: UUID) -> Copy:
    found: Copy = get_object_or_404(_copies(request), pk=copy)
    return found
