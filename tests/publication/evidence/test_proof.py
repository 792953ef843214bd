"""The proof of embargo says what happened, names nobody else, holds hashes to be computed again, and no word."""

import json

import pytest
from django.urls import reverse

from hmic_core import audit, files
from hmic_core.errors import NotAllowed
from hmic_core.models import StoredFile
from hmic_core.pdf import pictures, rendering
from inspections.frozen import content_hash
from inspections.models import Release
from letters.models import Copy
from letters.signing import signatures
from publication.evidence import proof, proof_pdf
from publication.release import workflow
from tests.cast import Cast
from tests.conftest import signed_in
from tests.letters.ground import a_pdf
from tests.publication import ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]


@pytest.fixture
def release(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Moved once, approved; its letter opened, accepted, read and downloaded; an outsider turned away; then public."""
    monkeypatch.setattr(ground, "PDF", a_pdf())
    release = ground.scheduled(cast, seconds=600)
    workflow.reschedule(release, wall=ground.wall(300), reason="The printer asked for a day", by=cast.admin)
    signatures.confirm_wording(release, by=cast.hmi)
    ground.stand_in_renditions(release)
    release.refresh_from_db()
    release = workflow.seal(release, version=release.version, by=cast.admin)
    release = workflow.approve(release, expected_version=release.version, by=cast.second_admin)
    copy = Copy.objects.get(contact__user=cast.liaison_officer)
    reader = signed_in(cast.liaison_officer)
    reader.post(reverse("letters:copy-acknowledge", args=[copy.pk]), {"accept": "on"})
    assert reader.get(reverse("letters:copy-show", args=[copy.pk])).status_code == 200
    assert reader.get(reverse("letters:copy-letter", args=[copy.pk])).status_code == 200
    for place in (reverse("letters:copy-show", args=[copy.pk]), f"/releases/{release.pk}/"):
        assert signed_in(cast.outsider).get(place).status_code == 404
    assert signed_in(cast.outsider).get("/releases/00000000-0000-4000-8000-000000000000/").status_code == 404
    return release


def test_what_was_frozen_can_be_computed_again(cast: Cast, release: Release) -> None:
    made = proof.of(release)
    items = list(release.items.order_by("position", "force__name"))
    assert [each["kind"] for each in made["items"]] == ["Inspection page", "National report", "Force letter"]
    for said, item in zip(made["items"], items, strict=True):
        assert said["content_sha256"] == content_hash(item.content) == item.content_hash
        assert said["file_sha256"] == (files.digest(files.read(item.file_key)) if item.file_key else "")
    assert (made["release"]["locked_by"], made["release"]["approved_by"]) == (str(cast.admin), str(cast.second_admin))
    assert made["release"]["instant"] == release.embargo_until
    assert made["release"]["recorded_at"] is None
    (moved,) = made["moves"]
    assert (moved["to"], moved["why"], moved["by"]) == (
        release.embargo_until,
        "The printer asked for a day",
        cast.admin.name,
    )


def test_who_had_access_and_what_they_did(cast: Cast, release: Release) -> None:
    made = proof.of(release)
    mine = [each for each in made["access"] if each["who"] == cast.liaison_officer.name]
    assert [(each["force"], len(each["accepted"])) for each in mine] == [("Northamptonshire Police", 1)]
    assert len(made["access"]) == Copy.objects.count()
    seen = [(each["what"], each["who"]) for each in made["before"]]
    assert {who for _, who in seen} == {str(cast.liaison_officer)}
    labels = [str(action.label) for action in proof.SEEN]
    assert [labels.index(what) for what, _ in seen] == [3, 0, 1], "accepted, read, downloaded, in this order"
    assert (
        made["before"][-1]["sha256"] == Copy.objects.get(contact__user=cast.liaison_officer).downloads.get().copy_hash
    )


def test_only_refusals_for_this_release_and_only_before_its_instant(cast: Cast, release: Release) -> None:
    made = proof.of(release)
    copy = Copy.objects.get(contact__user=cast.liaison_officer)
    assert [(each["who"], each["path"]) for each in made["refused"]] == [
        (str(cast.outsider), reverse("letters:copy-show", args=[copy.pk])),
        (str(cast.outsider), f"/releases/{release.pk}/"),
    ]
    earlier = release.created_at.replace(microsecond=0)
    Release.objects.filter(pk=release.pk).update(embargo_until=earlier, state="released", released_at=earlier)
    release.refresh_from_db()
    public = proof.of(release)
    assert (public["before"], public["refused"]) == ([], []), "all of it came after this instant"
    assert public["release"]["recorded_seconds_after"] == 0


def test_its_head_closes_the_chain(cast: Cast, release: Release) -> None:
    kept = proof.of(release)["chain"]
    count, head, problems = audit.verify(audit.chain())
    assert (kept["entries"], kept["head"], problems) == (count, head, [])


def test_page_and_file_say_the_same_and_hold_no_word(cast: Cast, release: Release) -> None:
    page = signed_in(cast.admin).get(reverse("publication:release-proof", args=[release.pk])).content.decode()
    data = signed_in(cast.auditor).get(reverse("publication:proof-data", args=[release.pk]))
    assert data["Content-Disposition"].startswith("attachment")
    said = json.loads(data.content)
    for item in said["items"]:
        assert item["content_sha256"] in page
        assert item["file_sha256"] in page
    for told in (page, data.content.decode()):
        assert cast.liaison_officer.name in told
        assert ground.CANARY not in told
        assert not any(key in told for key in StoredFile.objects.values_list("key", flat=True))


def test_nobody_else_finds_it(cast: Cast) -> None:
    release = ground.scheduled(cast)
    for who in (cast.lead_inspector, cast.hmi, cast.liaison_officer, cast.outsider, cast.system_admin):
        for name in ("release-proof", "proof-data"):
            assert signed_in(who).get(reverse(f"publication:{name}", args=[release.pk])).status_code == 404


def test_it_is_made_as_an_accessible_pdf_that_says_the_same(cast: Cast, release: Release) -> None:
    page = reverse("publication:release-proof", args=[release.pk])
    auditor = signed_in(cast.auditor)
    auditor.post(reverse("publication:proof-paper-ask", args=[release.pk]))
    assert "Being made for" in auditor.get(page).content.decode()
    assert proof_pdf.ask(release, by=cast.admin) == release.proof_papers.get(), "one that waits is enough"
    assert proof_pdf.make_waiting() == 1
    paper = release.proof_papers.get()
    answer = auditor.get(reverse("publication:proof-paper", args=[release.pk, paper.pk]))
    assert rendering.validate(answer.content) == []
    words = " ".join(pictures.words(answer.content))
    for said in (*(item.content_hash for item in release.items.all()), cast.liaison_officer.name):
        assert said in words
    assert ground.CANARY not in words
    with pytest.raises(NotAllowed):
        proof_pdf.ask(release, by=cast.lead_inspector)
