"""A confirmed letter of the past opened again to be corrected, or left as it was."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from archive import reopening
from archive.forms import ReopenForm
from archive.models import ImportedLetter
from archive.views.importing import find_import
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.errors import NotAllowed
from letters.fetching import person


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def import_reopen(request: HttpRequest, imported: UUID) -> HttpResponse:
    """Asks why, and whether the confirmed letter or the file is the beginning."""
    found, form = find_import(imported), ReopenForm(request.POST or None)
    if found.state != ImportedLetter.State.CONFIRMED:
        return redirect("archive:import-show", found.pk)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            reopening.reopen(found, reason=given["reason"], read_again=given["start"] == "file", by=person(request))
        except NotAllowed as refusal:
            form.add_error("reason", refusal.sentence)
        else:
            messages.success(request, "The letter is open. What was confirmed is kept, and what is public stays.")
            return redirect("archive:import-show", found.pk)
    crumbs = [
        ("Import letters", reverse("archive:import-upload")),
        (found.file.name, reverse("archive:import-show", args=[found.pk])),
        ("Correct", ""),
    ]
    return render(request, "archive/import_reopen.html", {"imported": found, "form": form, "crumbs": crumbs})


@require_POST
@policy(PUBLICATION_ADMIN)
def import_put_back(request: HttpRequest, imported: UUID) -> HttpResponse:
    found = find_import(imported)
    reopening.put_back(found, by=person(request))
    messages.success(request, "The letter stands as it was confirmed.")
    return redirect("archive:import-show", found.pk)
