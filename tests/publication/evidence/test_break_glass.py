"""A system admin sees a release before its instant by a grant alone: given by another, with a reason, for a while."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from hmic_core import clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, GlobalRole, Notice, User
from inspections.models import Release
from publication.evidence import break_glass, proof
from publication.models import BreakGlassGrant
from tests import rows
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.publication import ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]
A_DAY = dt.timedelta(days=1)


@pytest.fixture
def release(cast: Cast) -> Release:
    """Approved, with one letter."""
    made, kept = rows.release(cast, "approved"), files.store(b"%PDF-1.7", "letter.pdf", "application/pdf", None)
    html = f"<p>{ground.CANARY}</p>"
    rows.item(made, "letter", {"html": html}, cast.northamptonshire, file_key=kept.key)
    return made


def given(cast: Cast, release: Release, hours: int = 4) -> BreakGlassGrant:
    return break_glass.give(release, to=cast.system_admin, reason="A page is empty", hours=hours, by=cast.admin)


def places(release: Release) -> list[str]:
    """The rehearsal, an item's page, an item's file."""
    item = release.items.get(kind="letter")
    names = {"release-rehearsal": (), "item-show": (item.pk,), "item-file": (item.pk,)}
    return [reverse(f"publication:{name}", args=[release.pk, *more]) for name, more in names.items()]


def statuses(client: Client, release: Release) -> set[int]:
    return {client.get(place).status_code for place in places(release)}


def test_without_a_grant_a_system_admin_finds_nothing(cast: Cast, release: Release) -> None:
    assert statuses(signed_in(cast.system_admin), release) == {404}


def test_a_grant_opens_the_frozen_pages_and_nothing_else(cast: Cast, release: Release) -> None:
    given(cast, release)
    reader = signed_in(cast.system_admin)
    assert statuses(reader, release) == {200}
    assert ground.CANARY in reader.get(places(release)[1]).content.decode()
    for name in ("release-show", "release-letters", "release-proof", "release-audit", "release-live", "release-hold"):
        assert reader.get(reverse(f"publication:{name}", args=[release.pk])).status_code == 404, name
    assert not Release.objects.visible_to(cast.system_admin).exists()


def test_it_is_for_one_release_and_one_person(cast: Cast, release: Release) -> None:
    given(cast, release)
    other = Release.objects.create(inspection=cast.inspection, title="Another", created_at=clock.now())
    assert signed_in(cast.system_admin).get(f"/releases/{other.pk}/rehearsal/").status_code == 404
    second = User.objects.create_user("second.system@cast.example", "Second system admin")
    GlobalRole.objects.create(user=second, role=GlobalRole.Role.SYSTEM_ADMIN, starts_on=LONG_AGO)
    assert statuses(signed_in(second), release) == {404}


def test_it_ends_by_itself(cast: Cast, release: Release) -> None:
    grant = given(cast, release)
    ago = {"given_at": grant.given_at - A_DAY, "until": clock.now() - dt.timedelta(seconds=1)}
    BreakGlassGrant.objects.filter(pk=grant.pk).update(**ago)
    assert statuses(signed_in(cast.system_admin), release) == {404}


@pytest.mark.parametrize("who", ["system_admin", "admin", "second_admin"])
def test_its_holder_or_a_publication_admin_ends_it(cast: Cast, release: Release, who: str) -> None:
    grant = given(cast, release)
    signed_in(getattr(cast, who)).post(reverse("publication:break-glass-end", args=[grant.pk]))
    assert statuses(signed_in(cast.system_admin), release) == {404}
    with pytest.raises(NotAllowed, match="already"):
        break_glass.end(grant, by=cast.admin)


def test_an_auditor_ends_none(cast: Cast, release: Release) -> None:
    grant = given(cast, release)
    with pytest.raises(NotAllowed, match="holder"):
        break_glass.end(grant, by=cast.auditor)
    assert statuses(signed_in(cast.system_admin), release) == {200}


def test_it_ends_with_the_role(cast: Cast, release: Release) -> None:
    given(cast, release)
    cast.system_admin.global_roles.all().delete()
    assert statuses(signed_in(cast.system_admin), release) == {404}


@pytest.mark.parametrize("who", ["system_admin", "lead_inspector", "hmi", "auditor", "liaison_officer"])
def test_only_publication_admins_give_one(cast: Cast, release: Release, who: str) -> None:
    with pytest.raises(NotAllowed, match="publication admin"):
        break_glass.give(release, to=cast.system_admin, reason="A fault", hours=1, by=getattr(cast, who))
    assert signed_in(getattr(cast, who)).get(f"/releases/{release.pk}/break-glass/").status_code == 404


def test_never_to_oneself_without_a_reason_for_longer_or_twice(cast: Cast, release: Release) -> None:
    GlobalRole.objects.create(user=cast.admin, role=GlobalRole.Role.SYSTEM_ADMIN, starts_on=LONG_AGO)
    about = {"to": cast.system_admin, "reason": "A fault", "hours": 1, "by": cast.admin}
    for wrong, says in (
        ({"to": cast.admin}, "themselves"),
        ({"to": cast.inspector}, "system admin"),
        ({"reason": " "}, "reason"),
        ({"hours": 25}, "24 hours"),
        ({"hours": 0}, "24 hours"),
    ):
        with pytest.raises(NotAllowed, match=says):
            break_glass.give(release, **{**about, **wrong})
    break_glass.give(release, **about)
    with pytest.raises(NotAllowed, match="already"):
        break_glass.give(release, **about)


def test_the_database_says_so_too(cast: Cast, release: Release) -> None:
    now = clock.now()
    for holder, until in ((cast.admin, now + A_DAY), (cast.system_admin, now + A_DAY * 2), (cast.system_admin, now)):
        with pytest.raises(IntegrityError), transaction.atomic():
            BreakGlassGrant.objects.create(
                release=release, holder=holder, reason="x", given_by=cast.admin, given_at=now, until=until
            )


def test_there_must_be_something_unreleased_to_see(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="locked for publication"):
        given(cast, rows.release(cast, "scheduled"))
    with pytest.raises(NotAllowed, match="public"):
        given(cast, rows.release(cast, "released"))
    given(cast, rows.release(cast, "sealed", sealed_by=cast.admin))


def test_everybody_concerned_is_told_and_no_notice_names_the_release(cast: Cast, release: Release) -> None:
    grant = given(cast, release)
    said = Notice.objects.filter(event=f"break_glass_given:{grant.pk}")
    told = set(said.values_list("recipient", flat=True))
    assert told == {each.pk for each in (cast.system_admin, cast.second_admin, cast.lead_inspector, cast.auditor)}
    assert not any(release.title in each.body or ground.CANARY in each.body for each in said)
    break_glass.end(grant, by=cast.second_admin)
    ended = set(Notice.objects.filter(event=f"break_glass_ended:{grant.pk}").values_list("recipient", flat=True))
    assert ended == told - {cast.second_admin.pk}


def test_each_page_is_written_down_and_in_the_proof(cast: Cast, release: Release) -> None:
    grant = given(cast, release)
    statuses(signed_in(cast.system_admin), release)
    statuses(signed_in(cast.second_admin), release)
    used = AuditEntry.objects.filter(action=Action.BREAK_GLASS_USED).order_by("id")
    assert [(each.actor, each.facts["path"]) for each in used] == [(cast.system_admin, at) for at in places(release)]
    made = proof.of(release)
    assert [(each["who"], each["by"], each["until"]) for each in made["grants"]] == [
        (cast.system_admin.name, cast.admin.name, grant.until)
    ]
    assert len([each for each in made["before"] if each["what"] == Action.BREAK_GLASS_USED.label]) == 3


def test_the_screens(cast: Cast, release: Release) -> None:
    give, listed = reverse("publication:break-glass-give", args=[release.pk]), reverse("publication:break-glass-list")
    admin, holder = signed_in(cast.admin), signed_in(cast.system_admin)
    assert "Error: " in admin.post(give, {"reason": "Typed"}).content.decode()
    typed = {"to": str(cast.system_admin.pk), "hours": "1", "reason": "A page is empty"}
    assert admin.post(give, typed).status_code == 302
    assert "Read what is locked for publication" in holder.get(listed).content.decode()
    assert "by a grant until" in holder.get(places(release)[0]).content.decode()
    for who in (cast.admin, cast.auditor):
        assert "A page is empty" in signed_in(who).get(listed).content.decode()
    assert signed_in(cast.lead_inspector).get(listed).status_code == 404


def test_giving_one_asks_for_the_password_again(cast: Cast, release: Release) -> None:
    """A session that was left open gives nobody sight of anything."""
    cast.admin.set_password("of-these-tests-only")
    cast.admin.save()
    give = reverse("publication:break-glass-give", args=[release.pk])
    typed = {"to": str(cast.system_admin.pk), "hours": "1", "reason": "A page is empty"}
    answer = signed_in(cast.admin).post(give, typed)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not BreakGlassGrant.objects.exists()
    assert statuses(signed_in(cast.system_admin), release) == {404}


def test_a_system_admin_lists_their_own_grants_only(cast: Cast, release: Release) -> None:
    second = User.objects.create_user("second.system@cast.example", "Second system admin")
    GlobalRole.objects.create(user=second, role=GlobalRole.Role.SYSTEM_ADMIN, starts_on=LONG_AGO)
    grant = given(cast, release)
    client = signed_in(second)
    assert "A page is empty" not in client.get(reverse("publication:break-glass-list")).content.decode()
    assert client.post(reverse("publication:break-glass-end", args=[grant.pk])).status_code == 404
