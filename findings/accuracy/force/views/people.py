"""Who in the force reads the draft. The liaison officer invites, gives paragraphs and ends access; others see it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from findings.accuracy.draft import draft_of
from findings.accuracy.force import invitations
from findings.accuracy.force.forms import GiveForm, InviteForm
from findings.accuracy.force.views import check_page, readers
from findings.accuracy.force.views.fetching import own_round
from findings.fetching import reader
from findings.models import Round
from findings.permissions import FORCE_READER, FORCE_WRITERS, can_submit
from forces.models import Contact
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed
from hmic_core.models import User


@require_safe
@policy(FORCE_READER)
def show(request: HttpRequest, round: UUID) -> HttpResponse:
    """Everybody who may read the draft, who has looked, and whose paragraphs are whose."""
    found = own_round(request, round)
    return _page(request, found)


@require_POST
@policy(FORCE_READER)
def invite(request: HttpRequest, round: UUID) -> HttpResponse:
    found = own_round(request, round)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            contact = invitations.invite_reviewer(found, by=reader(request), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error("email", refusal.sentence)
        else:
            messages.success(request, f"An invitation is on its way to {contact.name}. It holds a link, nothing else.")
            return redirect("findings:check-people", found.pk)
    return _page(request, found, invite=form)


@require_POST
@policy(FORCE_READER)
def give(request: HttpRequest, round: UUID) -> HttpResponse:
    found = own_round(request, round)
    people = invitations.writers(found.force)
    form = GiveForm(request.POST, paragraphs=found.paragraphs.all(), people=people)
    if form.is_valid():
        to = _chosen(people, form.cleaned_data["to"])
        paragraphs = list(form.cleaned_data["paragraphs"])
        try:
            invitations.give_paragraphs(found, paragraphs, to=to, by=reader(request))
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            which = ", ".join(each.reference for each in paragraphs)
            messages.success(request, f"{which}: {to.name if to else 'nobody in particular'}.")
            return redirect("findings:check-people", found.pk)
    return _page(request, found, give=form)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(FORCE_READER)
def end(request: HttpRequest, round: UUID, contact: UUID) -> HttpResponse:
    """Ask first: the person is out from that moment."""
    found = own_round(request, round)
    mine = get_object_or_404(Contact, pk=contact, force=found.force, capacity=Contact.Capacity.REVIEWER)
    if request.method != "POST":
        context = check_page.frame(request, found, draft_of(found), "check-people")
        return render(request, "findings/check_end.html", {**context, "person": mine})
    invitations.end_access(found, mine, by=reader(request))
    messages.success(request, f"{mine.name} can no longer read the draft. Their points stay.")
    return redirect("findings:check-people", found.pk)


def _page(
    request: HttpRequest, round: Round, invite: InviteForm | None = None, give: GiveForm | None = None
) -> HttpResponse:
    context = check_page.frame(request, round, draft_of(round), "check-people")
    contacts = invitations.people(round.force)
    context["people"] = readers.people(round, context["draft"], contacts)
    if can_submit(reader(request), round):
        paragraphs = round.paragraphs.all()
        writers = [each.user for each in contacts if each.capacity in FORCE_WRITERS and each.user]
        context |= {
            "invite_form": invite or InviteForm(),
            "give_form": give or GiveForm(paragraphs=paragraphs, people=list(dict.fromkeys(writers))),
            "form": invite or give,
        }
    return render(request, "findings/check_people.html", context)


def _chosen(people: list[User], value: Any) -> User | None:
    return next((user for user in people if str(user.pk) == value), None)
