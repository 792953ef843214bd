"""The pre-release list: who, from when, why; what became of each copy; recall; the zip of all letters."""

import datetime as dt
import json
import zipfile

import pytest
from django.urls import reverse

from forces.models import Contact
from hmic_core import clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, Notice
from hmic_core.pdf import pictures
from inspections.models import Release
from letters import renditions
from letters.copies import issuing, recall, recipients, report
from letters.copies.bundle import bundle
from letters.document.parts import Variant
from letters.models import Copy, Download, Letter, Recipient
from publication.models import Incident
from tests.cast import Cast
from tests.conftest import signed_in
from tests.letters.ground import WORDS, a_pdf, approved, signed

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


def of(cast: Cast, who: str) -> Contact:
    return Contact.objects.get(user=getattr(cast, who))


@pytest.fixture
def letter(cast: Cast) -> Letter:
    """Signed and rendered, its release scheduled, the report uploaded."""
    made = signed(cast)
    for variant in (Variant.EMBARGOED, Variant.FINAL):
        renditions.rendition(made, variant)
    report.upload_report(made.release, title="Report", summary="", data=a_pdf(), name="report.pdf", by=cast.admin)
    return made


@pytest.fixture
def release(cast: Cast, letter: Letter) -> Release:
    return letter.release


def issue(cast: Cast, release: Release) -> list[Copy]:
    """What approving does with the list."""
    return recipients.issue_listed(approved(release, cast), by=cast.second_admin)


class TestUsualPeople:
    def test_are_the_chief_officer_and_the_liaison_officers(self, cast: Cast, release: Release) -> None:
        found = {contact.user for contact in recipients.usual_recipients(release)}
        assert found == {cast.chief_officer, cast.liaison_officer}

    def test_are_written_down_and_get_copies_with_the_approval(self, cast: Cast, release: Release) -> None:
        copies = issue(cast, release)
        assert {copy.contact.user for copy in copies} == {cast.chief_officer, cast.liaison_officer}
        assert {row.reason for row in Recipient.objects.all()} == {
            "Chief officer of Northamptonshire Police",
            "Liaison officer of Northamptonshire Police",
        }
        assert AuditEntry.objects.filter(action=Action.RECIPIENT_LISTED).count() == 2

    def test_who_was_taken_off_stays_off(self, cast: Cast, release: Release) -> None:
        rows = recipients.list_usual(release, by=cast.admin)
        row = next(row for row in rows if row.contact.user == cast.chief_officer)
        recipients.remove_recipient(row, reason="Conflict of interest", by=cast.admin)
        assert {copy.contact.user for copy in issue(cast, release)} == {cast.liaison_officer}
        assert recipients.reachable(release).filter(force=cast.northamptonshire).exists()

    def test_nobody_left_means_no_force_is_reached(self, cast: Cast, release: Release) -> None:
        for row in recipients.list_usual(release, by=cast.admin):
            recipients.remove_recipient(row, reason="Not yet", by=cast.admin)
        assert not recipients.reachable(release).filter(force=cast.northamptonshire).exists()


class TestAdding:
    def test_the_local_policing_body_only_by_hand(self, cast: Cast, release: Release) -> None:
        later = clock.now() + dt.timedelta(hours=3)
        recipients.add_recipient(
            release, contact=of(cast, "pcc_office"), not_before=later, reason="Prepares its response", by=cast.admin
        )
        copy = next(each for each in issue(cast, release) if each.contact.user == cast.pcc_office)
        assert (copy.not_before, copy.reason) == (later, "Prepares its response")
        assert signed_in(cast.pcc_office).get(reverse("letters:copy-show", args=[copy.pk])).status_code == 404

    def test_after_the_approval_gives_a_copy_at_once(self, cast: Cast, release: Release) -> None:
        issue(cast, release)
        recipients.add_recipient(
            release, contact=of(cast, "pcc_office"), not_before=None, reason="Asked for it", by=cast.admin
        )
        assert Copy.objects.filter(contact__user=cast.pcc_office).count() == 1

    def test_nobody_of_another_force(self, cast: Cast, release: Release) -> None:
        with pytest.raises(NotAllowed, match="No letter to Nottinghamshire Police"):
            recipients.add_recipient(release, contact=of(cast, "outsider"), not_before=None, reason="x", by=cast.admin)

    def test_nobody_unconfirmed(self, cast: Cast, release: Release) -> None:
        Contact.objects.filter(user=cast.pcc_office).update(verified_at=None)
        with pytest.raises(NotAllowed, match="no confirmed account"):
            recipients.add_recipient(
                release, contact=of(cast, "pcc_office"), not_before=None, reason="x", by=cast.admin
            )

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_always_has_a_reason(self, cast: Cast, release: Release, reason: str) -> None:
        with pytest.raises(NotAllowed, match="Say why"):
            recipients.add_recipient(
                release, contact=of(cast, "pcc_office"), not_before=None, reason=reason, by=cast.admin
            )

    def test_never_from_the_instant_on(self, cast: Cast, release: Release) -> None:
        with pytest.raises(NotAllowed, match="Everything is public"):
            recipients.add_recipient(
                release, contact=of(cast, "pcc_office"), not_before=release.embargo_until, reason="x", by=cast.admin
            )

    @pytest.mark.parametrize("who", ["lead_inspector", "liaison_officer", "system_admin", "auditor", "hmi"])
    def test_is_a_publication_admins(self, cast: Cast, release: Release, who: str) -> None:
        with pytest.raises(NotAllowed, match="Only a publication admin"):
            recipients.add_recipient(
                release, contact=of(cast, "pcc_office"), not_before=None, reason="x", by=getattr(cast, who)
            )

    def test_is_closed_with_the_embargo(self, cast: Cast, release: Release) -> None:
        Release.objects.update(
            state=Release.State.RELEASED,
            approved_by=cast.second_admin,
            approved_at=clock.now(),
            approved_installation="x",
            released_at=clock.now(),
        )
        with pytest.raises(NotAllowed, match="no longer under embargo"):
            recipients.list_usual(release, by=cast.admin)

    def test_a_later_time_closes_a_copy_that_is_out(self, cast: Cast, release: Release) -> None:
        copy = next(each for each in issue(cast, release) if each.contact.user == cast.liaison_officer)
        row = Recipient.objects.get(contact__user=cast.liaison_officer)
        later = clock.now() + dt.timedelta(hours=1)
        recipients.change_recipient(row, not_before=later, reason="Later", by=cast.admin)
        copy.refresh_from_db()
        assert copy.superseded_at is not None
        assert Copy.objects.current().get(contact=copy.contact).not_before == later
        assert issuing.is_superseded(copy)
        assert not Copy.objects.current().visible_to(cast.liaison_officer).exists()


class TestRecall:
    def opened(self, cast: Cast, release: Release) -> Copy:
        copy = next(each for each in issue(cast, release) if each.contact.user == cast.liaison_officer)
        issuing.acknowledge(copy, by=cast.liaison_officer)
        issuing.stamped_letter(copy, by=cast.liaison_officer)
        return copy

    def test_ends_access_at_once_and_says_so(self, cast: Cast, release: Release) -> None:
        copy = self.opened(cast, release)
        recall.recall_copy(copy, reason="Wrong person", by=cast.admin)
        client = signed_in(cast.liaison_officer)
        shown = client.get(reverse("letters:copy-show", args=[copy.pk])).content.decode()
        assert "This copy was recalled" in shown
        assert WORDS not in shown
        assert "Wrong person" not in shown
        for name in ("copy-letter", "copy-report"):
            assert b"%PDF" not in client.get(reverse(f"letters:{name}", args=[copy.pk])).content
        for verb in (issuing.acknowledge, issuing.stamped_letter, issuing.report_copy, issuing.view_letter):
            with pytest.raises(NotAllowed, match="recalled"):
                verb(copy, by=cast.liaison_officer)
        assert Notice.objects.filter(event__startswith="copy_recalled", recipient=cast.liaison_officer).count() == 1

    def test_opens_an_incident_where_it_had_been_opened(self, cast: Cast, release: Release) -> None:
        copy = self.opened(cast, release)
        recall.recall_copy(copy, reason="Wrong person", by=cast.admin)
        assert Incident.objects.get().kind == Incident.Kind.WRONG_PERSON

    def test_opens_none_where_nobody_had_looked(self, cast: Cast, release: Release) -> None:
        copy = issue(cast, release)[0]
        recall.recall_copy(copy, reason="Wrong person", by=cast.admin)
        assert not Incident.objects.exists()

    def test_a_new_copy_has_a_new_number_and_the_old_download_keeps_its_own(self, cast: Cast, release: Release) -> None:
        copy = self.opened(cast, release)
        before = copy.number
        recall.recall_copy(copy, reason="Lost laptop", by=cast.admin)
        entry = Recipient.objects.listed().get(contact=copy.contact)
        with pytest.raises(NotAllowed, match="on the list already"):
            recipients.add_recipient(release, contact=copy.contact, not_before=None, reason="Again", by=cast.admin)
        recipients.issue_again(entry, by=cast.admin)
        with pytest.raises(NotAllowed, match="holds a copy already"):
            recipients.issue_again(entry, by=cast.admin)
        issued = Copy.objects.current().get(contact=copy.contact)
        copy.refresh_from_db()
        assert copy.recalled_at is not None
        assert copy.number == before
        assert issued.number > max(before, 2)
        assert Download.objects.get().copy == copy
        row = next(each for each in recipients.standings(release) if each.contact == copy.contact)
        assert (row.copy, row.key, row.downloads, row.earlier) == (issued, "waiting", 0, [copy])

    def test_once_and_with_a_reason_and_by_an_admin(self, cast: Cast, release: Release) -> None:
        copy = issue(cast, release)[0]
        with pytest.raises(NotAllowed, match="Give a reason"):
            recall.recall_copy(copy, reason=" ", by=cast.admin)
        with pytest.raises(NotAllowed, match="Only a publication admin"):
            recall.recall_copy(copy, reason="x", by=cast.lead_inspector)
        recall.recall_copy(copy, reason="x", by=cast.admin)
        with pytest.raises(NotAllowed, match="already recalled"):
            recall.recall_copy(copy, reason="x", by=cast.admin)

    def test_taking_somebody_off_the_list_recalls_their_copy(self, cast: Cast, release: Release) -> None:
        copy = self.opened(cast, release)
        row = Recipient.objects.get(contact=copy.contact)
        recipients.remove_recipient(row, reason="Left the force", by=cast.admin)
        copy.refresh_from_db()
        assert copy.recalled_at is not None
        assert copy.recall_reason == "Left the force"


class TestReceipts:
    def test_say_how_far_each_copy_has_come(self, cast: Cast, release: Release) -> None:
        assert {each.key for each in recipients.standings(release)} == {"not_issued"}
        copy = TestRecall().opened(cast, release)
        keys = {each.contact.user: each.key for each in recipients.standings(release)}
        assert keys == {cast.liaison_officer: "collected", cast.chief_officer: "waiting"}
        release.refresh_from_db()
        Release.objects.update(embargo_until=release.embargo_until + dt.timedelta(days=1))
        release.refresh_from_db()
        keys = {each.contact.user: each.key for each in recipients.standings(release)}
        assert keys[cast.liaison_officer] == "waiting", "a moved instant is accepted anew"
        assert copy.contact.user == cast.liaison_officer

    def test_a_reminder_goes_once_a_day_to_those_who_wait(self, cast: Cast, release: Release) -> None:
        TestRecall().opened(cast, release)
        client = signed_in(cast.admin)
        for expected in ("1 reminder on the way", "Nobody was reminded"):
            answer = client.post(reverse("letters:recipient-nudge", args=[release.pk]), {"go_on": "yes"}, follow=True)
            assert expected in answer.content.decode()
        waiting = Notice.objects.filter(event__startswith="copy_waits")
        assert [notice.recipient for notice in waiting] == [cast.chief_officer]
        assert WORDS not in waiting[0].body

    def test_filters_and_csv_say_the_same(self, cast: Cast, release: Release) -> None:
        TestRecall().opened(cast, release)
        client = signed_in(cast.admin)
        shown = client.get(reverse("letters:recipient-list", args=[release.pk]), {"standing": "waiting"})
        assert b"1 of 2 people" in shown.content
        answer = client.get(reverse("letters:recipient-export", args=[release.pk]), {"standing": "waiting"})
        lines = answer.content.decode("utf-8-sig").strip().splitlines()
        assert len(lines) == 2
        assert "Embargo not accepted" in lines[1]

    def test_a_formula_in_a_name_stays_text(self, cast: Cast, release: Release) -> None:
        Contact.objects.filter(user=cast.liaison_officer).update(name="=1+1")
        answer = signed_in(cast.admin).get(reverse("letters:recipient-export", args=[release.pk]))
        assert "'=1+1" in answer.content.decode()


class TestScreens:
    def test_the_form_keeps_what_was_typed(self, cast: Cast, release: Release) -> None:
        client = signed_in(cast.admin)
        answer = client.post(
            reverse("letters:recipient-add", args=[release.pk]),
            {"contact": str(of(cast, "pcc_office").pk), "reason": "", "not_before_day": "32"},
        )
        shown = answer.content.decode()
        assert "Say why" in shown
        assert 'value="32"' in shown

    def test_adding_changing_and_taking_off(self, cast: Cast, release: Release) -> None:
        client = signed_in(cast.admin)
        client.post(
            reverse("letters:recipient-add", args=[release.pk]),
            {"contact": str(of(cast, "pcc_office").pk), "reason": "Prepares its response"},
        )
        row = Recipient.objects.get()
        address = reverse("letters:recipient-change", args=[release.pk, row.pk])
        assert b"Prepares its response" in client.get(address).content
        client.post(address, {"reason": "Answers within 56 days"})
        row.refresh_from_db()
        assert row.reason == "Answers within 56 days"
        client.post(reverse("letters:recipient-remove", args=[release.pk, row.pk]), {"reason": "By mistake"})
        assert not Recipient.objects.listed().exists()

    def test_a_time_that_clocks_skip_is_refused_beside_the_field(self, cast: Cast, release: Release) -> None:
        given = {"contact": str(of(cast, "pcc_office").pk), "reason": "x"}
        wall = dict(zip(("day", "month", "year", "time"), ("29", "3", "2015", "01:30"), strict=True))
        given |= {f"not_before_{part}": value for part, value in wall.items()}
        answer = signed_in(cast.admin).post(reverse("letters:recipient-add", args=[release.pk]), given)
        assert answer.status_code == 200
        assert not Recipient.objects.exists()

    def test_are_hidden_from_everybody_but_publication_admins(self, cast: Cast, release: Release) -> None:
        for who, user in cast.everybody().items():
            if who in ("admin", "second_admin"):
                continue
            for name in ("recipient-list", "recipient-export", "recipient-add", "letters-zip"):
                answer = signed_in(user).get(reverse(f"letters:{name}", args=[release.pk]))
                assert answer.status_code == 404, (who, name)


class TestZip:
    def test_before_the_instant_every_page_names_who_took_it(self, cast: Cast, release: Release) -> None:
        with zipfile.ZipFile(bundle(release, by=cast.admin)) as archive:
            assert sorted(archive.namelist()) == [
                "letters/northamptonshire.pdf",
                "manifest.csv",
                "manifest.json",
                "report.pdf",
            ]
            manifest = json.loads(archive.read("manifest.json"))
            for row in manifest["files"]:
                data = archive.read(row["file"])
                assert row["sha256"] == files.digest(data)
                assert row["master_sha256"] != row["sha256"]
                assert b"%PDF" in data[:8]

            words = pictures.words(archive.read("letters/northamptonshire.pdf"))[0]
        assert f"Working copy: {cast.admin.name}" in words
        entry = AuditEntry.objects.get(action=Action.LETTERS_BUNDLED)
        assert set(entry.facts["files"]) == {"letters/northamptonshire.pdf", "report.pdf"}

    def test_a_letter_that_is_not_rendered_is_named_not_left_out(self, cast: Cast, release: Release) -> None:
        Release.objects.update(embargo_until=release.embargo_until + dt.timedelta(days=1))
        with zipfile.ZipFile(bundle(release, by=cast.admin)) as archive:
            rows = json.loads(archive.read("manifest.json"))["files"]
        assert [(row["force"], row["note"]) for row in rows if row["what"] != "report"] == [
            ("Northamptonshire Police", "not rendered yet for the present instant")
        ]

    def test_is_a_publication_admins(self, cast: Cast, release: Release) -> None:
        with pytest.raises(NotAllowed, match="Only a publication admin"):
            bundle(release, by=cast.lead_inspector)
