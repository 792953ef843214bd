"""A letter of before this system: read, compared, kept as data in its own words."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from archive import answers, batches, importing, tasks, word_count
from archive.body import body_text
from archive.letter_data import letter_data
from archive.models import ImportBatch, ImportedLetter
from forces.models import Force
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed, Stale
from hmic_core.models import AuditEntry
from inspections.models import Inspection, Theme
from letters.document import building, filling
from letters.document.parts import PlaceholderValues, Variant
from tests.archive.reading.files import FILES
from tests.cast import Cast
from tests.conftest import signed_in
from tests.letters.ground import letterhead

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")
SOURCE = Path(__file__).resolve().parents[2] / "archive" / "data" / "northamptonshire-2014.txt"
SCAN_ERRORS = {"Maiesty's": "Majesty's", "Loë Billighan": ""}


def read(cast: Cast) -> ImportedLetter:
    return importing.read_upload(SOURCE.read_bytes(), SOURCE.name, by=cast.admin)


def answered(cast: Cast) -> ImportedLetter:
    return importing.accept_as_read(read(cast), by=cast.admin)


class TestRead:
    def test_keeps_file_text_and_result(self, cast: Cast) -> None:
        imported = read(cast)
        assert imported.result["counts"] == [4, 6, 5]
        assert imported.result["embargo_until"] == "2014-09-03T23:01:00Z"
        assert imported.result["force"] == "Northamptonshire Police"
        assert imported.file.sha256 == imported.source_hash
        assert AuditEntry.objects.get(action=Action.IMPORT_READ).facts["counts"] == [4, 6, 5]

    def test_twice_changes_nothing(self, cast: Cast) -> None:
        first = read(cast)
        again = importing.read_upload(SOURCE.read_bytes(), "other-name.txt", by=cast.second_admin)
        assert again.pk == first.pk
        assert (again.read_by, again.read_at) == (first.read_by, first.read_at)
        assert AuditEntry.objects.filter(action=Action.IMPORT_READ).count() == 1

    def test_refuses_what_holds_no_findings(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed, match="No findings"):
            importing.read_upload(
                b"Dear Adrian\n\nThank you for lunch.\n\nYours sincerely\n\nA", "lunch.txt", by=cast.admin
            )
        assert not ImportedLetter.objects.exists()

    def test_discarded_and_read_again(self, cast: Cast) -> None:
        imported = importing.discard(read(cast), by=cast.admin)
        assert imported.state == ImportedLetter.State.DISCARDED
        with pytest.raises(NotAllowed, match="discarded already"):
            importing.mark_confirmed(imported, by=cast.admin)
        assert read(cast).state == ImportedLetter.State.READ

    def test_confirmed_once(self, cast: Cast) -> None:
        imported = importing.mark_confirmed(answered(cast), by=cast.admin)
        assert imported.confirmed_by == cast.admin
        with pytest.raises(NotAllowed, match="confirmed already"):
            importing.discard(imported, by=cast.admin)


class TestRebuilt:
    """The letter from the database has the words of its source; the two scan errors are excepted and listed."""

    def test_every_word_in_its_order(self, cast: Cast) -> None:
        letterhead()
        imported = ImportedLetter.objects.get(pk=answered(cast).pk)
        built = importing.imported_document(imported)
        view = filling.frozen(built, PlaceholderValues(), Variant.FINAL)
        assert words(printed(view)) == words(_without_scan_errors(SOURCE.read_text(encoding="utf-8")))
        assert imported.result["scan_errors"] == ["Maiesty", "Loë Billighan"]

    def test_themes_take_the_prefixes_of_the_register(self, cast: Cast) -> None:
        imported = answered(cast)
        inspection = Inspection.objects.create(title=imported.result["inspection"], short_title="x", slug="x")
        Theme.objects.create(
            inspection=inspection, position=1, title="Attendance at crimes and incidents", question="x", prefix="AT"
        )
        built = importing.imported_document(imported)
        assert [theme.prefix for theme in built.themes] == ["PC", "AT", "FT"]
        assert [len(theme.findings) for theme in built.themes] == [4, 6, 5]
        assert built.themes[1].findings[5].markdown.count("\n\n") == 1

    def test_a_letter_without_a_letterhead_keeps_its_own(self, cast: Cast) -> None:
        built = importing.imported_document(answered(cast))
        assert built.inspectorate.name == "Her Maiesty's Inspectorate of Constabulary"
        assert built.letter_date == "3 September 2014"


def printed(view: dict) -> str:
    """The letter's text in the order of its page, as `_letter_body.html` prints it."""
    person = view["signatory"]
    parts = [view["inspectorate"]["name"], view["inspectorate"]["address"]]
    parts += [f"{person['name']} {person['honours']}", person["post"], view["letter_date"]]
    parts += [view["addressee"]["name"], view["addressee"]["post"], view["salutation"], view["subject"]]
    parts += [*view["opening"], *view["questions"], view["publication"], view["accuracy"], *view["context"]]
    parts.append(view["lead_in"])
    for theme in view["themes"]:
        parts += [theme["title"], *(finding["markdown"] for finding in theme["findings"])]
    parts += [*view["closing"], view["valediction"], person["name"], person["post"]]
    parts += [f"Copied to {each['name']} {each['role']}" for each in view["copied_to"]]
    return "\n".join(parts)


def words(text: str) -> list[str]:
    """Words and numbers; bullets, line ends and the shape of quotation marks are layout."""
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text.replace("’", "'"))


def _without_scan_errors(source: str) -> str:
    for wrong, right in SCAN_ERRORS.items():
        assert source.count(wrong) == 1
        source = source.replace(wrong, right)
    return source


class TestScreens:
    def test_upload_compare_discard(self, cast: Cast) -> None:
        client = signed_in(cast.lead_inspector)
        url = reverse("archive:import-upload")
        answer = client.post(url, {"letter": SimpleUploadedFile("letter.txt", SOURCE.read_bytes())})
        imported = ImportedLetter.objects.get()
        assert answer["Location"] == reverse("archive:import-show", args=[imported.pk])
        shown = client.get(answer["Location"]).content.decode()
        assert "Loë Billighan" in shown
        assert "Evidence from a small sample of named suspect files" in shown
        for line in SOURCE.read_text(encoding="utf-8").split("\n"):
            if line.strip():
                assert _escaped(line.strip()) in shown, line
        client.post(reverse("archive:import-discard", args=[imported.pk]))
        imported.refresh_from_db()
        assert imported.state == ImportedLetter.State.DISCARDED

    def test_error_stands_beside_the_field(self, cast: Cast) -> None:
        shown = signed_in(cast.admin).post(
            reverse("archive:import-upload"), {"letter": SimpleUploadedFile("lunch.txt", b"Dear Adrian")}
        )
        assert b"No findings were found" in shown.content

    def test_is_for_lead_inspectors_and_admins(self, cast: Cast) -> None:
        imported = read(cast)
        for who, user in cast.everybody().items():
            expected = 200 if who in ("lead_inspector", "admin", "second_admin") else 404
            for url in (reverse("archive:import-upload"), reverse("archive:import-show", args=[imported.pk])):
                assert signed_in(user).get(url).status_code == expected, who


def _escaped(text: str) -> str:
    from django.utils.html import escape

    return str(escape(text))


class TestAnswers:
    """What the reader asks is answered once; no answer touches a word; nothing is confirmed before."""

    def question(self, imported: ImportedLetter, kind: str) -> answers.Open:
        return next(each for each in importing.questions(imported) if each.kind == kind)

    def test_the_loose_paragraph_is_asked_and_open(self, cast: Cast) -> None:
        imported = read(cast)
        asked = self.question(imported, "paragraph")
        assert (asked.taken, asked.is_open, imported.open_questions) == ("continuation", True, 1)
        assert {value for value, _ in asked.choices} >= {"continuation", "finding", "heading"}
        with pytest.raises(NotAllowed, match="1 question is still to be answered"):
            importing.mark_confirmed(imported, by=cast.admin)
        with pytest.raises(NotAllowed, match="still to be answered"):
            importing.imported_document(imported)

    @pytest.mark.parametrize(
        ("role", "counts", "paragraphs"),
        [("finding", [4, 7, 5], 1), ("continuation", [4, 6, 5], 2), ("same", [4, 6, 5], 1)],
    )
    def test_an_answer_moves_the_paragraph(self, cast: Cast, role: str, counts: list[int], paragraphs: int) -> None:
        imported = read(cast)
        before = sorted(" ".join(theme_text(imported)).split())
        asked = self.question(imported, "paragraph")
        imported = importing.answer(imported, {asked.key: role}, by=cast.admin)
        assert imported.result["counts"] == counts
        assert len(imported.result["paragraphs"][1][5]) == paragraphs
        assert sorted(" ".join(theme_text(imported)).split()) == before
        assert imported.open_questions == 0
        assert len(importing.imported_document(imported).themes[1].findings) == counts[1]
        assert AuditEntry.objects.get(action=Action.IMPORT_ANSWERED).facts == {"answers": 1, "open": 0}

    def test_an_answer_can_be_another_one_later(self, cast: Cast) -> None:
        imported = read(cast)
        asked = self.question(imported, "paragraph")
        imported = importing.answer(imported, {asked.key: "finding"}, by=cast.admin)
        imported = importing.answer(imported, {asked.key: "continuation"}, by=cast.second_admin)
        assert imported.result["counts"] == [4, 6, 5]

    def test_no_other_answer_is_taken(self, cast: Cast) -> None:
        imported = read(cast)
        asked = self.question(imported, "paragraph")
        with pytest.raises(NotAllowed, match="Choose it again"):
            importing.answer(imported, {asked.key: "nonsense"}, by=cast.admin)
        with pytest.raises(NotAllowed, match="Choose it again"):
            importing.answer(imported, {"paragraph-7": "finding"}, by=cast.admin)

    def test_an_unknown_force_is_chosen_from_the_register(self, cast: Cast) -> None:
        imported = changed(cast, "Northamptonshire Police", "Borsetshire Police")
        asked = self.question(imported, "force")
        assert importing.accept_as_read(imported, by=cast.admin).open_questions == 1
        imported = importing.answer(imported, {asked.key: "Kent Police"}, by=cast.admin)
        assert (imported.result["force"], imported.result["force_known"]) == ("Kent Police", True)

    def test_a_strange_line_is_asked_and_never_dropped(self, cast: Cast) -> None:
        imported = changed(cast, "Dear Adrian", "By hand and by post\n\nDear Adrian")
        asked = self.question(imported, "unmatched")
        assert imported.result["fidelity"]["placed"]["unmatched"] == 5
        imported = importing.answer(imported, {asked.key: "opening"}, by=cast.admin)
        assert imported.result["opening"][-1] == "By hand and by post"
        assert imported.result["unmatched"] == []

    def test_a_heading_in_other_words_is_asked(self, cast: Cast) -> None:
        title = read(cast).result["inspection"]
        inspection = Inspection.objects.create(title=title, short_title="x", slug="x")
        for number, name in enumerate(("PREVENTING CRIME", "Attending incidents", "Freeing up time"), start=1):
            Theme.objects.create(inspection=inspection, position=number, title=name, question="x", prefix=f"T{number}")
        imported = changed(cast, "Her Maiesty", "Her Majesty")
        asked = self.question(imported, "theme")
        assert "Attendance at crimes and incidents" in asked.text
        imported = importing.answer(imported, {asked.key: "Attending incidents"}, by=cast.admin)
        imported = importing.accept_as_read(imported, by=cast.admin)
        built = importing.imported_document(imported)
        assert [theme.prefix for theme in built.themes] == ["T1", "T2", "T3"]
        assert built.themes[1].title == "Attendance at crimes and incidents"

    def test_lost_words_are_never_confirmed(self, cast: Cast) -> None:
        imported = answered(cast)
        imported.reading["fidelity"] |= {"whole": False, "lost": ["word"]}
        imported.save()
        with pytest.raises(NotAllowed, match="lost or added"):
            importing.mark_confirmed(imported, by=cast.admin)


class TestByHand:
    def correct(self, cast: Cast, imported: ImportedLetter, text: str = "", **given: Any) -> ImportedLetter:
        arguments = {"fields": {}, "text": text, "version": imported.version, "words_change": False, **given}
        return importing.correct(imported, **arguments, by=cast.admin)

    def test_the_body_as_text_and_back_is_the_same(self, cast: Cast) -> None:
        imported = read(cast)
        body = body_text(imported.result)
        assert body.startswith("# Preventing Crime\n\n- There are references")
        same = self.correct(cast, imported, body.replace("\n", "\r\n"))
        assert (same.version, same.corrections) == (1, {})

    def test_a_finding_is_cut_in_two(self, cast: Cast) -> None:
        imported = read(cast)
        body = body_text(imported.result).replace("However formal crime", "\n\n- However formal crime")
        imported = self.correct(cast, imported, body)
        assert imported.result["counts"] == [5, 6, 5]
        assert (imported.corrections["taken_out"], imported.corrections["put_in"]) == ([], [])

    def test_words_change_only_when_that_is_said(self, cast: Cast) -> None:
        imported = read(cast)
        body = body_text(imported.result).replace("longterm", "long-term")
        with pytest.raises(NotAllowed, match=r"missing: longterm\. These are not in the letter: long-term"):
            self.correct(cast, imported, body)
        imported = self.correct(cast, imported, body, words_change=True)
        assert (imported.corrections["taken_out"], imported.corrections["put_in"]) == (["longterm"], ["long-term"])
        assert "longterm" in str(imported.reading["pieces"])

    def test_a_correction_answers_only_what_it_is_about(self, cast: Cast) -> None:
        imported = read(cast)
        [asked] = importing.questions(imported)
        body = body_text(imported.result)
        imported = self.correct(cast, imported, body.replace("However formal crime", "\n\n- However formal crime"))
        assert imported.open_questions == 1
        imported = importing.answer(imported, {asked.key: "finding"}, by=cast.admin)
        assert (imported.result["counts"], imported.open_questions) == ([5, 7, 5], 0)
        joined = body_text(imported.result).replace("\n\n- Evidence from a small", " Evidence from a small")
        imported = self.correct(cast, imported, joined)
        assert (imported.result["counts"], imported.answers) == ([5, 6, 5], {})
        [asked] = importing.questions(imported)
        assert (asked.answer, asked.choices) == (answers.BY_HAND, ())

    def test_a_note_is_answered_by_its_own_field(self, cast: Cast) -> None:
        imported = changed(cast, "Thursday 4 September", "Friday 4 September")
        note = next(each for each in importing.questions(imported) if each.kind == "note")
        imported = self.correct(cast, imported, fields={"salutation": "Dear Chief Constable"})
        assert note.key in {each.key for each in importing.questions(imported) if each.is_open}
        imported = self.correct(cast, imported, fields={"embargo_local": "Thursday", "embargo_until": "2014-09-03"})
        assert note.key not in {each.key for each in importing.questions(imported) if each.is_open}

    def test_words_by_hand_are_counted_again(self, cast: Cast) -> None:
        imported = read(cast)
        words = imported.result["recount"]["words"]
        body = body_text(imported.result).replace("longterm", "long term")
        imported = self.correct(cast, imported, body, fields={"signatory": "Z Billingham"}, words_change=True)
        assert imported.result["recount"] == {"whole": True, "words": words + 1, "lost": [], "added": []}
        shown = signed_in(cast.admin).get(reverse("archive:import-show", args=[imported.pk])).content.decode()
        assert f"hold {words + 1} words" in shown
        assert "<del>Zoë Billingham</del> became <ins>Z Billingham</ins>" in shown

    def test_what_nobody_put_in_stops_the_import(self, cast: Cast) -> None:
        imported = answered(cast)
        imported.result["themes"][0]["title"] = "Preventing some Crime"
        recount = word_count.of_result(imported.reading, imported.corrections, imported.result)
        assert (recount.lost, recount.added) == ((), ("some",))
        imported.result["recount"] = recount.as_json()
        with pytest.raises(NotAllowed, match="lost or added after reading"):
            importing.imported_document(imported)

    def test_the_archived_letter_is_counted_too(self, cast: Cast) -> None:
        imported = answered(cast)
        imported.result["paragraphs"][0][0][0] += " **One** more [word](https://example.org)."
        built = building.build(letter_data(answered(cast).result))
        assert word_count.of_letter(imported.result, built).lost == ("One", "more", "word](https://example.org")
        with pytest.raises(NotAllowed, match="cannot be kept word for word"):
            importing.imported_document(imported)

    def test_a_question_that_no_theme_holds_stays(self, cast: Cast) -> None:
        imported = changed(
            cast, "- how well forces are freeing", "- how well forces are led; and\n- how well forces are freeing"
        )
        imported = importing.accept_as_read(imported, by=cast.admin)
        assert "led" in str(importing.imported_document(imported))

    def test_two_people_do_not_overwrite_each_other(self, cast: Cast) -> None:
        imported = read(cast)
        self.correct(cast, imported, fields={"salutation": "Dear Chief Constable"})
        with pytest.raises(Stale):
            self.correct(cast, imported, fields={"salutation": "Dear Sir"})

    def test_the_page_saves_fields_and_keeps_what_was_typed(self, cast: Cast) -> None:
        imported = read(cast)
        client, url = signed_in(cast.admin), reverse("archive:import-correct", args=[imported.pk])
        form = client.get(url).context["form"]
        data = {**parts(client.get(url).content.decode()), "force": form.initial["force"]}
        data.pop("words_change", None)
        data |= {"body": "# Preventing Crime\n\n- Only this", "salutation": "Dear Chief Constable"}
        shown = client.post(url, data).content.decode()
        assert "These words of the letter are missing" in shown
        assert "Only this" in shown
        assert "Dear Chief Constable" in shown
        data["body"] = form.initial["body"]
        assert client.post(url, data).status_code == 302
        imported.refresh_from_db()
        assert imported.result["salutation"] == "Dear Chief Constable"
        assert imported.result["embargo_until"] == "2014-09-03T23:01:00Z"


class TestBatch:
    """Files that come together: one bad file stops no other, and all can be tried again."""

    def upload(self, cast: Cast) -> ImportBatch:
        word = (FILES / "plain-custody.docx").read_bytes()
        uploads = [
            (SOURCE.read_bytes(), "real.txt"),
            (b"Dear Adrian\n\nThank you for lunch.\n", "lunch.txt"),
            (b"MZ", "program.exe"),
            (word, "custody.docx"),
            (SOURCE.read_bytes(), "again.txt"),
        ]
        return batches.make_batch(uploads, by=cast.admin)

    def test_each_is_read_or_refused_on_its_own(self, cast: Cast) -> None:
        batch = self.upload(cast)
        assert len(batches.unread(batch)) == 4
        for row in batches.unread(batch):
            tasks.read_import_file(str(row.pk))
        states = [(row.name, row.state) for row in batch.files.all()]
        assert states == [
            ("real.txt", "read"), ("lunch.txt", "refused"), ("program.exe", "refused"), ("custody.docx", "read"),
            ("again.txt", "read"),
        ]  # fmt: skip
        assert "No findings were found" in batch.files.get(name="lunch.txt").reason
        assert ImportedLetter.objects.count() == 2
        word = batch.files.select_related("imported__file").get(name="custody.docx").imported
        assert word.result["force"] == "Dyfed-Powys Police"
        assert word.file.content_type.endswith("wordprocessingml.document")

    def test_the_page_says_what_to_do_and_tries_again(self, cast: Cast) -> None:
        batch = self.upload(cast)
        client, url = signed_in(cast.lead_inspector), reverse("archive:import-batch", args=[batch.pk])
        assert "data-poll-ends" not in client.get(url).content.decode()
        for row in batches.unread(batch):
            batches.read_file(row.pk)
        shown = client.get(url + "?rows").content.decode()
        assert "data-poll-ends" in shown
        assert "Answer 1 question" in shown
        assert "No findings were found" in shown
        client.post(reverse("archive:import-retry", args=[batch.pk]))
        assert batch.files.get(name="lunch.txt").state == "waiting"
        assert batch.files.get(name="real.txt").state == "read"

    def test_what_takes_too_long_is_refused(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def slow(*_: Any, **__: Any) -> None:
            raise SoftTimeLimitExceeded

        batch = self.upload(cast)
        monkeypatch.setattr(importing, "read_upload", slow)
        tasks.read_import_file(str(batches.unread(batch)[0].pk))
        assert "took too long" in batch.files.get(name="real.txt").reason

    def test_several_files_in_the_browser_make_a_batch(self, cast: Cast) -> None:
        uploads = [SimpleUploadedFile("a.txt", SOURCE.read_bytes()), SimpleUploadedFile("b.bin", b"x")]
        answer = signed_in(cast.admin).post(reverse("archive:import-upload"), {"letter": uploads})
        batch = ImportBatch.objects.get()
        assert answer["Location"] == reverse("archive:import-batch", args=[batch.pk])
        assert [row.state for row in batch.files.all()] == ["waiting", "refused"]
        assert AuditEntry.objects.get(action=Action.IMPORT_BATCH).facts == {"files": 2}


def theme_text(imported: ImportedLetter) -> list[str]:
    return [text for theme in imported.result["themes"] for text in (theme["title"], *theme["findings"])]


def changed(cast: Cast, old: str, new: str) -> ImportedLetter:
    text = SOURCE.read_text(encoding="utf-8")
    assert old in text
    return importing.read_upload(text.replace(old, new).encode(), "changed.txt", by=cast.admin)


def parts(page: str) -> dict[str, str]:
    """What a browser would send of a page's inputs."""
    found = re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', page)
    found += [(name, value) for value, name in re.findall(r'<input[^>]*?value="([^"]*)"[^>]*?name="([^"]+)"', page)]
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_register_gives_aliases(cast: Cast) -> None:
    Force.objects.get(slug="kent").names.create(name="Kent County Constabulary", starts_on="1900-01-01")
    [kent] = [force for force in importing.known_forces() if force.slug == "kent"]
    assert kent.aliases == ("Kent County Constabulary",)
