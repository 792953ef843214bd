"""Embargoed copies: named people, from a time on, after they accepted the terms; each download stamped and recorded."""

import datetime as dt
import io

import pikepdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from forces.models import Contact
from hmic_core import clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, Notice
from inspections.models import Release, ReleaseItem
from letters import renditions
from letters.copies import issuing, report
from letters.document.parts import Variant
from letters.models import Copy, Download, Letter, NationalReport
from tests.cast import Cast
from tests.conftest import signed_in
from tests.letters.ground import WORDS, a_pdf, approved, copy_for, scheduled, signed

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


@pytest.fixture
def copy(cast: Cast) -> Copy:
    """Copy 1 of a rendered, signed letter in an approved release, to the liaison officer."""
    letter = signed(cast)
    renditions.rendition(letter, Variant.EMBARGOED)
    report.upload_report(
        letter.release, title="National report", summary="", data=a_pdf(), name="report.pdf", by=cast.admin
    )
    return copy_for(cast, letter)


def page(cast: Cast, copy: Copy, who: str = "liaison_officer") -> str:
    answer = signed_in(getattr(cast, who)).get(reverse("letters:copy-show", args=[copy.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


class TestIssue:
    def test_only_once_the_release_is_approved(self, cast: Cast) -> None:
        letter = signed(cast)
        contact = Contact.objects.get(user=cast.liaison_officer)
        with pytest.raises(NotAllowed, match="approved the release"):
            issuing.issue_copy(letter, contact=contact, not_before=clock.now(), reason="x", by=cast.admin)

    def test_moves_the_letter_and_tells_the_person_by_link(self, cast: Cast, copy: Copy) -> None:
        assert copy.number == 1
        assert Letter.objects.get().state == Letter.State.ISSUED
        notice = Notice.objects.get(recipient=cast.liaison_officer, event__startswith="copy_issued")
        assert notice.link == reverse("letters:copy-show", args=[copy.pk])
        assert WORDS not in notice.body
        assert "Northamptonshire" not in notice.subject + notice.body

    def test_to_the_letters_own_force(self, cast: Cast, copy: Copy) -> None:
        contact = Contact.objects.get(user=cast.outsider)
        with pytest.raises(NotAllowed, match="does not speak for"):
            issuing.issue_copy(copy.letter, contact=contact, not_before=clock.now(), reason="x", by=cast.admin)

    def test_to_nobody_unconfirmed(self, cast: Cast, copy: Copy) -> None:
        contact = Contact.objects.get(user=cast.chief_officer)
        contact.verified_at = None
        contact.save()
        with pytest.raises(NotAllowed, match="no confirmed account"):
            issuing.issue_copy(copy.letter, contact=contact, not_before=clock.now(), reason="x", by=cast.admin)

    def test_is_a_publication_admins(self, cast: Cast) -> None:
        letter = signed(cast)
        approved(letter.release, cast)
        contact = Contact.objects.get(user=cast.liaison_officer)
        with pytest.raises(NotAllowed, match="Only a publication admin"):
            issuing.issue_copy(letter, contact=contact, not_before=clock.now(), reason="x", by=cast.lead_inspector)

    def test_of_the_very_copy_that_somebody_holds_changes_nothing(self, cast: Cast, copy: Copy) -> None:
        again = copy_for(cast, copy.letter)
        assert (again.pk, again.number) == (copy.pk, 1)
        assert copy_for(cast, copy.letter, "chief_officer").number == 2


class TestHiddenIsMissing:
    def test_for_everybody_but_the_recipient(self, cast: Cast, copy: Copy) -> None:
        names = ["copy-show", "copy-letter", "copy-report"]
        for who, user in cast.everybody().items():
            if who != "liaison_officer":
                client = signed_in(user)
                for name in names:
                    assert client.get(reverse(f"letters:{name}", args=[copy.pk])).status_code == 404, (who, name)
                assert client.post(reverse("letters:copy-acknowledge", args=[copy.pk])).status_code == 404, who

    def test_before_its_time(self, cast: Cast, copy: Copy) -> None:
        Copy.objects.update(recalled_at=clock.now(), recall_reason="x")
        copy = issuing.issue_copy(
            copy.letter, contact=copy.contact, not_before=clock.now() + dt.timedelta(hours=1), reason="x", by=cast.admin
        )
        client = signed_in(cast.liaison_officer)
        assert client.get(reverse("letters:copy-show", args=[copy.pk])).status_code == 404
        assert str(copy.pk) not in client.get(reverse("letters:copy-list"), follow=True).content.decode()

    def test_after_the_person_left(self, cast: Cast, copy: Copy) -> None:
        Contact.objects.filter(user=cast.liaison_officer).update(ends_on=clock.today() - dt.timedelta(days=1))
        assert signed_in(cast.liaison_officer).get(reverse("letters:copy-show", args=[copy.pk])).status_code == 404

    def test_of_a_cancelled_release(self, cast: Cast, copy: Copy) -> None:
        Release.objects.update(state=Release.State.CANCELLED)
        assert signed_in(cast.liaison_officer).get(reverse("letters:copy-show", args=[copy.pk])).status_code == 404


class TestAcknowledge:
    def test_comes_before_reading(self, cast: Cast, copy: Copy) -> None:
        shown = page(cast, copy)
        assert WORDS not in shown
        assert "Before you open the letter" in shown
        assert cast.inspection.contact_telephone in shown
        for verb in (issuing.stamped_letter, issuing.report_copy):
            with pytest.raises(NotAllowed, match="Accept the terms"):
                verb(copy, by=cast.liaison_officer)
        assert not Download.objects.exists()

    def test_opens_the_letter_and_is_recorded_once(self, cast: Cast, copy: Copy) -> None:
        client = signed_in(cast.liaison_officer)
        for _ in range(2):
            client.post(reverse("letters:copy-acknowledge", args=[copy.pk]))
        assert AuditEntry.objects.filter(action=Action.EMBARGO_ACKNOWLEDGED).count() == 1
        shown = page(cast, copy)
        assert WORDS in shown
        assert "Embargoed" in shown
        assert AuditEntry.objects.filter(action=Action.LETTER_VIEWED, actor=cast.liaison_officer).count() == 1

    def test_is_asked_again_for_a_moved_instant(self, cast: Cast, copy: Copy) -> None:
        issuing.acknowledge(copy, by=cast.liaison_officer)
        release = copy.letter.release
        Release.objects.update(embargo_until=release.embargo_until + dt.timedelta(days=1))
        shown = page(cast, copy)
        assert WORDS not in shown
        assert "The date has changed" in shown

    def test_by_its_recipient_only(self, cast: Cast, copy: Copy) -> None:
        with pytest.raises(NotAllowed, match="not issued to you"):
            issuing.acknowledge(copy, by=cast.chief_officer)


class TestDownload:
    def test_is_stamped_on_every_page_and_recorded(self, cast: Cast, copy: Copy) -> None:
        issuing.acknowledge(copy, by=cast.liaison_officer)
        client = signed_in(cast.liaison_officer)
        answer = client.get(reverse("letters:copy-letter", args=[copy.pk]))
        assert answer["Content-Type"] == "application/pdf"
        assert "northamptonshire-letter-copy-1.pdf" in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "private, no-store"
        master = renditions.find(Letter.objects.get(), Variant.EMBARGOED)
        assert master is not None
        kept = Download.objects.get()
        assert (kept.what, kept.master_hash) == ("letter", master.file.sha256)
        assert kept.copy_hash == files.digest(answer.content) != kept.master_hash
        with pikepdf.open(io.BytesIO(answer.content)) as pdf:
            assert len(pdf.pages) == master.pages
            assert all("/Stamp" in pdf_page.Resources.Font for pdf_page in pdf.pages)
        entry = AuditEntry.objects.get(action=Action.LETTER_DOWNLOADED)
        assert entry.facts["sha256"] == kept.copy_hash

    def test_names_the_person_the_number_and_the_instant(self, cast: Cast, copy: Copy) -> None:
        lines = issuing.stamp_lines(copy, cast.liaison_officer, dt.datetime(2014, 9, 3, 16, 41, tzinfo=dt.UTC))
        assert (
            lines[0] == "Copy 1: Liaison officer, Northamptonshire Police. Downloaded 03 September 2014, 17:41:00 BST."
        )
        assert "Embargoed until" in lines[1]

    def test_of_the_report(self, cast: Cast, copy: Copy) -> None:
        issuing.acknowledge(copy, by=cast.liaison_officer)
        data, name = issuing.report_copy(copy, by=cast.liaison_officer)
        assert name == "test-subject-report-copy-1.pdf"
        assert Download.objects.get(what="report").copy_hash == files.digest(data)

    def test_there_is_none_without_its_pdf(self, cast: Cast) -> None:
        letter, contact = signed(cast), Contact.objects.get(user=cast.liaison_officer)
        approved(letter.release, cast)
        with pytest.raises(NotAllowed, match="being prepared"):
            issuing.issue_copy(letter, contact=contact, not_before=clock.now(), reason="x", by=cast.admin)
        assert not Copy.objects.exists()

    def test_while_the_release_goes_back_is_of_what_was_issued(self, cast: Cast, copy: Copy) -> None:
        release = copy.letter.release
        moved_to = release.embargo_until + dt.timedelta(days=1)
        Release.objects.update(state=Release.State.SCHEDULED, approved_by=None, embargo_until=moved_to)
        issuing.acknowledge(copy, by=cast.liaison_officer)
        issuing.stamped_letter(copy, by=cast.liaison_officer)
        assert Download.objects.get().master_hash == copy.master.file.sha256

    def test_a_report_that_nobody_approved_stays_closed(self, cast: Cast, copy: Copy) -> None:
        release = copy.letter.release
        Release.objects.update(state=Release.State.SCHEDULED, approved_by=None)
        issuing.acknowledge(copy, by=cast.liaison_officer)
        issuing.report_copy(copy, by=cast.liaison_officer)
        report.upload_report(
            release, title="Rewritten report", summary="", data=a_pdf("other"), name="new.pdf", by=cast.admin
        )
        assert "Rewritten" not in page(cast, copy)
        with pytest.raises(NotAllowed, match="once the release is approved"):
            issuing.report_copy(copy, by=cast.liaison_officer)


class TestSuperseded:
    def test_opens_nothing_once_a_newer_letter_is_issued(self, cast: Cast, copy: Copy) -> None:
        old = copy.letter
        issuing.acknowledge(copy, by=cast.liaison_officer)
        Letter.objects.update(state=Letter.State.SUPERSEDED)
        assert WORDS in page(cast, copy)
        new = Letter.objects.get(pk=old.pk)
        new.pk, new.state, new.version = None, Letter.State.SIGNED, 1
        new._state.adding = True
        new.save()
        copy_for(cast, new)
        shown = page(cast, copy)
        assert WORDS not in shown
        assert "superseded" in shown
        with pytest.raises(NotAllowed, match="superseded"):
            issuing.stamped_letter(copy, by=cast.liaison_officer)


def test_after_the_release_there_is_a_public_link(cast: Cast, copy: Copy) -> None:
    release = copy.letter.release
    ReleaseItem.objects.create(
        release=release,
        kind=ReleaseItem.Kind.LETTER,
        inspection_slug=cast.inspection.slug,
        force=cast.northamptonshire,
        title="Letter",
        published_at=release.embargo_until,
        content={},
        content_hash="0" * 64,
        source_id=copy.letter_id,
    )
    assert "The letter is public" not in page(cast, copy)
    Release.objects.update(state=Release.State.RELEASED, released_at=clock.now())
    shown = page(cast, copy)
    assert f"{settings.WEBSITE_URL}/inspections/test-subject/letters/northamptonshire/" in shown


class TestReport:
    def test_is_uploaded_by_a_publication_admin(self, cast: Cast) -> None:
        release = scheduled(cast)
        url = reverse("letters:report-upload", args=[release.pk])
        for who, user in cast.everybody().items():
            assert signed_in(user).get(url).status_code == (200 if who in ("admin", "second_admin") else 404), who
        client = signed_in(cast.admin)
        data = a_pdf()
        given = {"title": "National report", "report": SimpleUploadedFile("report.pdf", data)}
        assert client.post(url, given).status_code == 302
        assert NationalReport.objects.get().title == "National report"
        assert b"National report" in client.get(url).content
        assert client.get(reverse("letters:report-show", args=[release.pk])).content == data

    @pytest.mark.parametrize(
        ("name", "data", "sentence"),
        [
            ("report.docx", b"PK\x03\x04", "has to be a PDF"),
            ("report.pdf", b"hello", "is not what its name says"),
            ("report.pdf", b"%PDF-1.7 broken", "is damaged"),
        ],
    )
    def test_refuses_other_files_beside_the_field_and_keeps_what_was_typed(
        self, cast: Cast, name: str, data: bytes, sentence: str
    ) -> None:
        url = reverse("letters:report-upload", args=[scheduled(cast).pk])
        given = {"title": "A typed title", "summary": "Typed", "report": SimpleUploadedFile(name, data)}
        shown = signed_in(cast.admin).post(url, given).content.decode()
        assert sentence in shown
        assert "A typed title" in shown
        assert not NationalReport.objects.exists()

    def test_stays_once_the_release_is_locked(self, cast: Cast, copy: Copy) -> None:
        with pytest.raises(NotAllowed, match="locked for publication"):
            report.upload_report(
                copy.letter.release, title="Other", summary="", data=a_pdf(), name="other.pdf", by=cast.admin
            )
