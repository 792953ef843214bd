"""The publication admin's side of embargoed copies: the pre-release list, receipts, recall, the zip of all letters."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hmic_core import confirming
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.clock import LONDON
from hmic_core.errors import NotAllowed
from hmic_core.tables import csv_file
from hmic_core.templatetags.times import london
from inspections.embargo import instant_of
from inspections.models import Release
from letters.copies import recipients
from letters.copies.bundle import bundle
from letters.copies.forms import AddForm, EntryForm, RecallForm, StandingFilter
from letters.copies.recall import recall_copy
from letters.copies.recipients import Standing
from letters.fetching import person
from letters.models import Copy, Recipient


@require_safe
@policy(PUBLICATION_ADMIN)
def recipient_list(request: HttpRequest, release: UUID) -> HttpResponse:
    """Everybody on the list, how far their copy has come, and whom to ring."""
    found = _release(request, release)
    everybody = recipients.standings(found)
    form = StandingFilter(request.GET)
    chosen = form.chosen()
    context = {
        "release": found,
        "everybody": everybody,
        "rows": _filtered(everybody, chosen),
        "filter": form,
        "chosen": chosen,
        "query": urlencode(chosen),
        "tally": _tally(everybody),
        "to_ring": [each for each in everybody if each.to_be_rung],
        "to_nudge": sum(each.key in ("waiting", "accepted") for each in everybody),
        "moved": found.changes.exists(),
        "crumbs": _crumbs(found),
    }
    return render(request, "letters/recipient_list.html", context)


def _filtered(rows: list[Standing], chosen: dict[str, str]) -> list[Standing]:
    words = chosen.get("force", "").casefold()
    return [
        each
        for each in rows
        if chosen.get("standing", each.key) == each.key
        and (words in each.contact.force.name.casefold() or words in each.contact.name.casefold())
    ]


def _tally(rows: list[Standing]) -> list[tuple[str, str, int]]:
    return [(key, words, sum(each.key == key for each in rows)) for key, words in recipients.STANDINGS.items()]


@require_safe
@policy(PUBLICATION_ADMIN)
def recipient_export(request: HttpRequest, release: UUID) -> HttpResponse:
    """The same rows as CSV, with the same filters."""
    found = _release(request, release)
    rows = _filtered(recipients.standings(found), StandingFilter(request.GET).chosen())
    when = ["Not before", "Reason", "Copy", "State", "Downloads", "Last download"]
    return csv_file("recipients.csv", ["Force", "Person", "Capacity", "Telephone", *when], map(_row, rows))


def _row(each: Standing) -> list[Any]:
    contact = each.contact
    return [
        contact.force.name,
        contact.name,
        contact.get_capacity_display(),
        contact.telephone,
        london(each.not_before) if each.not_before else "from approval",
        each.reason,
        each.copy.number if each.copy else "",
        each.words,
        each.downloads,
        london(each.last_download) if each.last_download else "",
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def recipient_add(request: HttpRequest, release: UUID) -> HttpResponse:
    found = _release(request, release)
    form = AddForm(request.POST or None, people=recipients.candidates(found))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = recipients.add_recipient(
                found,
                contact=given["contact"],
                not_before=_instant(given["not_before"]),
                reason=given["reason"],
                by=person(request),
            )
        except NotAllowed as refusal:
            form.add_error("not_before" if given["not_before"] else "contact", refusal.sentence)
        else:
            messages.success(request, f"{row.contact.name} is on the list.")
            return redirect("letters:recipient-list", found.pk)
    return _ask(request, found, form, "Put a person on the list", "Put on the list")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def recipient_change(request: HttpRequest, release: UUID, recipient: UUID) -> HttpResponse:
    found, row = _release(request, release), _recipient(release, recipient)
    local = row.not_before and row.not_before.astimezone(LONDON).replace(tzinfo=None)
    form = EntryForm(request.POST or None, initial={"not_before": local, "reason": row.reason})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            recipients.change_recipient(
                row, not_before=_instant(given["not_before"]), reason=given["reason"], by=person(request)
            )
        except NotAllowed as refusal:
            form.add_error("not_before", refusal.sentence)
        else:
            messages.success(request, f"The entry of {row.contact.name} is changed.")
            return redirect("letters:recipient-list", found.pk)
    return _ask(request, found, form, f"{row.contact.name}: when and why", "Save the entry", row=row)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def recipient_remove(request: HttpRequest, release: UUID, recipient: UUID) -> HttpResponse:
    found, row = _release(request, release), _recipient(release, recipient)
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recipients.remove_recipient(row, reason=form.cleaned_data["reason"], by=person(request))
        messages.success(request, f"{row.contact.name} is off the list. A copy that was out opens nothing any more.")
        return redirect("letters:recipient-list", found.pk)
    consequences = [
        "They get no copy when the release is approved, nor when it is approved again.",
        "If they have a copy, it opens nothing from the moment you confirm, and they are told so.",
        "The entry and your reason stay on the record.",
    ]
    heading = f"Take {row.contact.name} off the list?"
    return _ask(request, found, form, heading, "Take off the list", consequences=consequences, tone="warning", row=row)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLICATION_ADMIN)
def copy_recall(request: HttpRequest, release: UUID, copy: UUID) -> HttpResponse:
    found = _release(request, release)
    rows = Copy.objects.filter(letter__release=found).select_related("contact__force", "letter__force")
    mine = get_object_or_404(rows, pk=copy)
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recall_copy(mine, reason=form.cleaned_data["reason"], by=person(request))
        messages.success(
            request, f"Copy {mine.number} is recalled: it opens nothing any more. Ring {mine.contact.name}."
        )
        return redirect("letters:recipient-list", found.pk)
    consequences = [
        "Its link opens nothing from the moment you confirm; the person sees that it was recalled.",
        "They are told by e-mail to destroy what they downloaded. Ring them too.",
        "If they had opened it, an incident opens by itself.",
        "They can be given another copy from the list: with its own number, terms to accept and receipts.",
    ]
    heading = f"Recall copy {mine.number} from {mine.contact.name}?"
    return _ask(request, found, form, heading, "Recall the copy", consequences=consequences, tone="warning")


@require_POST
@policy(PUBLICATION_ADMIN)
def recipient_issue(request: HttpRequest, release: UUID, recipient: UUID) -> HttpResponse:
    """A new copy for somebody whose earlier one was recalled, or who had none."""
    found, row = _release(request, release), _recipient(release, recipient)
    copy = recipients.issue_again(row, by=person(request))
    messages.success(request, f"Copy {copy.number} is issued to {row.contact.name}.")
    return redirect("letters:recipient-list", found.pk)


@require_POST
@policy(PUBLICATION_ADMIN)
def recipient_nudge(request: HttpRequest, release: UUID) -> HttpResponse:
    """Remind everybody whose copy waits, or one person; nobody twice on one day."""
    found = _release(request, release)
    rows = recipients.standings(found)
    if only := request.POST.get("copy"):
        rows = [each for each in rows if each.copy and str(each.copy.pk) == only]
    elif asked := _ask_to_nudge(request, found, rows):
        return asked
    reminded = recipients.nudge(found, rows, by=person(request))
    if reminded:
        messages.success(request, f"{reminded} reminder{'' if reminded == 1 else 's'} on the way.")
    else:
        messages.info(request, "Nobody was reminded: those who wait were reminded today already. Ring them instead.")
    return redirect("letters:recipient-list", found.pk)


def _ask_to_nudge(request: HttpRequest, release: Release, rows: list[Standing]) -> HttpResponse | None:
    """Who would be reminded, once; None once that is confirmed, or where nobody waits: the view says so."""
    wait = recipients.waiting(rows)
    if not wait:
        return None
    return confirming.ask(
        request,
        marks=[confirming.mark("nudge", release, {each.contact.name: str(each.key) for each in wait})],
        heading="Remind all who have not collected?",
        sentences=["Each gets an e-mail with a link at once; nobody twice on one day."],
        receives=[(each.contact.name, "A reminder that a copy waits") for each in wait],
        button="Remind them",
        back=reverse("letters:recipient-list", args=[release.pk]),
    )


@require_safe
@policy(PUBLICATION_ADMIN)
def letters_zip(request: HttpRequest, release: UUID) -> HttpResponseBase:
    found = _release(request, release)
    made = bundle(found, by=person(request))
    name = f"{found.inspection.slug}-letters.zip"
    return FileResponse(made, as_attachment=True, filename=name, content_type="application/zip")


# Ground


def _release(request: HttpRequest, release: UUID) -> Release:
    rows = Release.objects.visible_to(person(request)).filter(is_archive=False).select_related("inspection")
    found: Release = get_object_or_404(rows, pk=release)
    return found


def _recipient(release: UUID, recipient: UUID) -> Recipient:
    rows = (
        Recipient.objects.listed().filter(release=release).select_related("release", "contact__force", "contact__user")
    )
    found: Recipient = get_object_or_404(rows, pk=recipient)
    return found


def _instant(wall: dt.datetime | None) -> dt.datetime | None:
    """The instant of what was typed. Raises NotAllowed for a time that London's clocks skip or show twice."""
    return instant_of(wall, LONDON.key) if wall else None


def _crumbs(release: Release, here: str = "") -> list[tuple[str, str]]:
    page = f"/releases/{release.pk}/"
    found = [("Releases", "/releases/"), (release.title, page), ("Recipients", f"{page}recipients/" if here else "")]
    return [*found, (here, "")] if here else found


def _ask(request: HttpRequest, release: Release, form: Any, heading: str, button: str, **more: Any) -> HttpResponse:
    context = {
        "release": release,
        "form": form,
        "heading": heading,
        "button": button,
        "crumbs": _crumbs(release, heading),
    }
    return render(request, "letters/recipient_form.html", {**context, **more})
