"""A passage kept from the public: the force reads it, nothing public ever holds it, and both are hashed."""

import datetime as dt
import json
from typing import Any

import pytest
from django.urls import reverse

from findings.models import Finding
from hmic_core import clock, files
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, Notice
from hmic_core.pdf import pictures
from inspections.models import Release, ReleaseItem
from letters import renditions
from letters.copies import report
from letters.document import building
from letters.document.exclusions import WITHHELD
from letters.document.parts import Variant
from letters.models import Exclusion, Letter
from letters.signing import exclusions, signatures
from letters.signing.readiness import kept_from_public
from letters.versions import public_document_of
from publication.release import workflow as publication
from tests.cast import Cast
from tests.conftest import signed_in
from tests.letters.ground import assembled, closed_round, copy_for, letterhead
from tests.world import make_world, report_pdf

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")
SECRET = "an unlisted quagga house"
TEXT = f"The force has a plan. It keeps {SECRET} for witnesses."


def excluded(cast: Cast) -> Letter:
    closed_round(cast, TEXT)
    letter = assembled(cast)
    exclusions.exclude_passage(
        letter,
        reference="PC-1",
        words=f"It keeps {SECRET} for witnesses.",
        ground="safety",
        reason="Witnesses",
        by=cast.hmi,
    )
    return Letter.objects.select_related("release", "force", "inspection").get(pk=letter.pk)


def sign(letter: Letter, cast: Cast) -> Letter:
    return signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=cast.hmi)


def test_the_public_version_has_a_mark_and_a_hash_of_its_own(cast: Cast) -> None:
    letter = excluded(cast)
    public = public_document_of(letter)
    assert letter.public_hash == building.content_hash(public) != letter.content_hash
    assert SECRET not in json.dumps(building.to_json(public))
    assert WITHHELD["en"] in next(public.findings).markdown
    assert SECRET in json.dumps(letter.content)


def test_the_forces_pdf_has_the_words_and_the_publics_has_not(cast: Cast) -> None:
    letter = sign(excluded(cast), cast)

    def words(variant: Variant) -> str:
        data = files.read(renditions.rendition(letter, variant).file.key)
        return " ".join(pictures.words(data))

    assert SECRET in words(Variant.EMBARGOED)
    assert SECRET not in words(Variant.FINAL)
    assert WITHHELD["en"] in words(Variant.FINAL)


def test_nothing_that_becomes_public_holds_the_words(cast: Cast) -> None:
    """Through locking and approval: what is frozen, its files, and what the public page is made of."""
    make_world(cast, "plain", "closed")
    secret = "number 1, and does not test it"
    letterhead()
    release = publication.create_release(inspection=cast.inspection, title="Release", by=cast.admin)
    wall = (clock.now() + dt.timedelta(hours=1)).astimezone(clock.LONDON).replace(microsecond=0, tzinfo=None)
    release = publication.schedule(release, wall=wall, zone="Europe/London", by=cast.admin)
    letter = assembled(cast, release)
    exclusions.exclude_passage(letter, reference="FT-1", words=secret, ground="security", reason="R", by=cast.admin)
    letter = sign(Letter.objects.get(pk=letter.pk), cast)
    assert secret in json.dumps(letter.content)
    for variant in (Variant.EMBARGOED, Variant.FINAL):
        renditions.rendition(letter, variant)
    report.upload_report(release, title="Report", summary="", data=report_pdf("plain"), name="r.pdf", by=cast.admin)
    release = publication.seal(Release.objects.get(pk=release.pk), version=Release.objects.get().version, by=cast.admin)
    publication.approve(release, expected_version=release.version, by=cast.second_admin)
    items = list(ReleaseItem.objects.filter(release=release))
    assert {item.kind for item in items} >= {"letter", "report", "inspection"}
    for item in items:
        assert "number 1" not in json.dumps(item.content)
        if item.file_key:
            data = files.read(item.file_key)
            assert "number 1" not in " ".join(pictures.words(data))
    of_letter = next(item for item in items if item.kind == "letter")
    assert of_letter.content["signed_hash"] == letter.public_hash
    assert WITHHELD["en"] in of_letter.content["html"]


def test_neither_trail_nor_notice_holds_the_words(cast: Cast) -> None:
    sign(excluded(cast), cast)
    trail = " ".join(json.dumps(entry.facts) for entry in AuditEntry.objects.all())
    mail = " ".join(f"{notice.subject} {notice.body}" for notice in Notice.objects.all())
    assert "quagga" not in trail + mail


class TestTheVerbs:
    def test_a_signature_is_voided_by_a_change_of_what_is_public(self, cast: Cast) -> None:
        closed_round(cast, TEXT)
        letter = assembled(cast)
        signatures.sign_letter(letter, expected_hash=letter.shown_hash, by=cast.hmi)
        exclusions.exclude_passage(letter, reference="PC-1", words=SECRET, ground="safety", reason="R", by=cast.admin)
        letter.refresh_from_db()
        assert letter.state == Letter.State.ASSEMBLED

    def test_a_signatory_who_was_not_shown_it_does_not_sign_it(self, cast: Cast) -> None:
        letter = excluded(cast)
        with pytest.raises(NotAllowed, match="changed since you opened it"):
            signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)

    @pytest.mark.parametrize("who", ["inspector", "lead_inspector", "moderator", "liaison_officer", "auditor"])
    def test_by_an_authorised_person_only(self, cast: Cast, who: str) -> None:
        closed_round(cast, TEXT)
        letter = assembled(cast)
        user = getattr(cast, who)
        with pytest.raises(NotAllowed, match="Only the letter's signatory"):
            exclusions.exclude_passage(letter, reference="PC-1", words=SECRET, ground="safety", reason="R", by=user)
        assert signed_in(user).get(reverse("letters:passage-exclude", args=[letter.pk])).status_code == 404

    def test_only_words_that_stand_there(self, cast: Cast) -> None:
        closed_round(cast, TEXT)
        letter = assembled(cast)
        with pytest.raises(NotAllowed, match="does not hold exactly"):
            exclusions.exclude_passage(
                letter, reference="PC-1", words="Other words", ground="safety", reason="R", by=cast.hmi
            )

    def test_a_passage_whose_words_changed_stops_everything(self, cast: Cast) -> None:
        letter = excluded(cast)
        Finding.objects.update(text="The force has a plan. It kept an unlisted quagga house.")
        with pytest.raises(NotAllowed, match="lift the exclusion"):
            assembled(cast, letter.release)

    def test_a_letter_made_anew_keeps_it(self, cast: Cast) -> None:
        letter = sign(excluded(cast), cast)
        copy_for(cast, letter)
        Release.objects.update(state=Release.State.SCHEDULED, approved_by=None)
        Finding.objects.update(text=f"{TEXT} More.")
        new = assembled(cast, Release.objects.get())
        assert new.pk != letter.pk
        assert SECRET not in json.dumps(building.to_json(public_document_of(new)))

    def test_lifting_it_makes_one_letter_of_both(self, cast: Cast) -> None:
        letter = excluded(cast)
        exclusions.include_passage(Exclusion.objects.get(), letter, reason="The house is gone.", by=cast.admin)
        letter.refresh_from_db()
        assert not letter.has_exclusions
        assert Exclusion.objects.get().lifted_reason == "The house is gone."

    def test_readiness_sees_a_version_that_leaves_it_in(self, cast: Cast) -> None:
        letter = excluded(cast)
        assert kept_from_public(letter.release).state == "in_order"
        Letter.objects.update(public_hash="")
        assert kept_from_public(letter.release).state == "error"

    def test_on_its_page(self, cast: Cast) -> None:
        closed_round(cast, TEXT)
        letter = assembled(cast)
        client, url = signed_in(cast.hmi), reverse("letters:passage-exclude", args=[letter.pk])
        given: dict[str, Any] = {"reference": "PC-1", "words": "Not there", "ground": "safety", "reason": "R"}
        wrong = client.post(url, given).content.decode()
        assert "does not hold exactly these words" in wrong
        assert client.post(url, {**given, "words": SECRET}).status_code == 302
        assert b"1 passage</b>" in client.get(reverse("letters:letter-show", args=[letter.pk])).content
