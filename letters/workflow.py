"""The verbs of letters, by the names that everybody calls: assemble from final findings, proof-read, sign, issue.

Each locks the release, then the letter (always in this order), checks the present state against `TRANSITIONS`, and
writes its audit entry and notices in the same transaction. A refusal is `NotAllowed` with the sentence for the screen.
The verbs stand in a module for each thing: `preparing`, `proofing`, `excluding`, `signing`, `reports`, `issuing`.
"""

from letters import store
from letters.agreeing import addressee_in_post, check_addressee, differs_from_findings
from letters.document import Variant
from letters.excluding import exclude_passage, include_passage
from letters.issuing import (
    acknowledge,
    is_acknowledged,
    is_over,
    is_public,
    is_superseded,
    issue_copy,
    report_copy,
    report_of,
    stamp_lines,
    stamped_letter,
    view_letter,
)
from letters.models import Letter, Rendition
from letters.preparing import assemble_letter, proof_letter
from letters.proofing import dismiss
from letters.reports import report_pages, upload_report
from letters.signing import (
    confirm_wording,
    difference_recorded,
    instant_moved,
    sign_letter,
    text_changed,
    void_signature,
    waiting_for_confirmation,
)
from letters.states import APPROVED, LOCKED, TRANSITIONS, State

__all__ = [
    "APPROVED",
    "LOCKED",
    "State",
    "TRANSITIONS",
    "acknowledge",
    "addressee_in_post",
    "assemble_letter",
    "check_addressee",
    "confirm_wording",
    "differs_from_findings",
    "dismiss",
    "exclude_passage",
    "include_passage",
    "instant_moved",
    "is_acknowledged",
    "is_over",
    "is_public",
    "is_superseded",
    "issue_copy",
    "proof_letter",
    "rendition",
    "report_copy",
    "report_of",
    "report_pages",
    "sign_letter",
    "stamp_lines",
    "stamped_letter",
    "difference_recorded",
    "text_changed",
    "upload_report",
    "view_letter",
    "void_signature",
    "waiting_for_confirmation",
]


def rendition(letter: Letter, variant: Variant | str) -> Rendition:
    """The stored PDF of a variant, rendered if need be. For workers and commands only: it loads WeasyPrint."""
    return store.rendition(letter, Variant(variant))
