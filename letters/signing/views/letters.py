"""The inspectorate's side: the letters of an inspection, and one letter with its checks."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from findings.permissions import coverage
from findings.unseen import new_words
from forces.models import Force
from hmic_core import files
from hmic_core.accounts.policies import policy
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, User
from inspections.models import Inspection, Release
from letters import permissions, rendering, renditions, versions
from letters.document.parts import Variant
from letters.fetching import find_inspection, find_letter, person
from letters.models import Letter
from letters.permissions import LETTER_WORKERS
from letters.signing import preparation, progress, welsh
from letters.signing.checks import checks_of
from letters.signing.preview import marked_view
from letters.states import may_change
from letters.versions import exclusions_of


@require_safe
@policy(LETTER_WORKERS)
def inspection_list(request: HttpRequest) -> HttpResponse:
    """The inspections whose letters this person works on; with only one, its letters."""
    inspections = list(Inspection.objects.visible_to(person(request)).order_by("title"))
    if len(inspections) == 1:
        return redirect("letters:letter-list", inspections[0].slug)
    return render(request, "letters/inspection_list.html", {"inspections": inspections})


@require_safe
@policy(LETTER_WORKERS)
def letter_list(request: HttpRequest, inspection: str) -> HttpResponse:
    """One row a force: state, signed, rendered, issued, collected. `?state=` keeps only one state."""
    found = find_inspection(request, inspection)
    rows = progress.rows(found, person(request))
    wanted = request.GET.get("state", "")
    counts = progress.summary(rows)
    release = _release(found)
    context = {
        "inspection": found,
        "release": release,
        "rows": [row for row in rows if not wanted or row.state == wanted],
        "counts": _counts(counts, len(rows), wanted),
        "can_assemble": release is not None and permissions.can_assemble(person(request), found, None),
        "to_assemble": sum(row.check_closed and row.letter is None for row in rows),
        **progress.rendering(rows),
        "can_upload": permissions.can_upload_report(person(request)),
    }
    return render(request, "letters/letter_list.html", context)


def _counts(counts: Any, total: int, wanted: str) -> list[tuple[int, str, str, bool]]:
    """Counts that filter, as `components/tally.html` takes them."""
    labels = [("none", "No letter yet"), *((state.value, str(state.label)) for state in list(Letter.State)[:-1])]
    labels += [("dropped", "Dropped or withdrawn")] if counts["dropped"] else []
    shown = [(counts[code], label, f"?state={code}", wanted == code) for code, label in labels]
    return [(total, "All forces", "?", not wanted), *shown]


@require_POST
@policy(LETTER_WORKERS)
def letter_assemble(request: HttpRequest, inspection: str, force: str) -> HttpResponse:
    found = find_inspection(request, inspection)
    of_force = get_object_or_404(Force, scope__inspection=found, slug=force)
    if not permissions.can_assemble(person(request), found, of_force):
        raise Http404
    release = _release(found)
    if release is None:
        raise NotAllowed("No release of this inspection is scheduled. A publication admin schedules it first.")
    letter = preparation.assemble_letter(inspection=found, force=of_force, release=release, by=person(request))
    messages.success(request, f"The letter to {of_force.name} is assembled.")
    return redirect("letters:letter-show", letter.pk)


@require_POST
@policy(LETTER_WORKERS)
def letter_assemble_all(request: HttpRequest, inspection: str) -> HttpResponse:
    """Every force whose check is closed and which has no letter yet. One that is refused never stops the others."""
    found = find_inspection(request, inspection)
    release = _release(found)
    if release is None or not permissions.can_assemble(person(request), found, None):
        raise Http404
    made, refused = 0, []
    for row in progress.rows(found, person(request)):
        if row.letter is None and row.check_closed:
            try:
                preparation.assemble_letter(inspection=found, force=row.force, release=release, by=person(request))
                made += 1
            except NotAllowed as refusal:
                refused.append(f"{row.force.name}: {refusal.sentence}")
    messages.success(request, f"{made} letter{'' if made == 1 else 's'} assembled.")
    for sentence in refused:
        messages.error(request, sentence)
    return redirect("letters:letter-list", found.slug)


@require_safe
@policy(LETTER_WORKERS)
def letter_progress(request: HttpRequest, inspection: str) -> HttpResponse:
    """What the list polls while PDFs are being prepared. It counts rows: leaving the page loses nothing."""
    found = find_inspection(request, inspection)
    context = {"inspection": found, **progress.rendering(progress.rows(found, person(request)))}
    return render(request, "letters/_progress.html", context)


@require_POST
@policy(LETTER_WORKERS)
def letter_retry(request: HttpRequest, inspection: str) -> HttpResponse:
    """Ask again for the PDFs that could not be made, and for no others."""
    found = find_inspection(request, inspection)
    again = sum(
        rendering.retry_failed(release) for release in Release.objects.filter(letters__inspection=found).distinct()
    )
    messages.success(request, f"{again} PDF{'' if again == 1 else 's'} tried again.")
    return redirect("letters:letter-list", found.slug)


@require_POST
@policy(LETTER_WORKERS)
def letter_render(request: HttpRequest, inspection: str) -> HttpResponse:
    """Ask again for the PDFs that are missing."""
    found = find_inspection(request, inspection)
    waiting = sum(
        rendering.ensure_renditions(release) for release in Release.objects.filter(letters__inspection=found).distinct()
    )
    messages.success(request, f"{waiting} PDF{'' if waiting == 1 else 's'} being prepared. Nothing else is needed.")
    return redirect("letters:letter-list", found.slug)


@require_safe
@policy(LETTER_WORKERS)
def letter_show(request: HttpRequest, letter: UUID) -> HttpResponse:
    """The letter as it will read, what is in order and what is not, and what can be done next."""
    found = find_letter(request, letter)
    user = person(request)
    signed = found.state in (Letter.State.SIGNED, Letter.State.ISSUED)
    changeable = may_change(found.release, found.force)
    variant = Variant.EMBARGOED if signed else Variant.DRAFT
    new = new_words(found.inspection, found.force)
    context = {
        "crumbs": _crumbs(request, found),
        "letter": found,
        "view": marked_view(found, () if signed else new),
        "variant": variant,
        "public": versions.is_public(found),
        "left": not Letter.objects.not_left().filter(pk=found.pk).exists(),
        "rendition": renditions.find(found, variant),
        "problem": renditions.problem(found, variant),
        "checks": checks_of(found, new),
        "new": [] if signed else new,
        "voided": _last_void(found) if not signed else None,
        "changeable": changeable,
        "can_assemble": changeable and permissions.can_assemble(user, found.inspection, found.force),
        "can_proof": changeable and found.state == Letter.State.ASSEMBLED and permissions.can_proof(user, found),
        "can_sign": changeable and not signed and permissions.can_sign(user, found),
        "can_dismiss": changeable and (permissions.can_proof(user, found) or permissions.can_sign(user, found)),
        "can_exclude": permissions.can_exclude(user, found),
        "exclusions": exclusions_of(found) if permissions.can_exclude(user, found) else [],
        "excluded": exclusions_of(found).count(),
        "welsh": welsh.current(found),
        "needs_welsh": welsh.needed(found.force, found.letter_date),
        "ledger": _ledger(user, found),
    }
    return render(request, "letters/letter_show.html", context)


def _ledger(user: User, letter: Letter) -> str:
    """Where each sentence's points, decisions, before and after are told, for those who may read that."""
    if not coverage(user, letter.inspection).covers(letter.force_id):
        return ""
    return reverse("findings:ledger", args=[letter.inspection.slug, letter.force.slug])


@require_POST
@policy(LETTER_WORKERS)
def letter_proof(request: HttpRequest, letter: UUID) -> HttpResponse:
    found = preparation.proof_letter(find_letter(request, letter), by=person(request))
    messages.success(request, f"The letter to {found.force.name} is proof-read.")
    return redirect("letters:letter-show", found.pk)


@require_safe
@policy(LETTER_WORKERS)
def letter_pdf(request: HttpRequest, letter: UUID, variant: str) -> HttpResponse:
    """The stored PDF. A final one before its instant is for those who work on the letter, like the draft."""
    found = find_letter(request, letter)
    if variant not in list(Variant):
        raise Http404
    rendition = renditions.find(found, Variant(variant))
    if rendition is None:
        rendering.render_later(found, [Variant(variant)])
        messages.info(request, "The PDF is being prepared. Try again in a minute.")
        return redirect("letters:letter-show", found.pk)
    return files.respond(
        files.read(rendition.file.key), f"{found.force.slug}-{variant}.pdf", "application/pdf", inline=True
    )


@require_safe
@policy(LETTER_WORKERS)
def letter_pdf_status(request: HttpRequest, letter: UUID) -> HttpResponse:
    """The fragment that a page polls while a PDF is being prepared."""
    found = find_letter(request, letter)
    signed = found.state in (Letter.State.SIGNED, Letter.State.ISSUED)
    variant = Variant.EMBARGOED if signed else Variant.DRAFT
    context = {
        "letter": found,
        "variant": variant,
        "public": versions.is_public(found),
        "left": not Letter.objects.not_left().filter(pk=found.pk).exists(),
        "rendition": renditions.find(found, variant),
        "problem": renditions.problem(found, variant),
    }
    return render(request, "letters/_letter_pdf.html", context)


def _crumbs(request: HttpRequest, letter: Letter) -> list[tuple[str, str]]:
    """Back to the list, for those who may see it; a signatory without an assignment goes back to their queue."""
    if Inspection.objects.visible_to(person(request)).filter(pk=letter.inspection_id).exists():
        listed = reverse("letters:letter-list", args=[letter.inspection.slug])
        return [(f"Letters: {letter.inspection.short_title}", listed), (letter.force.name, "")]
    return [("Letters to sign", reverse("letters:signing-queue")), (letter.force.name, "")]


def _release(inspection: Inspection) -> Release | None:
    """The release that letters assembled now would quote: the scheduled one, else the latest that is under way."""
    ended = [Release.State.CANCELLED, Release.State.WITHDRAWN]
    releases = Release.objects.filter(inspection=inspection, embargo_until__isnull=False, is_archive=False)
    under_way = list(releases.exclude(state__in=ended).order_by("-created_at"))
    scheduled = [release for release in under_way if release.state == Release.State.SCHEDULED]
    return next(iter(scheduled or under_way), None)


def _last_void(letter: Letter) -> AuditEntry | None:
    """Why the last signature no longer counts, until the letter is signed again."""
    entries = AuditEntry.objects.filter(subject_type="letters.letter", subject_id=str(letter.pk))
    return entries.filter(action=Action.LETTER_SIGNATURE_VOIDED).select_related("actor").order_by("-id").first()
