"""The documents of a check as HTML and accessible PDF: the draft as it was sent, and the schedule of decisions.

Workers make the PDFs; the web process finds them, and prints who reads it and when on each page of the copy it hands
out. Both are made of what was frozen or decided: a working copy never is in them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string

from findings.accuracy.rounds import sent_at
from findings.accuracy.schedule import rows_of, tally
from findings.models import CheckDocument, Difference, Finding, Paragraph, Point, Round
from findings.unseen import marked
from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.models import User
from hmic_core.pdf import rendering
from hmic_core.templatetags.times import london
from hmic_core.text.markdown import render_html
from inspections.frozen import content_hash

Kind = CheckDocument.Kind
STYLE = rendering.STATIC / "check.css"
#: The number of the lock that the maker of documents holds.
_LOCK = 0x48C4EC
_NAMES = {Kind.DRAFT: "draft", Kind.DECISIONS: "decisions"}


def draft_context(round: Round) -> dict[str, Any]:
    """The frozen copy, paragraph by paragraph under its themes."""
    shown = [_shown(paragraph) for paragraph in round.paragraphs.order_by("position")]
    themes = [
        {"title": title, "question": question, "paragraphs": list(group)}
        for (title, question), group in groupby(shown, key=lambda each: (each["theme"], each["question"]))
    ]
    return {"round": round, "themes": themes, "sent": sent_at(round), "count": len(shown)}


def decisions_context(round: Round) -> dict[str, Any]:
    rows = rows_of(round)
    return {"round": round, "rows": rows, "tally": tally(row.point for row in rows)}


def html(round: Round, kind: str) -> str:
    """The whole document for the PDF."""
    if kind == Kind.DRAFT:
        return render_to_string("findings/document_draft.html", draft_context(round))
    return render_to_string("findings/document_decisions.html", decisions_context(round))


def find(round: Round, kind: str) -> CheckDocument | None:
    """The newest one that is ready."""
    found: CheckDocument | None = round.documents.filter(kind=kind).select_related("file").order_by("-made_at").first()
    return found


def make(round: Round, kind: str) -> CheckDocument:
    """Render and keep it, unless the same words were kept already. For workers and commands. Raises PdfError."""
    page = html(round, kind)
    key = content_hash({"kind": kind, "html": page})
    kept: CheckDocument | None = CheckDocument.objects.filter(round=round, kind=kind, key=key).first()
    if kept:
        kept.made_at = clock.now()  # what it was made of was looked at again
        kept.save(update_fields=["made_at"])
        return kept
    title = "Draft findings" if kind == Kind.DRAFT else "Decisions on the force’s points"
    described = rendering.Metadata(
        title=f"{title}: {round.force.name}",
        author="HMIC",
        subject=round.inspection.title,
        created=round.closed_at or round.issued_at or clock.now(),
        identifier=key,
    )
    data = rendering.render(page, described, (rendering.LETTER_STYLE, STYLE))
    made: CheckDocument = CheckDocument.objects.create(
        round=round,
        kind=kind,
        key=key,
        file=files.store(data, file_name(round, kind), "application/pdf", None),
        pages=rendering.page_count(data),
        problems=rendering.validate(data),
        made_at=clock.now(),
    )
    audit.record(Action.CHECK_RENDERED, None, round, force=round.force.slug, kind=kind, problems=len(made.problems))
    return made


def missing() -> Iterable[tuple[Round, str]]:
    """What has to be made: drafts that were sent, and schedules of closed checks, anew after a difference."""
    rounds = Round.objects.exclude(state__in=[Round.State.PREPARING, Round.State.RECALLED])
    rounds = rounds.select_related("inspection", "force", "notice")
    of = CheckDocument.objects.filter(round=OuterRef("pk"))
    for round in rounds.filter(notice__sent_at__isnull=False).exclude(Exists(of.filter(kind=Kind.DRAFT)))[:20]:
        yield round, Kind.DRAFT
    later = Difference.objects.filter(point__round=OuterRef("round"), at__gt=OuterRef("made_at"))
    corrected = Point.objects.filter(round=OuterRef("round"), decided_at__gt=OuterRef("made_at"))
    of_round = Finding.objects.filter(revisions__point__round=OuterRef("round"))
    read = of_round.filter(moderated_at__gt=OuterRef("made_at"))
    fresh = of.filter(kind=Kind.DECISIONS).exclude(Exists(later)).exclude(Exists(corrected)).exclude(Exists(read))
    for round in rounds.filter(state=Round.State.CLOSED).filter(~Exists(fresh))[:20]:
        yield round, Kind.DECISIONS


@contextmanager
def alone() -> Iterator[bool]:
    """Whether nobody else is making documents just now; until the block ends nobody else begins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        first = bool(cursor.fetchone()[0])
        try:
            yield first
        finally:
            if first:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def copy_for(document: CheckDocument, reader: User) -> bytes:
    """The bytes for one reader: their name and the time on every page."""
    return rendering.stamp(files.read(document.file.key), [stamp_words(reader)])


def stamp_words(reader: User) -> str:
    return f"In confidence. Copy of {reader.name}, {london(clock.now())}. Not for publication or quotation."


def file_name(round: Round, kind: str, suffix: str = "pdf") -> str:
    return f"{round.inspection.slug}-{round.force.slug}-{_NAMES[Kind(kind)]}-{round.number}.{suffix}"


def _shown(paragraph: Paragraph) -> dict[str, Any]:
    return {
        "reference": paragraph.reference,
        "kind": paragraph.kind_label,
        "html": render_html(paragraph.text, links=False),
        "basis": render_html(paragraph.basis, links=False) if paragraph.basis else "",
        "new": marked(paragraph.known_text, paragraph.text) if paragraph.known_text else "",
        "theme": paragraph.theme_title,
        "question": paragraph.theme_question,
    }
