"""My work names everything of mine that is kept and not saved, and leads back to it. Nothing written is deleted."""

import html
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from findings.cross_force.consistency.verbs import warn_again
from findings.drafting import working_copies
from findings.drafting.evidence import add_evidence, add_files, remove_file
from findings.drafting.working_copies import Typed
from findings.models import Dismissal, Evidence, EvidenceFile, Finding, WorkingCopy
from hmic_core import clock, files, former_words
from inspections.models import Assignment
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import issued
from tests.findings.drafting.test_conflicts import clash
from tests.findings.drafting.test_finding import post, url
from tests.findings.test_workflow import drafted


def kept(cast: Cast, text: str, *, finding: Finding | None = None, theme: int = 0) -> uuid.UUID:
    version = finding.version if finding else None
    typed = Typed(uuid.uuid4(), 0, "tab", 1, text, "", "finding", version, cast.themes[theme].pk)
    force = cast.northamptonshire.pk
    of = finding.pk if finding else None
    return working_copies.keep(typed, inspection=cast.inspection.pk, force=force, finding=of, by=cast.inspector).copy


def my_work(cast: Cast) -> str:
    return html.unescape(str(signed_in(cast.inspector).get(url("work-show")).text))


def evidence(cast: Cast, **words: Any) -> Evidence:
    about = {"kind": "interview", "source": "A sergeant", "note": "The first note.", "happened_on": None, **words}
    place = {"inspection": cast.inspection, "force": cast.northamptonshire, "findings": []}
    return add_evidence(**place, **about, by=cast.inspector)


def test_everything_that_waits_is_named_with_the_way_back(cast: Cast) -> None:
    finding = drafted(cast, "Saved words.")
    new, changed = kept(cast, "A new one, typed.", theme=1), kept(cast, "Changed words.", finding=finding)
    refused = clash(cast)
    address = url("evidence-add", cast.inspection, cast.northamptonshire)
    signed_in(cast.inspector).post(address, {"source": "", "uploads": [SimpleUploadedFile("plan.txt", b"A plan.")]})
    page = my_work(cast)
    draft = url("finding-draft", cast.inspection, cast.northamptonshire)
    for way in (
        f"{draft}?copy={new}",
        f"{url('finding-show', finding.pk)}?copy={changed}",
        url("conflict-show", refused.pk),
        address,
    ):
        assert f'href="{way}"' in page, way
    for words in ("A new one, typed.", "Changed words.", "It records 16 of 40 crimes.", "plan.txt"):
        assert words in page
    assert cast.themes[1].title in page


def test_nobody_else_reads_it_and_an_ended_assignment_hides_it(cast: Cast) -> None:
    kept(cast, "A new one, typed.")
    other = signed_in(cast.second_inspector).get(url("work-show")).text
    assert "A new one, typed." not in other
    Assignment.objects.filter(user=cast.inspector).delete()
    response = signed_in(cast.inspector).get(url("work-show"))
    assert "A new one, typed." not in response.text


def test_words_typed_under_one_theme_are_not_offered_as_another_themes(cast: Cast) -> None:
    kept(cast, "Of the second theme.", theme=1)
    draft = url("finding-draft", cast.inspection, cast.northamptonshire)
    client = signed_in(cast.inspector)
    first = client.get(f"{draft}?theme={cast.themes[0].prefix}").text
    assert "Of the second theme.</textarea>" not in first
    assert "Of the second theme." in first, "it is offered apart"
    second = client.get(f"{draft}?theme={cast.themes[1].prefix}").text
    assert "Of the second theme.</textarea>" in second
    assert re.search(rf'value="{cast.themes[1].pk}" checked', client.get(draft).text)


def test_what_was_thrown_away_can_be_put_back(cast: Cast) -> None:
    finding = drafted(cast, "Saved words.")
    copy = kept(cast, "Thrown away.", finding=finding)
    post(cast.inspector, url("copy-discard", copy))
    assert "Thrown away.</textarea>" not in signed_in(cast.inspector).get(url("finding-show", finding.pk)).text
    assert url("copy-put-back", copy) in my_work(cast)
    assert post(cast.second_inspector, url("copy-put-back", copy)).status_code == 404
    response = post(cast.inspector, url("copy-put-back", copy))
    assert "Thrown away.</textarea>" in signed_in(cast.inspector).get(response.url).text
    assert WorkingCopy.objects.get(pk=copy).text == "Thrown away."


def test_a_changed_piece_of_evidence_keeps_its_earlier_words(cast: Cast) -> None:
    found = evidence(cast)
    address = url("evidence-show", found.pk)
    seen = re.search(r'name="seen" value="(\w+)"', signed_in(cast.inspector).get(address).text)
    assert seen is not None
    post(cast.inspector, address, {"kind": "interview", "source": "A sergeant", "note": "Another.", "seen": seen[1]})
    assert Evidence.objects.get().note == "Another."
    assert [each.words for each in former_words.of(found)] == [{"Note": "The first note."}]
    assert "The first note." in signed_in(cast.inspector).get(address).text


def test_a_file_that_was_taken_off_can_be_put_back(cast: Cast) -> None:
    found = evidence(cast)
    [file] = add_files(found, [files.store(b"Words.", "list.txt", "text/plain", cast.inspector)], by=cast.inspector)
    remove_file(file, reason="The wrong list", by=cast.inspector)
    address = url("evidence-file-restore", file.pk)
    assert address in signed_in(cast.inspector).get(url("evidence-show", found.pk)).text
    assert post(cast.reviewer, address).status_code in (403, 404)
    post(cast.inspector, address)
    assert EvidenceFile.objects.get().removed_at is None
    assert "The wrong list" in signed_in(cast.inspector).get(url("evidence-show", found.pk)).text


def test_the_reason_of_a_warning_that_is_back_stays_in_the_history(cast: Cast) -> None:
    finding = drafted(cast)
    made = Dismissal.objects.create(
        finding=finding,
        check_kind="long_sentence",
        text_hash="0" * 64,
        reason="It reads well.",
        by=cast.inspector,
        at=clock.now(),
    )
    warn_again([made], by=cast.inspector)
    assert "It reads well." in signed_in(cast.inspector).get(url("finding-history", finding.pk)).text


@pytest.mark.parametrize(
    ("places", "quoted"),
    [
        ("?from=3&to=12", "force has a"),
        ("?from=0&to=3", "The"),
        ("?from=12&to=9999", "crime prevention strategy."),
        ("?from=9999&to=10000", ""),
        ("?from=x&to=-1", ""),
        ("", ""),
    ],
)
def test_a_point_begins_with_the_words_that_were_selected(cast: Cast, places: str, quoted: str) -> None:
    check = issued(cast, "The force *has* a crime\nprevention strategy.")
    address = url("point-raise", check.pk, check.paragraphs.get().pk)
    page = html.unescape(signed_in(cast.reviewer).get(address + places).text)
    box = re.search(r'<textarea name="quoted"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    assert box is not None
    assert box[1] == quoted
