"""The Welsh version of a letter: which forces need one, entering it beside the English, signing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forces.models import Force
from hmic_core import clock, files
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.errors import NotAllowed
from letters import permissions, renditions
from letters.document import languages
from letters.document.parts import Variant
from letters.fetching import find_letter, person
from letters.models import Letter, WelshForce
from letters.permissions import LETTER_WORKERS, SIGNATORIES
from letters.signing import welsh
from letters.signing.forms import WelshForceForm, WelshForm
from letters.signing.views import session
from letters.states import may_change
from letters.versions import document_of


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LETTER_WORKERS)
def welsh_show(request: HttpRequest, letter: UUID) -> HttpResponse:
    """Read the Welsh version, and enter it where one may."""
    found = find_letter(request, letter)
    kept = welsh.current(found)
    may = permissions.can_assemble(person(request), found.inspection, found.force)
    may = may and may_change(found.release, found.force)
    form = WelshForm(
        request.POST or None, slots=welsh.slots(document_of(found)), initial=welsh.texts_of(kept) if kept else {}
    )
    if request.method == "POST":
        if not may:
            raise Http404
        if form.is_valid() and _entered(request, found, form):
            return redirect("letters:welsh-show", found.pk)
    context: dict[str, Any] = {
        "letter": found,
        "kept": kept,
        "view": welsh.view_of(found, kept, Variant.DRAFT) if kept else None,
        "form": form if may and not found.has_exclusions else None,
        "can_sign": _can_sign(request, found) and kept is not None and not kept.signed_hash,
        "rendition": renditions.find(found, _variant(found), languages.LANGUAGE) if kept else None,
    }
    return render(request, "letters/welsh_show.html", context)


def _entered(request: HttpRequest, letter: Letter, form: WelshForm) -> bool:
    try:
        welsh.enter_welsh(letter, texts=form.cleaned_data, by=person(request))
    except NotAllowed as refusal:
        form.add_error(None, refusal.sentence)
        return False
    messages.success(request, "The Welsh version is kept. It waits for the signatory.")
    return True


@require_safe
@policy(LETTER_WORKERS)
def welsh_pdf(request: HttpRequest, letter: UUID) -> HttpResponse:
    found = find_letter(request, letter)
    made = renditions.find(found, _variant(found), languages.LANGUAGE) if welsh.current(found) else None
    if made is None:
        raise Http404
    return files.respond(files.read(made.file.key), f"{found.force.slug}-cy.pdf", "application/pdf", inline=True)


@require_POST
@policy(SIGNATORIES)
def welsh_sign(request: HttpRequest, letter: UUID) -> HttpResponse:
    found = find_letter(request, letter)
    if not permissions.can_sign(person(request), found):
        raise Http404
    return session.required(_sign)(request, letter=found)


def _sign(request: HttpRequest, letter: Letter) -> HttpResponse:
    welsh.sign_welsh(letter, expected_hash=request.POST.get("hash", ""), by=person(request))
    messages.success(request, f"You signed the Welsh version of the letter to {letter.force.name}.")
    return redirect("letters:signing-queue")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def welsh_forces(request: HttpRequest) -> HttpResponse:
    """The forces whose letters go out in Welsh too."""
    form = WelshForceForm(request.POST or None, forces=Force.objects.order_by("name"))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        welsh.need_welsh(given["force"], starts_on=given["starts_on"], by=person(request))
        messages.success(request, f"Letters to {given['force'].name} go out in Welsh too.")
        return redirect("letters:welsh-forces")
    rows = WelshForce.objects.select_related("force").order_by("force__name", "starts_on")
    today = clock.today()
    context = {"form": form, "rows": [(row, row.ends_on is None or row.ends_on >= today) for row in rows]}
    return render(request, "letters/welsh_forces.html", context)


@require_POST
@policy(PUBLICATION_ADMIN)
def welsh_force_end(request: HttpRequest, welsh_force: UUID) -> HttpResponse:
    kept: WelshForce = get_object_or_404(WelshForce.objects.select_related("force"), pk=welsh_force)
    welsh.end_welsh(kept, by=person(request))
    messages.success(request, f"Letters to {kept.force.name} need no Welsh version from today on.")
    return redirect("letters:welsh-forces")


def _can_sign(request: HttpRequest, letter: Letter) -> bool:
    signed = letter.state in welsh.SIGNED and may_change(letter.release, letter.force)
    return signed and permissions.can_sign(person(request), letter)


def _variant(letter: Letter) -> Variant:
    return Variant.EMBARGOED if letter.state in welsh.SIGNED else Variant.DRAFT
