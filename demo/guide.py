"""The guide bar: the next step of the demonstration, who takes it, and one click to be them and be there.

The step is read off the rows each time, so that the guide is right however the visitor got here.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from demo.cast import BY_KEY, NORTHAMPTONSHIRE
from demo.stages import SLUG
from demo.watching import Watched
from demo.words import MARK
from findings.models import Finding, Point, Round
from forces.models import Force
from inspections.models import Inspection, Release
from letters.models import Acknowledgement, Copy, Letter, NationalReport

STEPS = 13


@dataclass(frozen=True)
class Step:
    """One step: its number, what to do, who does it, where."""

    number: int
    action: str
    who: str
    where: str

    def as_context(self, present: str) -> dict[str, Any]:
        member = BY_KEY[self.who]
        there = present == member.email
        return {
            "step": self.number,
            "of": STEPS,
            "numbers": range(1, STEPS + 1),
            "action": self.action,
            "then": f"You are the {_lower(member.name)}." if there else f"Next person: the {_lower(member.name)}.",
            "next_url": f"{reverse('demo:sign-in-as', args=[self.who])}?{urlencode({'next': self.where})}",
            "next_label": "Go there" if there else f"Be the {_lower(member.name.split(',')[0])}",
        }


def _lower(name: str) -> str:
    """A role's name inside a sentence: "the inspector", but "the HM Inspector"."""
    return name if name.startswith("HM") else name[0].lower() + name[1:]


def guide(request: HttpRequest) -> dict[str, Any]:
    """Context for every page of a demonstration: the next step, or nothing where there is no demonstration.

    A page shown in a window of another one has no guide of its own.
    """
    user = getattr(request, "user", None)
    if user is None or request.headers.get("Sec-Fetch-Dest") == "iframe":
        return {}
    step = next_step()
    return {"guide": step.as_context(getattr(user, "email", ""))} if step else {}


def of_watching(watched: Watched) -> dict[str, Any]:
    """The guide of the page on which a letter becomes public: start, wait, read how it came about."""
    number, action, then = 1, "Start, and watch a letter become public.", "Two readers, one clock. It takes 90 seconds."
    if watched.is_public:
        number, action = 3, "It is public, and nobody pressed anything."
        then = "Next, as the publication admin, read in the audit trail how that came about."
    elif watched.release:
        number, action = 2, "Wait, and watch the left window."
        then = "It becomes the letter by itself. Then read in the audit trail how that came about."
    elif watched.step and not watched.failed:
        number, action = 2, "A letter is being made ready: every step of the service, in some seconds."
        then = "Then two windows open."
    made: dict[str, Any] = {"step": number, "of": 3, "numbers": range(1, 4), "action": action, "then": then}
    if watched.release:
        where = reverse("publication:release-audit", args=[watched.release.pk])
        made["next_url"] = f"{reverse('demo:sign-in-as', args=['admin'])}?{urlencode({'next': where})}"
        made["next_label"] = "Be the publication admin"
    return made


def next_step() -> Step | None:
    """The next step for Northamptonshire in the demonstration inspection."""
    inspection = Inspection.objects.filter(slug=SLUG).first()
    force = Force.objects.filter(slug=NORTHAMPTONSHIRE).first()
    if inspection is None or force is None:
        return None
    round = (
        Round.objects.select_related("inspection")
        .filter(inspection=inspection, force=force)
        .exclude(state=Round.State.RECALLED)
        .first()
    )
    if round is None:
        return _drafting(inspection, force)
    if round.state != Round.State.CLOSED:
        return _checking(round)
    return _publishing(inspection, force)


def _drafting(inspection: Inspection, force: Force) -> Step:
    findings = Finding.objects.present().filter(inspection=inspection, force=force)
    page = reverse("findings:force-show", args=[inspection.slug, force.slug])
    states = set(findings.values_list("state", flat=True))
    if Finding.State.READY in states:
        return Step(2, "Read the new finding a second time and moderate it. Its author could not.", "moderator", page)
    if Finding.State.DRAFT in states:
        return Step(1, "Mark your finding ready for second reading.", "inspector", page)
    if not findings.exclude(text__contains=MARK).exists():
        new = reverse("findings:finding-draft", args=[inspection.slug, force.slug])
        return Step(1, "Draft a finding about Northamptonshire, in your own words.", "inspector", new)
    where = reverse("findings:round-show", args=[inspection.slug, force.slug])
    return Step(3, "Send the draft to Northamptonshire for its factual accuracy check.", "lead-inspector", where)


def _checking(round: Round) -> Step:
    inside = reverse("findings:round-show", args=[round.inspection.slug, NORTHAMPTONSHIRE])
    if round.state == Round.State.ISSUED:
        draft = reverse("findings:check-draft", args=[round.pk])
        if not round.points.exists():
            return Step(4, "Raise a point: quote words that are wrong and propose better ones.", "reviewer", draft)
        return Step(
            5, "Submit the force’s response.", "liaison-officer", reverse("findings:check-submit", args=[round.pk])
        )
    undecided = round.points.filter(state__in=[Point.State.SUBMITTED, Point.State.MORE_EVIDENCE]).first()
    if undecided:
        where = reverse("findings:point-decide", args=[undecided.pk])
        return Step(6, "Decide the point, with a reason. Accepting it amends the finding.", "lead-inspector", where)
    return Step(6, "Close the check: the findings become final.", "lead-inspector", inside)


def _publishing(inspection: Inspection, force: Force) -> Step | None:
    release = inspection.releases.exclude(state=Release.State.CANCELLED).order_by("-created_at").first()
    if release is None:
        return Step(
            7,
            "Make a release and schedule its instant, a few minutes from now.",
            "admin",
            reverse("publication:release-new"),
        )
    page = reverse("publication:release-show", args=[release.pk])
    letter = Letter.objects.filter(inspection=inspection, force=force).exclude(state=Letter.State.SUPERSEDED).first()
    if release.state == Release.State.DRAFT:
        return Step(7, "Schedule the release: give it its instant, a few minutes from now.", "admin", page)
    if release.state == Release.State.SCHEDULED:
        return _lettering(inspection, release, letter)
    if release.state == Release.State.SEALED:
        return Step(11, "Approve the release. The one who locked it cannot.", "second-admin", page)
    if release.state == Release.State.APPROVED and letter:
        return _collecting(release, letter)
    if release.state == Release.State.RELEASED:
        return Step(
            13,
            "It is public. Read in the audit trail how that came about.",
            "auditor",
            reverse("publication:audit-list"),
        )
    return Step(11, "The release is stopped. See what can be done.", "admin", page)


def _lettering(inspection: Inspection, release: Release, letter: Letter | None) -> Step:
    if letter is None:
        where = reverse("letters:letter-list", args=[inspection.slug])
        return Step(8, "Assemble Northamptonshire’s letter. It quotes the instant.", "lead-inspector", where)
    page = reverse("letters:letter-show", args=[letter.pk])
    if letter.state == Letter.State.ASSEMBLED:
        return Step(8, "Proof-read the letter.", "lead-inspector", page)
    if letter.state == Letter.State.PROOFED:
        return Step(9, "Read the letter and sign it.", "hm-inspector", reverse("letters:letter-sign", args=[letter.pk]))
    where = reverse("publication:release-show", args=[release.pk])
    added = NationalReport.objects.filter(release=release).exists()
    action = "Lock the release" if added else "Add the national report, then lock the release"
    return Step(10, f"{action} for publication.", "admin", where)


def _collecting(release: Release, letter: Letter) -> Step:
    copy = Copy.objects.current().filter(letter=letter, contact__user__email=BY_KEY["liaison-officer"].email).first()
    instant = release.embargo_until
    if copy and instant and not Acknowledgement.objects.filter(copy=copy, embargo_until=instant).exists():
        where = reverse("letters:copy-show", args=[copy.pk])
        return Step(12, "Acknowledge the embargo, then download the letter and the report.", "liaison-officer", where)
    live = reverse("publication:release-live", args=[release.pk])
    return Step(12, "Wait for the instant: the letter becomes public by itself.", "admin", live)
