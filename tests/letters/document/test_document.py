"""The letter as data, as a page and as a PDF, measured on the real letter."""

import io
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from html.parser import HTMLParser

import pikepdf
import pytest
from django.template.loader import render_to_string

from findings.accuracy.letter_sentence import Accuracy
from hmic_core.pdf import rendering
from letters.document.building import build, canonical, content_hash, from_json, to_json
from letters.document.filling import frozen, missing
from letters.document.parts import LetterDocument, LetterIncomplete, PlaceholderValues, Variant
from letters.document.printing import html, pdf_metadata, render_key, render_pdf
from letters.document.wording import ACCURACY_WORDS, opening_words, publication_words
from tests.hmic_core.pdf.test_rendering import tags
from tests.letters.real_letter import SOURCE, TITLE, VALUES, data, document, long_document

# The source is a scan: these are its errors, and not words of the letter.
SCAN_ERRORS = {"Maiesty's": "Majesty's"}
SCANNED_SIGNATURE = "Loë Billighan"


def words(text: str) -> list[str]:
    return [word for word in text.split() if word not in ("-", "•")]


def source_words() -> list[str]:
    text = SOURCE.read_text(encoding="utf-8").replace(f"\n{SCANNED_SIGNATURE}\n", "\n")
    return [SCAN_ERRORS.get(word, word) for word in words(text)]


def page_words(page: str) -> list[str]:
    body = re.sub(r"(?s)<head>.*?</head>", "", page)
    return words(
        unescape(re.sub(r"<(?!/?(?:em|strong)\b)[^>]*>", " ", body).replace("<", " <"))
        .replace("<strong>", "")
        .replace("</strong>", "")
    )


class Elements(HTMLParser):
    """The block elements of a page in order, named as the PDF names them."""

    NAMES = {"article": "Art", "section": "Sect", "p": "P", "h1": "H1", "h2": "H2", "ul": "L", "li": "LI"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in self.NAMES:
            self.found.append(self.NAMES[tag])


def test_the_page_has_the_words_of_the_real_letter() -> None:
    assert page_words(html(document(), VALUES, Variant.FINAL)) == source_words()


def test_the_pdf_has_the_words_of_the_real_letter(tmp_path) -> None:
    (tmp_path / "letter.pdf").write_bytes(render_pdf(document(), VALUES, Variant.FINAL))
    text = subprocess.run(["pdftotext", "letter.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True)
    running = re.compile(r"\nPage \d of \d\n|\fNorthamptonshire Police, 3 September 2014\n")
    # The addressee stands beside the inspector's name, so only the order of the head may differ.
    assert Counter(words(running.sub("\n", text.stdout))) == Counter(source_words())


@pytest.mark.parametrize("variant", Variant)
def test_every_variant_of_the_real_letter_is_valid(variant: Variant) -> None:
    made = render_pdf(document(), VALUES, variant)
    assert rendering.validate(made) == []
    assert (
        rendering.validate(
            rendering.stamp(made, ["Copy 1, for Jan McMillan", "Wednesday 3 September 2014 at 16:02 BST"])
        )
        == []
    )
    assert rendering.page_count(made) == 3


@pytest.mark.parametrize("findings", [1, 50, 200, 400])
def test_long_letters_are_valid_and_tagged_as_their_page(findings: int) -> None:
    """Nested bullets and findings of two paragraphs among them; before and after stamping."""
    letter = long_document(findings)
    made = render_pdf(letter, VALUES, Variant.EMBARGOED)
    assert rendering.validate(made) == []
    stamped = rendering.stamp(made, ["Copy 1, for Jan McMillan"])
    assert rendering.validate(stamped) == []
    tagged = tags(made)
    assert Counter(tags(stamped)) == Counter(tagged)
    found = [tag for tag in tagged if tag not in ("Lbl", "LBody", "Document")]
    assert Counter(found) == Counter(Elements(html(letter, VALUES, Variant.EMBARGOED)).found)


def test_the_tags_of_the_real_letter_are_its_elements_in_order() -> None:
    found = [
        tag for tag in tags(render_pdf(document(), VALUES, Variant.FINAL)) if tag not in ("Lbl", "LBody", "Document")
    ]
    # A tight bullet has no paragraph of its own, in the page as in the PDF.
    assert found == Elements(html(document(), VALUES, Variant.FINAL)).found


def test_the_signed_bytes_are_canonical_and_free_of_the_instant() -> None:
    signed = canonical(document())
    assert signed == json.dumps(json.loads(signed), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert b"{{publication_sentence}}" in signed
    assert b"{{letter_date}}" in signed
    assert b"4 September" not in signed
    assert "Zoë".encode() in signed


def test_a_kept_letter_is_the_same_letter() -> None:
    letter = document()
    shuffled = json.loads(json.dumps(to_json(letter)))
    assert from_json(dict(reversed(shuffled.items()))) == letter
    with pytest.raises(ValueError, match="form 99"):
        from_json({**shuffled, "schema": 99})


def test_a_changed_word_is_another_letter_a_moved_instant_is_not() -> None:
    letter = document()
    moved = replace(VALUES, embargo_until=datetime(2014, 9, 10, 23, 1, tzinfo=UTC))
    assert content_hash(letter) != content_hash(replace(letter, subject=letter.subject + "."))
    assert frozen(letter, VALUES, Variant.FINAL)["content_hash"] == frozen(letter, moved, Variant.FINAL)["content_hash"]
    assert render_key(letter, VALUES, Variant.FINAL) != render_key(letter, moved, Variant.FINAL)
    assert render_key(letter, VALUES, Variant.FINAL) != render_key(letter, VALUES, Variant.EMBARGOED)
    assert render_key(letter, VALUES, Variant.FINAL) == render_key(document(), VALUES, Variant.FINAL)


def test_the_hash_that_was_signed_stands_in_every_variant() -> None:
    letter = document()
    for variant in Variant:
        with pikepdf.open(io.BytesIO(render_pdf(letter, VALUES, variant))) as file, file.open_metadata() as xmp:
            assert xmp["dc:identifier"] == f"sha256:{content_hash(letter)}"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (VALUES, "will now be published by HMIC on Thursday 4 September 2014 at 00:01"),
        (replace(VALUES, rescheduled=False), "will be published by HMIC on Thursday 4 September 2014 at 00:01"),
        (
            PlaceholderValues(embargo_until=datetime(2026, 1, 6, 0, 1, tzinfo=UTC)),
            "will be published by HMIC on Tuesday 6 January 2026 at 00:01",
        ),
        (PlaceholderValues(), ""),
    ],
)
def test_the_publication_sentence(values: PlaceholderValues, sentence: str) -> None:
    assert values.publication_sentence("HMIC") == sentence


def test_what_is_missing_is_listed() -> None:
    letter = document()
    assert missing(letter, VALUES) == []
    assert missing(letter, PlaceholderValues()) == ["the date of the letter", "the date and time of publication"]
    unknown = replace(letter, opening=("Between {{months}} we came.",))
    assert missing(unknown, VALUES) == ["the placeholder “months”, which nothing can fill"]
    with pytest.raises(LetterIncomplete) as caught:
        render_pdf(unknown, PlaceholderValues(), Variant.EMBARGOED)
    assert len(caught.value.missing) == 3


def test_an_empty_letter_says_all_that_it_lacks() -> None:
    with pytest.raises(LetterIncomplete) as caught:
        build({})
    assert "the signatory" in caught.value.missing
    assert "how the factual accuracy check ended" in caught.value.missing
    assert "the themes" in caught.value.missing


def test_a_draft_shows_its_gaps() -> None:
    page = html(document(), PlaceholderValues(), Variant.DRAFT)
    assert "[the date and time of publication: not yet known]" in page
    assert "Draft: not signed" in page


def test_a_finding_is_never_searched_for_placeholders() -> None:
    whole = data()
    whole["themes"][0]["findings"][0] = "Typed {{letter_date}} and {{nonsense}}."
    letter = build(whole)
    assert missing(letter, VALUES) == []
    assert "Typed {{letter_date}} and {{nonsense}}." in html(letter, VALUES, Variant.FINAL)


@pytest.mark.parametrize("accuracy", Accuracy)
def test_amended_is_said_only_where_it_is_true(accuracy: Accuracy) -> None:
    letter = build({**data(), "accuracy": str(accuracy)})
    assert letter.accuracy == ACCURACY_WORDS[accuracy]
    assert ("have been amended" in letter.accuracy) is (accuracy is Accuracy.AMENDED)


def test_an_embargoed_letter_says_when_in_words_with_the_zone() -> None:
    page = html(document(), VALUES, Variant.EMBARGOED)
    assert "Embargoed until Thursday 4 September 2014 at 00:01 BST" in page
    assert "Wednesday 3 September 2014 at 23:01 UTC" in page
    assert "Embargoed until" not in html(document(), VALUES, Variant.FINAL)


def test_findings_get_their_themes_references() -> None:
    assert [finding.reference for finding in document().findings] == [
        *(f"PC-{number}" for number in range(1, 5)),
        *(f"AT-{number}" for number in range(1, 7)),
        *(f"FT-{number}" for number in range(1, 6)),
    ]


def test_the_web_page_has_the_references_as_anchors_and_the_paper_has_none() -> None:
    letter = json.loads(json.dumps(frozen(document(), VALUES, Variant.FINAL)))
    web = render_to_string("letters/_letter_body.html", {"letter": letter, "anchors": True, "links": True})
    assert '<li id="PC-1"><a class="letter__reference" href="#PC-1"' in web
    assert '<h2 class="letter__subject"' in web
    assert '<h3 id="theme-AT">' in web
    assert "PC-1" not in html(document(), VALUES, Variant.FINAL)


def test_links_are_for_the_web() -> None:
    whole = data()
    whole["themes"][0]["findings"][0] = "See [the plan](https://example.org/plan)."
    letter = build(whole)
    web = render_to_string(
        "letters/_letter_body.html", {"letter": frozen(letter, VALUES, Variant.FINAL), "links": True}
    )
    assert 'href="https://example.org/plan"' in web
    assert "example.org" not in html(letter, VALUES, Variant.FINAL)
    assert rendering.validate(render_pdf(letter, VALUES, Variant.FINAL)) == []


def test_other_kinds_of_finding_are_named() -> None:
    whole = data()
    whole["themes"][0]["findings"][0] = {"markdown": "Do this.", "kind": "afi"}
    letter = build(whole)
    assert '<p class="letter__kind">Area for improvement</p>' in html(letter, VALUES, Variant.FINAL)
    assert rendering.validate(render_pdf(letter, VALUES, Variant.FINAL)) == []


def test_typed_html_stays_text() -> None:
    whole = data()
    whole["subject"] = "<b>Subject</b>"
    whole["themes"][0]["findings"][0] = '<img src="file:///etc/passwd"> & so on'
    letter = build(whole)
    page = html(letter, VALUES, Variant.FINAL)
    assert "&lt;b&gt;Subject" in page
    assert "<img" not in page
    assert rendering.validate(render_pdf(letter, VALUES, Variant.FINAL)) == []


def test_limits() -> None:
    whole = data()
    whole["themes"][0]["findings"] = ["x"] * 401
    with pytest.raises(ValueError, match="400"):
        build(whole)
    whole["themes"][0]["findings"] = [{"markdown": "x", "reference": "PC-1"}, {"markdown": "y", "reference": "PC-1"}]
    with pytest.raises(ValueError, match="twice"):
        build(whole)
    whole["themes"][0]["findings"] = ["x" * 20_001]
    with pytest.raises(ValueError, match="PC-1"):
        build(whole)


def test_the_standard_words_are_the_real_letters() -> None:
    opening = opening_words(
        fieldwork="January and April 2014",
        publisher="HMIC",
        scope="all 43 forces in England and Wales",
        title=TITLE,
        former_titles=["Making best use of police time"],
        areas=3,
    )
    assert (opening.replace("‘", "'").replace("’", "'"),) == document().opening
    assert "This letter {{publication_sentence}}." in publication_words()


def test_the_same_letter_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import sys, django; django.setup();"
        "from tests.letters.real_letter import VALUES, document; from letters.document.parts import Variant;"
        "from letters.document.printing import render_pdf;"
        "sys.stdout.buffer.write(render_pdf(document(), VALUES, Variant.EMBARGOED))"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, cwd=rendering.STATIC.parent
    )
    assert other.stdout == render_pdf(document(), VALUES, Variant.EMBARGOED)


def test_the_outline_leads_to_the_subject_and_each_theme() -> None:
    with (
        pikepdf.open(io.BytesIO(render_pdf(document(), VALUES, Variant.FINAL))) as file,
        file.open_outline() as outline,
    ):
        (subject,) = outline.root
        assert subject.title == TITLE
        assert [theme.title for theme in subject.children] == [theme.title for theme in document().themes]


@pytest.mark.parametrize("variant", Variant)
def test_nothing_is_in_the_file_but_the_letter(variant: Variant) -> None:
    """No author but the inspectorate, no attachment, no earlier revision, no name of a draft."""
    made = render_pdf(document(), VALUES, variant)
    assert made.count(b"%%EOF") == 1
    assert b"/Prev" not in made[made.rindex(b"startxref") - 400 :]
    with pikepdf.open(io.BytesIO(made)) as file, file.open_metadata() as xmp:
        assert list(xmp["dc:creator"]) == ["Her Majesty's Inspectorate of Constabulary"]
        assert "/EmbeddedFiles" not in file.Root.get("/Names", {})
        assert "/AF" not in file.Root
        assert {str(key) for key in file.docinfo} <= {
            "/Title",
            "/Author",
            "/Subject",
            "/Producer",
            "/CreationDate",
            "/ModDate",
        }
        assert "draft" not in str(dict(file.docinfo)).lower()


def test_a_letter_of_before_languages_keeps_its_hash() -> None:
    """What a later version of the code added stands in the signed bytes only where it says something."""
    assert b"language" not in canonical(document())
    assert b'"language":"cy"' in canonical(replace(document(), language="cy"))


def test_a_welsh_letter_says_its_frame_in_welsh() -> None:
    letter = replace(document(), language="cy")
    page = html(letter, VALUES, Variant.EMBARGOED)
    assert '<html lang="cy">' in page
    assert "Dan embargo tan ddydd Iau 4 Medi 2014 am 00:01 BST" in page
    assert "a gyhoeddir bellach gan HMIC ddydd Iau 4 Medi 2014 am 00:01" in page
    assert "3 Medi 2014" in page
    made = render_pdf(letter, VALUES, Variant.EMBARGOED)
    assert rendering.validate(made) == []
    with pikepdf.open(io.BytesIO(made)) as file:
        assert str(file.Root.Lang) == "cy"


def test_the_metadata_knows_no_clock() -> None:
    letter: LetterDocument = document()
    assert pdf_metadata(letter, VALUES).created == datetime(2014, 9, 3, 12, tzinfo=UTC)
    assert pdf_metadata(letter, replace(VALUES, letter_date=None)).created.date() == date(2000, 1, 1)
