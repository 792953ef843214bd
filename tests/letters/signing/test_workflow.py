"""Letters are assembled from what is final and true, signed by one person, and lose the signature with their words."""

import datetime as dt
import threading
import time
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from findings import workflow as findings
from findings.accuracy.letter_sentence import Accuracy
from findings.models import Finding
from forces.models import Person, Post
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, Notice
from hmic_core.pdf.rendering import PdfError
from inspections.models import Release, ReleaseChange, ReleaseItem
from letters import rendering, renditions, tasks
from letters.document import building, filling, printing, wording
from letters.document.parts import Variant
from letters.models import Letter, Letterhead, Rendition, Signatory
from letters.signing import preparation, signatures
from letters.signing.assembly import document_of, usual_date, values_of
from letters.signing.readiness import addressees_in_post
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import issued
from tests.letters.ground import (
    WORDS,
    approved,
    assembled,
    closed_round,
    copy_for,
    final_rows,
    letterhead,
    scheduled,
    signed,
)

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


def assemble(cast: Cast, release: Release) -> Letter:
    return preparation.assemble_letter(
        inspection=cast.inspection, force=cast.northamptonshire, release=release, by=cast.lead_inspector
    )


class TestAssemble:
    def test_is_built_from_dated_rows(self, cast: Cast) -> None:
        letter = assembled(cast)
        kept = letter.content
        assert kept["addressee"]["name"] == "Adrian Lee"
        assert kept["addressee"]["salutation"] == "Dear Adrian"
        assert kept["signatory"] == {
            "name": "Zoë Billingham",
            "honours": "BA Hons (Oxon)",
            "post": "HM Inspector of Constabulary",
            "region": "Eastern Region",
        }
        assert kept["inspectorate"]["short_name"] == "HMIC"
        assert kept["copied_to"] == [{"name": "Liaison officer", "role": "HMIC Liaison Officer"}]
        assert kept["enclosures"] == ["national thematic report"]
        assert [f["reference"] for t in kept["themes"] for f in t["findings"]] == ["PC-1"]
        assert letter.content_hash == building.content_hash(document_of(letter))
        assert Signatory.objects.get().person.name == "Zoë Billingham"

    def test_quotes_the_instant_as_a_placeholder(self, cast: Cast) -> None:
        letter = assembled(cast)
        assert "{{publication_sentence}}" in letter.content["publication"]
        instant = letter.release.embargo_until
        assert instant is not None
        filled = filling.frozen(document_of(letter), values_of(letter), Variant.FINAL)["publication"]
        assert f"{instant.astimezone(clock.LONDON):%H:%M}" in filled
        assert "will be published by HMIC on" in filled

    def test_says_will_now_once_the_release_was_moved(self, cast: Cast) -> None:
        letter = assembled(cast)
        ReleaseChange.objects.create(
            release=letter.release,
            old_instant=clock.now(),
            new_instant=letter.release.embargo_until,
            by=cast.admin,
            at=clock.now(),
        )
        filled = filling.frozen(document_of(letter), values_of(letter), Variant.FINAL)["publication"]
        assert "will now be published by HMIC on" in filled

    def test_is_dated_the_day_before_publication_but_never_in_the_past(self, cast: Cast) -> None:
        far, near = scheduled(cast, hours=24 * 10), scheduled(cast, hours=0.02)
        assert far.embargo_until is not None
        assert usual_date(far) == far.embargo_until.astimezone(clock.LONDON).date() - dt.timedelta(days=1)
        assert usual_date(near) >= clock.today()

    def test_needs_an_instant(self, cast: Cast) -> None:
        closed_round(cast)
        release = scheduled(cast)
        Release.objects.update(state=Release.State.DRAFT, embargo_until=None)
        with pytest.raises(NotAllowed, match="no date and time"):
            assemble(cast, release)

    def test_is_refused_once_the_release_is_locked(self, cast: Cast) -> None:
        closed_round(cast)
        release = scheduled(cast)
        Release.objects.update(state=Release.State.SEALED)
        with pytest.raises(NotAllowed, match="locked for publication"):
            assemble(cast, release)

    def test_needs_a_check(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed, match="factual accuracy check"):
            assemble(cast, scheduled(cast))

    def test_needs_the_check_closed(self, cast: Cast) -> None:
        issued(cast)
        with pytest.raises(NotAllowed, match="not closed"):
            assemble(cast, scheduled(cast))

    def test_needs_a_chief_officer_on_its_date(self, cast: Cast) -> None:
        closed_round(cast)
        Post.objects.filter(force=cast.northamptonshire).update(ends_on=clock.today() - dt.timedelta(days=1))
        with pytest.raises(NotAllowed, match="chief officer of Northamptonshire"):
            assemble(cast, scheduled(cast))

    def test_needs_a_signatory(self, cast: Cast) -> None:
        closed_round(cast)
        Post.objects.filter(region=cast.region).delete()
        with pytest.raises(NotAllowed, match="sign"):
            assemble(cast, scheduled(cast))

    def test_prefers_an_assigned_signatory(self, cast: Cast) -> None:
        closed_round(cast)
        other = Person.objects.create(name="Another HM Inspector")
        Signatory.objects.create(
            inspection=cast.inspection,
            force=cast.northamptonshire,
            person=other,
            post_title="HM Inspector",
            starts_on=dt.date(2000, 1, 1),
        )
        assert assemble(cast, scheduled(cast)).content["signatory"]["name"] == "Another HM Inspector"

    def test_is_the_lead_inspectors_or_an_admins(self, cast: Cast) -> None:
        closed_round(cast)
        release = scheduled(cast)
        for user in (cast.inspector, cast.moderator, cast.hmi, cast.liaison_officer, cast.auditor):
            with pytest.raises(NotAllowed, match="Only the lead inspector"):
                preparation.assemble_letter(
                    inspection=cast.inspection, force=cast.northamptonshire, release=release, by=user
                )

    def test_tells_the_signatory_with_a_link_only(self, cast: Cast) -> None:
        assembled(cast)
        notice = Notice.objects.get(recipient=cast.hmi)
        assert "strategy" not in notice.subject + notice.body
        assert "Northamptonshire" not in notice.subject + notice.body

    def test_again_with_the_same_words_keeps_one_letter(self, cast: Cast) -> None:
        release = scheduled(cast)
        first = assembled(cast, release)
        again = assemble(cast, release)
        assert (again.pk, again.version) == (first.pk, first.version + 1)


class TestAccuracyParagraph:
    def test_checked_without_change(self, cast: Cast) -> None:
        assert assembled(cast).content["accuracy"] == wording.ACCURACY_WORDS[Accuracy.UNCHANGED]

    def test_amended(self, cast: Cast) -> None:
        closed_round(cast, amended="The force has a crime reduction strategy.")
        assert assembled(cast).content["accuracy"] == wording.ACCURACY_WORDS[Accuracy.AMENDED]

    def test_no_response(self, cast: Cast) -> None:
        round_ = closed_round(cast)
        round_.submitted_at = None
        round_.save()
        assert assembled(cast).content["accuracy"] == wording.ACCURACY_WORDS[Accuracy.NO_RESPONSE]

    def test_changed_for_another_reason(self, cast: Cast) -> None:
        closed_round(cast)
        Finding.objects.update(text="Other words.")
        assert assembled(cast).content["accuracy"] == wording.ACCURACY_WORDS[Accuracy.OTHERWISE]


class TestSign:
    def test_by_the_signatory(self, cast: Cast) -> None:
        letter = signed(cast)
        assert letter.state == Letter.State.SIGNED
        assert letter.signed_hash == letter.content_hash
        assert letter.confirmed_instant == letter.release.embargo_until
        entry = AuditEntry.objects.get(action=Action.LETTER_SIGNED)
        assert (entry.actor, entry.facts["hash"]) == (cast.hmi, letter.content_hash)

    def test_by_nobody_else(self, cast: Cast) -> None:
        letter = assembled(cast)
        for name, user in cast.everybody().items():
            if name != "hmi":
                with pytest.raises(NotAllowed, match="signed by Zoë Billingham"):
                    signatures.sign_letter(letter, expected_hash=letter.content_hash, by=user)

    def test_only_what_was_shown(self, cast: Cast) -> None:
        letter = assembled(cast)
        with pytest.raises(NotAllowed, match="changed since you opened it"):
            signatures.sign_letter(letter, expected_hash="0" * 64, by=cast.hmi)

    def test_not_after_the_findings_changed(self, cast: Cast) -> None:
        letter = assembled(cast)
        Finding.objects.update(text="Other words.")
        with pytest.raises(NotAllowed, match="findings have changed"):
            signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)

    def test_not_while_another_holds_the_addressees_post(self, cast: Cast) -> None:
        letter = assembled(cast)
        Post.objects.filter(force=cast.northamptonshire).update(ends_on=letter.letter_date - dt.timedelta(days=1))
        with pytest.raises(NotAllowed, match="not recorded as chief officer"):
            signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
        found = addressees_in_post(letter.release)
        assert (found.state, found.count) == ("error", 1)

    def test_twice_is_refused(self, cast: Cast) -> None:
        letter = signed(cast)
        with pytest.raises(NotAllowed, match="The letter is signed"):
            signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)

    def test_after_proof_reading(self, cast: Cast) -> None:
        letter = preparation.proof_letter(assembled(cast), by=cast.inspector)
        assert letter.state == Letter.State.PROOFED
        assert (
            signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi).state == Letter.State.SIGNED
        )

    def test_the_signatory_does_not_proof_read(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed, match="does not sign"):
            preparation.proof_letter(assembled(cast), by=cast.hmi)

    def test_the_database_refuses_a_signature_of_other_words(self, cast: Cast) -> None:
        letter = signed(cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(content_hash="0" * 64)


class TestVoid:
    def test_a_changed_finding_takes_the_signature_away_visibly(self, cast: Cast) -> None:
        letter = signed(cast)
        signatures.text_changed(Finding.objects.get())
        letter.refresh_from_db()
        assert (letter.state, letter.signed_hash, letter.signed_by) == (Letter.State.ASSEMBLED, "", None)
        assert Notice.objects.filter(recipient=cast.hmi, event__startswith="signature_voided").exists()
        page = signed_in(cast.lead_inspector).get(reverse("letters:letter-show", args=[letter.pk]))
        assert b"The signature no longer counts" in page.content
        assert b"PC-1 was changed after the letter was assembled" in page.content

    def test_letters_hear_of_changed_findings(self) -> None:
        assert findings.on_text_changed.has_listeners(Finding)

    def test_nothing_changes_once_the_release_is_locked(self, cast: Cast) -> None:
        letter = signed(cast)
        approved(letter.release, cast)
        with pytest.raises(NotAllowed, match="locked for publication"):
            signatures.text_changed(Finding.objects.get())

    def test_what_is_published_stays_what_it_is(self, cast: Cast) -> None:
        letter = signed(cast)
        release = approved(letter.release, cast)
        release.state, release.released_at = Release.State.RELEASED, clock.now()
        release.save()
        copy_for_state = Letter.objects.filter(pk=letter.pk)
        copy_for_state.update(state=Letter.State.ISSUED)
        signatures.text_changed(Finding.objects.get())
        assert copy_for_state.get().state == Letter.State.ISSUED

    def test_an_issued_letter_with_other_words_becomes_a_new_one(self, cast: Cast) -> None:
        letter = signed(cast)
        copy_for(cast, letter)
        Release.objects.update(state=Release.State.SCHEDULED, approved_by=None)
        Finding.objects.update(text="Other words.")
        new = assemble(cast, Release.objects.get())
        letter.refresh_from_db()
        assert new.pk != letter.pk
        assert letter.state == Letter.State.SUPERSEDED


class TestMovedInstant:
    def test_keeps_the_signature_and_asks_for_the_wording(self, cast: Cast) -> None:
        letter = signed(cast)
        release = letter.release
        Release.objects.update(embargo_until=release.embargo_until + dt.timedelta(days=7))
        release.refresh_from_db()
        signatures.instant_moved(release, by=cast.admin)
        letter.refresh_from_db()
        assert letter.signed_hash == letter.content_hash
        assert letter.letter_date == usual_date(release)
        assert list(signatures.waiting_for_confirmation(release)) == [letter]
        assert Notice.objects.filter(recipient=cast.hmi, event__startswith="wording_to_confirm").count() == 1
        assert signatures.confirm_wording(release, by=cast.hmi) == 1
        assert not signatures.waiting_for_confirmation(release).exists()

    def test_only_the_signatory_confirms(self, cast: Cast) -> None:
        letter = signed(cast)
        Letter.objects.update(confirmed_instant=None)
        with pytest.raises(NotAllowed, match="No letter that you signed"):
            signatures.confirm_wording(letter.release, by=cast.admin)


class TestStore:
    def test_renders_once(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        letter = signed(cast)
        made = renditions.rendition(letter, Variant.FINAL)
        assert made.pages >= 1
        assert made.problems == []
        monkeypatch.setattr(printing, "render_pdf", lambda *_: pytest.fail("rendered twice"))
        assert renditions.rendition(letter, Variant.FINAL).pk == made.pk
        assert renditions.find(letter, Variant.FINAL) == made
        assert renditions.find(letter, Variant.EMBARGOED) is None

    def test_a_moved_instant_is_another_key(self, cast: Cast) -> None:
        letter = signed(cast)
        before = renditions.key_of(letter, Variant.FINAL)
        letter.release.embargo_until += dt.timedelta(days=1)
        assert renditions.key_of(letter, Variant.FINAL) != before

    def test_a_letter_that_cannot_be_printed_says_why(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: Any) -> bytes:
            raise PdfError("The letter’s typeface cannot print “x”.")

        letter = assembled(cast)
        monkeypatch.setattr(printing, "render_pdf", refuse)
        tasks.render(str(letter.pk), "draft")
        assert "typeface cannot print" in renditions.problem(letter, Variant.DRAFT)

    def test_signing_asks_for_both_variants_after_the_commit(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
    ) -> None:
        asked: list[tuple[str, str]] = []
        monkeypatch.setattr(tasks.render, "apply_async", lambda args, *_, **__: asked.append(args))
        letter = assembled(cast)
        with django_capture_on_commit_callbacks(execute=True):
            signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
            assert asked == []
        assert asked == [(str(letter.pk), "embargoed"), (str(letter.pk), "final")]

    def test_only_what_is_missing_is_asked_for(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
    ) -> None:
        letter = signed(cast)
        renditions.rendition(letter, Variant.FINAL)
        asked: list[tuple[str, str]] = []
        monkeypatch.setattr(tasks.render, "apply_async", lambda args, *_, **__: asked.append(args))
        with django_capture_on_commit_callbacks(execute=True):
            assert rendering.ensure_renditions(letter.release) == 1
        assert asked == [(str(letter.pk), "embargoed")]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_render_the_same_letter(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads with connections of their own: the second waits for the first and takes its work."""
    letter = signed(cast)
    times: list[float] = []
    real = printing.render_pdf

    def slow(*arguments: Any) -> bytes:
        times.append(time.monotonic())
        time.sleep(0.3)
        return real(*arguments)

    monkeypatch.setattr(printing, "render_pdf", slow)

    def work() -> None:
        renditions.rendition(Letter.objects.select_related("release", "force").get(pk=letter.pk), Variant.FINAL)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == 1
    assert Rendition.objects.count() == 1


class TestScreens:
    def test_list_asks_the_same_number_of_questions_for_any_number_of_forces(self, cast: Cast) -> None:
        release = scheduled(cast)
        client = signed_in(cast.admin)
        url = reverse("letters:letter-list", args=[cast.inspection.slug])
        counts = []
        for force in (cast.northamptonshire, cast.nottinghamshire, cast.kent):
            final_rows(cast, force)
            preparation.assemble_letter(inspection=cast.inspection, force=force, release=release, by=cast.admin)
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counts.append(len(queries))
        assert len(set(counts)) == 1, counts

    def test_letters_are_hidden_like_missing_ones(self, cast: Cast) -> None:
        letter = assembled(cast)
        for name, user in cast.everybody().items():
            answer = signed_in(user).get(reverse("letters:letter-show", args=[letter.pk])).status_code
            seen = name in {
                "inspector",
                "second_inspector",
                "lead_inspector",
                "moderator",
                "hmi",
                "admin",
                "second_admin",
            }
            assert answer == (200 if seen else 404), name

    def test_signing_on_screen_asks_who_is_there(self, cast: Cast) -> None:
        """With a password: it is asked for again, then the signature goes through."""
        letter = assembled(cast)
        cast.hmi.set_password("a long enough pass phrase")
        cast.hmi.save()
        client = signed_in(cast.hmi)
        url = reverse("letters:letter-sign", args=[letter.pk])
        answer = client.post(url, {"hash": letter.content_hash})
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]
        letter.refresh_from_db()
        assert letter.state == Letter.State.ASSEMBLED
        client.post(answer["Location"], {"password": "a long enough pass phrase"})
        letter.refresh_from_db()
        assert letter.state == Letter.State.SIGNED

    def test_signing_queue(self, cast: Cast) -> None:
        letter = assembled(cast)
        client = signed_in(cast.hmi)
        assert b"Northamptonshire Police" in client.get(reverse("letters:signing-queue")).content
        page = client.get(reverse("letters:letter-sign", args=[letter.pk])).content.decode()
        assert WORDS in page
        assert letter.content_hash in page
        answer = client.post(reverse("letters:letter-sign", args=[letter.pk]), {"hash": letter.content_hash})
        assert answer["Location"] == reverse("letters:signing-queue")

    def test_assemble_all_goes_on_after_a_refusal(self, cast: Cast) -> None:
        scheduled(cast)
        for force in (cast.northamptonshire, cast.kent):
            final_rows(cast, force)
        Post.objects.filter(force=cast.kent).delete()
        url = reverse("letters:letter-assemble-all", args=[cast.inspection.slug])
        page = signed_in(cast.lead_inspector).post(url, follow=True).content.decode()
        assert "1 letter assembled" in page
        assert "chief officer of Kent Police" in page

    def test_proof_and_pdf(self, cast: Cast) -> None:
        letter = assembled(cast)
        client = signed_in(cast.inspector)
        assert client.post(reverse("letters:letter-proof", args=[letter.pk])).status_code == 302
        assert client.get(reverse("letters:letter-pdf", args=[letter.pk, "draft"])).status_code == 302
        renditions.rendition(letter, Variant.DRAFT)
        answer = client.get(reverse("letters:letter-pdf", args=[letter.pk, "draft"]))
        assert answer.content.startswith(b"%PDF-")
        assert client.get(reverse("letters:letter-pdf", args=[letter.pk, "other"])).status_code == 404


def test_letterhead_is_dated(cast: Cast) -> None:
    head = letterhead()
    head.ends_on = dt.date(2001, 1, 1)
    head.save()
    closed_round(cast)
    release = scheduled(cast)
    Letterhead.objects.exclude(ends_on=dt.date(2001, 1, 1)).delete()
    with pytest.raises(NotAllowed, match="letterhead"):
        assemble(cast, release)


class TestAnotherRelease:
    """A letter belongs to one release at a time, and leaves a locked one only by being dropped."""

    def test_takes_no_letter_from_a_locked_one(self, cast: Cast) -> None:
        letter = signed(cast)
        frozen(letter, ReleaseItem.State.ACTIVE)
        Release.objects.filter(pk=letter.release_id).update(state=Release.State.SEALED)
        other = scheduled(cast)
        Post.objects.filter(kind=Post.Kind.CHIEF_OFFICER, force=letter.force).update(title="Commissioner")
        with pytest.raises(NotAllowed, match="locked for publication"):
            assembled(cast, other)
        letter.refresh_from_db()
        assert letter.state == Letter.State.SIGNED

    @pytest.mark.parametrize("how", ["dropped", "cancelled"])
    def test_takes_one_that_left_with_the_same_words(self, cast: Cast, how: str) -> None:
        letter = signed(cast)
        frozen(letter, ReleaseItem.State.DROPPED)
        Letter.objects.update(state=Letter.State.ISSUED)
        state = Release.State.CANCELLED if how == "cancelled" else Release.State.SEALED
        Release.objects.filter(pk=letter.release_id).update(state=state)
        other = scheduled(cast)
        followed = assembled(cast, other)
        assert (followed.release, followed.state) == (other, Letter.State.ASSEMBLED)
        assert followed.pk != letter.pk


def frozen(letter: Letter, state: str) -> None:
    ReleaseItem.objects.create(
        release=letter.release,
        kind=ReleaseItem.Kind.LETTER,
        state=state,
        inspection_slug=letter.inspection.slug,
        force=letter.force,
        title="Letter",
        published_at=clock.now(),
        content={},
        content_hash="",
        source_id=letter.pk,
    )


def test_a_signatory_whose_assignment_ended_reads_and_signs_nothing(cast: Cast) -> None:
    letter = assembled(cast)
    assert Letter.objects.to_be_signed_by(cast.hmi).exists()
    Signatory.objects.update(starts_on=LONG_AGO, ends_on=clock.today() - dt.timedelta(days=1))
    Post.objects.filter(person__user=cast.hmi).update(ends_on=clock.today() - dt.timedelta(days=1))
    assert not Letter.objects.to_be_signed_by(cast.hmi).exists()
    assert signed_in(cast.hmi).get(reverse("letters:signing-queue")).status_code == 404
    with pytest.raises(NotAllowed, match="nobody else"):
        signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
