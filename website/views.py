"""The public pages. They read frozen items and the register of forces; what is public is decided below them."""

from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forces.models import Force
from hmic_core import files
from hmic_core.errors import NotAllowed
from hmic_core.text.search import MOST
from inspections import published
from inspections.models import ReleaseItem
from website import linked, queries, searching

Kind = ReleaseItem.Kind


@require_safe
def inspection_list(request: HttpRequest) -> HttpResponse:
    return render(request, "website/inspection_list.html", {"inspections": queries.inspections()})


@require_safe
def inspection_show(request: HttpRequest, inspection: str) -> HttpResponse:
    """An inspection's page: what it looked at, its report, and each force's letter."""
    items = list(queries.of_inspection(inspection).order_by("force__name"))
    context = {
        "item": next((item for item in items if item.kind == Kind.INSPECTION), None),
        "report": next((item for item in items if item.kind == Kind.REPORT), None),
        "letters": [item for item in items if item.kind == Kind.LETTER],
        "added": [item for item in items if item.kind in queries.ADDED and item.force is None],
        "withdrawn": [item for item in items if item.kind == Kind.NOTICE],
        "corrected": [item for item in items if item.content.get("corrections")],
        "letters_gone": len(queries.letters_gone(items)),
        "has_data": any(item.kind == Kind.DATA and item.force is None for item in items),
    }
    if context["item"] is None:
        return notice_or_404(request, Kind.INSPECTION, inspection)
    return render(request, "website/inspection_show.html", context)


@require_safe
def letter_show(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """The letter as a page. Where it was withdrawn, the notice that says so."""
    item = queries.at(Kind.LETTER, inspection, force)
    if item is None:
        return notice_or_404(request, Kind.LETTER, inspection, force)
    context: dict[str, Any] = {
        "item": item,
        "letter": item.content,
        "force": item.force,
        "report": queries.at(Kind.REPORT, inspection),
        "original": queries.at(Kind.ORIGINAL, inspection, force),
        "added": queries.added(inspection, item.force),
        "was_embargoed": "must not be published until" in " ".join(item.content["html"].split()),
        "linked": linked.letter(item),
    }
    return render(request, "website/letter_show.html", context)


@require_safe
def letter_pdf(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    item = queries.at(Kind.LETTER, inspection, force)
    return _file(item, inline=True) if item else notice_or_404(request, Kind.LETTER, inspection, force)


@require_safe
def letter_welsh(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """The letter's Welsh version, where there is one: public with the letter, and never without it."""
    item = queries.at(Kind.LETTER, inspection, force)
    if item is None:
        return notice_or_404(request, Kind.LETTER, inspection, force)
    if not item.content.get("welsh"):
        raise Http404
    context = {"item": item, "letter": item.content, "welsh": item.content["welsh"], "force": item.force}
    return render(request, "website/letter_welsh.html", context)


@require_safe
def letter_welsh_pdf(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    item = queries.at(Kind.LETTER, inspection, force)
    if item is None:
        return notice_or_404(request, Kind.LETTER, inspection, force)
    if not item.content.get("welsh"):
        raise Http404
    kept = item.content["welsh"]
    return files.respond(queries.file_of(item, kept["file_hash"]), kept["file_name"], "application/pdf", inline=True)


@require_safe
def letter_original(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """The file that was published at the time: the record, of which our page is a transcription."""
    item = queries.at(Kind.ORIGINAL, inspection, force)
    if item is not None:
        return _file(item)
    about = Kind.ORIGINAL if queries.notice(Kind.ORIGINAL, inspection, force) else Kind.LETTER
    return notice_or_404(request, about, inspection, force)


@require_safe
def report_pdf(request: HttpRequest, inspection: str) -> HttpResponse:
    item = queries.at(Kind.REPORT, inspection)
    return _file(item, inline=True) if item else notice_or_404(request, Kind.REPORT, inspection)


@require_safe
def addition_pdf(request: HttpRequest, inspection: str, source: UUID) -> HttpResponse:
    """The file of something that was added after publication. A correction keeps the address."""
    found = queries.of_inspection(inspection).filter(source_id=source, kind__in=queries.ADDED).first()
    return _file(found, inline=True) if found else _addition_gone(request, inspection, source)


@require_safe
def addition_former_pdf(request: HttpRequest, inspection: str, source: UUID, number: int) -> HttpResponse:
    """The file of an addition as it was before its correction of this number, the first being 1."""
    found = queries.of_inspection(inspection).filter(source_id=source, kind__in=queries.ADDED).first()
    if found is None:
        return _addition_gone(request, inspection, source)
    corrections = found.content.get("corrections", [])
    former = corrections[number - 1].get("former", {}) if 0 < number <= len(corrections) else {}
    if not former.get("file_key"):
        raise Http404
    data = queries.file_of(found, former["file_hash"])
    return files.respond(data, former["file_name"], "application/pdf", inline=True)


def _addition_gone(request: HttpRequest, inspection: str, source: UUID) -> HttpResponse:
    notice = queries.withdrawn_addition(inspection, source)
    if notice is None:
        raise Http404
    return _gone(request, notice)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What was announced, with its date; what changed, and why."""
    entries = queries.announced()
    context = {
        "coming": [entry for entry in entries if not entry.is_past],
        "past": [entry for entry in reversed(entries) if entry.is_past],
    }
    return render(request, "website/calendar.html", context)


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Everything public that was corrected or withdrawn, when and why, newest first."""
    context = {"items": queries.corrected(), "withdrawn": queries.withdrawn()}
    return render(request, "website/corrections.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`?q=` and `?force=`: words in everything public, each match with its place."""
    asked, forces = searching.Asked.of(request.GET), list(Force.objects.order_by("name"))
    context: dict[str, Any] = {"asked": asked, "forces": forces, "most": MOST}
    context["not_yet"] = published.not_yet_taken()
    if "q" in request.GET:
        about = next((force for force in forces if force.slug == asked.force), None)
        try:
            context["answer"] = searching.answer(asked, about)
        except NotAllowed as refusal:
            context["error"] = refusal.sentence
    return render(request, "website/search_show.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "website/accessibility.html")


@require_safe
def health_live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("live\n", content_type="text/plain")


@require_safe
def health_ready(request: HttpRequest) -> HttpResponse:
    """Whether a reader would be answered: the database answers as the website's role."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM inspections_releaseitem LIMIT 1")
    except DatabaseError:
        return HttpResponse("not ready: the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The plain answer for every unknown address: it names nothing, and is the same for hidden and missing."""
    return render(request, "website/404.html", status=404)


def notice_or_404(
    request: HttpRequest, about: ReleaseItem.Kind, inspection: str, force: str | None = None
) -> HttpResponse:
    """Gone, with the notice that says why, at each address of what was withdrawn; else as if it had never been."""
    notice = queries.notice(about, inspection, force)
    if notice is None:
        raise Http404
    return _gone(request, notice)


def _gone(request: HttpRequest, notice: ReleaseItem) -> HttpResponse:
    return render(request, "website/notice_show.html", {"item": notice, "force": notice.force}, status=410)


def _file(item: ReleaseItem, *, inline: bool = False) -> HttpResponse:
    """The bytes of a public item. The gate was asked when the item was found."""
    if not item.file_hash:
        raise Http404
    return files.respond(queries.file_of(item, item.file_hash), item.file_name, item.file_type, inline=inline)
