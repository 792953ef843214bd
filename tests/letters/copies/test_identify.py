"""Which copy is this? By its bytes; by its stamp where they were changed; never a copy that nobody downloaded."""

import io
import time

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hmic_core import files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from letters import renditions
from letters.copies import issuing
from letters.copies.identify import identify
from letters.copies.recall import recall_copy
from letters.document.parts import Variant
from letters.models import Copy, Download
from tests.cast import Cast
from tests.conftest import signed_in
from tests.letters.ground import a_pdf, copy_for, signed

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


@pytest.fixture
def copy(cast: Cast) -> Copy:
    letter = signed(cast)
    renditions.rendition(letter, Variant.EMBARGOED)
    made = copy_for(cast, letter)
    issuing.acknowledge(made, by=cast.liaison_officer)
    return made


def saved_again(data: bytes) -> bytes:
    """The same pages in other bytes, without the description."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        del file.Root.Metadata
        file.docinfo["/Producer"] = "Another program"
        file.save(output)
    return output.getvalue()


def test_an_unchanged_copy_by_its_bytes(cast: Cast, copy: Copy) -> None:
    data, _ = issuing.stamped_letter(copy, by=cast.liaison_officer)
    found = identify(data, by=cast.admin)
    assert found.how == "bytes"
    assert [each.copy for each in found.downloads] == [copy]
    entry = AuditEntry.objects.get(action=Action.COPY_IDENTIFIED)
    assert entry.facts["sha256"] == files.digest(data)
    assert entry.facts["copies"] == [str(copy.pk)]


def test_a_copy_that_was_saved_again_by_its_stamp(cast: Cast, copy: Copy) -> None:
    first, _ = issuing.stamped_letter(copy, by=cast.liaison_officer)
    time.sleep(1.1)
    second, _ = issuing.stamped_letter(copy, by=cast.liaison_officer)
    earlier, later = Download.objects.order_by("at")
    for data, download in ((first, earlier), (second, later)):
        found = identify(saved_again(data), by=cast.admin)
        assert (found.how, found.downloads) == ("stamp", [download])


def test_a_stamp_that_nobody_downloaded_is_shown_and_accuses_nobody(cast: Cast, copy: Copy) -> None:
    from hmic_core.pdf import rendering

    forged = rendering.stamp(
        a_pdf(),
        ["Copy 1: Liaison officer, Northamptonshire Police. Downloaded 01 September 2014, 10:00:00 BST.", "Embargoed"],
    )
    found = identify(forged, by=cast.admin)
    assert found.how == "nothing"
    assert found.downloads == []
    assert "Copy 1: Liaison officer" in found.stamp


def test_the_unstamped_master(cast: Cast, copy: Copy) -> None:
    master = renditions.find(copy.letter, Variant.EMBARGOED)
    assert master is not None
    found = identify(files.read(master.file.key), by=cast.admin)
    assert (found.how, found.letter) == ("master", copy.letter)


def test_the_letters_hash_in_the_description(cast: Cast, copy: Copy) -> None:
    master = renditions.find(copy.letter, Variant.EMBARGOED)
    assert master is not None
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(files.read(master.file.key))) as file:
        file.save(output)
    found = identify(output.getvalue() + b"\n", by=cast.admin)
    assert (found.how, found.letter) == ("letter", copy.letter)


@pytest.mark.parametrize(("data", "words"), [(b"PK\x03\x04", "not a PDF"), (b"%PDF-1.7 broken", "cannot be opened")])
def test_what_cannot_be_read_is_refused_with_a_next_step(cast: Cast, data: bytes, words: str) -> None:
    with pytest.raises(NotAllowed, match=words):
        identify(data, by=cast.admin)


def test_the_page_shows_whom_the_copy_was_issued_to(cast: Cast, copy: Copy) -> None:
    data, name = issuing.stamped_letter(copy, by=cast.liaison_officer)
    answer = signed_in(cast.admin).post(
        reverse("letters:copy-identify"), {"document": SimpleUploadedFile(name, data, "application/pdf")}
    )
    shown = answer.content.decode()
    assert "It is a copy that went out, unchanged" in shown
    assert copy.contact.name in shown
    assert "Recalled" not in shown


def test_the_page_says_that_the_copy_was_recalled(cast: Cast, copy: Copy) -> None:
    data, name = issuing.stamped_letter(copy, by=cast.liaison_officer)
    recall_copy(copy, reason="A wrong figure", by=cast.admin)
    answer = signed_in(cast.admin).post(
        reverse("letters:copy-identify"), {"document": SimpleUploadedFile(name, data, "application/pdf")}
    )
    assert "Its link opens nothing any more. Why: A wrong figure" in answer.content.decode()


def test_nobody_else_may_ask(cast: Cast, copy: Copy) -> None:
    with pytest.raises(NotAllowed, match="Only a publication admin"):
        identify(a_pdf(), by=cast.lead_inspector)
