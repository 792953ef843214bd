"""What the public calendar says: of one release, and of all."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hmic_core import clock
from hmic_core.accounts.policies import PUBLICATION_ADMIN, policy
from inspections.models import Announcement, Release
from publication.fetching import get_release, person
from publication.release import calendar
from publication.release.forms import AnnounceForm
from publication.release.views.verbs import ASKS, _ask, _version


@ASKS
@policy(PUBLICATION_ADMIN)
def announce(request: HttpRequest, release: UUID) -> HttpResponse:
    """The one thing about a release that becomes public before its instant, on purpose."""
    found = get_release(request, release)
    said = list(found.announcements.order_by("-number"))
    given = {"title": said[0].title if said else found.inspection.title[:200]}
    form = AnnounceForm(request.POST or None, initial=given)
    return _ask(
        request,
        found,
        form,
        lambda: calendar.announce(
            found, title=form.cleaned_data["title"], by=person(request), version=_version(request)
        ),
        verb="announce",
        heading="Announce this release",
        button="Put it into the public calendar",
        tone="",
        consequences=[
            "Everybody can read at once that something is to come, under the words below, and when.",
            "The date stands there as provisional until a second person has approved the release.",
            "If the date changes, the calendar keeps the old one and gives the reason. It cannot be taken back.",
        ],
        done="The public calendar announces it.",
        aside="publication/_announcements.html",
        announcements=said,
    )


@require_safe
@policy(PUBLICATION_ADMIN)
def calendar_list(request: HttpRequest) -> HttpResponse:
    """Every release that was announced, with what the calendar says of it now, and what was not announced yet."""
    visible = Release.objects.visible_to(person(request)).filter(is_archive=False, notice_of=None)
    latest = Announcement.objects.filter(release__in=visible).order_by("release", "-number").distinct("release")
    rows = sorted(latest.select_related("release__inspection"), key=lambda each: each.planned_for, reverse=True)
    silent = visible.filter(state=Release.State.SCHEDULED, announcements=None).select_related("inspection")
    page = {
        "rows": rows,
        "silent": silent.order_by("embargo_until"),
        "now": clock.now(),
        "crumbs": [("Releases", "/releases/"), ("Public calendar", "")],
    }
    return render(request, "publication/calendar_list.html", page)
