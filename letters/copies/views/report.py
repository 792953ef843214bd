"""The national report of a release: uploaded by a publication admin, the enclosure of every letter."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hmic_core import files
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.errors import NotAllowed
from inspections.models import Release
from letters.copies import report as copies_report
from letters.copies.forms_report import ReportForm
from letters.fetching import person
from letters.models import NationalReport


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def report_upload(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_object_or_404(Release.objects.visible_to(person(request)).select_related("inspection"), pk=release)
    report = NationalReport.objects.filter(release=found).select_related("file", "uploaded_by").first()
    given = {"title": report.title, "summary": report.summary} if report else {"title": found.inspection.report_title}
    form = ReportForm(request.POST or None, request.FILES or None, initial=given)
    if request.method == "POST" and form.is_valid():
        data, name, _ = form.cleaned_data["report"]
        try:
            copies_report.upload_report(
                found,
                title=form.cleaned_data["title"],
                summary=form.cleaned_data["summary"],
                data=data,
                name=name,
                by=person(request),
            )
        except NotAllowed as refusal:
            form.add_error("report", refusal.sentence)
        else:
            messages.success(request, f"The report “{form.cleaned_data['title']}” is uploaded.")
            return redirect("letters:report-upload", found.pk)
    context = {"release": found, "report": report, "form": form}
    return render(request, "letters/report_upload.html", context)


@require_safe
@policy(PUBLICATION_ADMIN)
def report_show(request: HttpRequest, release: UUID) -> HttpResponse:
    """The uploaded PDF, for those who uploaded it."""
    report = get_object_or_404(NationalReport.objects.select_related("file"), release=release)
    return files.respond(files.read(report.file.key), report.file.name, "application/pdf")
