"""What the editor's script asks for: keep what is typed, say who else is here, show the words as in the letter.

Every answer carries the person and a fresh token: a page that stood open while somebody signed in again goes on with
them, and never hands one person's words to another.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from findings.drafting import presence, working_copies
from findings.drafting.autosave_query import reach
from findings.drafting.forms import TypedForm
from findings.drafting.working_copies import Kept
from findings.fetching import get_finding, get_force, reader
from findings.models import Revision, WorkingCopy, WritingPreference
from findings.permissions import INSPECTORATE, WRITERS
from hmic_core.accounts.policies import SIGNED_IN, policy
from hmic_core.clock import LONDON
from hmic_core.models import User


@require_POST
@policy(SIGNED_IN)
def keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the words of a finding's editor. Answers when they were kept, and whether somebody saved meanwhile.

    Asked every few seconds by everybody who types: one query says whether the finding is there for its writer.
    """
    user = reader(request)
    finding = reach(pk, user)
    form = TypedForm(request.POST)
    if not form.is_valid():
        return _not_kept()
    typed = form.typed()
    kept = working_copies.keep(typed, inspection=finding.inspection, force=finding.force, finding=finding.pk, by=user)
    newer = _newer(finding.pk, user) if typed.base_version not in (None, finding.version) else ""
    return _answer(request, kept, newer=newer)


@require_POST
@policy(INSPECTORATE)
def keep_new(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    """Keep the words of a finding that has no row yet."""
    found, coverage, on_force = get_force(request, inspection, force)
    if not coverage.may(WRITERS, on_force.pk):
        raise Http404
    form = TypedForm(request.POST)
    if not form.is_valid():
        return _not_kept()
    typed = form.typed()
    if typed.theme and not found.themes.filter(pk=typed.theme).exists():
        return _not_kept()
    kept = working_copies.keep(typed, inspection=found.pk, force=on_force.pk, finding=None, by=reader(request))
    return _answer(request, kept)


@require_POST
@policy(INSPECTORATE)
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a working copy away; it can be put back. Every saved revision stays."""
    copy = _own_copy(request, pk, closed_at=None)
    working_copies.discard(copy, by=reader(request))
    where = reverse("findings:work-show")
    messages.success(
        request,
        format_html(
            "The words that were not saved are thrown away. They are kept under "
            '<a class="govuk-notification-banner__link" href="{}#kept">My work</a>, from where you can put them back.',
            where,
        ),
    )
    return _to_editor(copy)


@require_POST
@policy(INSPECTORATE)
def put_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The undo of `discard`: the words stand in the editor again, unsaved."""
    copy = _own_copy(request, pk, discarded_at__isnull=False)
    working_copies.put_back(copy, by=reader(request))
    messages.success(request, "Your words are back. They are not saved as a revision yet.")
    return redirect(f"{_to_editor(copy).url}?copy={copy.pk}")


def _to_editor(copy: WorkingCopy) -> HttpResponseRedirect:
    if copy.finding_id:
        return HttpResponseRedirect(reverse("findings:finding-show", args=[copy.finding_id]))
    return HttpResponseRedirect(reverse("findings:finding-draft", args=[copy.inspection.slug, copy.force.slug]))


def _own_copy(request: HttpRequest, pk: UUID, **state: Any) -> WorkingCopy:
    mine = WorkingCopy.objects.seen_by(reader(request)).filter(**state)
    found: WorkingCopy = get_object_or_404(mine.select_related("inspection", "force"), pk=pk)
    return found


@require_POST
@policy(INSPECTORATE)
def here(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A sign of life of somebody who has the finding open; answers who else has, and which version is saved."""
    finding, user = get_finding(request, pk), reader(request)
    if "leaving" in request.POST:
        presence.leave(finding, user)
        return HttpResponse(status=204)
    presence.touch(finding, user)
    shown = request.POST.get("version", "")
    newer = _newer(finding.pk, user) if shown.isdecimal() and int(shown) != finding.version else ""
    words = render_to_string("findings/_finding_presence.html", {"others": presence.others(finding, user)})
    return JsonResponse({**_who(request), "html": words, "newer": newer})


@require_safe
@policy(SIGNED_IN)
def token(request: HttpRequest) -> HttpResponse:
    """Who is signed in now, with a token for their forms: asked by a page whose own was refused."""
    return JsonResponse(_who(request))


@require_POST
@policy(INSPECTORATE)
def shortcuts(request: HttpRequest) -> HttpResponse:
    """Switch one's keyboard shortcuts on or off, for good."""
    on = request.POST.get("shortcuts") == "on"
    WritingPreference.objects.update_or_create(user=reader(request), defaults={"shortcuts": on})
    messages.success(request, f"Your keyboard shortcuts are {'on' if on else 'off'}.")
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "home")


def _who(request: HttpRequest) -> dict[str, str]:
    return {"person": str(reader(request).pk), "token": get_token(request)}


def _answer(request: HttpRequest, kept: Kept, newer: str = "") -> JsonResponse:
    at = kept.saved_at.astimezone(LONDON)
    return JsonResponse(
        {
            **_who(request),
            "saved": f"{at:%H:%M:%S} {at.tzname()}",
            "copy": str(kept.copy),
            "counter": kept.counter,
            "forked": kept.forked,
            "closed": kept.closed,
            "newer": newer,
        }
    )


def _not_kept() -> JsonResponse:
    limit = working_copies.MOST_CHARACTERS
    sentence = f"The server can’t keep this: it takes at most {limit:,} characters. Shorten it, or save it in two."
    return JsonResponse({"sentence": sentence}, status=422)


def _newer(finding: UUID, reader: User) -> str:
    """A sentence about who saved since the page was opened."""
    last = Revision.objects.filter(finding=finding).select_related("by").order_by("-version").first()
    if last is None:
        return ""
    at = last.at.astimezone(LONDON)
    who = "You, in another window," if last.by_id == reader.pk else str(last.by)
    return f"{who} saved revision {last.version} at {at:%H:%M:%S} {at.tzname()}."
