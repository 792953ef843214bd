"""What a release tells people by e-mail. A sentence and a link that needs signing in: no title, no finding."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from forces.models import Contact
from hmic_core import clock
from hmic_core.accounts import access
from hmic_core.models import GlobalRole, Notice, User
from hmic_core.notices import queue
from hmic_core.templatetags.times import london, utc
from inspections.models import Assignment, Release, ReleaseItem
from letters.models import Copy, Letter
from publication.models import BreakGlassGrant
from publication.permissions import lists_grants


def admins(*but: User | None) -> list[User]:
    """The publication admins of today, except those who know already."""
    roles = GlobalRole.objects.on(clock.today()).filter(role=access.Role.PUBLICATION_ADMIN, user__is_active=True)
    known = [user.pk for user in but if user is not None]
    return list(User.objects.filter(pk__in=roles.values("user")).exclude(pk__in=known))


def recipients(release: Release) -> list[User]:
    """Everybody who was named for an embargoed copy of this release and still speaks for their force."""
    return _holders(Copy.objects.current().filter(letter__release=release))


def recipients_of(item: ReleaseItem) -> list[User]:
    """The same for one letter of it; nobody for any other item."""
    if item.kind != ReleaseItem.Kind.LETTER:
        return []
    return _holders(Copy.objects.current().filter(letter=item.source_id))


def readers(release: Release) -> list[User]:
    """Those of the recipients whose letter is still part of the release: not dropped, not withdrawn."""
    return _holders(Copy.objects.current().filter(letter__in=Letter.objects.in_release(release)))


def _holders(copies: "QuerySet[Copy]") -> list[User]:
    """Who holds these copies and still speaks for their force."""
    named = Contact.objects.on(clock.today()).filter(copies__in=copies, verified_at__isnull=False)
    return list(User.objects.filter(pk__in=named.values("user"), is_active=True))


def letter_stopped(item: ReleaseItem, what: str) -> None:
    """One letter was dropped or withdrawn: its own recipients are told, or they would take the embargo for ended."""
    if item.kind != ReleaseItem.Kind.LETTER:
        return
    people = recipients_of(item)
    sentence = (
        "The letter that was issued to you is no longer part of its release. Do not use or pass on your copy. "
        "The inspectorate will be in touch."
    )
    _tell(people, item.release, f"letter_{what}:{item.pk}", f"A letter was {what}", sentence, link="/")


def item_proposed(item: ReleaseItem, by: User) -> None:
    sentence = "A replacement, a correction or an addition waits for a second person's confirmation."
    _tell(admins(by), item.release, f"item_proposed:{item.pk}", "A change waits for your confirmation", sentence)


def item_settled(item: ReleaseItem, by: User, what: str) -> None:
    """To who proposed it."""
    people = [item.proposed_by] if item.proposed_by and item.proposed_by != by else []
    sentence = f"What you proposed for a release was {what}."
    _tell(people, item.release, f"item_{what}:{item.pk}", f"Your proposal was {what}", sentence)


def approval_wanted(release: Release, by: User) -> None:
    sentence = f"A release is locked for publication on {_when(release)}. It needs a second person's approval."
    _tell(admins(by, release.scheduled_by), release, "sealed", "A release waits for your approval", sentence)


def approved(release: Release, by: User) -> None:
    sentence = f"The release is approved. It becomes public by itself on {_when(release)}."
    _tell(admins(by), release, "approved", "A release is approved", sentence)


def readiness_run(release: Release, moment: dt.datetime, errors: int, warnings: int) -> None:
    """To the admins, errors or none: silence would not say whether anybody looked."""
    counts = f"{errors} error{'' if errors == 1 else 's'} and {warnings} warning{'' if warnings == 1 else 's'}"
    subject = "Readiness of a release: nothing is in the way" if not errors else f"Readiness of a release: {counts}"
    sentence = f"Publication is planned for {_when(release)}. Its readiness was checked by itself: {counts}."
    if errors and release.state == Release.State.APPROVED:
        sentence += " It is approved and goes ahead unless somebody holds it."
    elif release.state != Release.State.APPROVED:
        sentence += f" It is {release.get_state_display().lower()}: it does not become public as it stands."
    _tell(admins(), release, f"readiness_{moment:%Y%m%dT%H%M%S}", subject, sentence)


def held(release: Release, by: User) -> None:
    sentence = "A release was held. It will not become public until somebody resumes it or gives it a new time."
    _tell(admins(by), release, "held", "A release is held", sentence)
    sentence = "Publication is on hold. The embargo continues until you are told otherwise."
    _tell(recipients(release), release, "held", "Publication is on hold", sentence, link="/")


def resumed(release: Release, by: User) -> None:
    sentence = f"Publication goes ahead on {_when(release)}."
    _tell(admins(by), release, "resumed", "A release goes ahead", sentence)
    _tell(recipients(release), release, "resumed", "Publication goes ahead", sentence, link="/")


def moved(release: Release, by: User) -> None:
    """To the admins and to every recipient, who accepts the embargo again. Signatories hear from `letters.notices`."""
    sentence = f"Publication has moved. It is now planned for {_when(release)}."
    _tell(admins(by), release, "moved", "Publication has moved", sentence)
    embargo = f"{sentence} The embargo holds until then, and you are asked to accept it again."
    _tell(
        recipients(release),
        release,
        "moved",
        "Publication has moved: please accept the embargo again",
        embargo,
        link="/",
    )


def stopped(release: Release, by: User, what: str) -> None:
    """Withdrawn or cancelled."""
    sentence = f"A release was {what}."
    _tell(admins(by), release, what, f"A release was {what}", sentence)
    _tell(
        recipients(release),
        release,
        what,
        f"A release was {what}",
        f"{sentence} The inspectorate will be in touch.",
        link="/",
    )


def published(release: Release) -> None:
    """Part of the release transaction: three statements, however many people there are."""
    sentence = f"What you held under embargo has been public since {_when(release)}. The embargo has ended."
    _tell(readers(release), release, "published", "Published: the embargo has ended", sentence, link="/")
    sentence = f"The release became public on {_when(release)}, as approved."
    _tell(admins(), release, "published", "A release is published", sentence)


def break_glass_given(grant: BreakGlassGrant) -> None:
    """To the holder, and to everybody who answers for the release or keeps watch: publication admins, its lead
    inspectors, auditors."""
    sentence = f"You can read a release before its instant until {london(grant.until)}. Each page you open is recorded."
    _tell_of(grant, [grant.holder], "given", "You have a break-glass grant", sentence)
    sentence = (
        f"{grant.given_by} gave {grant.holder} sight of a release before its instant, until {london(grant.until)}. "
        "If you do not know why, ring the publication admins."
    )
    _tell_of(grant, _watching(grant), "given", "A break-glass grant was given", sentence)


def break_glass_ended(grant: BreakGlassGrant) -> None:
    """By hand, before its time."""
    sentence = f"The break-glass grant of {grant.holder} was ended by {grant.ended_by}."
    people = [each for each in (grant.holder, *_watching(grant)) if each != grant.ended_by]
    _tell_of(grant, people, "ended", "A break-glass grant has ended", sentence)


def _watching(grant: BreakGlassGrant) -> list[User]:
    roles = GlobalRole.objects.on(clock.today()).filter(role=access.Role.AUDITOR)
    leads = Assignment.objects.on(clock.today()).filter(
        inspection=grant.release.inspection_id, role=Assignment.Role.LEAD_INSPECTOR
    )
    watching = Q(pk__in=roles.values("user")) | Q(pk__in=leads.values("user"))
    others = User.objects.filter(watching, is_active=True).exclude(pk=grant.given_by_id)
    return list({each.pk: each for each in (*admins(grant.given_by), *others)}.values())


def _tell_of(grant: BreakGlassGrant, people: Iterable[User], what: str, subject: str, body: str) -> None:
    """The link is home for who has no list of grants: lead inspectors."""
    for person in people:
        link = reverse("publication:break-glass-list") if lists_grants(person) else "/"
        queue(person, f"break_glass_{what}:{grant.pk}", subject=subject, body=body, link=link)


def _when(release: Release) -> str:
    return f"{london(release.embargo_until)} ({utc(release.embargo_until)})" if release.embargo_until else ""


def _tell(people: Iterable[User], release: Release, what: str, subject: str, body: str, link: str = "") -> None:
    """One notice for each person, in one statement. The event carries the version: once for each time it happens."""
    Notice.objects.bulk_create(
        [
            Notice(
                recipient=person,
                event=f"release_{what}:{release.pk}:{release.version}",
                subject=subject,
                body=body,
                link=link or reverse("publication:release-show", args=[release.pk]),
                installation=settings.INSTALLATION,
                created_at=clock.now(),
            )
            for person in people
        ],
        ignore_conflicts=True,
    )
