"""One item of a release: opened again, replaced, corrected, added, and the second person's confirmation."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from forces.models import Force
from hmic_core import clock
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from inspections.models import ReleaseItem
from letters.document import comparison
from letters.document.comparison import Change
from publication.fetching import CONFIDENTIAL, get_item, get_release, person
from publication.permissions import why_not_confirm_item
from publication.release import additions, corrections, status
from publication.release.forms import AdditionForm, CorrectForm, ReasonForm
from publication.release.views.verbs import ASKS, _ask, _crumbs, _version
from publication.states import is_public, refusal


@require_safe
@policy(PUBLICATION_ADMIN)
def item_list(request: HttpRequest, release: UUID) -> HttpResponse:
    """Every item with what it is, what became of it, and what can be done with it now."""
    found, now = get_release(request, release), clock.now()
    items = found.items.select_related("force", "proposed_by", "approved_by", "reopening").order_by(
        "position", "force__name", "-published_at"
    )
    page = {
        "release": found,
        "rows": [(item, status.item_verbs(found, item, now)) for item in items],
        "public": is_public(found, now),
        "can_add": not refusal(found, "add_item", now),
        "confidence": "" if is_public(found, now) else CONFIDENTIAL,
        "crumbs": _crumbs(found, "Items"),
    }
    return render(request, "publication/item_list.html", page)


@ASKS
@policy(PUBLICATION_ADMIN)
def item_reopen(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    found, form = get_item(request, release, item), ReasonForm(request.POST or None)
    public = is_public(found.release, clock.now())
    return _ask(
        request,
        found.release,
        form,
        lambda: additions.reopen_item(
            found, reason=form.cleaned_data["reason"], by=person(request), version=_version(request)
        ),
        verb="reopen_item",
        heading=f"Open the letter to {found.force} again",
        button="Open this letter again",
        tone="",
        consequences=[
            "The letter can be assembled and signed anew. All other letters stay as they are.",
            "What is public stays so until a second person confirms the correction."
            if public
            else "What is locked stays, and is what becomes public, until a second person confirms the replacement.",
            "Drop or withdraw the letter instead if what is locked must not be read by anybody.",
        ],
        done=f"The letter to {found.force} is open. Assemble it and have it signed.",
    )


@ASKS
@policy(PUBLICATION_ADMIN)
def item_replace(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    found = get_item(request, release, item)
    return _ask(
        request,
        found.release,
        None,
        lambda: additions.replace_item(found, by=person(request), version=_version(request)),
        verb="replace_item",
        heading=f"Replace the letter to {found.force}",
        button="Propose the letter as signed anew",
        tone="",
        consequences=[
            "The letter as it was signed anew is frozen, and another publication admin is asked to confirm it.",
            "Once they do, it takes this letter's place, and its recipients get new copies. The others stay approved.",
            "Until then, what was locked before is what becomes public.",
        ],
        done="Proposed. Another publication admin has been asked to confirm it.",
    )


@ASKS
@policy(PUBLICATION_ADMIN)
def item_correct(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    found = get_item(request, release, item)
    given = corrections.begins_with(found)
    form = CorrectForm(request.POST or None, request.FILES or None, item=found, initial=given)
    return _ask(
        request,
        found.release,
        form,
        lambda: additions.correct(found, **_typed(form), by=person(request), version=_version(request)),
        verb="correct",
        heading=f"Correct “{found.title}”",
        button="Propose this correction",
        tone="",
        consequences=[
            _BRINGS.get(found.kind, "The words below take the place of those that are public."),
            "Another publication admin is asked to confirm it. Nothing changes for readers until they do.",
            "Then the page says what was corrected and when, and the page of corrections lists it.",
            *_FORMER.get(found.kind, []),
        ],
        done="Proposed. Another publication admin has been asked to confirm it.",
    )


_BRINGS = {
    "letter": "The letter as it was signed anew takes this one's place. Open it again and have it signed first.",
    "report": "The title, the summary and the PDF below take the place of those that are public.",
    "inspection": "The page says what the inspection's titles, themes and dates say now.",
}


_STAYS = [
    "Its address stays. The earlier version stays readable below it, with its dates and what you say was corrected.",
    "Withdraw it instead if nobody may read the earlier version any more.",
]
_FORMER = {str(kind): _STAYS for kind in additions.ADDITIONS}


def _typed(form: BaseForm) -> dict[str, Any]:
    """What a form holds, a file as its bytes and name."""
    given = dict(form.cleaned_data)
    upload: UploadedFile | None = given.pop("upload", None)
    if upload is not None:
        given |= {"data": upload.read(), "name": upload.name or ""}
    return given


@ASKS
@policy(PUBLICATION_ADMIN)
def item_add(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    forces = Force.objects.filter(scope__inspection=found.inspection).order_by("name")
    kinds = [(kind.value, str(kind.label)) for kind in additions.ADDITIONS]
    form = AdditionForm(request.POST or None, request.FILES or None, forces=forces, kinds=kinds)
    return _ask(
        request,
        found,
        form,
        lambda: additions.add_item(found, **_typed(form), by=person(request), version=_version(request)),
        verb="add_item",
        heading="Add to what is public",
        button="Propose this addition",
        tone="",
        consequences=[
            "It is frozen as you write it, and another publication admin is asked to confirm it.",
            "Once they do, it is public at once, beside the letter and on the force's page.",
        ],
        done="Proposed. Another publication admin has been asked to confirm it.",
    )


# The second person


@require_safe
@policy(PUBLICATION_ADMIN)
def item_proposal(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    """What was proposed, beside what it would supersede, for whoever confirms or refuses it."""
    found = get_item(request, release, item)
    if found.state != ReleaseItem.State.PROPOSED:
        raise Http404
    now = clock.now()
    page = {
        "release": found.release,
        "item": found,
        "former": found.supersedes,
        "changes": _changes(found),
        "earlier_stays": found.kind in additions.ADDITIONS,
        "names": corrections.named_in(found),
        "note": (found.content.get("corrections") or [{}])[-1].get("note", ""),
        "why_not": why_not_confirm_item(person(request), found) or refusal(found.release, "confirm_item", now),
        "public": is_public(found.release, now),
        "confidence": CONFIDENTIAL,
        "crumbs": _crumbs(found.release, "Waits for a second person"),
    }
    return render(request, "publication/item_proposal.html", page)


def _changes(item: ReleaseItem) -> list[Change]:
    """A letter compared with the one whose place it would take, paragraph by paragraph."""
    if item.kind != ReleaseItem.Kind.LETTER or item.supersedes is None:
        return []
    return comparison.differences(item.supersedes.content["document"], item.content["document"])


@require_POST
@policy(PUBLICATION_ADMIN)
@reauthentication_required  # type: ignore[untyped-decorator]
def item_confirm(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    """Whoever is at the keyboard has confirmed it within the last 15 minutes, as for an approval."""
    found = get_item(request, release, item)
    additions.confirm_item(found, by=person(request), version=_version(request))
    messages.success(request, f"Confirmed. “{found.title}” is part of the release.")
    return redirect("publication:item-list", found.release_id)


@ASKS
@policy(PUBLICATION_ADMIN)
def item_refuse(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    found, form = get_item(request, release, item), ReasonForm(request.POST or None)
    return _ask(
        request,
        found.release,
        form,
        lambda: additions.refuse_item(
            found, reason=form.cleaned_data["reason"], by=person(request), version=_version(request)
        ),
        verb="refuse_item",
        heading=f"Do not confirm “{found.title}”",
        button="Leave everything as it is",
        consequences=[
            "What was proposed never becomes part of the release. It is kept, with your reason.",
            "Who proposed it is told, and can propose something else.",
        ],
        done="Not confirmed. Everything stays as it was.",
    )
