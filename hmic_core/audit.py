"""The audit trail: `record` is called by each verb, in the verb's own transaction.

The database makes an entry permanent (triggers refuse UPDATE, DELETE and TRUNCATE) and, at commit, chains it to the
one before by hash (migration 0002). `verify` proves it; docs/audit.md says how an outsider does the same.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import TextChoices

from hmic_core import clock
from hmic_core.models import AuditEntry, User
from hmic_core.request_cache import current_address


class Action(TextChoices):
    """Everything that is recorded, as `subject:verb`. The list is closed: a verb that needs a new word adds it here."""

    ACCESS_REFUSED = "access:refused", "Access refused"
    SIGNED_IN_AS = "demo:signed_in_as", "Signed in by the role chooser"

    ACCOUNT_MADE = "account:made", "Account made"
    ACCOUNT_CLOSED = "account:closed", "Account closed"
    ACCOUNT_REOPENED = "account:reopened", "Account opened again"
    SECOND_FACTOR_RESET = "account:second_factor_reset", "Second factor reset"
    ROLE_GIVEN = "role:given", "Role given"
    ROLE_ENDED = "role:ended", "Role ended"
    CONTACT_ADDED = "contact:added", "Contact of a force added"
    CONTACT_VERIFIED = "contact:verified", "Contact of a force verified"
    CONTACT_ENDED = "contact:ended", "Contact of a force ended"
    REGION_MADE = "region:made", "Region made"
    REGION_CHANGED = "region:changed", "Force put into a region"
    POST_FILLED = "post:filled", "Post filled"

    INSPECTION_CREATED = "inspection:created", "Inspection set up"
    INSPECTION_CHANGED = "inspection:changed", "Set-up of an inspection changed"
    INSPECTION_NOTIFIED = "inspection:notified", "Forces told of the fieldwork"
    INSPECTION_MOVED = "inspection:moved", "State of an inspection changed"
    THEME_ADDED = "theme:added", "Theme added"
    THEME_CHANGED = "theme:changed", "Theme changed"
    THEME_MOVED = "theme:moved", "Theme moved"
    THEME_REMOVED = "theme:removed", "Theme removed"
    CRITERION_ADDED = "criterion:added", "Criterion added"
    CRITERION_CHANGED = "criterion:changed", "Criterion changed"
    CRITERION_MOVED = "criterion:moved", "Criterion moved"
    CRITERION_REMOVED = "criterion:removed", "Criterion removed"
    INDICATOR_ADDED = "indicator:added", "Indicator added"
    INDICATOR_CHANGED = "indicator:changed", "Indicator changed"
    INDICATOR_MOVED = "indicator:moved", "Indicator moved"
    INDICATOR_REMOVED = "indicator:removed", "Indicator removed"
    VALUES_SAVED = "indicator:values:saved", "Values of indicators saved"
    PASSAGE_ADDED = "passage:added", "Passage of the national report added"
    PASSAGE_CHANGED = "passage:changed", "Passage of the national report changed"
    PASSAGE_REMOVED = "passage:removed", "Passage of the national report removed"
    PASSAGE_NAMED = "passage:force:named", "Force named in a passage"
    PASSAGE_NAME_CHANGED = "passage:force:changed", "Name in a passage changed"
    PASSAGE_NAME_REMOVED = "passage:force:removed", "Name in a passage removed"
    ENTRY_AMENDED = "national:entry:amended", "National report amended by a point"
    CRITERION_ANSWERED = "criterion:answered", "Criterion answered for a force"
    SCOPE_ADDED = "scope:added", "Force taken into scope"
    SCOPE_REMOVED = "scope:removed", "Force taken out of scope"
    ASSIGNMENT_MADE = "assignment:made", "Person assigned"
    ASSIGNMENT_ENDED = "assignment:ended", "Assignment ended"
    REMINDER_SENT = "reminder:sent", "Reminder sent"
    FINDING_DRAFTED = "finding:drafted", "Finding drafted"
    FINDING_SAVED = "finding:saved", "Finding saved"
    FINDING_READY = "finding:ready", "Finding marked ready for second reading"
    FINDING_SENT_BACK = "finding:sent_back", "Finding sent back to its author"
    FINDING_MODERATED = "finding:moderated", "Finding moderated"
    FINDING_FINAL = "finding:final", "Finding made final"
    FINDING_REMOVED = "finding:removed", "Finding removed"
    FINDING_MOVED = "finding:moved", "Finding moved within its theme"
    FINDING_SAVE_REFUSED = "finding:save_refused", "Save refused: somebody else saved first, both texts kept"
    RECOMMENDATION_LINKED = "recommendation:linked", "Recommendation linked to a cause of concern"
    RECOMMENDATION_UNLINKED = "recommendation:unlinked", "Recommendation no longer linked to a cause of concern"
    COMMENT_WRITTEN = "comment:written", "Comment written on a finding"
    COMMENT_REPLIED = "comment:replied", "Comment answered"
    COMMENT_RESOLVED = "comment:resolved", "Comment resolved"
    COMMENT_REOPENED = "comment:reopened", "Comment opened again"
    EVIDENCE_ADDED = "evidence:added", "Evidence added"
    EVIDENCE_LINKED = "evidence:linked", "Evidence linked to a finding"
    EVIDENCE_UNLINKED = "evidence:unlinked", "Evidence unlinked from a finding"
    EVIDENCE_CHANGED = "evidence:changed", "Evidence changed"
    EVIDENCE_FILE_ADDED = "evidence:file_added", "File added to evidence"
    EVIDENCE_FILE_REMOVED = "evidence:file_removed", "File taken off evidence, kept in the store"
    EVIDENCE_FILE_RESTORED = "evidence:file_restored", "File put back to its evidence"
    EVIDENCE_DOWNLOADED = "evidence:downloaded", "Evidence file downloaded"

    WARNING_DISMISSED = "warning:dismissed", "Warning about a finding set aside"
    WARNING_RESTORED = "warning:restored", "Warning about a finding no longer set aside"
    WORDING_AGREED = "wording:agreed", "Common wording agreed"
    WORDING_WITHDRAWN = "wording:withdrawn", "Common wording withdrawn"
    MODERATOR_NOTED = "moderator_note:saved", "Note on a force under a theme saved"
    PLACE_LISTED = "place:listed", "Place of a force listed"
    PLACE_CHANGED = "place:changed", "Place of a force changed"
    ALIAS_LISTED = "alias:listed", "Short name of a force listed"
    ALIAS_CHANGED = "alias:changed", "Short name of a force changed"
    ALIAS_REMOVED = "alias:removed", "Short name of a force taken off the list"
    PLACE_REMOVED = "place:removed", "Place of a force taken off the list"
    DRAFTS_EXPORTED = "drafts:exported", "Drafts of a force downloaded"

    ROUND_ISSUED = "round:issued", "Factual accuracy check sent to the force"
    ROUND_OPENED = "round:opened", "Draft opened by the force"
    ROUND_RECALLED = "round:recalled", "Factual accuracy check recalled"
    ROUND_SUBMITTED = "round:submitted", "Response submitted by the force"
    ROUND_NO_RESPONSE = "round:no_response", "No response received"
    ROUND_CLOSED = "round:closed", "Factual accuracy check closed"
    PARAGRAPH_CHECKED = "paragraph:checked", "Paragraph marked as checked"
    POINT_RAISED = "point:raised", "Point raised"
    POINT_CHANGED = "point:changed", "Point changed"
    POINT_WITHDRAWN = "point:withdrawn", "Point withdrawn before submission"
    POINT_RESTORED = "point:restored", "Withdrawn point brought back"
    POINT_DECIDED = "point:decided", "Point decided"
    DECISION_CORRECTED = "point:decision_corrected", "Decision on a point corrected"
    POINTS_CARRIED = "point:carried_over", "Points of a recalled check carried over"
    # The inspectorate's side of a check
    EVIDENCE_ASKED = "point:evidence_asked", "More evidence asked for a point"
    EVIDENCE_ANSWERED = "point:evidence_answered", "Answer to a question on a point"
    DIFFERENCE_RECORDED = "point:difference_recorded", "The force still disagrees: difference recorded"
    WORDS_WAIVED = "finding:words_waived", "Words that the force has not seen may stand"
    DRAFT_DOWNLOADED = "round:draft_downloaded", "Draft downloaded"
    DECISIONS_DOWNLOADED = "round:decisions_downloaded", "Schedule of decisions downloaded"
    POINT_FILE_DOWNLOADED = "point:file_downloaded", "A force’s evidence downloaded"
    CHECK_RENDERED = "round:rendered", "Document of a check made"

    # The force's answer
    REVIEWER_INVITED = "reviewer:invited", "Reviewer invited by their force"
    REVIEWER_JOINED = "reviewer:joined", "Invited reviewer went on to set a password"
    REVIEWER_ENDED = "reviewer:ended", "Reviewer’s access ended by their force"
    PARAGRAPHS_GIVEN = "paragraph:given", "Paragraphs given to a reviewer"
    POINT_FILE_ADDED = "point:file_added", "Evidence file added to a point"
    POINT_FILE_REMOVED = "point:file_removed", "Evidence file taken off a point, kept"
    POINT_FILE_PUT_BACK = "point:file_put_back", "Evidence file put back with a point"
    POINT_OFFERED_LATE = "point:offered_late", "Point offered late"
    POINT_TAKEN_LATE = "point:taken_late", "Late point taken"
    POINT_DECLINED_LATE = "point:declined_late", "Late point not taken"
    LOG_DOWNLOADED = "log:downloaded", "Response log downloaded as a spreadsheet"
    LOG_UPLOADED = "log:uploaded", "Response log uploaded"
    LOG_APPLIED = "log:applied", "Uploaded response log saved"
    LOG_DISCARDED = "log:discarded", "Uploaded response log discarded"
    EXTENSION_ASKED = "extension:asked", "More time asked for"
    EXTENSION_GRANTED = "extension:granted", "More time granted"
    EXTENSION_REFUSED = "extension:refused", "More time refused"
    ROUND_REMINDED = "round:reminded", "Force reminded of its factual accuracy check"
    RECEIPT_MADE = "receipt:made", "Receipt of a response made as PDF"
    RECEIPT_DOWNLOADED = "receipt:downloaded", "Receipt of a response downloaded"

    IMPORT_READ = "import:read", "Letter read for import"
    IMPORT_ANSWERED = "import:answered", "Questions of an import answered"
    IMPORT_CORRECTED = "import:corrected", "Imported letter corrected by hand"
    IMPORT_BATCH = "import:batch", "Letters uploaded together for import"
    IMPORT_CONFIRMED = "import:confirmed", "Imported letter confirmed"
    IMPORT_DISCARDED = "import:discarded", "Imported letter discarded"
    IMPORT_REOPENED = "import:reopened", "Confirmed import opened again, to be corrected"
    IMPORT_PUT_BACK = "import:put_back", "Import left as it was confirmed"
    LETTER_ASSEMBLED = "letter:assembled", "Letter assembled"
    LETTER_PROOFED = "letter:proofed", "Letter proof-read"
    LETTER_SIGNED = "letter:signed", "Letter signed"
    LETTER_SIGNATURE_VOIDED = "letter:signature_voided", "Signature voided"
    LETTER_RENDERED = "letter:rendered", "Letter rendered"
    LETTER_ISSUED = "letter:issued", "Embargoed copy issued"
    LETTER_VIEWED = "letter:viewed", "Embargoed letter viewed"
    LETTER_DOWNLOADED = "letter:downloaded", "Embargoed letter downloaded"
    LETTER_CHECK_DISMISSED = "letter:check_dismissed", "Warning of a letter dismissed"
    PASSAGE_EXCLUDED = "passage:excluded", "Passage kept from the public"
    PASSAGE_INCLUDED = "passage:included", "Passage no longer kept from the public"
    SIGNATORY_ASSIGNED = "signatory:assigned", "Signatory or deputy assigned"
    SIGNATURE_IMAGE_KEPT = "signature:kept", "Picture of a signature kept"
    SIGNATURE_IMAGE_RETIRED = "signature:retired", "Picture of a signature retired"
    WORDING_RECORDED = "wording:recorded", "Standard words of letters recorded"
    LETTERHEAD_RECORDED = "letterhead:recorded", "Letterhead recorded"
    WELSH_NEEDED = "force:welsh_needed", "Letters of a force in Welsh too, from a day on"
    WELSH_NOT_NEEDED = "force:welsh_not_needed", "Letters of a force in English only, from a day on"
    TRANSLATION_ENTERED = "translation:entered", "Welsh version of a letter entered"
    TRANSLATION_SIGNED = "translation:signed", "Welsh version of a letter signed"
    REPORT_UPLOADED = "report:uploaded", "National report uploaded"
    REPORT_DOWNLOADED = "report:downloaded", "Embargoed report downloaded"
    RECIPIENT_LISTED = "recipient:listed", "Put on the pre-release list"
    RECIPIENT_CHANGED = "recipient:changed", "Entry of the pre-release list changed"
    RECIPIENT_REMOVED = "recipient:removed", "Taken off the pre-release list"
    RECIPIENT_NUDGED = "recipient:nudged", "Reminded of an embargoed copy"
    COPY_RECALLED = "copy:recalled", "Embargoed copy recalled"
    COPY_IDENTIFIED = "copy:identified", "A document compared with the copies that went out"
    LETTERS_BUNDLED = "letters:bundled", "All letters of a release downloaded together"
    EMBARGO_ACKNOWLEDGED = "embargo:acknowledged", "Embargo acknowledged"

    RELEASE_CREATED = "release:created", "Release created"
    RELEASE_SCHEDULED = "release:scheduled", "Release scheduled"
    RELEASE_RESCHEDULED = "release:rescheduled", "Release rescheduled"
    RELEASE_SEALED = "release:sealed", "Release locked for publication"
    RELEASE_UNSEALED = "release:unsealed", "Release unlocked"
    RELEASE_APPROVED = "release:approved", "Release approved"
    RELEASE_HELD = "release:held", "Release held"
    RELEASE_RESUMED = "release:resumed", "Release resumed"
    RELEASE_PUBLISHED = "release:published", "Release published"
    RELEASE_WITHDRAWN = "release:withdrawn", "Release withdrawn"
    RELEASE_CANCELLED = "release:cancelled", "Release cancelled"
    RELEASE_ARCHIVE_PROPOSED = "release:archive_proposed", "Past publication submitted for approval for the archive"
    RELEASE_ARCHIVED = "release:archived", "Past publication registered"
    ITEM_DROPPED = "item:dropped", "Item dropped from its release"
    ITEM_WITHDRAWN = "item:withdrawn", "Item withdrawn"
    # Publication: the calendar, one item of a release, legal holds, restored databases
    RELEASE_ANNOUNCED = "release:announced", "Release announced in the public calendar"
    RELEASE_UNAPPROVED = "release:unapproved", "Approval of another installation taken back"
    ITEM_REOPENED = "item:reopened", "Letter opened again, to be signed anew"
    ITEM_PROPOSED = "item:proposed", "Replacement, correction or addition proposed"
    ITEM_CONFIRMED = "item:confirmed", "Replacement, correction or addition confirmed"
    ITEM_REFUSED = "item:refused", "Replacement, correction or addition not confirmed"
    LEGAL_HOLD_PLACED = "legal_hold:placed", "Legal hold placed"
    LEGAL_HOLD_LIFTED = "legal_hold:lifted", "Legal hold lifted"
    # Publication: sight of a release by a grant; what shows afterwards that the embargo held
    BREAK_GLASS_GIVEN = "break_glass:given", "Break-glass grant given"
    BREAK_GLASS_ENDED = "break_glass:ended", "Break-glass grant ended by hand"
    BREAK_GLASS_USED = "break_glass:used", "Unreleased page opened by a break-glass grant"
    RELEASE_ANSWERED = "release:answered", "Published page answered the first request"
    PROOF_MADE = "proof:made", "Proof of embargo made as PDF"
    INSTALLATION_ADOPTED = "installation:adopted", "Restored database adopted"
    NOTICE_CONFIRMED = "notice:confirmed", "Notice of another installation confirmed for sending"
    READINESS_RUN = "readiness:run", "Readiness checked by itself"
    INCIDENT_OPENED = "incident:opened", "Incident opened"


def record(action: Action, actor: User | None, subject: models.Model, *, force: str = "", **facts: Any) -> AuditEntry:
    """Write one entry, in the caller's transaction. `actor` None is the scheduler; `force` is a force's slug.

    `facts` are identifiers, hashes, dates and reasons: JSON, never the text of a finding or letter.
    """
    return AuditEntry.objects.create(
        at=clock.now(),
        action=action,
        actor=actor,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        force_slug=force,
        address=current_address(),
        facts=json.loads(json.dumps(facts, default=_plain)),
    )


def record_refusal(actor: User | None, method: str, path: str, reason: str) -> None:
    """Write down a refused request, after its own transaction is gone. Alike for what is hidden and what is missing."""
    AuditEntry.objects.create(
        at=clock.ClockTimestamp(),
        action=Action.ACCESS_REFUSED,
        actor=actor,
        subject_type="request",
        subject_id=hashlib.sha256(path.encode()).hexdigest(),
        address=current_address(),
        # jsonb takes no NUL, which an address may carry.
        facts={"method": method, "path": path[:300].replace("\0", "\ufffd"), "reason": reason[:300]},
    )


def chain() -> Iterator[dict[str, Any]]:
    """The whole chain, oldest first, as `verify` takes it and as the export prints it (one JSON object a line)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, payload, previous, hash FROM hmic_core_auditlink ORDER BY seq")
        for seq, payload, previous, digest in cursor:
            yield {"seq": seq, "payload": payload, "previous": previous, "hash": digest}


def verify(links: Iterable[dict[str, Any]]) -> tuple[int, str, list[str]]:
    """Check a chain with nothing but SHA-256. Returns how many links, the head's hash, and what is wrong."""
    problems, count, head = [], 0, ""
    for count, link in enumerate(links, start=1):
        expected = hashlib.sha256((head + link["payload"]).encode()).hexdigest()
        if link["seq"] != count:
            problems.append(f"entry {count} is missing: the chain goes on with {link['seq']}")
            break
        if link["previous"] != head or link["hash"] != expected:
            problems.append(f"entry {count} was changed after it was written")
            break
        head = link["hash"]
    return count, head, problems


def unchained_or_changed() -> list[str]:
    """Entries that differ from what was hashed at their commit, or were never chained. Empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id FROM hmic_core_auditentry e LEFT JOIN hmic_core_auditlink l ON l.entry_id = e.id"
            " WHERE l.payload IS DISTINCT FROM hmic_audit_payload(e) ORDER BY e.id LIMIT 20"
        )
        return [f"entry {row[0]} does not agree with the chain" for row in cursor]


def _plain(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
