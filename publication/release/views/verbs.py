"""One view for each verb of a release: GET asks and shows the consequences, POST calls the verb."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hmic_core import clock, confirming
from hmic_core.accounts import adapter
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from hmic_core.clock import LONDON
from hmic_core.errors import NotAllowed
from hmic_core.templatetags.times import london
from inspections.models import Release
from inspections.readiness import Outcome
from publication import notices
from publication.fetching import CONFIDENTIAL, get_item, get_release, person
from publication.readiness import checks
from publication.release import calendar, status, withdrawal, workflow
from publication.release.forms import (
    AnnouncedHoldForm,
    AnnouncedReasonForm,
    AnnouncedRescheduleForm,
    ApproveForm,
    DropForm,
    ReasonForm,
    RescheduleForm,
    ScheduleForm,
    WithdrawForm,
)
from publication.release.views.releases import show
from publication.states import is_public, refusal

ASKS = require_http_methods(["GET", "HEAD", "POST"])


def _version(request: HttpRequest) -> int:
    """The version that the form was made from; one that is no number is never the present one."""
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        return -1


def _back(release: Release) -> HttpResponse:
    return redirect("publication:release-show", release.pk)


# Instants: typed, echoed as a sentence, confirmed


@ASKS
@policy(PUBLICATION_ADMIN)
def schedule(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)

    def act(form: BaseForm) -> None:
        workflow.schedule(found, wall=form.cleaned_data["wall"], by=person(request), version=_version(request))

    form = ScheduleForm(request.POST or None)
    return _ask_instant(request, found, form, act, verb="schedule", heading="When does it become public?")


@ASKS
@policy(PUBLICATION_ADMIN)
def reschedule(request: HttpRequest, release: UUID) -> HttpResponse:
    """Every letter and recipient affected is listed first."""
    found = get_release(request, release)

    def act(form: BaseForm) -> None:
        workflow.reschedule(found, **form.cleaned_data, by=person(request), version=_version(request))

    affected = {"letters": checks.letters_of(found), "people": notices.recipients(found)}
    announced = calendar.latest(found) is not None
    form = (AnnouncedRescheduleForm if announced else RescheduleForm)(request.POST or None)
    return _ask_instant(request, found, form, act, verb="reschedule", heading="Give it another time", **affected)


def _ask_instant(
    request: HttpRequest,
    release: Release,
    form: BaseForm,
    act: Callable[[BaseForm], None],
    *,
    verb: str,
    heading: str,
    **more: Any,
) -> HttpResponse:
    """Type a time; read it as a sentence, in UTC too; confirm it. What was typed is kept throughout."""
    if sentence := refusal(release, verb, clock.now()):
        messages.error(request, sentence)
        return _back(release)
    echo: dt.datetime | None = None
    if request.method == "POST" and form.is_valid():
        try:
            echo = workflow.check_instant(form.cleaned_data["wall"], workflow.LONDON, clock.now())
            if request.POST.get(confirming.ANSWERED) == "yes":
                act(form)
                messages.success(request, f"Everything becomes public on {london(echo)}, once it is approved.")
                return _back(release)
        except NotAllowed as refused:
            form.add_error("wall", refused.sentence)
            echo = None
    if "change" in request.POST:
        echo = None
    page = {
        "release": release,
        "form": form,
        "echo": echo,
        "echo_short": echo and f"{echo.astimezone(LONDON):%A %H:%M %Z}",
        "now": clock.now(),
        "heading": heading,
        "verb": verb,
        "carried": confirming.carried(request),
        "confidence": CONFIDENTIAL,
        "crumbs": _crumbs(release, heading),
        "version": release.version,
        **more,
    }
    return render(request, "publication/release_instant.html", page)


def _crumbs(release: Release, here: str) -> list[tuple[str, str]]:
    if release.is_archive:
        return [("Archive", "/archive/"), (release.title, f"/archive/{release.pk}/"), (here, "")]
    return [("Releases", "/releases/"), (release.title, f"/releases/{release.pk}/"), (here, "")]


# One button


@require_POST
@policy(PUBLICATION_ADMIN)
def seal(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    workflow.seal(found, version=_version(request), by=person(request))
    messages.success(request, "Locked for publication. Another publication admin has been asked to approve it.")
    return _back(found)


@require_POST
@policy(PUBLICATION_ADMIN)
def approve(request: HttpRequest, release: UUID) -> HttpResponse:
    """The second person's confirmation; an incomplete one shows the page again with what is missing."""
    found = get_release(request, release)
    warnings = sum(result.state == Outcome.WARNING for _, result in checks.run(found))
    form = ApproveForm(request.POST, warnings=warnings)
    if not form.is_valid():
        return show(request, found, form)
    answer: HttpResponse = _approve(request, release)
    return answer


@reauthentication_required  # type: ignore[untyped-decorator]
def _approve(request: HttpRequest, release: UUID) -> HttpResponse:
    """Whoever is at the keyboard has confirmed it within the last 15 minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT)."""
    found = get_release(request, release)
    workflow.approve(found, expected_version=_version(request), by=person(request))
    messages.success(request, "Approved. It becomes public by itself: nobody has to press anything.")
    return _back(found)


@require_POST
@policy(PUBLICATION_ADMIN)
def resume(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    workflow.resume(found, by=person(request), version=_version(request))
    messages.success(request, "Resumed. It becomes public at its instant.")
    return _back(found)


# Verbs that ask: a page with the consequences, then a reason


def _ask(
    request: HttpRequest,
    release: Release,
    form: BaseForm | None,
    act: Callable[[], Any],
    *,
    verb: str,
    heading: str,
    button: str,
    consequences: list[str],
    done: str,
    tone: str = "warning",
    again: bool = False,
    **more: Any,
) -> HttpResponse:
    """GET asks, POST acts. A refusal stands beside the reason, which is kept as typed.

    With `again`, whoever is at the keyboard confirms it first (ACCOUNT_REAUTHENTICATION_TIMEOUT): what was typed is
    sent on once they have.
    """
    if request.method != "POST" and (sentence := refusal(release, verb, clock.now())):
        messages.error(request, sentence)
        return _back(release)
    if request.method == "POST" and (form is None or form.is_valid()):
        if again:
            adapter.ask_again(request)
        try:
            act()
        except NotAllowed as refused:
            if form is None:
                raise
            form.add_error(next((name for name in ("reason", "note") if name in form.fields), None), refused.sentence)
        else:
            messages.success(request, done)
            return _back(release)
    page = {
        "release": release,
        "form": form,
        "heading": heading,
        "button": button,
        "verb": verb,
        "consequences": consequences,
        "tone": tone,
        "now": clock.now(),
        "crumbs": _crumbs(release, heading),
        "version": release.version,
        "back": reverse("publication:release-show", args=[release.pk]),
        **more,
    }
    return render(request, "publication/release_verb.html", page)


@ASKS
@policy(PUBLICATION_ADMIN)
def unseal(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    return _ask(
        request,
        found,
        None,
        lambda: workflow.unseal(found, by=person(request), version=_version(request)),
        verb="unseal",
        heading="Unlock this release",
        button="Unlock",
        tone="",
        consequences=[
            "It goes back to scheduled, at the same instant.",
            "Letters keep their signatures, and can change again.",
            "It has to be locked and approved again before anything becomes public.",
        ],
        done="Unlocked. It is scheduled, and has to be locked and approved again.",
    )


@ASKS
@policy(PUBLICATION_ADMIN)
def hold(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    form = _told(found, AnnouncedHoldForm)(request.POST or None)
    holding = status.contents(found)
    return _ask(
        request,
        found,
        form,
        lambda: workflow.hold(found, **form.cleaned_data, by=person(request), version=_version(request)),
        verb="hold",
        heading="Hold this release",
        button=f"Hold all {holding.total} items",
        consequences=[
            "Nothing becomes public until somebody resumes it or gives it another time.",
            "Recipients of embargoed copies are told that publication is on hold, not why.",
            "If nobody resumes it before its instant, it is missed and needs a new one.",
        ],
        done="Held. Nothing becomes public.",
        told=notices.recipients(found),
    )


@ASKS
@policy(PUBLICATION_ADMIN)
def cancel(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    form = _told(found, AnnouncedReasonForm)(request.POST or None)
    return _ask(
        request,
        found,
        form,
        lambda: workflow.cancel(found, **form.cleaned_data, by=person(request), version=_version(request)),
        verb="cancel",
        heading="Cancel this release",
        button="Cancel this release for good",
        consequences=[
            "It is given up for good: a cancelled release cannot be taken up again.",
            "Nothing of it was or becomes public.",
            "Recipients of embargoed copies are told.",
        ],
        done="Cancelled.",
        told=notices.recipients(found),
    )


def _told(release: Release, announced: type[ReasonForm]) -> type[ReasonForm]:
    """The form that also asks what the public is told, where the public calendar names the release."""
    return ReasonForm if calendar.latest(release) is None else announced


def _withdraw_form(request: HttpRequest, release: Release) -> BaseForm:
    """What was public leaves a notice, which says why; what was not needs a reason only."""
    kind = WithdrawForm if is_public(release, clock.now()) else ReasonForm
    return kind(request.POST or None)


def _withdrawal(release: Release, what: str, *, notice: bool = True) -> list[str]:
    if is_public(release, clock.now()):
        left = (
            "A notice with the reason takes its place. It says that copies may exist." if notice else "Nothing is left."
        )
        return [
            f"{what} is taken down everywhere within two seconds.",
            left,
            "It cannot be taken back: what is published again is a new release.",
        ]
    return [f"{what} never becomes public, and there is no notice.", "It cannot be taken back."]


@ASKS
@policy(PUBLICATION_ADMIN)
def withdraw(request: HttpRequest, release: UUID) -> HttpResponse:
    found = get_release(request, release)
    form = _withdraw_form(request, found)
    return _ask(
        request,
        found,
        form,
        lambda: withdrawal.withdraw(found, by=person(request), **form.cleaned_data),
        again=True,
        verb="withdraw",
        heading="Withdraw this release",
        button="Withdraw everything",
        consequences=_withdrawal(found, "Everything in this release"),
        done="Withdrawn.",
        told=notices.recipients(found),
    )


@ASKS
@policy(PUBLICATION_ADMIN)
def drop_item(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    found, form = get_item(request, release, item), DropForm(request.POST or None)
    return _ask(
        request,
        found.release,
        form,
        lambda: withdrawal.drop_item(found, **form.cleaned_data, by=person(request), version=_version(request)),
        verb="drop_item",
        heading=f"Drop the letter to {found.force}",
        button="Drop this letter",
        consequences=[
            "This letter leaves the release. All others stay as they are.",
            "Its recipients are told, and their embargoed copies no longer open.",
            "It may follow in a release of its own, which needs its own day, signature and approval.",
        ],
        done=f"The letter to {found.force} was dropped. The others are unchanged.",
        told=notices.recipients_of(found),
    )


@ASKS
@policy(PUBLICATION_ADMIN)
def withdraw_item(request: HttpRequest, release: UUID, item: UUID) -> HttpResponse:
    found = get_item(request, release, item)
    form = _withdraw_form(request, found.release)
    return _ask(
        request,
        found.release,
        form,
        lambda: withdrawal.withdraw(found, by=person(request), **form.cleaned_data),
        again=True,
        verb="withdraw_item",
        heading=f"Withdraw “{found.title}”",
        button="Withdraw this item",
        consequences=_withdrawal(found.release, f"“{found.title}”", notice=found.kind != "notice"),
        done=f"“{found.title}” was withdrawn.",
        told=notices.recipients_of(found),
    )
