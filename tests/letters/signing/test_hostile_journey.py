"""Every hostile finding by the way it would really come: typed into the editor, previewed, saved, then printed.

`test_hostile` holds the letter's own guard. Here the guard of each door is tried: what is refused keeps what was typed
and says why; what is taken is escaped in the preview and on the letter's page.
"""

from html import escape
from typing import Any

import pytest
from django.contrib.messages import get_messages

from findings.models import Finding
from hmic_core.text import folding
from hmic_core.text.markdown import plain_words
from letters import renditions
from letters.document.parts import Variant
from letters.models import Letter
from letters.signing import preparation
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import post, url, words
from tests.findings.test_workflow import drafted
from tests.letters.document.test_hostile import PRINTED, REFUSED
from tests.letters.ground import closed_round, scheduled

#: No door may take longer than that, on however busy a machine.
pytestmark = [pytest.mark.usefixtures("files_in_a_temporary_folder"), pytest.mark.timeout(120)]
FORBIDDEN = (
    '<a href="javascript:',
    '<a href="file:',
    "<img src",
    "<script>alert",
    "<iframe",
    "<svg onload",
    "<style>@import",
    '<link rel="attachment"',
)


@pytest.fixture
def finding(cast: Cast) -> Finding:
    return drafted(cast, "As it stood.")


def sent(cast: Cast, name: str, finding: Finding, given: dict[str, Any], **headers: Any) -> Any:
    return signed_in(cast.inspector).post(url(name, finding.pk), given, headers=headers)


#: What nobody sees is left out by the form, and said (`hmic_core.text.folding`): the letter's own guard is not met.
LEFT_OUT = ("a right-to-left override", "an isolate")


@pytest.mark.parametrize("name", LEFT_OUT)
def test_the_editor_leaves_out_what_nobody_sees_and_says_so(cast: Cast, finding: Finding, name: str) -> None:
    typed, _ = REFUSED[name]
    answer = post(cast.inspector, url("finding-save", finding.pk), words(finding, typed))
    assert answer.status_code == 302
    finding.refresh_from_db()
    assert finding.text == folding.clean(typed) != typed
    assert "invisible character" in signed_in(cast.inspector).get(answer["Location"]).text or "invisible" in str(
        list(get_messages(answer.wsgi_request))
    )


@pytest.mark.parametrize("name", [each for each in REFUSED if each not in LEFT_OUT])
def test_the_editor_refuses_and_keeps_what_was_typed(cast: Cast, finding: Finding, name: str) -> None:
    typed, said = REFUSED[name]
    answer = sent(cast, "finding-save", finding, words(finding, typed))
    assert answer.status_code == 422
    assert escape(said) in answer.text
    assert _shown(typed) in answer.text
    finding.refresh_from_db()
    assert finding.text == "As it stood."


@pytest.mark.parametrize("name", REFUSED)
def test_the_preview_of_it_is_harmless(cast: Cast, finding: Finding, name: str) -> None:
    for headers in ({}, {"X-Requested-With": "fetch"}):
        answer = sent(cast, "finding-preview", finding, words(finding, REFUSED[name][0]), **headers)
        assert answer.status_code in (200, 422)
        assert not any(each in answer.text for each in FORBIDDEN)


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_saved_is_escaped_in_the_preview(cast: Cast, finding: Finding, name: str) -> None:
    typed = PRINTED[name].strip()
    assert post(cast.inspector, url("finding-save", finding.pk), words(finding, typed)).status_code == 302
    finding.refresh_from_db()
    assert finding.text.split() == folding.clean(typed).split(), "accents become one character with their letter"
    answer = sent(cast, "finding-preview", finding, words(finding, typed), **{"X-Requested-With": "fetch"})
    assert answer.status_code == 200
    assert not any(each in answer.text for each in FORBIDDEN)


def test_all_of_them_in_one_letter(cast: Cast) -> None:
    """Everything that may be saved stands in one letter, on its page and in its PDF, as typed."""
    texts = [typed.strip() for typed in PRINTED.values()]
    closed_round(cast, *texts)
    letter = preparation.assemble_letter(
        inspection=cast.inspection, force=cast.northamptonshire, release=scheduled(cast), by=cast.lead_inspector
    )
    page = signed_in(cast.lead_inspector).get(f"/letters/{letter.pk}/").text
    assert [each for each in FORBIDDEN if each in page] == []
    assert escape("<script>alert(1)</script>", quote=False) in page
    made = renditions.rendition(Letter.objects.get(pk=letter.pk), Variant.DRAFT)
    assert made.problems == []


def _shown(typed: str) -> str:
    """Something of what was typed, as the page's text field escapes it."""
    first = next((word for word in plain_words(typed[:400]).split() if word.isalnum()), typed.split()[0])
    return escape(first[:200])
