"""The proof of embargo as an accessible PDF. Each is asked for, made by a worker, and kept: a later one says more."""

from django.db import transaction
from django.template.loader import render_to_string

from hmic_core import audit, clock, files
from hmic_core.accounts.policies import AUDIT_READER
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.pdf import rendering
from inspections.frozen import content_hash
from inspections.models import Release
from publication.evidence import proof
from publication.models import ProofPaper

STYLES = (rendering.LETTER_STYLE, rendering.STATIC / "check.css")


def ask(release: Release, *, by: User) -> ProofPaper:
    """Ask for the proof as it is now. One that waits already is the same one."""
    if not AUDIT_READER.allows(by):
        raise NotAllowed("Only publication admins and auditors ask for a proof of embargo.")
    asked, _ = ProofPaper.objects.get_or_create(
        release=release, file=None, defaults={"asked_by": by, "asked_at": clock.now()}
    )
    return asked


def make_waiting() -> int:
    """Make those that wait, one at a time; returns how many. For workers. Raises PdfError."""
    made = 0
    while _make_next():
        made += 1
    return made


@transaction.atomic
def _make_next() -> bool:
    rows = ProofPaper.objects.select_for_update(skip_locked=True, of=("self",)).filter(file=None)
    paper = rows.select_related("release", "asked_by").order_by("asked_at").first()
    if paper is None:
        return False
    said = proof.of(paper.release)
    data = render(paper.release, said)
    name = f"proof-of-embargo-{paper.release_id}.pdf"
    paper.file = files.store(data, name, "application/pdf", paper.asked_by)
    paper.made_at, paper.chain_head = said["made_at"], said["chain"]["head"]
    paper.save()
    problems = len(rendering.validate(data))
    audit.record(
        Action.PROOF_MADE,
        paper.asked_by,
        paper.release,
        sha256=paper.file.sha256,
        head=paper.chain_head,
        problems=problems,
    )
    return True


def render(release: Release, said: dict[str, object]) -> bytes:
    """The same facts as on the page and in the JSON."""
    page = render_to_string("publication/proof_pdf.html", {"release": release, "proof": said})
    described = rendering.Metadata(
        title=f"Proof of embargo: {release.title}",
        author="HMIC",
        subject=release.inspection.title,
        created=clock.now(),
        identifier=content_hash({"html": page}),
    )
    return rendering.render(page, described, STYLES)
