"""Publications of before this system: the letter of 2014 with its true instant."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from archive import importing, registration, tasks
from archive.models import ImportedLetter
from forces.models import Force
from hmic_core import clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from inspections.models import Inspection, Release, ReleaseItem
from letters.document import printing
from publication.release import triggers, withdrawal, workflow
from tests.cast import Cast
from tests.conftest import signed_in
from tests.publication import ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]
INSTANT = dt.datetime(2014, 9, 3, 23, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def no_rendering(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The PDF has tests of its own; one here renders it for real."""
    if request.node.name != "test_the_real_pdf":
        monkeypatch.setattr(printing, "render_pdf", lambda *_: ground.PDF)
        monkeypatch.setattr("hmic_core.pdf.rendering.page_count", lambda _: 3)


@pytest.fixture
def imported(cast: Cast) -> ImportedLetter:
    ground.letterhead()
    imported = importing.read_upload(ground.REAL.read_bytes(), ground.REAL.name, by=cast.admin)
    return importing.accept_as_read(imported, by=cast.admin)


@pytest.fixture
def proposed(cast: Cast, imported: ImportedLetter) -> Release:
    return registration.propose_archive(imported, by=cast.admin)


def test_proposing_makes_nothing_public(cast: Cast, proposed: Release) -> None:
    assert (proposed.state, proposed.is_archive, proposed.embargo_until) == ("sealed", True, INSTANT)
    assert proposed.embargo_wall_time == "2014-09-04T00:01:00"
    assert not ReleaseItem.objects.public().exists()
    assert triggers.release_due() == []


def test_confirming_makes_it_public_with_its_true_instant(cast: Cast, proposed: Release) -> None:
    registration.confirm_archive(proposed, by=cast.second_admin)
    items = {item.kind: item for item in ReleaseItem.objects.public()}
    assert set(items) == {"inspection", "letter", "original"}
    assert {item.published_at for item in items.values()} == {INSTANT}
    assert proposed.released_at == INSTANT
    assert AuditEntry.objects.filter(action=Action.RELEASE_ARCHIVED, actor=cast.second_admin).exists()


def test_the_original_file_is_the_record(cast: Cast, proposed: Release) -> None:
    original = proposed.items.get(kind="original")
    assert files.read(original.file_key) == ground.REAL.read_bytes()
    letter = proposed.items.get(kind="letter")
    assert letter.content["is_archive"]
    assert letter.content["original"] == original.file_name


def test_its_words_are_the_letters_own(cast: Cast, proposed: Release) -> None:
    content = proposed.items.get(kind="letter").content
    findings = [len(theme["findings"]) for theme in content["themes"]]
    assert findings == [4, 6, 5]
    sentence = "which will now be published by HMIC on Thursday 4 September 2014 at 00:01"
    assert sentence in content["html"]
    assert "{{" not in content["html"]
    assert content["letter_date"] == "3 September 2014"


def test_the_inspection_as_the_letter_names_it(cast: Cast, proposed: Release) -> None:
    inspection = Inspection.objects.get(slug="core-business")
    assert inspection.short_title == "Core business"
    assert [former.title for former in inspection.former_titles.all()] == ["Making best use of police time"]
    assert [theme.title for theme in inspection.themes.all()] == [
        "Preventing Crime",
        "Attendance at crimes and incidents",
        "Freeing up time",
    ]
    assert [force.slug for force in inspection.forces.all()] == ["northamptonshire"]


def test_all_forces_are_in_scope_where_the_letter_says_so(cast: Cast, imported: ImportedLetter) -> None:
    for number in range(40):
        Force.objects.create(name=f"Force {number}", slug=f"force-{number}", chief_officer_title="Chief Constable")
    registration.propose_archive(imported, by=cast.admin)
    assert Inspection.objects.get(slug="core-business").scope.count() == 43


def test_a_former_title_finds_its_inspection(cast: Cast, imported: ImportedLetter) -> None:
    cast.inspection.former_titles.create(title=imported.result["inspection"])
    release = registration.propose_archive(imported, by=cast.admin)
    assert release.inspection == cast.inspection


class TestRefusals:
    def test_the_same_person_may_not_confirm(self, cast: Cast, proposed: Release) -> None:
        with pytest.raises(NotAllowed, match="You put this publication forward"):
            registration.confirm_archive(proposed, by=cast.admin)

    @pytest.mark.parametrize("person", ["lead_inspector", "auditor", "liaison_officer"])
    def test_only_publication_admins(self, cast: Cast, imported: ImportedLetter, person: str) -> None:
        with pytest.raises(NotAllowed, match="publication admin"):
            registration.propose_archive(imported, by=getattr(cast, person))

    def test_an_instant_to_come(self, cast: Cast, imported: ImportedLetter) -> None:
        imported.result["embargo_until"] = (clock.now() + dt.timedelta(days=1)).isoformat()
        imported.save()
        with pytest.raises(NotAllowed, match="still to be published"):
            registration.propose_archive(imported, by=cast.admin)

    @pytest.mark.parametrize("key", ["embargo_until", "letter_date", "force", "inspection"])
    def test_what_the_letter_does_not_say(self, cast: Cast, imported: ImportedLetter, key: str) -> None:
        imported.result[key] = None
        imported.save()
        with pytest.raises(NotAllowed, match="does not say"):
            registration.propose_archive(imported, by=cast.admin)

    def test_a_second_time(self, cast: Cast, imported: ImportedLetter, proposed: Release) -> None:
        with pytest.raises(NotAllowed, match="already"):
            registration.propose_archive(imported, by=cast.second_admin)

    def test_again_after_it_was_taken_back(self, cast: Cast, imported: ImportedLetter, proposed: Release) -> None:
        workflow.cancel(proposed, reason="A scan error", by=cast.admin)
        again = registration.propose_archive(imported, by=cast.admin)
        assert set(again.items.values_list("kind", flat=True)) == {"inspection", "letter", "original"}

    def test_a_damaged_file(self, cast: Cast, proposed: Release, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "read", lambda _: b"other bytes")
        with pytest.raises(NotAllowed, match="damaged"):
            registration.confirm_archive(proposed, by=cast.second_admin)

    @pytest.mark.parametrize("verb", ["seal", "unseal", "approve", "hold", "resume", "reschedule"])
    def test_no_other_verb_applies(self, cast: Cast, proposed: Release, verb: str) -> None:
        arguments: dict[str, dict[str, Any]] = {
            "seal": {"version": proposed.version},
            "approve": {"expected_version": proposed.version},
            "hold": {"reason": "No"},
            "reschedule": {"wall": ground.wall(600), "reason": "No"},
        }
        with pytest.raises(NotAllowed):
            getattr(workflow, verb)(proposed, by=cast.second_admin, **arguments.get(verb, {}))

    def test_a_live_release_cannot_be_archived(self, cast: Cast) -> None:
        release = ground.sealed(cast)
        with pytest.raises(NotAllowed, match="not a publication of the past"):
            registration.confirm_archive(release, by=cast.second_admin)


def test_withdrawn_it_leaves_a_notice(cast: Cast, proposed: Release) -> None:
    registration.confirm_archive(proposed, by=cast.second_admin)
    withdrawal.withdraw(proposed, reason="A scan error", kind="replaced", by=cast.admin)
    assert {item.kind for item in ReleaseItem.objects.public()} == {"notice"}


class TestScreens:
    def page(self, client: Client, name: str, *arguments: Any) -> str:
        return client.get(reverse(f"archive:{name}", args=arguments)).content.decode()

    def test_from_import_to_public(self, cast: Cast, imported: ImportedLetter, monkeypatch: pytest.MonkeyPatch) -> None:
        admin, second = signed_in(cast.admin), signed_in(cast.second_admin)
        assert ground.REAL.name in self.page(admin, "archive-list")
        assert "Thursday 4 September 2014 at 00:01 BST" in self.page(admin, "archive-propose", imported.pk)
        asked: list[tuple[str, str]] = []
        monkeypatch.setattr(tasks.propose_archive, "apply_async", lambda ids, **_: asked.append(ids))
        admin.post(reverse("archive:archive-propose", args=[imported.pk]))
        tasks.propose_archive(*asked[0])
        release = Release.objects.get()
        assert "You put this publication forward" in self.page(admin, "archive-show", release.pk)
        assert "Your confirmation is needed" in self.page(second, "archive-show", release.pk)
        second.post(reverse("archive:archive-confirm", args=[release.pk]), {"version": release.version})
        assert Release.objects.get().state == "released"
        assert "/inspections/core-business/letters/northamptonshire/" in self.page(second, "archive-show", release.pk)


def test_the_real_pdf(cast: Cast, proposed: Release) -> None:
    letter = proposed.items.get(kind="letter")
    assert files.read(letter.file_key).startswith(b"%PDF-")
    assert letter.content["pages"] >= 2
