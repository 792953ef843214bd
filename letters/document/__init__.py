"""A force letter as pure data: what is signed, what is frozen, and what a page is made of.

No models and no database here. `build` makes a LetterDocument from plain data, `canonical` gives the bytes whose hash
is signed, `frozen` fills the placeholders for one variant, and `html` / `render_pdf` print it. Web page, PDF and frozen
item all come from `frozen`. `public_version` leaves out what the public may not read.

Two things may change after signing without a new signature, and are therefore **named placeholders** in what is signed:
the publication sentence (it quotes the instant) and the letter's date. Findings are never searched for placeholders:
they print as typed.
"""

from findings.accuracy.letter_sentence import Accuracy
from letters.document.building import MAX_FINDINGS, build, canonical, content_hash, from_json, to_json
from letters.document.excluding import WITHHELD, passage_stands, public_version
from letters.document.filling import frozen, missing
from letters.document.parts import (
    SCHEMA,
    Addressee,
    CopiedTo,
    DifferenceText,
    FindingText,
    HMInspector,
    Inspectorate,
    LetterDocument,
    LetterIncomplete,
    PlaceholderValues,
    ThemeText,
    Variant,
)
from letters.document.printing import html, pdf_metadata, render_key, render_pdf
from letters.wording import (
    ACCURACY_WORDS,
    KIND_LABELS,
    LEAD_IN,
    date_words,
    day_words,
    opening_words,
    publication_words,
)

__all__ = [
    "ACCURACY_WORDS",
    "Accuracy",
    "Addressee",
    "CopiedTo",
    "DifferenceText",
    "FindingText",
    "HMInspector",
    "Inspectorate",
    "KIND_LABELS",
    "LEAD_IN",
    "LetterDocument",
    "LetterIncomplete",
    "MAX_FINDINGS",
    "PlaceholderValues",
    "SCHEMA",
    "ThemeText",
    "Variant",
    "WITHHELD",
    "build",
    "canonical",
    "content_hash",
    "date_words",
    "day_words",
    "from_json",
    "frozen",
    "html",
    "missing",
    "opening_words",
    "passage_stands",
    "pdf_metadata",
    "public_version",
    "publication_words",
    "render_key",
    "render_pdf",
    "to_json",
]
