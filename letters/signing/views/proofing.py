"""Proof-reading: the contact sheet of first pages, warnings to dismiss, passages kept from the public."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hmic_core import files
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from letters import permissions
from letters.fetching import find_inspection, find_letter, person
from letters.models import Exclusion, Letter
from letters.permissions import LETTER_WORKERS
from letters.signing import exclusions, progress, proofing
from letters.signing.forms import DismissForm, ExcludeForm, IncludeForm
from letters.states import may_change
from letters.versions import document_of, exclusions_of


@require_safe
@policy(LETTER_WORKERS)
def contact_sheet(request: HttpRequest, inspection: str) -> HttpResponse:
    """The first page of every letter beside the others, with what the checks found. `?show=open` keeps what is open."""
    found = find_inspection(request, inspection)
    cards = progress.sheet(found, person(request))
    wanted = request.GET.get("show", "")
    context = {
        "inspection": found,
        "cards": [card for card in cards if wanted != "open" or card.open],
        "total": len(cards),
        "open": sum(bool(card.open) for card in cards),
        "only_open": wanted == "open",
    }
    return render(request, "letters/contact_sheet.html", context)


@require_safe
@policy(LETTER_WORKERS)
def first_page(request: HttpRequest, letter: UUID) -> HttpResponse:
    """The picture of the first page of the PDF that the letter's state needs."""
    made = progress.present_rendition(find_letter(request, letter))
    if made is None or made.picture is None:
        raise Http404
    return files.respond(files.read(made.picture.key), "first-page.png", "image/png", inline=True)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LETTER_WORKERS)
def check_dismiss(request: HttpRequest, letter: UUID, code: str) -> HttpResponse:
    """One warning of the letter, with the reason why it may stay."""
    found = find_letter(request, letter)
    row = next((row for row in proofing.check_one(found) if row.code == code and row.state == "warning"), None)
    user = person(request)
    if row is None or not (permissions.can_proof(user, found) or permissions.can_sign(user, found)):
        raise Http404
    form = DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        subject = request.POST.get("subject", "")
        proofing.dismiss(found, code=code, subject=subject, reason=form.cleaned_data["reason"], by=user)
        messages.success(request, f"The warning “{row.label}” is dismissed, for these words.")
        return redirect("letters:letter-show", found.pk)
    return render(request, "letters/check_dismiss.html", {"letter": found, "row": row, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LETTER_WORKERS)
def passage_exclude(request: HttpRequest, letter: UUID) -> HttpResponse:
    """Keep words of a finding from the public: what is kept already, and the form."""
    found = _excludable(request, letter)
    findings = list(document_of(found).findings)
    form = ExcludeForm(request.POST or None, references=[each.reference for each in findings])
    if request.method == "POST" and form.is_valid():
        try:
            exclusions.exclude_passage(found, **form.cleaned_data, by=person(request))
        except NotAllowed as refusal:
            form.add_error("words", refusal.sentence)
        else:
            messages.success(request, "The passage is kept from the public. The letter has to be signed again.")
            return redirect("letters:letter-show", found.pk)
    context: dict[str, Any] = {
        "letter": found,
        "findings": findings,
        "form": form,
        "exclusions": exclusions_of(found),
        "changeable": may_change(found.release, found.force),
    }
    return render(request, "letters/passage_exclude.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(LETTER_WORKERS)
def passage_include(request: HttpRequest, letter: UUID, exclusion: UUID) -> HttpResponse:
    """Lift an exclusion: its consequence, and the reason."""
    found = _excludable(request, letter)
    passage: Exclusion = get_object_or_404(exclusions_of(found), pk=exclusion)
    form = IncludeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        exclusions.include_passage(passage, found, reason=form.cleaned_data["reason"], by=person(request))
        messages.success(request, "The passage becomes public with the letter. The letter has to be signed again.")
        return redirect("letters:letter-show", found.pk)
    return render(request, "letters/passage_include.html", {"letter": found, "passage": passage, "form": form})


def _excludable(request: HttpRequest, letter: UUID) -> Letter:
    found = find_letter(request, letter)
    if not permissions.can_exclude(person(request), found):
        raise Http404
    return found
