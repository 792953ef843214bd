"""A letter of before this system: upload, then what was read beside its source, to be confirmed or discarded."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hmic_core import access
from hmic_core.errors import NotAllowed
from hmic_core.policies import policy
from letters import importing
from letters.forms import ImportForm
from letters.models import ImportedLetter
from letters.permissions import IMPORTERS
from letters.views import person

TONES = {"read": "warn", "confirmed": "ok", "discarded": "none"}
#: What stands on a line, in the words of the confirm screen; other kinds are shown as they are.
PLAIN_KINDS = {"bullet", "opening"}


@require_http_methods(["GET", "HEAD", "POST"])
@policy(IMPORTERS)
def import_upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; below, the letters that were read before."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data, name, _ = form.cleaned_data["letter"]
        try:
            imported = importing.read_upload(data, name, by=person(request))
        except NotAllowed as refusal:
            form.add_error("letter", refusal.sentence)
        else:
            return redirect("letters:import-show", imported.pk)
    imports = ImportedLetter.objects.select_related("file").order_by("-read_at")[:50]
    return render(request, "letters/import_upload.html", {"form": form, "imports": imports})


@require_safe
@policy(IMPORTERS)
def import_show(request: HttpRequest, imported: UUID) -> HttpResponse:
    found = get_object_or_404(ImportedLetter.objects.select_related("file", "confirmed_by"), pk=imported)
    context = {
        "imported": found,
        "result": found.result,
        "source": source_lines(found),
        "themes": _themes(found.result),
        "letter_date": parse_date(found.result["letter_date"] or ""),
        "embargo_until": parse_datetime(found.result["embargo_until"] or ""),
        "tone": TONES[found.state],
        "archive_url": _archive_url(found, request),
    }
    return render(request, "letters/import_show.html", context)


@require_POST
@policy(IMPORTERS)
def import_discard(request: HttpRequest, imported: UUID) -> HttpResponse:
    importing.discard(get_object_or_404(ImportedLetter, pk=imported), by=person(request))
    messages.success(request, "The letter was discarded. Reading the same file again brings it back.")
    return redirect("letters:import-upload")


def source_lines(imported: ImportedLetter) -> list[dict[str, Any]]:
    """Every line of the source with what was recognised on it; empty lines too, so that nothing seems dropped."""
    kinds = imported.result["kinds"]
    doubtful = _doubtful_lines(imported.result)
    lines = []
    for number, text in enumerate(imported.source_text.splitlines(), start=1):
        found = [kind for kind in kinds.get(str(number), []) if kind not in PLAIN_KINDS] or (
            ["opening"] if "opening" in kinds.get(str(number), []) else []
        )
        lines.append(
            {
                "number": number,
                "text": text,
                "kinds": found,
                "is_unmatched": "unmatched" in found,
                "is_doubtful": number in doubtful or any(error in text for error in imported.result["scan_errors"]),
            }
        )
    return lines


def _doubtful_lines(result: dict[str, Any]) -> set[int]:
    """The lines of findings that the reader was not sure of."""
    pairs = zip(result["confidence"], result["lines"], strict=True)
    return {
        line
        for confidences, spans in pairs
        for sure, (first, last) in zip(confidences, spans, strict=True)
        if sure != "sure"
        for line in range(first, last + 1)
    }


def _themes(result: dict[str, Any]) -> list[dict[str, Any]]:
    rows = zip(result["themes"], result["paragraphs"], result["lines"], result["confidence"], strict=True)
    return [
        {
            "title": theme["title"],
            "question": theme["question"],
            "findings": [
                {"paragraphs": texts, "first": span[0], "last": span[1], "is_sure": sure == "sure"}
                for texts, span, sure in zip(paragraphs, spans, confidence, strict=True)
            ],
        }
        for theme, paragraphs, spans, confidence in rows
    ]


def _archive_url(imported: ImportedLetter, request: HttpRequest) -> str:
    """Where a publication admin goes on: the archive is publication's, known here by its address only."""
    if imported.state != ImportedLetter.State.READ or not access.is_publication_admin(person(request)):
        return ""
    try:
        return reverse("publication:archive-propose", args=[imported.pk])
    except NoReverseMatch:
        return ""
