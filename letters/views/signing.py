"""The signatory's side: letters waiting in order, read, sign; the wording of a moved instant, once for all."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hmic_core.policies import policy
from inspections.models import Release
from letters import progress, workflow
from letters.assembling import frozen_view
from letters.checks import checks_of
from letters.document import Variant
from letters.models import Letter
from letters.permissions import SIGNATORIES
from letters.views import person


@require_safe
@policy(SIGNATORIES)
def signing_queue(request: HttpRequest) -> HttpResponse:
    user = person(request)
    mine = Letter.objects.to_be_signed_by(user).select_related("force", "inspection", "release")
    signed = mine.filter(state__in=[Letter.State.SIGNED, Letter.State.ISSUED]).order_by("-signed_at")
    context = {
        "waiting": progress.waiting_to_be_signed(user),
        "signed": signed[:50],
        "confirmations": _confirmations(request),
    }
    return render(request, "letters/signing_queue.html", context)


def _confirmations(request: HttpRequest) -> list[tuple[Release, list[Letter]]]:
    """Releases that were moved, with this signatory's letters whose new wording waits."""
    moved = Release.objects.filter(state=Release.State.SCHEDULED, changes__isnull=False).distinct()
    found = [
        (release, list(workflow.waiting_for_confirmation(release).filter(signatory__person__user=person(request))))
        for release in moved.filter(letters__signatory__person__user=person(request))
    ]
    return [(release, letters) for release, letters in found if letters]


@require_http_methods(["GET", "HEAD", "POST"])
@policy(SIGNATORIES)
def letter_sign(request: HttpRequest, letter: UUID) -> HttpResponse:
    """Read the letter as a whole; the signature stands at its end."""
    if request.method == "POST":
        answer: HttpResponse = _sign(request, letter=letter)
        return answer
    found = _mine(request, letter)
    waiting = [each.pk for each in progress.waiting_to_be_signed(person(request))]
    context = {
        "letter": found,
        "view": frozen_view(found, Variant.DRAFT),
        "checks": [row for row in checks_of(found) if row["state"] != "in_order"],
        "place": f"Letter {waiting.index(found.pk) + 1} of {len(waiting)}" if found.pk in waiting else "",
        "can_sign": found.pk in waiting,
    }
    return render(request, "letters/letter_sign.html", context)


@reauthentication_required  # type: ignore[untyped-decorator]
def _sign(request: HttpRequest, letter: UUID) -> HttpResponse:
    """Whoever is at the keyboard has confirmed it within the last 15 minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT)."""
    found = _mine(request, letter)
    workflow.sign_letter(found, expected_hash=request.POST.get("hash", ""), by=person(request))
    messages.success(request, f"You signed the letter to {found.force.name}.")
    waiting = progress.waiting_to_be_signed(person(request))
    return redirect("letters:letter-sign", waiting[0].pk) if waiting else redirect("letters:signing-queue")


@require_POST
@policy(SIGNATORIES)
def wording_confirm(request: HttpRequest, release: UUID) -> HttpResponse:
    mine = Release.objects.filter(letters__signatory__person__user=person(request)).distinct()
    number = workflow.confirm_wording(get_object_or_404(mine, pk=release), by=person(request))
    messages.success(request, f"You confirmed the new wording of {number} letter{'' if number == 1 else 's'}.")
    return redirect("letters:signing-queue")


def _mine(request: HttpRequest, letter: UUID) -> Letter:
    rows = Letter.objects.to_be_signed_by(person(request)).select_related(
        "release", "inspection", "force", "signatory__person__user"
    )
    found: Letter = get_object_or_404(rows, pk=letter)
    return found
