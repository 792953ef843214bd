"""A restored database neither publishes nor sends until a person adopts it, and then only what is confirmed anew."""

from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from hmic_core import clock, notices
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import Adoption, AuditEntry, Notice
from inspections.models import Release, ReleaseItem
from publication.release import triggers, workflow
from publication.release.adoption import adopt, confirm_notice, waiting_notices
from tests.cast import Cast
from tests.conftest import signed_in
from tests.publication import ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]


def restored(cast: Cast, settings: Any) -> Release:
    """An approved release with unsent notices, in a database that now runs somewhere else."""
    Adoption.objects.create(installation=settings.INSTALLATION, at=clock.now(), reason="First set-up")
    release = ground.approved(cast)
    assert Notice.objects.filter(sent_at=None).exists()
    settings.INSTALLATION = "restored"
    return release


def test_before_anybody_adopts_it_nothing_goes_out(cast: Cast, settings: Any) -> None:
    release = restored(cast, settings)
    other = workflow.create_release(inspection=cast.inspection, title="Made here", by=cast.admin)
    notices.queue(cast.admin, "made:here", subject="Made here", body="By a worker of the copy", link="/")
    assert notices.deliver() == 0
    assert mail.outbox == []
    ground.move(release, -60)
    assert triggers.release_due() == []
    for act in (
        lambda: workflow.approve(other, expected_version=other.version, by=cast.second_admin),
        lambda: workflow.resume(other, by=cast.admin),
    ):
        with pytest.raises(NotAllowed, match="has to be adopted first"):
            act()


def test_adopted_it_sends_and_publishes_nothing_by_itself(cast: Cast, settings: Any) -> None:
    release = restored(cast, settings)
    made = adopt("restored", reason="The first site burnt down", by=cast.admin)
    release.refresh_from_db()
    assert (release.state, release.approved_by, release.approved_installation) == ("sealed", None, "")
    assert release.items.filter(state="active").exists()
    ground.move(release, -60)
    assert triggers.release_due() == []
    assert not ReleaseItem.objects.public().exists()
    assert notices.deliver() == 0
    entry = AuditEntry.objects.get(action=Action.INSTALLATION_ADOPTED)
    assert entry.subject_id == str(made.pk)
    assert entry.facts["releases"] == [str(release.pk)]
    assert AuditEntry.objects.filter(action=Action.RELEASE_UNAPPROVED, subject_id=str(release.pk)).exists()
    Notice.objects.all().delete()
    with pytest.raises(NotAllowed, match="nothing to adopt"):
        adopt("restored", reason="Again", by=cast.admin)


def test_each_notice_is_confirmed_by_itself(cast: Cast, settings: Any) -> None:
    restored(cast, settings)
    one, other, *_ = waiting_notices()
    with pytest.raises(NotAllowed, match="has to be adopted first"):
        confirm_notice(one, by=cast.admin)
    adopt("restored", reason="The first site burnt down", by=cast.admin)
    confirm_notice(one, by=cast.admin)
    assert notices.deliver() == 1
    assert [sent.to for sent in mail.outbox] == [[one.recipient.email]]
    other.refresh_from_db()
    assert other.sent_at is None
    with pytest.raises(NotAllowed, match="already"):
        confirm_notice(one, by=cast.admin)


def test_a_second_person_approves_it_anew(cast: Cast, settings: Any) -> None:
    release = restored(cast, settings)
    adopt("restored", reason="The first site burnt down", by=cast.admin)
    release.refresh_from_db()
    release = workflow.approve(release, expected_version=release.version, by=cast.second_admin)
    assert (release.state, release.approved_installation) == ("approved", "restored")


@pytest.mark.parametrize(("name", "why"), [("development", "is called"), ("", "is called")])
def test_its_own_name_has_to_be_typed(cast: Cast, settings: Any, name: str, why: str) -> None:
    restored(cast, settings)
    with pytest.raises(NotAllowed, match=why):
        adopt(name, reason="Wrong window", by=cast.admin)
    with pytest.raises(NotAllowed, match="publication admin"):
        adopt("restored", reason="Not mine", by=cast.system_admin)


def test_the_command_and_the_screen(cast: Cast, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    restored(cast, settings)
    listed, admin = reverse("publication:notice-list"), signed_in(cast.admin)
    assert "nobody has adopted it" in admin.get(listed).content.decode()
    with pytest.raises(CommandError, match="Nobody with the address"):
        call_command("adopt", "restored", by="nobody@cast.example", reason="Fire")
    call_command("adopt", "restored", by=cast.admin.email, reason="Fire")
    assert "wait to be confirmed" in capsys.readouterr().out
    one = waiting_notices().first()
    assert one is not None
    admin.post(reverse("publication:notice-confirm", args=[one.pk]))
    assert Notice.objects.get(pk=one.pk).installation == "restored"
