"""Two people, or two windows of one, changed the same finding: three texts side by side, and one text out of them."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.views.decorators.http import require_POST, require_safe

from findings import workflow
from findings.drafting import conflicts
from findings.drafting.conflicts import Compared, Followed, compare, typed_words
from findings.drafting.views.finding import keep
from findings.fetching import reader, surroundings
from findings.forms import FindingForm
from findings.models import Finding, RefusedSave, Revision
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.templatetags.times import instant

#: What the page calls the two sides.
OTHERS = {
    "theirs": "Theirs",
    "take_theirs": "Take theirs",
    "unchanged_theirs": "They did not change this part.",
    "yours": "Yours",
    "take_yours": "Take yours",
    "unchanged_yours": "You did not change this part.",
    "only_theirs": "Only the other person changed it",
    "only_yours": "Only you changed it",
}
OWN_WINDOW = {
    "theirs": "Your other window",
    "take_theirs": "Take the other window’s",
    "unchanged_theirs": "Not changed in the other window.",
    "yours": "This window",
    "take_yours": "Take this window’s",
    "unchanged_yours": "Not changed in this window.",
    "only_theirs": "Only changed in your other window",
    "only_yours": "Only changed in this window",
}
EDITED_AND_CHOSEN = (
    "You edited words below, and then chose otherwise for the same words. Both stand in the box now, one after the "
    "other: keep what is right, then save."
)


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The three texts, with everything merged that merges by itself. Nothing is saved until asked."""
    refused = _get(request, pk)
    compared = compare(refused)
    return _page(request, refused, compared, compared.result({}))


@require_POST
@policy(INSPECTORATE)
def combine(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the chosen parts into the boxes, under what was edited there. Saves nothing."""
    refused = _get(request, pk)
    if refused.settled_at:
        return redirect("findings:conflict-show", pk)
    compared = compare(refused)
    if request.POST.get("version") != str(compared.theirs.version):
        return _anew(request, refused)
    followed = _followed(request, compared)
    return _page(request, refused, compared, followed.words, request.POST, clash=followed.clash)


def _followed(request: HttpRequest, compared: Compared) -> Followed:
    made = compared.made_of(request.POST.get("made", ""))
    return compared.follow(typed_words(request.POST), made, request.POST)


@require_POST
@policy(INSPECTORATE)
def save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save what the choices make, with what was edited, on top of the text that the page showed.

    Refused while a part that only a person can settle is not chosen. If somebody saved again meanwhile, the page begins
    anew with it.
    """
    refused, form = _get(request, pk), FindingForm(request.POST)
    if refused.settled_at or not form.is_valid():
        return _refuse(request, refused, form)
    version = form.cleaned_data["version"]
    compared = compare(refused, version)
    followed = _followed(request, compared)
    if compared.unchosen(request.POST) or compared.theirs.version != version or followed.clash:
        return _refuse(request, refused, form)
    form.cleaned_data.update(followed.words)
    try:
        saved = _save(refused, form, reader(request))
    except workflow.Stale as stale:
        merged = _keep_merged(refused, stale, form, reader(request))
        messages.error(request, f"{_saver(stale.theirs, reader(request))} Your merged text is kept below.")
        return redirect("findings:conflict-show", merged.pk)
    except NotAllowed as refusal:
        form.add_error(None, refusal.sentence)
        return _refuse(request, refused, form)
    messages.success(request, f"The merged text of {saved.reference} is saved as revision {saved.version}.")
    return redirect("findings:finding-show", saved.pk)


@transaction.atomic
def _save(refused: RefusedSave, form: FindingForm, by: User) -> Finding:
    words = form.words()
    saved = workflow.save_finding(refused.finding, **words, by=by)
    workflow.settle_refused_save(refused, against=words["version"], saved_as=saved.version, by=by)
    return saved


@transaction.atomic
def _keep_merged(refused: RefusedSave, stale: workflow.Stale, form: FindingForm, by: User) -> RefusedSave:
    """The merged text waits in its turn; what it was merged from has been dealt with."""
    workflow.settle_refused_save(refused, against=form.cleaned_data["version"], by=by)
    return keep(stale, form, by)


@require_POST
@policy(INSPECTORATE)
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    refused = workflow.settle_refused_save(_get(request, pk), by=reader(request))
    messages.success(request, "The saved text stands. Yours is kept in the history, and can be taken up again there.")
    return redirect("findings:finding-show", refused.finding_id)


@require_POST
@policy(INSPECTORATE)
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take up a text that was left: it is compared with what is saved now."""
    taken_up = workflow.take_up_refused_save(_get(request, pk), by=reader(request))
    messages.success(request, "Your text is compared with what is saved now.")
    return redirect("findings:conflict-show", taken_up.pk)


def _get(request: HttpRequest, pk: UUID) -> RefusedSave:
    """One of the reader's own refused saves, of a finding that they may still see."""
    visible = Finding.objects.visible_to(reader(request))
    own = RefusedSave.objects.filter(by=reader(request), finding__in=visible)
    related = "finding__theme", "finding__force", "finding__inspection", "finding__author", "by"
    found: RefusedSave = get_object_or_404(own.select_related(*related), pk=pk)
    return found


def _refuse(request: HttpRequest, refused: RefusedSave, form: FindingForm) -> HttpResponse:
    """The page again with everything typed: what is not chosen yet, or what else is in the way."""
    if refused.settled_at:
        messages.error(request, "This was settled before, perhaps in another window. Nothing more was saved.")
        return redirect("findings:conflict-show", refused.pk)
    compared = compare(refused)
    if request.POST.get("version") != str(compared.theirs.version):
        return _anew(request, refused)
    followed = _followed(request, compared)
    problems = [(name, f"{label}: choose which words stand") for name, label in compared.unchosen(request.POST)]
    problems += [("id_text", EDITED_AND_CHOSEN)] if followed.clash else []
    errors = form if form.errors else None
    return _page(request, refused, compared, followed.words, request.POST, problems=problems, errors=errors)


def _anew(request: HttpRequest, refused: RefusedSave) -> HttpResponse:
    """Somebody saved since the page was made: no choice counts any more, and what was edited is carried over."""
    compared, sent = compare(refused), request.POST.get("version", "")
    shown = compare(refused, int(sent) if sent.isdecimal() else None)
    followed = compared.follow(typed_words(request.POST), shown.made_of(request.POST.get("made", "")), {})
    problems = [("parts", f"{_saver(compared.theirs, reader(request))} Choose again: what you edited is kept below.")]
    return _page(request, refused, compared, followed.words, problems=problems, clash=followed.clash)


def _saver(revision: Revision, user: User) -> str:
    who = "You saved in another window" if revision.by_id == user.pk else f"{revision.by} saved"
    return f"{who} while you were merging: revision {revision.version}."


def _page(
    request: HttpRequest,
    refused: RefusedSave,
    compared: Compared,
    result: Mapping[str, str],
    choices: Mapping[str, str] | None = None,
    *,
    clash: bool = False,
    problems: list[tuple[str, str]] | None = None,
    errors: FindingForm | None = None,
) -> HttpResponse:
    """`problems`: (target, sentence) of what is not chosen. `errors`: the form as sent, with what is wrong in it."""
    choices, writers = choices or {}, compared.writers()
    names = OWN_WINDOW if writers == [refused.by] else OTHERS
    rows = conflicts.rows(compared, choices, names)
    context = {
        **surroundings(refused.finding.inspection, refused.finding.force),
        "refused": refused,
        "finding": refused.finding,
        "compared": compared,
        "form": errors or FindingForm(initial={**result, "version": compared.theirs.version}),
        "parts": rows,
        "names": names,
        "own_window": writers == [refused.by],
        "writers": get_text_list([_named(each, refused.by) for each in writers], "and"),
        "heads": _heads(refused, compared),
        "alone": sum(row["by_itself"] for row in rows),
        "to_choose": sum(not row["by_itself"] for row in rows),
        "result": result["text"],
        "made": compared.made(choices) if errors is None else request.POST.get("made", ""),
        "clash": EDITED_AND_CHOSEN if clash else "",
        "problems": [] if errors else problems or [],
        "open_parts": {name for name, _ in problems or []},
    }
    page = "findings/conflict_settled.html" if refused.settled_at else "findings/conflict_show.html"
    return render(request, page, context, status=422 if problems or errors else 200)


def _named(user: User, me: User) -> str:
    return "you, in another window," if user == me else str(user)


def _heads(refused: RefusedSave, compared: Compared) -> dict[str, str]:
    """When and by whom each of the three texts was saved."""
    base, theirs, me = compared.base, compared.theirs, refused.by
    return {
        "base": _saved(base, "you" if base.by_id == me.pk else str(base.by), "Both began here."),
        "theirs": _saved(theirs, "you, in another window" if theirs.by_id == me.pk else str(theirs.by), ""),
        "yours": format_html("Not saved. Kept here since {}.", instant(refused.at, form="time", seconds=True)),
    }


def _saved(revision: Revision, by: str, what: str) -> str:
    at = instant(revision.at, form="time", seconds=True)
    return format_html("Revision {}, saved {} by {}. {}", revision.version, at, by, what)
