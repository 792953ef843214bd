"""One item of a release that is locked or public: opened again, replaced, corrected, added, by two people."""

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from forces.models import Person
from hmic_core import settings_website
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, Notice
from inspections.models import Release, ReleaseItem
from letters.copies import issuing
from letters.copies.issuing import report_of
from letters.models import Copy, Letter
from letters.signing import preparation, signatures
from publication.readiness import checks
from publication.release import additions, withdrawal, workflow
from tests.cast import Cast
from tests.conftest import signed_in
from tests.publication import ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]
WORDS = {"kind": "update", "title": "What changed", "author": "Northamptonshire Police"}


def public_page(path: str) -> str:
    return public_answer(path).content.decode()


def public_answer(path: str) -> Any:
    """What the website answers, in this process."""
    with override_settings(
        ROOT_URLCONF="website.urls",
        MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "website.middleware.PublicHeaders"],
        TEMPLATES=settings_website.TEMPLATES,
    ):
        return Client(headers={"host": "localhost"}).get(path)


def letter_of(release: Release) -> ReleaseItem:
    found: ReleaseItem = release.items.get(kind="letter", state="active", force__slug="northamptonshire")
    return found


def public(cast: Cast) -> Release:
    return ground.move(ground.approved(cast), -60)


class TestReplace:
    def test_a_resigned_letter_takes_its_place_and_the_others_stay_approved(self, cast: Cast) -> None:
        release = ground.approved(cast, forces=[cast.northamptonshire, cast.kent])
        old = letter_of(release)
        ground.resigned(cast, old)
        new = additions.replace_item(old, by=cast.admin)
        assert (new.state, new.supersedes) == ("proposed", old)
        release = additions.confirm_item(new, by=cast.second_admin)
        assert (release.state, release.approved_by) == ("approved", cast.second_admin)
        ground.move(release, -60)
        letters = ReleaseItem.objects.public().filter(kind="letter")
        assert set(letters.values_list("force__slug", flat=True)) == {"northamptonshire", "kent"}
        assert letters.get(force=cast.northamptonshire) == new
        assert "Dear Chief" in new.content["html"]
        assert ReleaseItem.objects.get(pk=old.pk).state == "superseded"

    def test_the_pages_lead_on_from_opening_it_again(self, cast: Cast) -> None:
        item = letter_of(ground.approved(cast))
        place = reverse("letters:letter-show", args=[item.source_id])
        again = reverse("letters:letter-assemble", args=["test-subject", "northamptonshire"])
        lead, signatory = signed_in(cast.lead_inspector), signed_in(cast.hmi)
        assert again not in lead.get(place).text
        additions.reopen_item(item, reason="A wrong salutation", by=cast.admin)
        Person.objects.filter(posts__force=cast.northamptonshire).update(salutation="Chief")
        assert again in lead.get(place).text
        sign = reverse("letters:letter-sign", args=[item.source_id])
        assert sign not in signatory.get(reverse("letters:signing-queue")).text
        assert lead.post(again).status_code == 302
        letter = Letter.objects.exclude(state="superseded").get(force=cast.northamptonshire)
        sign = reverse("letters:letter-sign", args=[letter.pk])
        assert sign in signatory.get(reverse("letters:signing-queue")).text
        assert sign in signatory.get(reverse("letters:letter-show", args=[letter.pk])).text

    def test_its_recipients_get_new_copies_and_the_old_open_nothing(self, cast: Cast) -> None:
        release = ground.approved(cast)
        before = Copy.objects.get(contact__user=cast.liaison_officer)
        ground.resigned(cast, letter_of(release))
        assert not letters_workflow_superseded(before)
        additions.confirm_item(additions.replace_item(letter_of(release), by=cast.admin), by=cast.second_admin)
        after = Copy.objects.exclude(letter=before.letter).get(contact__user=cast.liaison_officer)
        assert after.letter.state == Letter.State.ISSUED
        assert letters_workflow_superseded(Copy.objects.get(pk=before.pk))

    def test_until_it_is_confirmed_what_was_approved_is_published(self, cast: Cast) -> None:
        release = ground.approved(cast)
        old = letter_of(release)
        ground.resigned(cast, old)
        new = additions.replace_item(old, by=cast.admin)
        ground.move(release, -60)
        assert ReleaseItem.objects.public().get(kind="letter") == old
        with pytest.raises(NotAllowed, match="published meanwhile"):
            additions.confirm_item(new, by=cast.second_admin)
        additions.refuse_item(new, reason="Overtaken", by=cast.second_admin)

    def test_who_proposed_does_not_confirm(self, cast: Cast) -> None:
        release = ground.approved(cast)
        ground.resigned(cast, letter_of(release))
        new = additions.replace_item(letter_of(release), by=cast.admin)
        with pytest.raises(NotAllowed, match="You proposed this"):
            additions.confirm_item(new, by=cast.admin)

    def test_needs_a_letter_that_was_signed_anew(self, cast: Cast) -> None:
        release = ground.approved(cast)
        with pytest.raises(NotAllowed, match="signed anew"):
            additions.replace_item(letter_of(release), by=cast.admin)
        ground.resigned(cast, letter_of(release))
        Letter.objects.filter(release=release, state="signed").update(confirmed_instant=None)
        with pytest.raises(NotAllowed, match="not confirmed the new time"):
            additions.replace_item(letter_of(release), by=cast.admin)

    def test_no_other_letter_can_change_meanwhile(self, cast: Cast) -> None:
        release = ground.approved(cast, forces=[cast.northamptonshire, cast.kent])
        ground.resigned(cast, letter_of(release))
        with pytest.raises(NotAllowed, match="cannot change any more"):
            preparation.assemble_letter(
                inspection=cast.inspection, force=cast.kent, release=release, by=cast.lead_inspector
            )
        additions.replace_item(letter_of(release), by=cast.admin)
        with pytest.raises(NotAllowed, match="cannot change any more"):
            preparation.assemble_letter(
                inspection=cast.inspection, force=cast.northamptonshire, release=release, by=cast.lead_inspector
            )

    def test_a_locked_release_is_not_approved_while_a_letter_differs(self, cast: Cast) -> None:
        release = ground.sealed(cast)
        ground.resigned(cast, letter_of(release))
        release.refresh_from_db()
        assert "frozen-as-signed" in {check.name for check, _ in checks.errors(release)}
        with pytest.raises(NotAllowed, match="not replaced yet"):
            workflow.approve(release, expected_version=release.version, by=cast.second_admin)
        additions.confirm_item(additions.replace_item(letter_of(release), by=cast.second_admin), by=cast.admin)
        release.refresh_from_db()
        assert workflow.approve(release, expected_version=release.version, by=cast.second_admin).state == "approved"


def letters_workflow_superseded(copy: Copy) -> bool:
    return issuing.is_superseded(copy)


class TestFollowOn:
    def test_a_dropped_letter_follows_in_its_own_release(self, cast: Cast) -> None:
        main = ground.approved(cast, forces=[cast.northamptonshire, cast.kent])
        withdrawal.drop_item(letter_of(main), reason="A fact is disputed", follow_on=True, by=cast.admin)
        follower = main.followed_by.get()
        assert (follower.state, follower.embargo_until) == ("draft", None)
        workflow.schedule(follower, wall=ground.wall(7200), by=cast.admin)
        letter = preparation.assemble_letter(
            inspection=cast.inspection, force=cast.northamptonshire, release=follower, by=cast.lead_inspector
        )
        signatures.sign_letter(letter, expected_hash=letter.content_hash, by=cast.hmi)
        ground.stand_in_renditions(follower)
        follower.refresh_from_db()
        workflow.seal(follower, version=follower.version, by=cast.admin)
        workflow.approve(follower, expected_version=follower.version, by=cast.second_admin)
        assert list(follower.items.values_list("kind", flat=True)) == ["letter"]
        copy = Copy.objects.select_related("letter__release").get(letter=letter, contact__user=cast.liaison_officer)
        assert report_of(copy) is None, "the report is under an embargo of its own"
        ground.move(main, -60)
        assert report_of(copy) == main.report
        assert not ReleaseItem.objects.public().filter(force=cast.northamptonshire).exists()
        ground.move(follower, -30)
        assert ReleaseItem.objects.public().filter(force=cast.northamptonshire).exists()


class TestCorrect:
    def test_a_letter_with_its_note_on_the_page_and_among_the_corrections(self, cast: Cast) -> None:
        release = public(cast)
        old = letter_of(release)
        ground.resigned(cast, old)
        new = additions.correct(old, note="The salutation was wrong.", by=cast.admin)
        place = "/inspections/test-subject/letters/northamptonshire/"
        assert "The salutation was wrong." not in public_page(place) + public_page("/corrections/")
        additions.confirm_item(new, by=cast.second_admin)
        page = public_page(place)
        assert "Corrected" in page
        assert "The salutation was wrong." in page
        assert "Dear Chief" in page
        assert "The salutation was wrong." in public_page("/corrections/")
        assert ReleaseItem.objects.public().get(kind="letter").published_at == old.published_at

    def test_a_report_twice(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("publication.release.corrections.report_pages", lambda data: 1)  # stand-in bytes
        release = public(cast)
        for number in (1, 2):
            item = release.items.get(kind="report", state="active")
            new = additions.correct(
                item, note=f"Table {number} was wrong.", data=ground.PDF + b"%", name="again.pdf", by=cast.admin
            )
            additions.confirm_item(new, by=cast.second_admin)
        page = public_page("/inspections/test-subject/")
        assert page.index("Table 1 was wrong.") < page.index("Table 2 was wrong.")
        assert [each["at"] != "" for each in new.content["corrections"]] == [True, False]
        assert ReleaseItem.objects.public().filter(kind="report").count() == 1

    def test_the_inspections_page_says_what_the_inspection_says_now(self, cast: Cast) -> None:
        release = public(cast)
        page = release.items.get(kind="inspection")
        with pytest.raises(NotAllowed, match="nothing to correct"):
            additions.correct(page, note="No change", by=cast.admin)
        cast.inspection.fieldwork_words = "January to May 2014"
        cast.inspection.save()
        item = ReleaseItem.objects.select_related("release__inspection").get(pk=page.pk)
        additions.confirm_item(additions.correct(item, note="The months.", by=cast.admin), by=cast.second_admin)
        assert "January to May 2014" in public_page("/inspections/test-subject/")

    def test_a_withdrawal_takes_its_proposal_along(self, cast: Cast) -> None:
        release = public(cast)
        ground.resigned(cast, letter_of(release))
        new = additions.correct(letter_of(release), note="Wrong", by=cast.admin)
        withdrawal.withdraw(letter_of(release), reason="All wrong", by=cast.admin)
        with pytest.raises(NotAllowed, match="settled already"):
            additions.confirm_item(new, by=cast.second_admin)


class TestAdd:
    def test_an_update_is_public_once_a_second_person_confirmed_it(self, cast: Cast) -> None:
        release = public(cast)
        item = additions.add_item(
            release, force=cast.northamptonshire, markdown="It **tests** its plan now.", by=cast.admin, **WORDS
        )
        place = "/inspections/test-subject/letters/northamptonshire/"
        assert "tests" not in public_page(place).split("Since publication")[-1] or "Since" not in public_page(place)
        assert not ReleaseItem.objects.public().filter(kind="update").exists()
        assert Notice.objects.filter(recipient=cast.second_admin, event__contains="item_proposed").exists()
        additions.confirm_item(item, by=cast.second_admin)
        assert "<strong>tests</strong> its plan" in public_page(place)
        assert "What changed" in public_page("/forces/northamptonshire/")
        entry = AuditEntry.objects.get(action=Action.ITEM_CONFIRMED)
        assert entry.facts["hash"] == item.content_hash
        assert "plan" not in str(entry.facts)

    def test_it_can_be_corrected_and_withdrawn(self, cast: Cast) -> None:
        release = public(cast)
        item = additions.add_item(release, force=cast.northamptonshire, markdown="Old.", by=cast.admin, **WORDS)
        additions.confirm_item(item, by=cast.second_admin)
        new = additions.correct(item, note="A year.", markdown="New.", by=cast.admin)
        additions.confirm_item(new, by=cast.second_admin)
        assert "New." in public_page("/inspections/test-subject/letters/northamptonshire/")
        withdrawal.withdraw(new, reason="Not theirs", by=cast.admin)
        assert not ReleaseItem.objects.public().filter(kind="update").exists()

    def test_a_correction_begins_with_what_is_public_and_keeps_file_and_address(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The earlier version stays readable with its file; a withdrawal leaves a notice at each of its addresses."""
        monkeypatch.setattr("publication.release.corrections.report_pages", lambda data: 1)  # stand-in bytes
        given = {"force": cast.northamptonshire, "markdown": "It costs 20.", "by": cast.admin}
        item = additions.add_item(public(cast), data=ground.PDF, name="response.pdf", **given, **WORDS)
        additions.confirm_item(item, by=cast.second_admin)
        form = signed_in(cast.admin).get(reverse("publication:item-correct", args=[item.release_id, item.pk])).text
        assert "It costs 20." in form
        assert "response.pdf” stays" in form
        new = additions.correct(item, note="It is 25.", markdown="It costs 25.", by=cast.admin)
        additions.confirm_item(new, by=cast.second_admin)
        assert (new.file_key, new.source_id, new.content["author"]) == (item.file_key, item.source_id, WORDS["author"])
        place = f"/inspections/test-subject/added/{item.source_id}"
        page = public_page("/inspections/test-subject/letters/northamptonshire/")
        for words in ("It costs 25.", "It costs 20.", "It is 25.", "Earlier version", f"{place}.pdf"):
            assert words in page
        for path in (f"{place}.pdf", f"{place}/before/1.pdf"):
            assert public_answer(path).content == ground.PDF
        again = additions.correct(new, note="No file.", without_file=True, by=cast.admin)
        additions.confirm_item(again, by=cast.second_admin)
        assert public_answer(f"{place}.pdf").status_code == 404
        assert public_answer(f"{place}/before/2.pdf").content == ground.PDF
        withdrawal.withdraw(again, reason="It names a witness", by=cast.admin)
        for path in (f"{place}.pdf", f"{place}/before/1.pdf"):
            assert public_answer(path).status_code == 410
        for path in ("/corrections/", "/forces/northamptonshire/", "/inspections/test-subject/"):
            assert "It names a witness" in public_page(path)

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"kind": "letter"}, "Choose what is added"),
            ({"force": None}, "Choose the force"),
            ({"markdown": " "}, "write them"),
            ({"author": ""}, "whose words"),
        ],
    )
    def test_refuses_what_is_incomplete(self, cast: Cast, changes: dict[str, object], why: str) -> None:
        given = {"force": cast.northamptonshire, "markdown": "Done.", **WORDS, **changes}
        with pytest.raises(NotAllowed, match=why):
            additions.add_item(public(cast), by=cast.admin, **given)  # type: ignore[arg-type]


class TestScreens:
    def test_from_the_list_to_the_second_persons_confirmation(self, cast: Cast) -> None:
        release = public(cast)
        first, second = signed_in(cast.admin), signed_in(cast.second_admin)
        items = reverse("publication:item-list", args=[release.pk])
        add = reverse("publication:item-add", args=[release.pk])
        assert add in first.get(items).content.decode()
        typed = {**WORDS, "force": str(cast.northamptonshire.pk), "markdown": "It tests its plan now."}
        assert "Error: " in first.post(add, {"version": release.version}).content.decode()
        first.post(add, {**typed, "version": release.version})
        item = ReleaseItem.objects.get(kind="update")
        proposal = reverse("publication:item-proposal", args=[release.pk, item.pk])
        assert "You proposed this" in first.get(proposal).content.decode()
        assert "It tests its plan now." in second.get(proposal).content.decode()
        release.refresh_from_db()
        confirm = reverse("publication:item-confirm", args=[release.pk, item.pk])
        second.post(confirm, {"version": release.version})
        assert ReleaseItem.objects.get(pk=item.pk).state == "active"

    def test_a_replacement_is_confirmed_by_who_is_there(self, cast: Cast) -> None:
        """With a password: it is asked for again, as for an approval and for a withdrawal."""
        release = ground.approved(cast)
        ground.resigned(cast, letter_of(release))
        new = additions.replace_item(letter_of(release), by=cast.admin)
        cast.second_admin.set_password("a long enough pass phrase")
        cast.second_admin.save()
        client = signed_in(cast.second_admin)
        version = Release.objects.get(pk=release.pk).version
        answer = client.post(reverse("publication:item-confirm", args=[release.pk, new.pk]), {"version": version})
        assert "reauthenticate" in answer["Location"]
        client.post(answer["Location"], {"password": "a long enough pass phrase"})
        assert ReleaseItem.objects.get(pk=new.pk).state == "active"

    @pytest.mark.parametrize("name", ["release-withdraw", "item-withdraw"])
    def test_withdrawing_asks_who_is_there(self, cast: Cast, name: str) -> None:
        release = public(cast)
        cast.admin.set_password("a long enough pass phrase")
        cast.admin.save()
        client = signed_in(cast.admin)
        wanted = [release.pk] if name == "release-withdraw" else [release.pk, letter_of(release).pk]
        typed = {"kind": "error", "reason": "It names a witness."}
        answer = client.post(reverse(f"publication:{name}", args=wanted), typed)
        assert "reauthenticate" in answer["Location"]
        assert not ReleaseItem.objects.filter(state="withdrawn").exists()
        client.post(answer["Location"], {"password": "a long enough pass phrase"})
        assert ReleaseItem.objects.filter(state="withdrawn").exists()
        assert "It names a witness." in str(ReleaseItem.objects.filter(kind="notice").first().content)  # type: ignore[union-attr]
