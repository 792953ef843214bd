"""Evidence: several files through the gate, changed without overwriting, and seen by nobody outside."""

import io
import zipfile
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from findings import blockers
from findings.drafting import evidence as verbs
from findings.models import Evidence, EvidenceFile, Finding
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry, StoredFile
from inspections.locking import Stale, stamp
from inspections.models import Assignment
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import CANARY, INSPECTORATE, post, url
from tests.findings.test_workflow import add, drafted

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


def pdf(**save: Any) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(made, **save)
    return made.getvalue()


def office(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as container:
        for name in names:
            container.writestr(name, "<x/>")
    return made.getvalue()


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def add_url(cast: Cast) -> str:
    return url("evidence-add", cast.inspection, cast.northamptonshire)


def changed(evidence: Evidence, cast: Cast, **what: Any) -> Evidence:
    before = verbs.facts(evidence, cast.inspector)
    given = {"seen": stamp(before), "by": cast.inspector, **{name: before[name] for name in verbs.FIELDS}, **what}
    return verbs.change_evidence(evidence, **{"findings": [], **given})


def test_several_files_come_back_byte_for_byte_to_the_inspectorate_only(cast: Cast, add_url: str) -> None:
    finding = drafted(cast)
    files = {"log.txt": CANARY.encode(), "plan.pdf": pdf()}
    typed = {
        "kind": "document",
        "source": "Call log",
        "source_reference": "CL/7",
        "uploads": [upload(name, data) for name, data in files.items()],
        "findings": [finding.pk],
    }
    post(cast.inspector, add_url, typed)
    evidence = Evidence.objects.with_files().get()
    assert (evidence.source_reference, [each["name"] for each in evidence.file_list]) == ("CL/7", list(files))
    for each in evidence.files.select_related("file"):
        address = url("evidence-download", each.pk)
        response = signed_in(cast.hmi).get(address)
        assert response.content == files[each.file.name]
        assert response["Content-Disposition"].startswith("attachment")
        for name in set(cast.everybody()) - INSPECTORATE:
            assert signed_in(cast.everybody()[name]).get(address).status_code == 404
    assert AuditEntry.objects.filter(action=Action.EVIDENCE_DOWNLOADED).count() == 2


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("notes.exe", b"MZ", "can’t be kept"),
        ("notes.pdf", b"<html>", "not what its name says"),
        ("notes.pdf", b"%PDF-1.7 rubbish", "is damaged"),
        ("notes.pdf", b"", "is empty"),
        ("notes.txt", b"words\0more", "is not plain text"),
        ("notes.csv", b"PK\x03\x04", "is not plain text"),
        ("notes.docx", office("word/document.xml", "word/vbaProject.bin"), "carries macros"),
        ("notes.xlsx", office("word/document.xml"), "not what its name says"),
        ("notes.docx", b"PK\x03\x04 cut", "is damaged"),
        ("notes.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 locked", "needs a password"),
        ("notes.pdf", pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "needs a password"),
        ("notes.pdf", b"%PDF-" + b"x" * 9000, "larger than"),
    ],
)
def test_a_refused_file_leaves_the_typed_words_and_is_not_kept(
    cast: Cast, add_url: str, settings: Any, name: str, data: bytes, why: str
) -> None:
    settings.MAX_UPLOAD_BYTES = 8000
    good = upload("good.txt", b"good")
    typed = {"kind": "data", "source": CANARY, "uploads": [good, upload(name, data)]}
    response = post(cast.inspector, add_url, typed)
    assert (Evidence.objects.count(), CANARY in response.text) == (0, True)
    assert why in response.text
    assert f"“{name}”" in response.text, "of several files, the refused one is named"
    assert [each.name for each in StoredFile.objects.all()] == ["good.txt"], "the good one waits with the form"


def test_a_change_links_files_and_leaves_out_of_sight_what_is_not_mine(cast: Cast) -> None:
    """A finding of a theme that the person is not assigned to stays linked, whatever they tick."""
    mine, theirs = drafted(cast), drafted(cast, theme=1)
    evidence = add(cast, findings=[theirs])
    Assignment.objects.filter(user=cast.inspector).update(theme=cast.themes[0])
    changed(evidence, cast, source="Another source", findings=[mine])
    evidence.refresh_from_db()
    assert evidence.source == "Another source"
    assert set(evidence.findings.all()) == {mine, theirs}


def test_a_stale_change_is_refused_with_both_texts(cast: Cast) -> None:
    evidence = add(cast)
    address = url("evidence-show", evidence.pk)
    shown = stamp(verbs.facts(evidence, cast.inspector))
    typed = {"kind": "data", "source": "Mine", "note": "My note", "seen": shown}
    changed(evidence, cast, source="Theirs")
    with pytest.raises(Stale):
        changed(evidence, cast, source="Mine", seen=shown)
    page = post(cast.inspector, address, typed)
    assert (page.status_code, "Theirs" in page.text, "My note" in page.text) == (422, True, True)
    evidence.refresh_from_db()
    assert evidence.source == "Theirs"


def test_a_file_is_taken_off_with_a_reason_and_kept_in_the_store(cast: Cast, add_url: str) -> None:
    post(cast.inspector, add_url, {"kind": "data", "source": "Log", "uploads": [upload("log.txt", b"words")]})
    file = EvidenceFile.objects.get()
    address = url("evidence-file-remove", file.pk)
    assert "Give the reason" in post(cast.inspector, address, {"reason": ""}).text
    post(cast.inspector, address, {"reason": "The wrong force’s log"})
    file.refresh_from_db()
    assert (file.removed_reason, StoredFile.objects.count()) == ("The wrong force’s log", 1)
    assert signed_in(cast.inspector).get(url("evidence-download", file.pk)).status_code == 404
    assert list(Evidence.objects.with_files().get().file_list) == []


def test_who_is_not_assigned_to_write_changes_nothing(cast: Cast) -> None:
    evidence = add(cast)
    with pytest.raises(NotAllowed):
        changed(evidence, cast, source="By the HMI", by=cast.hmi)
    page = signed_in(cast.hmi).get(url("evidence-show", evidence.pk)).text
    assert "<textarea" not in page


def test_a_finding_without_evidence_is_marked_wherever_it_stands(cast: Cast) -> None:
    bare, carried = drafted(cast), drafted(cast)
    add(cast, findings=[carried])
    assert list(Finding.objects.unsupported()) == [bare]
    client = signed_in(cast.lead_inspector)
    assert "1 without evidence" in client.get(url("matrix-show", cast.inspection)).text
    assert "1 without evidence" in client.get(url("force-show", cast.inspection, cast.northamptonshire)).text
    assert blockers.missing(bare, evidence=0, recommended=False)[0] == "No evidence linked"


def test_beside_evidence_stands_what_the_force_may_be_told(cast: Cast) -> None:
    finding = drafted(cast)
    finding.basis = "Twelve records of the year."
    finding.save()
    evidence = add(cast, findings=[finding])
    page = signed_in(cast.inspector).get(url("evidence-show", evidence.pk)).text
    assert "Twelve records of the year." in page
    verbs.link_evidence(finding, evidence=evidence, linked=False, by=cast.inspector)
    assert "Twelve records" not in signed_in(cast.inspector).get(url("evidence-show", evidence.pk)).text
