"""The receipt of a force's response as an accessible PDF: who sent what, when, and its fingerprint.

Workers make it (see `hmic_core.pdf.rendering`); the page with the same facts is there at once.
"""

from django.db import transaction
from django.template.loader import render_to_string

from findings.accuracy.contact import contact_words
from findings.accuracy.draft import draft_of
from findings.accuracy.locking import record
from findings.accuracy.rounds import files_of
from findings.models import Point, Round
from hmic_core import files
from hmic_core.audit import Action
from hmic_core.models import StoredFile
from hmic_core.pdf import rendering

STYLES = (rendering.LETTER_STYLE, rendering.STATIC / "receipt.css")


def to_make(limit: int = 20) -> list[Round]:
    """Responses whose receipt nobody has made yet, the oldest first."""
    waiting = Round.objects.filter(submitted_at__isnull=False, receipt=None).exclude(response_hash="")
    return list(waiting.select_related("inspection", "force", "submitted_by").order_by("submitted_at")[:limit])


def file_name(round: Round) -> str:
    return f"{round.inspection.slug}-{round.force.slug}-receipt.pdf"


def make_receipt(round: Round) -> StoredFile:
    """Render and keep the receipt. Two workers make the same bytes; the second one's are not kept."""
    data = rendered(round)
    with transaction.atomic():
        held = Round.objects.select_for_update(of=("self",)).select_related("inspection", "force", "receipt")
        found: Round = held.get(pk=round.pk)
        if found.receipt is not None:
            return found.receipt
        found.receipt = files.store(data, file_name(round), "application/pdf", None)
        found.save(update_fields=["receipt"])
        record(Action.RECEIPT_MADE, None, found, sha256=found.receipt.sha256, response_hash=found.response_hash)
        return found.receipt


def rendered(round: Round) -> bytes:
    """The same bytes for the same response."""
    html = render_to_string("findings/receipt_pdf.html", context(round))
    assert round.submitted_at is not None  # noqa: S101
    return rendering.render(
        printable(html),
        rendering.Metadata(
            title=f"Receipt: factual accuracy check, {round.force}",
            author="HMIC",
            subject=round.inspection.title,
            created=round.submitted_at,
            identifier=f"sha256:{round.response_hash}",
        ),
        STYLES,
    )


def printable(html: str) -> str:
    """What a force typed may hold characters that the typeface lacks. A receipt must not fail for that: each becomes
    a mark, and the words themselves are kept by their fingerprint."""
    return html.translate({ord(each): "\N{WHITE SQUARE}" for each in rendering.missing_characters(html)})


def context(round: Round) -> dict[str, object]:
    """What the receipt says of each point that was sent, as it was sent."""
    draft = draft_of(round)
    sent = [noted for noted in draft.points if noted.point.submitted_at == round.submitted_at]
    evidence = files_of([noted.point for noted in sent])
    points = [(noted, evidence.get(noted.point.pk, [])) for noted in sent]
    updates = sum(noted.point.kind == Point.Kind.CHANGED_SINCE for noted in sent)
    return {
        "round": round,
        "draft": draft,
        "points": points,
        "updates": updates,
        "contact": contact_words(round.inspection),
    }
