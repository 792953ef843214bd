"""A force's drafts as Word and CSV: what is in them, what is not, and that each download is recorded."""

import csv
import io
import zipfile
from typing import Any

import pytest
from django.urls import reverse
from docx import Document

from hmic_core.audit import Action
from hmic_core.models import AuditEntry
from hmic_core.tables import plain
from inspections.models import Assignment
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.cross_force.consistency.test_warnings import support
from tests.findings.cross_force.search.test_query import on


def download(user: Any, kind: str, force: str = "kent") -> Any:
    return signed_in(user).get(reverse(f"findings:drafts-{kind}", args=["test-subject", force]))


def drafts(cast: Cast) -> None:
    finding = on(
        cast,
        cast.kent,
        "It has **no plan** at *all*:\n\n- first\n  - **second**\n- third\n\n2014. As typed\non two lines <b>",
        basis="=Documents",
        kind="afi",
    )
    support(cast, finding)
    on(cast, cast.kent, "- Begins with a bullet", theme=1)


def test_the_word_file_has_real_headings_lists_and_emphasis(cast: Cast) -> None:
    drafts(cast)
    answer = download(cast.inspector, "docx")
    assert answer["Content-Disposition"] == 'attachment; filename="test-subject-kent-drafts.docx"'
    document = Document(io.BytesIO(answer.content))
    assert (
        document.sections[0].header.paragraphs[0].text == "For the inspectorate only. Draft, not checked by the force."
    )
    found = [(each.style.name, each.text) for each in document.paragraphs]
    assert found[0] == ("Title", "Draft findings: Kent Police")
    assert ("Heading 1", "Preventing Crime") in found
    assert ("Heading 2", "PC-1: area for improvement, draft") in found
    assert ("List Bullet", "first") in found
    assert ("List Bullet 2", "second") in found
    assert ("Normal", "2014. As typed\non two lines <b>") in found
    assert ("Normal", "=Documents") in found
    runs = {run.text: (run.bold, run.italic) for each in document.paragraphs for run in each.runs}
    assert runs["no plan"] == (True, None)
    assert runs["all"] == (None, True)
    assert runs["second"] == (True, None)


def test_the_word_file_names_nobody_and_holds_no_evidence(cast: Cast) -> None:
    drafts(cast)
    answer = download(cast.inspector, "docx")
    about = Document(io.BytesIO(answer.content)).core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert (about.title, about.language, about.created.year > 2020) == ("Draft findings: Kent Police", "en-GB", True)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        every = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
    for word in (b"Log", b"EV-1", b"Inspector<", b"python-docx"):
        assert word not in every, word


def test_the_csv_opens_in_a_spreadsheet_without_a_formula(cast: Cast) -> None:
    drafts(cast)
    answer = download(cast.inspector, "csv")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Reference"] for row in rows] == ["PC-1", "FT-1"]
    assert rows[0]["Basis"] == "'=Documents"
    assert rows[1]["Text"] == "'- Begins with a bullet"
    assert "Log" not in answer.text


@pytest.mark.parametrize("words", ["=1", "+1", "-a", "@a", "\t=1", " =1", "\r=1", "\n=1", "\u00a0=1", "|x"])
def test_no_cell_begins_a_formula(words: str) -> None:
    assert plain(words) == f"'{words}"


@pytest.mark.parametrize("words", ["", "PC-1", "2014-02", "a=b"])
def test_other_cells_stay(words: str) -> None:
    assert plain(words) == words


def test_each_download_is_recorded(cast: Cast) -> None:
    drafts(cast)
    for kind in ("docx", "csv"):
        download(cast.inspector, kind)
    entries = AuditEntry.objects.filter(action=Action.DRAFTS_EXPORTED).order_by("id")
    assert [(each.facts["format"], each.facts["findings"], each.force_slug) for each in entries] == [
        ("docx", 2, "kent"),
        ("csv", 2, "kent"),
    ]


@pytest.mark.parametrize("kind", ["docx", "csv"])
def test_only_what_is_assigned_and_nobody_else(cast: Cast, kind: str) -> None:
    drafts(cast)
    Assignment.objects.filter(user=cast.second_inspector).update(force=cast.kent, theme=cast.themes[1])
    assert AuditEntry.objects.filter(action=Action.DRAFTS_EXPORTED).count() == 0
    assert download(cast.second_inspector, kind).status_code == 200
    assert AuditEntry.objects.get(action=Action.DRAFTS_EXPORTED).facts["findings"] == 1
    assert download(cast.second_inspector, kind, "northamptonshire").status_code == 404
    for name in set(cast.everybody()) - {"inspector", "second_inspector", "lead_inspector", "moderator", "hmi"}:
        assert download(cast.everybody()[name], kind).status_code == 404, name
