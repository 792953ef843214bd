"""The letterhead and the standard words of letters: an admin changes them from a day on, and sees the letter first."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hmic_core import clock
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from letters.document.wording import BLOCKS
from letters.fetching import person
from letters.models import Letterhead, Wording
from letters.signing import standard_words
from letters.signing.assembly import blocks_on
from letters.signing.forms_wording import LetterheadForm, WordingForm


@require_safe
@policy(PUBLICATION_ADMIN)
def wording_list(request: HttpRequest) -> HttpResponse:
    """Every block as it reads today, with what comes later, and the letterhead."""
    today = clock.today()
    present = blocks_on(today)
    later = Wording.objects.filter(starts_on__gt=today).order_by("starts_on", "recorded_at")
    editions = {edition.kind: edition for edition in reversed(list(Wording.objects.on(today)))}
    context = {
        "blocks": [
            {"kind": kind, "block": block, "words": present[kind], "edition": editions.get(kind)}
            for kind, block in BLOCKS.items()
        ],
        "later": [(BLOCKS[each.kind].label, each) for each in later if each.kind in BLOCKS],
        "letterheads": Letterhead.objects.order_by("-starts_on", "-recorded_at"),
    }
    return render(request, "letters/wording_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def wording_edit(request: HttpRequest, kind: str) -> HttpResponse:
    """Change a block. "Preview" shows it in a letter and saves nothing."""
    if kind not in BLOCKS:
        raise Http404
    present = {"words": blocks_on(clock.today())[kind], "starts_on": clock.today()}
    form = WordingForm(request.POST or None, kind=kind, initial=present)
    valid = request.method == "POST" and form.is_valid()
    if valid and "preview" not in request.POST:
        given = form.cleaned_data
        kept = standard_words.record_wording(kind, given["words"], given["starts_on"], by=person(request))
        messages.success(request, f"{BLOCKS[kind].label}: letters dated {kept.starts_on:%-d %B %Y} or later say it so.")
        return redirect("letters:wording-list")
    shown = form.cleaned_data["words"] if valid else present["words"]
    context: dict[str, Any] = {
        "kind": kind,
        # Not "block": inside {% block %} that name is Django's own.
        "standard": BLOCKS[kind],
        "form": form,
        "view": standard_words.preview({kind: str(shown)}),
        "previewed": valid,
        "past": Wording.objects.filter(kind=kind).select_related("recorded_by").order_by("-starts_on", "-recorded_at"),
    }
    return render(request, "letters/wording_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def letterhead_edit(request: HttpRequest) -> HttpResponse:
    """The inspectorate's name and address from a day on. Letters of the past keep what they had."""
    head = Letterhead.objects.on(clock.today()).order_by("-starts_on", "-recorded_at").first()
    given = {"name": head.name, "short_name": head.short_name, "address": head.address} if head else {}
    form = LetterheadForm(request.POST or None, initial={**given, "starts_on": clock.today()})
    valid = request.method == "POST" and form.is_valid()
    if valid and "preview" not in request.POST:
        standard_words.record_letterhead(**form.cleaned_data, by=person(request))
        messages.success(request, "The letterhead is recorded.")
        return redirect("letters:wording-list")
    shown = form.cleaned_data if valid else given
    context = {"form": form, "view": standard_words.preview({}, shown), "previewed": valid}
    return render(request, "letters/letterhead_edit.html", context)
