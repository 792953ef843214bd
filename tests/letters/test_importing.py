"""A letter of before this system: read, compared, kept as data in its own words."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from forces.models import Force
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from inspections.models import Inspection, Theme
from letters import document, importing
from letters.document import PlaceholderValues, Variant
from letters.models import ImportedLetter
from tests.cast import Cast
from tests.conftest import signed_in
from tests.letters.ground import letterhead

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")
SOURCE = Path(__file__).resolve().parents[2] / "letters" / "data" / "northamptonshire-2014.txt"
SCAN_ERRORS = {"Maiesty's": "Majesty's", "Loë Billighan": ""}


def read(cast: Cast) -> ImportedLetter:
    return importing.read_upload(SOURCE.read_bytes(), SOURCE.name, by=cast.admin)


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
        imported = importing.mark_confirmed(read(cast), by=cast.admin)
        assert imported.confirmed_by == cast.admin
        with pytest.raises(NotAllowed, match="confirmed already"):
            importing.discard(imported, by=cast.admin)


class TestRebuilt:
    """The letter from the database has the words of its source; the two scan errors are excepted and listed."""

    def test_every_word_in_its_order(self, cast: Cast) -> None:
        letterhead()
        imported = ImportedLetter.objects.get(pk=read(cast).pk)
        built = importing.imported_document(imported)
        view = document.frozen(built, PlaceholderValues(), Variant.FINAL)
        assert words(printed(view)) == words(_without_scan_errors(SOURCE.read_text(encoding="utf-8")))
        assert imported.result["scan_errors"] == ["Maiesty", "Loë Billighan"]

    def test_themes_take_the_prefixes_of_the_register(self, cast: Cast) -> None:
        imported = read(cast)
        inspection = Inspection.objects.create(title=imported.result["inspection"], short_title="x", slug="x")
        Theme.objects.create(
            inspection=inspection, position=1, title="Attendance at crimes and incidents", question="x", prefix="AT"
        )
        built = importing.imported_document(imported)
        assert [theme.prefix for theme in built.themes] == ["PC", "AT", "FT"]
        assert [len(theme.findings) for theme in built.themes] == [4, 6, 5]
        assert built.themes[1].findings[5].markdown.count("\n\n") == 1

    def test_a_letter_without_a_letterhead_keeps_its_own(self, cast: Cast) -> None:
        built = importing.imported_document(read(cast))
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
        url = reverse("letters:import-upload")
        answer = client.post(url, {"letter": SimpleUploadedFile("letter.txt", SOURCE.read_bytes())})
        imported = ImportedLetter.objects.get()
        assert answer["Location"] == reverse("letters:import-show", args=[imported.pk])
        shown = client.get(answer["Location"]).content.decode()
        assert "Loë Billighan" in shown
        assert "Evidence from a small sample of named suspect files" in shown
        for line in SOURCE.read_text(encoding="utf-8").split("\n"):
            if line.strip():
                assert _escaped(line.strip()) in shown, line
        client.post(reverse("letters:import-discard", args=[imported.pk]))
        imported.refresh_from_db()
        assert imported.state == ImportedLetter.State.DISCARDED

    def test_error_stands_beside_the_field(self, cast: Cast) -> None:
        shown = signed_in(cast.admin).post(
            reverse("letters:import-upload"), {"letter": SimpleUploadedFile("lunch.txt", b"Dear Adrian")}
        )
        assert b"No findings were found" in shown.content

    def test_is_for_lead_inspectors_and_admins(self, cast: Cast) -> None:
        imported = read(cast)
        for who, user in cast.everybody().items():
            expected = 200 if who in ("lead_inspector", "admin", "second_admin") else 404
            for url in (reverse("letters:import-upload"), reverse("letters:import-show", args=[imported.pk])):
                assert signed_in(user).get(url).status_code == expected, who


def _escaped(text: str) -> str:
    from django.utils.html import escape

    return str(escape(text))


def test_register_gives_aliases(cast: Cast) -> None:
    Force.objects.get(slug="kent").names.create(name="Kent County Constabulary", starts_on="1900-01-01")
    [kent] = [force for force in importing.known_forces() if force.slug == "kent"]
    assert kent.aliases == ("Kent County Constabulary",)
