"""The response log as a spreadsheet: downloaded, uploaded, looked through row by row, saved. Three screens at most."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from findings.accuracy.contact import contact_words
from findings.accuracy.draft import draft_of
from findings.accuracy.force.forms import LogUploadForm
from findings.accuracy.force.views import check_page
from findings.accuracy.force.views.fetching import own_round, waiting_uploads
from findings.accuracy.response_log import saving, sheet
from findings.accuracy.response_log.plan import Plan
from findings.fetching import reader
from findings.models import LogUpload, Round
from findings.permissions import FORCE_READER
from hmic_core import audit, files
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed

State = LogUpload.State


@require_safe
@policy(FORCE_READER)
def download(request: HttpRequest, round: UUID) -> HttpResponse:
    """The log as .xlsx: one row a point and one a paragraph."""
    found = own_round(request, round)
    data = sheet.written(found, reader(request), contact_words(found.inspection))
    _record(request, found)
    return files.respond(data, sheet.file_name(found), sheet.CONTENT_TYPE)


@require_POST
@policy(FORCE_READER)
def upload(request: HttpRequest, round: UUID) -> HttpResponse:
    """Keep the file and show what it would do. A file that can't be read is refused beside its box."""
    found = own_round(request, round)
    form = LogUploadForm(request.POST, request.FILES)
    if form.is_valid():
        data, name, content_type = form.cleaned_data["upload"]
        try:
            kept = saving.upload_log(found, data=data, name=name, content_type=content_type, by=reader(request))
        except NotAllowed as refusal:
            form.add_error("upload", refusal.sentence)
        else:
            return redirect("findings:check-upload-show", found.pk, kept.pk)
    context = check_page.frame(request, found, draft_of(found), "check-log")
    context |= check_page.log_rows(context["draft"], "", request.user)
    return render(
        request,
        "findings/check_log.html",
        {**context, "upload_form": form, "form": form, "waiting": waiting_uploads(found)},
    )


@require_safe
@policy(FORCE_READER)
def upload_show(request: HttpRequest, round: UUID, upload: UUID) -> HttpResponse:
    """The dry run: every row of the file and what saving would do. Nothing is saved yet."""
    found = own_round(request, round)
    kept = _upload(found, upload)
    context = check_page.frame(request, found, draft_of(found), "check-log")
    plan = saving.dry_run(kept) if kept.state == State.WAITING else None
    return render(request, "findings/check_upload.html", {**context, "upload": kept, **_shown(plan)})


@require_POST
@policy(FORCE_READER)
def upload_apply(request: HttpRequest, round: UUID, upload: UUID) -> HttpResponse:
    found = own_round(request, round)
    kept = _upload(found, upload)
    confirmed = {int(each) for each in request.POST.getlist("confirmed") if each.isdecimal()}
    taken = request.POST.getlist("taken")
    saved = saving.apply_upload(kept, confirmed=confirmed, taken=taken, by=reader(request))
    messages.success(request, _said(saved))
    if saved.left:
        return redirect("findings:check-upload-show", found.pk, kept.pk)
    return redirect("findings:check-log", found.pk)


@require_POST
@policy(FORCE_READER)
def upload_discard(request: HttpRequest, round: UUID, upload: UUID) -> HttpResponse:
    found = own_round(request, round)
    saving.discard_upload(_upload(found, upload), by=reader(request))
    messages.success(request, "The upload is discarded. What was saved from it before stays.")
    return redirect("findings:check-log", found.pk)


@require_safe
@policy(FORCE_READER)
def upload_rest(request: HttpRequest, round: UUID, upload: UUID) -> HttpResponse:
    """The rows that can't be saved, as .xlsx, to be corrected and uploaded again."""
    found = own_round(request, round)
    kept = _upload(found, upload, state=State.WAITING)
    left = [dict(each.row.cells) for each in saving.dry_run(kept).bad]
    data = sheet.written_again(found, reader(request), contact_words(found.inspection), left)
    _record(request, found)
    return files.respond(data, f"rows-to-correct-{sheet.file_name(found)}", sheet.CONTENT_TYPE)


def _shown(plan: Plan | None) -> dict[str, Any]:
    """The rows that change something or can't be saved, in their order, and how many there are of each."""
    if plan is None:
        return {"plan": None}
    return {
        "plan": plan,
        "shown": plan.of("new", "changed", "asked", "stale", "refused"),
        "added": len(plan.of("new")),
        "changed": len(plan.of("changed")),
        "same": len(plan.of("unchanged")),
    }


def _upload(round: Round, pk: UUID, **more: Any) -> LogUpload:
    found: LogUpload = get_object_or_404(round.uploads.select_related("file", "by"), pk=pk, **more)
    found.round = round
    return found


def _record(request: HttpRequest, round: Round) -> None:
    audit.record(audit.Action.LOG_DOWNLOADED, reader(request), round, force=round.force.slug)


def _said(saved: saving.Saved) -> str:
    parts = [f"{saved.added} point{'' if saved.added == 1 else 's'} added, {saved.changed} changed."]
    if saved.left:
        rows = "row is" if saved.left == 1 else "rows are"
        parts.append(f"{saved.left} {rows} not saved and kept below.")
    return " ".join(parts)
