"""The screens of publication: each fetches, checks its form and calls one verb."""

from typing import cast
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from hmic_core.clock import ClockTimestamp
from hmic_core.models import User
from inspections.models import Announcement, Release, ReleaseChange, ReleaseItem
from letters.models import Letter

CONFIDENTIAL = "Unreleased. Only publication admins see this page."


def person(request: HttpRequest) -> User:
    """Who asks. Every view here is behind a policy, so somebody is signed in."""
    return cast(User, request.user)


def get_release(request: HttpRequest, pk: UUID, among: "QuerySet[Release] | None" = None) -> Release:
    """A release that whoever asks may see (of `among`, where a page has its own rule); any other does not exist."""
    visible = Release.objects.visible_to(person(request)) if among is None else among
    rows = visible.select_related(
        "inspection", "report", "follows", "created_by", "scheduled_by", "sealed_by", "approved_by"
    )
    rows = rows.annotate(
        was_moved=Exists(ReleaseChange.objects.filter(release=OuterRef("pk"))),
        was_announced=Exists(Announcement.objects.filter(release=OuterRef("pk"))),
        clock=ClockTimestamp(),
        letters_now=Count("letters", filter=Q(letters__in=Letter.objects.in_release())),
    )
    found: Release = get_object_or_404(rows, pk=pk)
    return found


def get_item(request: HttpRequest, release: UUID, pk: UUID, among: "QuerySet[Release] | None" = None) -> ReleaseItem:
    items = ReleaseItem.objects.filter(release=get_release(request, release, among))
    found: ReleaseItem = get_object_or_404(items.select_related("release__inspection", "force"), pk=pk)
    return found
