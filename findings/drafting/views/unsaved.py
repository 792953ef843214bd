"""What stands in the editor is carried along by the other buttons of its page.

The buttons beside the text (link evidence, move, resolve, write a comment) belong to the editor's own form, so that
they bring along what was typed and not saved. It goes into the writer's working copy first, as the page's script would
have put it there: without the script nothing is lost either.
"""

import uuid
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from findings import permissions
from findings.drafting import working_copies
from findings.drafting.forms import TypedForm
from findings.drafting.views.finding import render_editor
from findings.fetching import get_finding, reader, surroundings
from findings.forms import FindingForm
from findings.models import Comment, Finding
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy


def asked(request: HttpRequest, name: str) -> str:
    """A field of a small form, or of the address of a button that belongs to the editor's form."""
    return request.POST.get(name) or request.GET.get(name, "")


def asked_id(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(asked(request, name))
    except ValueError:
        return None


def carry(request: HttpRequest, finding: Finding) -> HttpResponse | None:
    """Keep the words that came along. A page to answer with where they can't be kept: they stand in it, as typed."""
    user = reader(request)
    if "text" not in request.POST or not permissions.can_save(user, finding):
        return None
    # A page without the script has no name: what it brings is written where nothing newer stands.
    form = TypedForm({"tab": str(uuid.uuid4()), "stroke": "1", **request.POST.dict()})
    if not form.is_valid():
        return render_editor(request, finding, FindingForm(request.POST), status=422)
    typed = form.typed()
    saved = (finding.text, finding.basis, finding.kind)
    if typed.seen or (typed.text.strip(), typed.basis.strip(), typed.kind) != saved:
        working_copies.keep(
            typed, inspection=finding.inspection_id, force=finding.force_id, finding=finding.pk, by=user
        )
    return None


@require_POST
@policy(INSPECTORATE)
def aside(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what stands in the editor, then go to the page of another form: `?to=comment`, `reply`, `send-back` or
    `evidence`; with `editor`, only keep it."""
    finding = get_finding(request, pk)
    to = _address(finding, request)
    return carry(request, finding) or redirect(to)


def alone(
    request: HttpRequest, finding: Finding, form: Any, title: str, button: str, comment: Comment | None = None
) -> HttpResponse:
    """One of the side forms on a page of its own. What was typed in the editor waits in the working copy."""
    around = surroundings(finding.inspection, finding.force)
    context = {**around, "finding": finding, "form": form, "title": title, "button": button, "comment": comment}
    return render(request, "findings/finding_aside.html", context, status=422 if form.errors else 200)


def _address(finding: Finding, request: HttpRequest) -> str:
    to = request.GET.get("to", "")
    if to == "evidence":
        place = reverse("findings:evidence-add", args=[finding.inspection.slug, finding.force.slug])
        return f"{place}?{urlencode({'finding': str(finding.pk)})}"
    if to == "reply":
        number = request.GET.get("number", "")
        comment = Comment.objects.filter(finding=finding, number=int(number) if number.isdecimal() else None).first()
        return reverse("findings:comment-reply", args=[comment.pk]) if comment else _nowhere()
    names = {
        "editor": "findings:finding-show",
        "comment": "findings:comment-add",
        "send-back": "findings:finding-send-back",
    }
    return reverse(names[to], args=[finding.pk]) if to in names else _nowhere()


def _nowhere() -> str:
    raise Http404
