"""A letter of the past corrected after it was confirmed: nothing public changes until a second person confirms it."""

from typing import Any

import pytest
from django.urls import reverse

from archive import importing, registration, reopening, tasks, transcriptions
from archive.body import body_text
from archive.models import ImportedLetter
from hmic_core import clock
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from inspections.models import Release, ReleaseItem
from letters.document import printing, wording
from letters.document.parts import PlaceholderValues
from publication.release import additions, withdrawal
from tests.cast import Cast
from tests.conftest import signed_in
from tests.publication import ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]
OLD, NEW = "longterm", "long-term"


@pytest.fixture(autouse=True)
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[PlaceholderValues]:
    """Instead of PDFs: what each would have said."""
    asked: list[PlaceholderValues] = []
    monkeypatch.setattr(printing, "render_pdf", lambda _, values, *__: asked.append(values) or ground.PDF)
    monkeypatch.setattr("hmic_core.pdf.rendering.page_count", lambda _: 3)
    return asked


@pytest.fixture
def imported(cast: Cast) -> ImportedLetter:
    """In the archive and public."""
    ground.letterhead()
    read = importing.read_upload(ground.REAL.read_bytes(), ground.REAL.name, by=cast.admin)
    release = registration.propose_archive(importing.accept_as_read(read, by=cast.admin), by=cast.admin)
    registration.confirm_archive(release, by=cast.second_admin)
    return ImportedLetter.objects.get()


def reopened(cast: Cast, imported: ImportedLetter, *, read_again: bool = False) -> ImportedLetter:
    return reopening.reopen(imported, reason="A scan error", read_again=read_again, by=cast.admin)


def corrected(cast: Cast, imported: ImportedLetter, **fields: Any) -> ImportedLetter:
    text = body_text(imported.result).replace(OLD, NEW)
    return importing.correct(
        imported, fields=fields, text=text, version=imported.version, words_change=True, by=cast.admin
    )


def proposed(cast: Cast, imported: ImportedLetter) -> ReleaseItem:
    open_again = corrected(cast, reopened(cast, imported))
    return transcriptions.propose(open_again, note="One word was corrected.", by=cast.admin)


def public_words() -> str:
    return str(ReleaseItem.objects.public().get(kind="letter").content["html"])


class TestReopening:
    def test_the_confirmed_reading_is_kept_and_nothing_public_changes(
        self, cast: Cast, imported: ImportedLetter
    ) -> None:
        confirmed, before = imported.result, public_words()
        open_again = corrected(cast, reopened(cast, imported))
        kept = open_again.earlier.get()
        assert (kept.result, kept.reason, kept.confirmed_by) == (confirmed, "A scan error", cast.admin)
        assert NEW in str(open_again.result["paragraphs"])
        assert public_words() == before
        entry = AuditEntry.objects.get(action=Action.IMPORT_REOPENED)
        assert (entry.actor, entry.facts["reason"]) == (cast.admin, "A scan error")

    def test_read_again_it_asks_again(self, cast: Cast, imported: ImportedLetter) -> None:
        read = reopened(cast, imported, read_again=True)
        assert read.answers == read.corrections == {}
        assert read.open_questions > 0

    def test_put_back_it_is_as_it_was_confirmed(self, cast: Cast, imported: ImportedLetter) -> None:
        confirmed = imported.result
        back = reopening.put_back(corrected(cast, reopened(cast, imported)), by=cast.admin)
        assert (back.state, back.result, back.confirmed_by) == ("confirmed", confirmed, cast.admin)
        given_up, kept = back.earlier.all()
        assert NEW in str(given_up.result["paragraphs"])
        assert (given_up.confirmed_at, kept.result) == (None, confirmed)

    def test_refused_without_a_reason_to_others_and_twice(self, cast: Cast, imported: ImportedLetter) -> None:
        with pytest.raises(NotAllowed, match="Say why"):
            reopening.reopen(imported, reason="  ", read_again=False, by=cast.admin)
        with pytest.raises(NotAllowed, match="publication admin"):
            reopening.reopen(imported, reason="Mine", read_again=False, by=cast.lead_inspector)
        open_again = reopened(cast, imported)
        with pytest.raises(NotAllowed, match="already"):
            reopened(cast, imported)
        with pytest.raises(NotAllowed, match="confirmed before"):
            importing.discard(open_again, by=cast.admin)


class TestProposing:
    def test_a_second_person_makes_it_public_and_the_page_says_so(
        self, cast: Cast, imported: ImportedLetter, rendered: list[PlaceholderValues]
    ) -> None:
        item = proposed(cast, imported)
        assert NEW not in public_words()
        with pytest.raises(NotAllowed, match="You proposed this"):
            additions.confirm_item(item, by=cast.admin)
        additions.confirm_item(item, by=cast.second_admin)
        today = clock.today()
        assert NEW in public_words()
        assert f"Transcription corrected on {wording.date_words(today)}" in public_words()
        assert rendered[-1].corrected_on == today
        letter = ReleaseItem.objects.public().get(kind="letter")
        assert letter.content["corrections"][-1]["note"] == "One word was corrected."
        assert letter.published_at == letter.release.embargo_until
        assert ReleaseItem.objects.public().filter(kind="original").count() == 1
        assert ImportedLetter.objects.get().earlier.count() == 1

    def test_corrected_twice_both_readings_are_kept(self, cast: Cast, imported: ImportedLetter) -> None:
        additions.confirm_item(proposed(cast, imported), by=cast.second_admin)
        again = corrected(cast, reopened(cast, ImportedLetter.objects.get()), salutation="Dear Mr Lee")
        additions.confirm_item(
            transcriptions.propose(again, note="The salutation.", by=cast.admin), by=cast.second_admin
        )
        letter = ReleaseItem.objects.public().get(kind="letter")
        assert [each["note"] for each in letter.content["corrections"]] == [
            "One word was corrected.",
            "The salutation.",
        ]
        assert [kept.number for kept in again.earlier.all()] == [2, 1]

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"force": "Kent Police"}, "another force"),
            ({"inspection": "Another inspection"}, "another inspection"),
            ({"embargo_until": "2014-09-05T23:01:00Z"}, "another instant of publication"),
        ],
    )
    def test_it_moves_the_letter_nowhere(
        self, cast: Cast, imported: ImportedLetter, fields: dict[str, str], refusal: str
    ) -> None:
        open_again = corrected(cast, reopened(cast, imported), **fields)
        with pytest.raises(NotAllowed, match=refusal):
            transcriptions.check(open_again, by=cast.admin)

    def test_refused_where_nothing_differs_or_nothing_is_public(self, cast: Cast, imported: ImportedLetter) -> None:
        with pytest.raises(NotAllowed, match="not being corrected"):
            transcriptions.check(imported, by=cast.admin)
        open_again = reopened(cast, imported)
        with pytest.raises(NotAllowed, match="Nothing differs"):
            transcriptions.check(open_again, by=cast.admin)
        withdrawal.withdraw(Release.objects.get(), reason="Wrong letter", kind="error", by=cast.admin)
        with pytest.raises(NotAllowed, match="No public letter"):
            transcriptions.check(corrected(cast, open_again), by=cast.admin)

    def test_what_changed_since_it_was_checked_is_not_put_forward(
        self, cast: Cast, imported: ImportedLetter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        open_again = corrected(cast, reopened(cast, imported))

        def render(past: object) -> bytes:
            corrected(cast, ImportedLetter.objects.get(), salutation="Dear Sir")
            return ground.PDF

        monkeypatch.setattr(registration, "render", render)
        with pytest.raises(NotAllowed, match="meanwhile"):
            transcriptions.propose(open_again, note="A word", by=cast.admin)


def test_from_the_archive_to_the_corrected_page(
    cast: Cast, imported: ImportedLetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, second = signed_in(cast.admin), signed_in(cast.second_admin)
    release = Release.objects.get()
    show = reverse("archive:import-show", args=[imported.pk])
    assert show in admin.get(reverse("archive:archive-show", args=[release.pk])).content.decode()
    admin.post(reverse("archive:import-reopen", args=[imported.pk]), {"reason": "A scan error", "start": "confirmed"})
    corrected(cast, ImportedLetter.objects.get())
    page = admin.get(show).content.decode()
    assert f"<del>{OLD}</del> <ins>{NEW}</ins>" in page
    assert "submit the correction for approval" in page
    asked: list[tuple[str, str, str]] = []
    monkeypatch.setattr(tasks.correct_archive, "apply_async", lambda ids, **_: asked.append(ids))
    admin.post(reverse("archive:archive-correct", args=[imported.pk]), {"note": "One word was corrected."})
    tasks.correct_archive(*asked[0])
    item = ReleaseItem.objects.get(state="proposed")
    proposal = second.get(reverse("publication:item-proposal", args=[release.pk, item.pk])).content.decode()
    assert f"<del>{OLD}</del> <ins>{NEW}</ins>" in proposal
