"""A letter of before this system: upload, then what was read beside its source, to be confirmed or discarded."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from archive import answers, batches, importing, tasks, word_count
from archive import comparison as archive_comparison
from archive.forms import ImportForm
from archive.models import EarlierReading, ImportBatch, ImportedLetter, ImportFile
from archive.permissions import IMPORTERS
from archive.views import correcting
from hmic_core.accounts import access
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from letters.document import comparison
from letters.fetching import person

TONES = {"read": "warn", "confirmed": "ok", "discarded": "none"}
#: What stands on a line, in the words of the confirm screen; other kinds are shown as they are.
PLAIN_KINDS = {"bullet", "opening"}
#: Where a word of the source went, in the words of the account.
ACCOUNT = {
    "findings": "In findings",
    "headings": "In themes’ headings",
    "closing": "In closing paragraphs",
    "fields": "In names, dates, titles and questions",
    "opening": "In the rest of the opening",
    "boilerplate": "In the letterhead and standing words",
    "marks": "Marks of lists",
    "furniture": "Page numbers, running headers, footnotes",
    "unmatched": "Not recognised, listed above",
}
#: Said where the broker does not take a message.
NOT_REACHED = "The workers cannot be reached now. The files are kept, and will be read when the workers are back."


@require_http_methods(["GET", "HEAD", "POST"])
@policy(IMPORTERS)
def import_upload(request: HttpRequest) -> HttpResponse:
    """Choose files: one is read at once, several by the workers. Below, what was read before."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        uploads = form.cleaned_data["letter"]
        try:
            return redirect(_read_one(uploads[0], request) if len(uploads) == 1 else _read_many(uploads, request))
        except NotAllowed as refusal:
            form.add_error("letter", refusal.sentence)
    imports = ImportedLetter.objects.select_related("file").order_by("-read_at")[:50]
    batches = ImportBatch.objects.annotate(
        total=Count("files"), waiting=Count("files", filter=Q(files__state=ImportFile.State.WAITING))
    ).order_by("-created_at")[:10]
    return render(request, "archive/import_upload.html", {"form": form, "imports": imports, "batches": batches})


def _read_one(upload: tuple[bytes, str], request: HttpRequest) -> str:
    data, name = upload
    before = importing.find(data)
    imported = importing.read_upload(data, name, by=person(request))
    if before and before.state != ImportedLetter.State.DISCARDED:
        messages.info(request, "This file was imported before: nothing has changed.")
    return reverse("archive:import-show", args=[imported.pk])


def _read_many(uploads: list[tuple[bytes, str]], request: HttpRequest) -> str:
    batch = batches.make_batch(uploads, by=person(request))
    if not tasks.read_later(batches.unread(batch)):
        messages.warning(request, NOT_REACHED)
    return reverse("archive:import-batch", args=[batch.pk])


@require_safe
@policy(IMPORTERS)
def import_batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Each file of a batch with what became of it; with `?rows` only the rows, for the panel that asks again."""
    found = get_object_or_404(ImportBatch.objects.select_related("created_by"), pk=batch)
    rows = list(found.files.select_related("imported"))
    context = {"batch": found, "rows": rows, "counts": _counts(rows), "is_waiting": _waits(rows)}
    context["retriable"] = sum(row.state != ImportFile.State.READ and row.file_id is not None for row in rows)
    part = "archive/_import_files.html" if "rows" in request.GET else "archive/import_batch.html"
    return render(request, part, context)


@require_POST
@policy(IMPORTERS)
def import_retry(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Have everything read again that is not read: what was refused, and what was lost with a broker."""
    rows = batches.unread(get_object_or_404(ImportBatch, pk=batch))
    batches.wait_again(rows)
    if tasks.read_later(rows):
        messages.success(request, "The files that were not read are being tried again.")
    else:
        messages.warning(request, NOT_REACHED)
    return redirect("archive:import-batch", batch)


def _waits(rows: list[ImportFile]) -> bool:
    return any(row.state == ImportFile.State.WAITING for row in rows)


def _counts(rows: list[ImportFile]) -> list[tuple[int, str, str, bool]]:
    kinds = {"read": 0, "answers": 0, "refused": 0, "waiting": 0}
    for row in rows:
        asks = row.imported is not None and row.imported.open_questions > 0
        kinds["answers" if asks else row.state] += 1
    words = {"read": "Read", "answers": "Need answers", "refused": "Refused", "waiting": "Waiting"}
    return [(kinds[kind], words[kind], "", False) for kind in words]


@require_safe
@policy(IMPORTERS)
def import_show(request: HttpRequest, imported: UUID) -> HttpResponse:
    return _show(request, find_import(imported))


def find_import(imported: UUID) -> ImportedLetter:
    found: ImportedLetter = get_object_or_404(
        ImportedLetter.objects.select_related("file", "confirmed_by"), pk=imported
    )
    return found


def _show(request: HttpRequest, found: ImportedLetter, problem: str = "") -> HttpResponse:
    asked = importing.questions(found)
    context = {
        "imported": found,
        "result": found.result,
        "questions": asked,
        "singles": [each for each in asked if each.is_single],
        "answered": sum(not each.is_open for each in asked),
        "acceptable": len(answers.as_read(asked)),
        "fidelity": account_rows(found.reading),
        "corrections": found.corrections,
        "recount": found.result.get("recount"),
        "fields_by_hand": word_count.changed_fields(found.reading, found.corrections),
        "why_not": importing.why_not_confirm(found),
        "earlier": _earlier(found),
        "problem": problem,
        "source": source_lines(found),
        "themes": _themes(found.result),
        "letter_date": parse_date(found.result["letter_date"] or ""),
        "embargo_until": parse_datetime(found.result["embargo_until"] or ""),
        "tone": TONES[found.state],
        "archive_url": _archive_url(found, request),
        "is_admin": access.is_publication_admin(person(request)),
    }
    return render(request, "archive/import_show.html", context)


def _earlier(imported: ImportedLetter) -> list[tuple[EarlierReading, list[comparison.Change]]]:
    """Readings that were confirmed before, the last one first, each with what came to differ after it."""
    rows, after = [], archive_comparison.parts_of_import(imported.result)
    for kept in imported.earlier.select_related("confirmed_by", "opened_by"):
        before = archive_comparison.parts_of_import(kept.result)
        rows.append((kept, comparison.changes(before, after)))
        after = before
    return rows


def account_rows(reading: dict[str, Any]) -> dict[str, Any] | None:
    """The account of every word, as rows of words and number."""
    fidelity = reading.get("fidelity")
    if not fidelity:
        return None
    rows = [(ACCOUNT[place], number) for place, number in fidelity["placed"].items() if number]
    return {**fidelity, "rows": rows, "unread": reading.get("unread", [])}


@require_POST
@policy(IMPORTERS)
def import_answer(request: HttpRequest, imported: UUID) -> HttpResponse:
    """Keep the answers that were given; with `as-read`, leave everything else as it was read."""
    found = find_import(imported)
    given = {key[2:]: str(value) for key, value in request.POST.items() if key.startswith("q-") and value}
    try:
        found = importing.answer(found, given, by=person(request))
        if "as-read" in request.POST:
            found = importing.accept_as_read(found, by=person(request))
    except NotAllowed as refusal:
        return _show(request, find_import(imported), problem=refusal.sentence)
    left = found.open_questions
    said = f"{left} question{'s' * (left != 1)} left." if left else "Every question is answered."
    messages.success(request, f"Your answers are kept. {said}")
    return redirect("archive:import-show", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(IMPORTERS)
def import_correct(request: HttpRequest, imported: UUID) -> HttpResponse:
    """The letter's fields and its body as text, to be corrected by hand."""
    found = find_import(imported)
    form = correcting.form(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            importing.correct(found, **correcting.arguments(found, form), by=person(request))
        except NotAllowed as refusal:
            form.add_error("body", refusal.sentence)
        else:
            messages.success(request, "Your corrections are kept.")
            return redirect("archive:import-show", found.pk)
    crumbs = [
        ("Import letters", reverse("archive:import-upload")),
        (found.file.name, reverse("archive:import-show", args=[found.pk])),
        ("Correct by hand", ""),
    ]
    return render(
        request,
        "archive/import_correct.html",
        {"imported": found, "form": form, "crumbs": crumbs, "source": source_lines(found)},
    )


@require_POST
@policy(IMPORTERS)
def import_discard(request: HttpRequest, imported: UUID) -> HttpResponse:
    importing.discard(get_object_or_404(ImportedLetter, pk=imported), by=person(request))
    messages.success(request, "The letter was discarded. Reading the same file again brings it back.")
    return redirect("archive:import-upload")


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
            "register": theme.get("register", ""),
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
        name = "archive-correct" if imported.earlier.exists() else "archive-propose"
        return reverse(f"archive:{name}", args=[imported.pk])
    except NoReverseMatch:
        return ""
