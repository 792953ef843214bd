"""Releases at each of their states, through the verbs, with rows for what other rooms did before."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from findings.models import Finding, Paragraph, Revision, Round
from forces.models import Contact, Force, Person, Post
from hmic_core import clock, files
from hmic_core.clock import LONDON
from hmic_core.models import User
from inspections.models import Release, ReleaseItem
from letters import renditions
from letters.document.parts import Variant
from letters.models import Letter, Letterhead, NationalReport, Rendition
from letters.signing import preparation, signatures
from publication.release import additions, triggers, workflow
from tests.cast import LONG_AGO, Cast

PDF = b"%PDF-1.7\n% a stand-in for a rendered page\n%%EOF\n"
CANARY = "Zwitserland-canary"
LAYOUTS = Path(__file__).resolve().parents[1] / "data" / "letter-layouts"
REAL = Path(__file__).resolve().parents[2] / "archive" / "data" / "northamptonshire-2014.txt"


def wall(seconds: float) -> dt.datetime:
    """The wall time in London so many seconds ahead of the database's clock, rounded up to a whole second."""
    moment = (clock.now() + dt.timedelta(seconds=seconds)).astimezone(LONDON)
    return (moment + dt.timedelta(seconds=1)).replace(microsecond=0, tzinfo=None)


def letterhead() -> None:
    Letterhead.objects.get_or_create(
        name="Her Majesty's Inspectorate of Constabulary",
        short_name="HMIC",
        address="6th Floor | Globe House | 89 Eccleston Square | London SW1V 1PN",
        starts_on=LONG_AGO,
    )


def recipient(force: Force) -> Contact:
    """A liaison officer of the force, with an account; the one it has, if it has one."""
    capacity = Contact.Capacity.LIAISON_OFFICER
    known = Contact.objects.filter(force=force, capacity=capacity, user__isnull=False).first()
    if known:
        return known
    user = User.objects.create_user(f"liaison@{force.slug}.example", f"Liaison officer, {force.name}")
    return Contact.objects.create(
        force=force, capacity=capacity, user=user, name=user.name, starts_on=LONG_AGO, verified_at=clock.now()
    )


def final_findings(cast: Cast, force: Force) -> Round:
    """One final finding for each theme, shown to the force as it stands, its check closed."""
    now = clock.now()
    round_ = Round.objects.create(
        inspection=cast.inspection,
        force=force,
        state=Round.State.CLOSED,
        issued_by=cast.lead_inspector,
        issued_at=now,
        closed_by=cast.lead_inspector,
        closed_at=now,
        submitted_at=now,
    )
    for position, theme in enumerate(cast.themes, start=1):
        text = f"The force has a plan for {theme.title.lower()}. {CANARY}"
        finding = Finding.objects.create(
            inspection=cast.inspection,
            force=force,
            theme=theme,
            number=1,
            position=1,
            state=Finding.State.FINAL,
            text=text,
            author=cast.inspector,
            moderated_by=cast.moderator,
            moderated_at=now,
            changed_at=now,
        )
        revision = Revision.objects.create(
            finding=finding, version=1, kind=finding.kind, text=text, by=cast.inspector, at=now
        )
        Paragraph.objects.create(
            round=round_,
            position=position,
            reference=f"{theme.prefix}-1",
            theme_title=theme.title,
            theme_question=theme.question,
            kind=finding.kind,
            text=text,
            finding=finding,
            revision=revision,
        )
    return round_


def scheduled(cast: Cast, seconds: float = 60, forces: list[Force] | None = None) -> Release:
    """Scheduled by the first admin, its letters assembled, signed and rendered, the report uploaded."""
    letterhead()
    release = workflow.create_release(inspection=cast.inspection, title="Test subject", by=cast.admin)
    workflow.schedule(release, wall=wall(seconds), by=cast.admin)
    for force in forces or [cast.northamptonshire]:
        recipient(force)
        if not Round.objects.filter(inspection=cast.inspection, force=force).exists():
            final_findings(cast, force)
        letter = preparation.assemble_letter(
            inspection=cast.inspection, force=force, release=release, by=cast.lead_inspector
        )
        signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
    stand_in_renditions(release)
    report(release, cast.admin)
    release.refresh_from_db()
    return release


def resigned(cast: Cast, item: ReleaseItem, *, salutation: str = "Chief") -> Letter:
    """The letter of a locked or public item, opened again, assembled with another salutation, signed and rendered."""
    assert item.force is not None
    additions.reopen_item(item, reason="Another salutation", by=cast.admin)
    post = Post.objects.get(kind=Post.Kind.CHIEF_OFFICER, force=item.force)
    Person.objects.filter(pk=post.person_id).update(salutation=salutation)
    release = Release.objects.get(pk=item.release_id)
    letter = preparation.assemble_letter(
        inspection=cast.inspection, force=item.force, release=release, by=cast.lead_inspector
    )
    letter = signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
    stand_in_renditions(release)
    return letter


@contextmanager
def as_application() -> Iterator[None]:
    """What happens inside is done by the workspace's database role, deferred triggers included."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE hmic_application")
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


def stand_in_renditions(release: Release) -> None:
    """What the letters worker would have rendered for this instant: the same rows, with stand-in bytes."""
    for letter in Letter.objects.filter(release=release).exclude(state="superseded").select_related("release"):
        for variant in (Variant.EMBARGOED, Variant.FINAL):
            Rendition.objects.get_or_create(
                key=renditions.key_of(letter, variant),
                defaults={
                    "letter": letter,
                    "variant": variant,
                    "embargo_until": letter.release.embargo_until,
                    "file": files.store(PDF, "letter.pdf", "application/pdf", None),
                    "pages": 1,
                    "rendered_at": clock.now(),
                },
            )


def report(release: Release, by: User) -> NationalReport:
    stored = files.store(PDF, "report.pdf", "application/pdf", by)
    return NationalReport.objects.create(
        release=release, title=f"National report {CANARY}", file=stored, uploaded_by=by, uploaded_at=clock.now()
    )


def sealed(cast: Cast, seconds: float = 60, forces: list[Force] | None = None) -> Release:
    release = scheduled(cast, seconds, forces)
    return workflow.seal(release, version=release.version, by=cast.admin)


def approved(cast: Cast, seconds: float = 60, forces: list[Force] | None = None) -> Release:
    release = sealed(cast, seconds, forces)
    return workflow.approve(release, expected_version=release.version, by=cast.second_admin)


def held(cast: Cast, seconds: float = 60) -> Release:
    return workflow.hold(approved(cast, seconds), reason="A question came up", by=cast.admin)


def released(cast: Cast, seconds: float = 3) -> Release:
    """Approved in time, then recorded at its instant, in real time."""
    release = approved(cast, seconds)
    wait_for(release)
    triggers.release_due()
    release.refresh_from_db()
    return release


def wait_for(release: Release, seconds_after: float = 0) -> None:
    """Let the database's clock reach the instant (or so many seconds around it)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_sleep(greatest(extract(epoch FROM embargo_until + %s - clock_timestamp()), 0)::float)"
            " FROM inspections_release WHERE id = %s",
            [dt.timedelta(seconds=seconds_after), release.pk],
        )


def move(release: Release, seconds: float) -> Release:
    """Move the embargo, not the clock: the instant lies so many seconds from now."""
    instant = clock.now().replace(microsecond=0) + dt.timedelta(seconds=seconds)
    Release.objects.filter(pk=release.pk).update(embargo_until=instant)
    release.refresh_from_db()
    return release


def truth() -> dict[str, object]:
    return json.loads((LAYOUTS / "truth.json").read_text(encoding="utf-8"))


def run(statement: str) -> None:
    """One SQL statement, as whoever is the session's role."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
