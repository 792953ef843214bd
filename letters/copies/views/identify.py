"""Which copy is this? A PDF that was found is compared with what went out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.errors import NotAllowed
from letters.copies.forms import IdentifyForm
from letters.copies.identify import identify
from letters.fetching import person


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def copy_identify(request: HttpRequest) -> HttpResponse:
    form = IdentifyForm(request.POST or None, request.FILES or None)
    found = None
    if request.method == "POST" and form.is_valid():
        data, _, _ = form.cleaned_data["document"]
        try:
            found = identify(data, by=person(request))
        except NotAllowed as refusal:
            form.add_error("document", refusal.sentence)
    return render(request, "letters/copy_identify.html", {"form": form, "found": found})
