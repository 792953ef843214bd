"""The good files of a form that could not be taken wait for it, and for nobody else."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from findings.models import EvidenceFile, PointFile
from hmic_core.models import KeptUpload, StoredFile, User
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import issued
from tests.findings.drafting.test_evidence import pdf
from tests.findings.drafting.test_finding import url
from tests.findings.test_workflow import drafted


def upload(name: str = "plan.pdf", data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or pdf())


@pytest.fixture
def evidence(cast: Cast) -> str:
    drafted(cast)
    return url("evidence-add", cast.inspection, cast.northamptonshire)


def send(user: User, address: str, **data: Any) -> Any:
    client: Client = signed_in(user)
    return client.post(address, data)


def ticks(page: str, field: str) -> list[str]:
    return re.findall(rf'name="{field}_kept" value="([^"]+)" checked', page)


def test_the_good_files_are_kept_where_one_is_bad(cast: Cast, evidence: str) -> None:
    facts = {"kind": "document", "source": "The shift plan"}
    sent = {**facts, "uploads": [upload(), upload("notes.txt", b"Notes."), upload("virus.exe", b"MZ")]}
    page = send(cast.inspector, evidence, **sent).text
    kept = ticks(page, "uploads")
    assert ("plan.pdf" in page, len(kept)) == (True, 2)
    assert not EvidenceFile.objects.exists()
    assert send(cast.inspector, evidence, **facts, uploads_kept=kept, uploads=[upload("more.pdf")]).status_code == 302
    assert {each.file.name for each in EvidenceFile.objects.all()} == {"plan.pdf", "notes.txt", "more.pdf"}
    assert (KeptUpload.objects.count(), StoredFile.objects.count()) == (0, 3), "no bytes are kept twice"


def test_the_files_are_kept_where_another_field_is_wrong(cast: Cast, evidence: str) -> None:
    page = send(cast.inspector, evidence, source="", uploads=[upload()]).text
    assert len(ticks(page, "uploads")) == 1
    again = signed_in(cast.inspector).get(evidence).text
    assert ticks(again, "uploads") == ticks(page, "uploads"), "they wait for whoever comes back to the page"


def test_a_file_that_is_no_longer_ticked_is_not_added(cast: Cast, evidence: str) -> None:
    send(cast.inspector, evidence, source="", uploads=[upload()])
    send(cast.inspector, evidence, source="", uploads=[upload("other.pdf")])
    assert [each.file.name for each in KeptUpload.objects.all()] == ["other.pdf"]


def test_kept_files_are_their_senders_alone(cast: Cast, evidence: str) -> None:
    kept = ticks(send(cast.inspector, evidence, source="", uploads=[upload()]).text, "uploads")
    assert "plan.pdf" not in signed_in(cast.second_inspector).get(evidence).text
    facts = {"kind": "document", "source": "The shift plan", "uploads_kept": kept}
    send(cast.second_inspector, evidence, **facts)
    assert not EvidenceFile.objects.exists()
    # Nor does the same file of somebody else take the waiting one over.
    send(cast.second_inspector, evidence, kind="document", source="Mine", uploads=[upload()])
    assert StoredFile.objects.count() == 2


def test_a_points_file_is_kept_whatever_refuses_the_point(cast: Cast) -> None:
    check = issued(cast, "The force has a plan.")
    paragraph = check.paragraphs.first()
    address = url("point-raise", check.pk, paragraph.pk)
    words = {"quoted": "words that stand nowhere in it", "explanation": "See the plan."}
    for given in ({**words, "kind": ""}, {**words, "kind": "typing"}, {**words, "show": "difference"}):
        page = send(cast.reviewer, address, **given, upload=upload()).text
        assert len(ticks(page, "upload")) == 1, given
    sent = {"kind": "typing", "quoted": "", "explanation": "See the plan.", "shows": "Page 1"}
    send(cast.reviewer, address, **sent, upload_kept=ticks(page, "upload"))
    assert [each.file.name for each in PointFile.objects.all()] == ["plan.pdf"]
