"""Two people changed the same finding: base, theirs and yours side by side, and one text out of them."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from findings import workflow
from findings.drafting.views.drafting import keep
from findings.fetching import reader, surroundings
from findings.forms import FindingForm
from findings.models import Finding, RefusedSave, Revision
from findings.permissions import INSPECTORATE
from findings.words.merge import Part, assemble, part, parts
from hmic_core.errors import NotAllowed
from hmic_core.files import digest
from hmic_core.models import User
from hmic_core.policies import policy
from hmic_core.templatetags.times import instant

KINDS = dict(Finding.Kind.choices)


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The three texts, with everything merged that merges by itself. Editable, and not saved until asked."""
    refused = _get(request, pk)
    compared = _compared(refused)
    return _page(request, refused, compared, _form(refused, compared, {}))


@require_POST
@policy(INSPECTORATE)
def combine(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the chosen parts together as the resulting text. Saves nothing.

    What was edited in the boxes is kept beside them; with `back` it changes places with what stands there.
    """
    refused = _get(request, pk)
    compared = _compared(refused)
    typed, aside = _words(request, ""), _words(request, "before_")
    if "back" in request.POST:
        put_back = {**aside, "kind": request.POST.get("kind", ""), "version": compared.theirs.version}
        return _page(request, refused, compared, FindingForm(initial=put_back), request.POST, before=typed)
    form = _form(refused, compared, request.POST)
    edited = any(typed.values()) and _hash(typed) != request.POST.get("made")
    return _page(request, refused, compared, form, request.POST, before=typed if edited else aside)


def _words(request: HttpRequest, prefix: str) -> dict[str, str]:
    """What a page sent as text and basis: those in the boxes, or those kept beside them."""
    sent = {name: request.POST.get(f"{prefix}{name}", "") for name in ("text", "basis")}
    return {name: words.replace("\r\n", "\n").strip() for name, words in sent.items()}


def _hash(words: Mapping[str, str]) -> str:
    """Tells whether the boxes still hold what choices put into them."""
    return digest(json.dumps([words["text"].strip(), words["basis"].strip()]).encode())


@require_POST
@policy(INSPECTORATE)
def save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save the resulting text on top of theirs. If somebody saved again meanwhile, the page begins anew with it."""
    refused = _get(request, pk)
    form = FindingForm(request.POST)
    compared = _compared(refused)
    if not form.is_valid():
        return _page(request, refused, compared, form, request.POST, status=422)
    try:
        saved = workflow.save_finding(refused.finding, **form.words(), by=reader(request))
    except workflow.Stale as stale:
        merged = _keep_merged(refused, stale, form, reader(request))
        messages.error(request, "Somebody saved once more while you were merging. Your merged text is kept below.")
        return redirect("findings:conflict-show", merged.pk)
    except NotAllowed as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, refused, compared, form, request.POST, status=422)
    workflow.settle_refused_save(refused, by=reader(request))
    messages.success(request, f"The merged text of {saved.reference} is saved as revision {saved.version}.")
    return redirect("findings:finding-show", saved.pk)


@transaction.atomic
def _keep_merged(refused: RefusedSave, stale: workflow.Stale, form: FindingForm, by: User) -> RefusedSave:
    """The merged text waits in its turn; what it was merged from has been dealt with."""
    workflow.settle_refused_save(refused, by=by)
    return keep(stale, form, by)


@require_POST
@policy(INSPECTORATE)
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    refused = workflow.settle_refused_save(_get(request, pk), by=reader(request))
    messages.success(request, "The other text stands. Yours stays in the history.")
    return redirect("findings:finding-show", refused.finding_id)


def _get(request: HttpRequest, pk: UUID) -> RefusedSave:
    """One of the reader's own refused saves, of a finding that they may still see."""
    visible = Finding.objects.visible_to(reader(request))
    own = RefusedSave.objects.filter(by=reader(request), finding__in=visible)
    related = "finding__theme", "finding__force", "finding__inspection", "finding__author", "by"
    found: RefusedSave = get_object_or_404(own.select_related(*related), pk=pk)
    return found


class _Compared:
    """The three texts, as parts that can be chosen from. Without a known base, theirs is taken for it."""

    def __init__(self, base: Revision | None, theirs: Revision, yours: RefusedSave) -> None:
        self.base, self.theirs = base or theirs, theirs
        self.text = parts(self.base.text, theirs.text, yours.text)
        self.basis = part(self.base.basis, theirs.basis, yours.basis)
        self.kind = part(self.base.kind, theirs.kind, yours.kind)

    def named(self) -> list[tuple[str, str, Part]]:
        """(field name of its radios, label, part) of every part that somebody changed."""
        rows = [(f"part_{number}", f"Paragraph {number}", each) for number, each in enumerate(self.text, start=1)]
        kind = Part(*(KINDS[value] for value in (self.kind.base, self.kind.theirs, self.kind.yours)))
        rows += [("part_basis", "Basis", self.basis), ("part_kind", "Kind", kind)]
        return [row for row in rows if row[2].changed]

    def result(self, choices: Any) -> dict[str, str]:
        """The text, basis and kind that the choices make."""
        chosen = [each.chosen(choices.get(f"part_{number}", "")) for number, each in enumerate(self.text, start=1)]
        return {
            "text": assemble(chosen),
            "basis": self.basis.chosen(choices.get("part_basis", "")),
            "kind": self.kind.chosen(choices.get("part_kind", "")),
        }


def _compared(refused: RefusedSave) -> _Compared:
    revisions = refused.finding.revisions.select_related("by").order_by("-version")
    theirs = revisions.first()
    assert theirs is not None  # noqa: S101  (drafting a finding writes its first revision)
    base = next((each for each in revisions if each.version == refused.base_version), None)
    return _Compared(base, theirs, refused)


def _form(refused: RefusedSave, compared: _Compared, choices: Any) -> FindingForm:
    return FindingForm(initial={**compared.result(choices), "version": compared.theirs.version})


def _page(
    request: HttpRequest,
    refused: RefusedSave,
    compared: _Compared,
    form: FindingForm,
    choices: Any = None,
    status: int = 200,
    before: Mapping[str, str] | None = None,
) -> HttpResponse:
    rows = [_row(name, label, each, (choices or {}).get(name, "")) for name, label, each in compared.named()]
    context = {
        **surroundings(refused.finding.inspection, refused.finding.force),
        "refused": refused,
        "finding": refused.finding,
        "compared": compared,
        "form": form,
        "parts": rows,
        "heads": _heads(refused, compared),
        "alone": sum(row["by_itself"] for row in rows),
        "to_choose": sum(not row["by_itself"] for row in rows),
        "result": form["text"].value(),
        "made": _hash(compared.result(choices or {})),
        "before": before,
    }
    return render(request, "findings/conflict_show.html", context, status=status)


def _heads(refused: RefusedSave, compared: _Compared) -> dict[str, str]:
    """When and by whom each of the three texts was saved."""
    base, theirs = compared.base, compared.theirs
    return {
        "base": _saved(base, "by you" if base.by_id == refused.by_id else f"by {base.by}", "Both of you started here."),
        "theirs": _saved(theirs, f"by {theirs.by}", "The present text."),
        "yours": format_html("Not saved. Kept here since {}.", instant(refused.at, form="time", seconds=True)),
    }


def _saved(revision: Revision, by: str, what: str) -> str:
    at = instant(revision.at, form="time", seconds=True)
    return format_html("Revision {}, saved {} {}. {}", revision.version, at, by, what)


def _row(name: str, label: str, each: Part, choice: str) -> dict[str, Any]:
    """One part as `components/conflict.html` takes it."""
    if each.yours == each.theirs:
        words, state, tone = "Both of you made the same change", "Merged by itself", "ok"
    elif each.by_itself:
        only = "Only the other person changed it" if each.yours == each.base else "Only you changed it"
        words, state, tone = only, "Merged by itself", "ok"
    elif not each.base:
        words, state, tone = "each added something here", "Both added", "warn"
    elif each.both:
        words, state, tone = "in different places, so both changes fit together", "Both changed it", "warn"
    else:
        words, state, tone = (
            "the same words, so they can’t be joined: take one or both, then edit below",
            "Both changed it",
            "warn",
        )
    return {
        "name": name,
        "label": label,
        "words": words,
        "state": state,
        "tone": tone,
        "base": each.base,
        "theirs": each.theirs,
        "yours": each.yours,
        "both": each.both,
        "each": each.each,
        "chosen": choice or each.suggested,
        "by_itself": each.by_itself,
    }
