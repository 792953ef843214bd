"""The signatory's side: letters waiting in order, read, sign; the wording of a moved instant, once for all."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings.unseen import new_words
from hmic_core.accounts.policies import policy
from hmic_core.models import User
from inspections.models import Release
from letters.fetching import person
from letters.models import Letter, Translation
from letters.permissions import SIGNATORIES
from letters.signing import progress, signature_image, signatures
from letters.signing.checks import checks_of
from letters.signing.preview import marked_view
from letters.signing.signatures import confirms
from letters.signing.views import session
from letters.versions import exclusions_of


@require_safe
@policy(SIGNATORIES)
def signing_queue(request: HttpRequest) -> HttpResponse:
    user = person(request)
    mine = Letter.objects.to_be_signed_by(user).select_related("force", "inspection", "release")
    signed = mine.filter(state__in=[Letter.State.SIGNED, Letter.State.ISSUED]).order_by("-signed_at")
    context = {
        "waiting": progress.waiting_to_be_signed(user),
        "signed": signed[:50],
        "welsh": _welsh_to_sign(user),
        "session_open": session.is_open(request),
        "me": getattr(user, "person", None),
        "confirmations": _confirmations(request),
    }
    return render(request, "letters/signing_queue.html", context)


def _welsh_to_sign(user: User) -> list[Letter]:
    """Signed letters whose Welsh version waits for the same signature."""
    unsigned = Translation.objects.current().filter(letter=OuterRef("pk"), translates=OuterRef("content_hash"))
    mine = Letter.objects.to_be_signed_by(user).in_release().filter(signed_hash__gt="")
    waiting = mine.filter(Exists(unsigned.filter(signed_hash="")), release__state=Release.State.SCHEDULED)
    letters = waiting.select_related("force", "inspection").order_by("force__name")
    return [letter for letter in letters if not letter.has_exclusions]


def _confirmations(request: HttpRequest) -> list[tuple[Release, list[Letter]]]:
    """Releases that were moved, with this signatory's letters whose new wording waits."""
    moved = Release.objects.filter(state=Release.State.SCHEDULED, changes__isnull=False).distinct()
    found = [
        (release, list(signatures.waiting_for_confirmation(release).filter(confirms(person(request)))))
        for release in moved.filter(confirms(person(request), "letters__"))
    ]
    return [(release, letters) for release, letters in found if letters]


@require_http_methods(["GET", "HEAD", "POST"])
@policy(SIGNATORIES)
def letter_sign(request: HttpRequest, letter: UUID) -> HttpResponse:
    """Read the letter as a whole; the signature stands at its end."""
    if request.method == "POST":
        return session.required(_sign)(request, letter=letter)
    found = _mine(request, letter)
    waiting = [each.pk for each in progress.waiting_to_be_signed(person(request))]
    new = new_words(found.inspection, found.force)
    checks = [row for row in checks_of(found, new) if row["state"] != "in_order"]
    context = {
        "letter": found,
        "view": marked_view(found, new),
        "checks": checks,
        "is_stopped": any(row["state"] == "error" for row in checks),
        "place": f"Letter {waiting.index(found.pk) + 1} of {len(waiting)}" if found.pk in waiting else "",
        "can_sign": found.pk in waiting,
        "deputy_for": "" if found.signatory.person.user_id == person(request).pk else found.signatory.person.name,
        "ink": signature_image.of(person(request)),
        "me": getattr(person(request), "person", None),
        "excluded": exclusions_of(found).count() if found.has_exclusions else 0,
        "session_open": session.is_open(request),
    }
    return render(request, "letters/letter_sign.html", context)


def _sign(request: HttpRequest, letter: UUID) -> HttpResponse:
    """Whoever is at the keyboard has confirmed it at the beginning of this signing session."""
    found = _mine(request, letter)
    signatures.sign_letter(found, expected_hash=request.POST.get("hash", ""), by=person(request))
    messages.success(request, f"You signed the letter to {found.force.name}.")
    waiting = progress.waiting_to_be_signed(person(request))
    return redirect("letters:letter-sign", waiting[0].pk) if waiting else redirect("letters:signing-queue")


@require_POST
@policy(SIGNATORIES)
def signing_end(request: HttpRequest) -> HttpResponse:
    """The next signature asks for the password again."""
    session.end(request)
    messages.success(request, "Signing is ended. The next signature asks for your password again.")
    return redirect("letters:signing-queue")


@require_POST
@policy(SIGNATORIES)
def wording_confirm(request: HttpRequest, release: UUID) -> HttpResponse:
    mine = Release.objects.filter(confirms(person(request), "letters__")).distinct()
    number = signatures.confirm_wording(get_object_or_404(mine, pk=release), by=person(request))
    messages.success(request, f"You confirmed the new wording of {number} letter{'' if number == 1 else 's'}.")
    return redirect("letters:signing-queue")


def _mine(request: HttpRequest, letter: UUID) -> Letter:
    rows = Letter.objects.to_be_signed_by(person(request)).select_related(
        "release", "inspection", "force", "signatory__person__user"
    )
    found: Letter = get_object_or_404(rows, pk=letter)
    return found
