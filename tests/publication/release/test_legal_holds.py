"""A legal hold stops locking, approving and issuing, of everything or of one force, until another person lifts it."""

import pytest
from django.urls import reverse

from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from inspections import legal_hold
from inspections.models import LegalHold
from letters.copies import issuing
from letters.models import Letter
from publication.release import workflow
from publication.release.legal_holds import lift_legal_hold, place_legal_hold
from tests.cast import Cast
from tests.conftest import signed_in
from tests.publication import ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]


def hold(cast: Cast, force: object = None) -> LegalHold:
    return place_legal_hold(inspection=cast.inspection, force=force, reason="A claim", by=cast.admin)  # type: ignore[arg-type]


def test_it_stops_locking_and_approving(cast: Cast) -> None:
    release = ground.scheduled(cast)
    held = hold(cast)
    with pytest.raises(NotAllowed, match="legal hold"):
        workflow.seal(release, version=release.version, by=cast.admin)
    lift_legal_hold(held, reason="Settled", by=cast.second_admin)
    workflow.seal(release, version=release.version, by=cast.admin)
    hold(cast)
    with pytest.raises(NotAllowed, match="legal hold"):
        workflow.approve(release, expected_version=release.version, by=cast.second_admin)


def test_over_one_force_it_stops_its_letter_only(cast: Cast) -> None:
    release = ground.scheduled(cast)
    hold(cast, cast.kent)
    assert workflow.seal(release, version=release.version, by=cast.admin).state == "sealed"
    assert not legal_hold.over(cast.inspection, [cast.northamptonshire]).exists()
    with pytest.raises(NotAllowed, match="Kent"):
        legal_hold.refuse(cast.inspection, cast.kent)


def test_it_stops_issuing(cast: Cast) -> None:
    release = ground.approved(cast)
    hold(cast, cast.northamptonshire)
    with pytest.raises(NotAllowed, match="legal hold"):
        issuing.issue_copy(
            Letter.objects.get(release=release),
            contact=ground.recipient(cast.northamptonshire),
            not_before=clock.now(),
            reason="New liaison officer",
            by=cast.admin,
        )


def test_another_person_lifts_it_and_both_are_kept(cast: Cast) -> None:
    held = hold(cast)
    with pytest.raises(NotAllowed, match="in force already"):
        hold(cast)
    with pytest.raises(NotAllowed, match="You placed"):
        lift_legal_hold(held, reason="Settled", by=cast.admin)
    lift_legal_hold(held, reason="Settled", by=cast.second_admin)
    with pytest.raises(NotAllowed, match="already"):
        lift_legal_hold(held, reason="Again", by=cast.second_admin)
    done = AuditEntry.objects.filter(subject_id=str(held.pk)).order_by("id").values_list("action", flat=True)
    assert list(done) == [Action.LEGAL_HOLD_PLACED, Action.LEGAL_HOLD_LIFTED]


@pytest.mark.parametrize("person", ["lead_inspector", "hmi", "system_admin", "auditor", "liaison_officer"])
def test_only_publication_admins(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed, match="publication admin"):
        place_legal_hold(inspection=cast.inspection, reason="A claim", by=getattr(cast, person))


def test_the_screens(cast: Cast) -> None:
    listed = reverse("publication:legal-hold-list")
    first, second = signed_in(cast.admin), signed_in(cast.second_admin)
    assert "Error: " in first.post(listed, {"reason": ""}).content.decode()
    first.post(listed, {"inspection": str(cast.inspection.pk), "force": str(cast.kent.pk), "reason": "A claim"})
    held = LegalHold.objects.get()
    assert "A claim" in first.get(listed).content.decode()
    lift = reverse("publication:legal-hold-lift", args=[held.pk])
    assert "You placed this legal hold" in first.get(lift).content.decode()
    second.post(lift, {"reason": "Settled"})
    assert LegalHold.objects.get().lifted_by == cast.second_admin
