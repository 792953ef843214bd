"""From rows to the letter as data: what stands on the inspectorate's side of `letters.document`.

Everything dated is taken as it was on the letter's date: letterhead, names, posts, liaison officer. What the letter
says of the factual accuracy check is chosen from what really happened (domain.md, rule 15).
"""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string

from findings.models import Finding, Point, Revision, Round
from forces.models import Contact, Force, ForceName, Post, post_holder, region_of
from hmic_core import clock
from hmic_core.errors import NotAllowed
from hmic_core.text import render_html
from inspections.frozen import FrozenLetter, FrozenLetterTheme
from inspections.models import Inspection, Release, Theme
from letters import document
from letters.document import Accuracy, LetterDocument, PlaceholderValues, Variant
from letters.models import Letter, Letterhead, Signatory

#: Neither "amended following your response" nor "not changed" would be true of words changed for another reason.
CHANGED_OTHERWISE = (
    "The findings that specifically relate to your force are included in this letter. The initial findings were "
    "previously sent to you for factual accuracy checks. Some of their wording has been changed since then, for "
    "reasons other than your response."
)


def usual_date(release: Release) -> dt.date:
    """The date a letter bears: the day before publication, as copies go out then; never a day that has passed.

    A date in London. Raises NotAllowed while the release has no instant.
    """
    if release.embargo_until is None:
        raise NotAllowed("The release has no date and time yet. Schedule it first: the letter quotes them.")
    publication = release.embargo_until.astimezone(clock.LONDON).date()
    return min(publication, max(clock.today(), publication - dt.timedelta(days=1)))


def signatory_for(inspection: Inspection, force: Force, day: dt.date) -> Signatory:
    """Who signs: the assignment for this inspection and force on `day`, else the region's HM Inspector, now assigned.

    Raises NotAllowed with the remedy where nobody is known.
    """
    assigned: Signatory | None = (
        Signatory.objects.on(day).filter(inspection=inspection, force=force).order_by("is_deputy", "-starts_on").first()
    )
    if assigned:
        return assigned
    region = region_of(force, day)
    post = post_holder(Post.Kind.HM_INSPECTOR, day, region=region) if region else None
    if region is None or post is None:
        raise NotAllowed(
            f"Nobody is known to sign the letter to {force.name}. Record the HM Inspector of its region, or assign "
            "a signatory for this inspection."
        )
    return Signatory.objects.create(
        inspection=inspection,
        force=force,
        person=post.person,
        post_title=post.title,
        region_name=region.name,
        starts_on=min(clock.today(), day),
        invented=post.invented,
    )


def letter_document(
    inspection: Inspection, force: Force, release: Release, *, signatory: Signatory, day: dt.date
) -> LetterDocument:
    """The letter as its rows stand now. Raises NotAllowed with what is missing or not final."""
    letterhead = letterhead_on(day)
    addressee = addressee_on(force, day)
    name = force_name_on(force, day)
    data: dict[str, Any] = {
        "inspectorate": {
            "name": letterhead.name,
            "short_name": letterhead.short_name,
            "address": letterhead.address,
        },
        "signatory": {
            "name": signatory.person.name,
            "honours": signatory.person.honours,
            "post": signatory.post_title,
            "region": signatory.region_name,
        },
        "addressee": {
            "title": addressee.person.title,
            "name": addressee.person.name,
            "honours": addressee.person.honours,
            "post": addressee.title,
            "force": name,
            "salutation": _salutation(addressee),
        },
        "subject": inspection.title,
        "former_titles": _former_titles(inspection),
        "opening": inspection.opening or _opening(inspection, letterhead),
        "publication": document.publication_words(inspection.report_title),
        "accuracy": accuracy_paragraph(inspection, force),
        "context": _context(inspection, letterhead),
        "themes": _themes(inspection, force),
        "copied_to": _copied_to(force, day, letterhead),
        "enclosures": [inspection.report_title] if inspection.report_title else [],
    }
    try:
        return document.build(data)
    except (document.LetterIncomplete, ValueError) as error:
        raise NotAllowed(str(error)) from None


def letterhead_on(day: dt.date) -> Letterhead:
    head: Letterhead | None = Letterhead.objects.on(day).order_by("-starts_on").first()
    if head is None:
        raise NotAllowed(
            f"No letterhead of the inspectorate is recorded for {document.date_words(day)}. Record it first."
        )
    return head


def addressee_on(force: Force, day: dt.date) -> Post:
    """The chief officer on the letter's date (domain.md, rule 14)."""
    holder = post_holder(Post.Kind.CHIEF_OFFICER, day, force=force)
    if holder is None:
        raise NotAllowed(
            f"Nobody is recorded as chief officer of {force.name} on {document.date_words(day)}, so the letter has no "
            "addressee. Record who holds the post."
        )
    return holder


def force_name_on(force: Force, day: dt.date) -> str:
    dated: ForceName | None = force.names.filter(is_alias=False).on(day).order_by("-starts_on").first()  # type: ignore[attr-defined]
    return dated.name if dated else force.name


def accuracy_paragraph(inspection: Inspection, force: Force) -> str:
    """What happened in the factual accuracy check, in the one wording that is true of it.

    Raises NotAllowed while there is no check, or one that is not closed.
    """
    rounds = list(Round.objects.filter(inspection=inspection, force=force).exclude(state=Round.State.RECALLED))
    if not rounds:
        raise NotAllowed(
            f"{force.name} has not been sent its findings for the factual accuracy check. Send them first."
        )
    if any(round_.state != Round.State.CLOSED for round_ in rounds):
        raise NotAllowed(
            f"The factual accuracy check of {force.name} is not closed. Decide its points and close it first."
        )
    if _amended(rounds):
        return document.ACCURACY_WORDS[Accuracy.AMENDED]
    if _changed_since(inspection, force, rounds):
        return CHANGED_OTHERWISE
    responded = any(round_.submitted_at for round_ in rounds)
    return document.ACCURACY_WORDS[Accuracy.UNCHANGED if responded else Accuracy.NO_RESPONSE]


def _amended(rounds: Sequence[Round]) -> bool:
    """Whether an accepted point of the force changed a finding's words."""
    accepted = [Point.State.ACCEPTED, Point.State.ACCEPTED_IN_PART]
    return Revision.objects.filter(point__round__in=rounds, point__state__in=accepted).exists()


def _changed_since(inspection: Inspection, force: Force, rounds: Sequence[Round]) -> bool:
    """Whether the findings say anything else than the force was shown last."""
    shown: dict[Any, str] = {}
    for round_ in sorted(rounds, key=lambda each: each.number):
        shown.update(round_.paragraphs.values_list("finding", "text"))
    present = dict(_findings(inspection, force).values_list("pk", "text"))
    return shown != present


def _findings(inspection: Inspection, force: Force) -> Any:
    return Finding.objects.present().filter(inspection=inspection, force=force).select_related("theme").in_order()


def _themes(inspection: Inspection, force: Force) -> list[dict[str, Any]]:
    findings = list(_findings(inspection, force))
    if not findings:
        raise NotAllowed(f"{force.name} has no findings in this inspection, so there is no letter to assemble.")
    open_ones = [finding.reference for finding in findings if finding.state != Finding.State.FINAL]
    if open_ones:
        raise NotAllowed(
            f"These findings are not final yet: {', '.join(open_ones)}. Moderate them and make them final."
        )
    by_theme = {key: list(group) for key, group in groupby(findings, key=lambda finding: finding.theme_id)}
    return [_theme(theme, by_theme.get(theme.pk, [])) for theme in inspection.themes.all()]


def _theme(theme: Theme, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "title": theme.title,
        "question": theme.question,
        "prefix": theme.prefix,
        "findings": [
            {"reference": f"{theme.prefix}-{each.number}", "kind": each.kind, "markdown": each.text}
            for each in findings
        ],
    }


def _former_titles(inspection: Inspection) -> list[str]:
    return [former.title for former in inspection.former_titles.all()]


def _opening(inspection: Inspection, letterhead: Letterhead) -> str:
    number = inspection.scope.count()
    everywhere = number == Force.objects.filter(successor=None).count()
    return document.opening_words(
        fieldwork=inspection.fieldwork_words.replace(" to ", " and ", 1),
        publisher=letterhead.short_name,
        scope=f"all {number} forces in England and Wales"
        if everywhere
        else f"{number} force{'' if number == 1 else 's'}",
        title=inspection.title,
        former_titles=_former_titles(inspection),
        areas=inspection.themes.count(),
    )


def _context(inspection: Inspection, letterhead: Letterhead) -> list[str]:
    paragraphs = []
    if inspection.report_title:
        paragraphs.append(
            f"The majority of the inspection findings contained in the {inspection.report_title} do not identify "
            "individual forces. However electronic versions of the national report will link to the "
            f"{letterhead.short_name} website where data on each force can be viewed."
        )
    if inspection.follow_up_text:
        paragraphs.append(inspection.follow_up_text)
    if inspection.updates_invited:
        paragraphs.append(_update_words(inspection))
    return paragraphs


def _update_words(inspection: Inspection) -> str:
    words = "All forces will be given the opportunity to provide an update."
    if inspection.follow_up_title:
        words += f" This updated evidence will be considered as part of the {inspection.follow_up_title}"
        words += f", which is due to be published at {inspection.follow_up_due}." if inspection.follow_up_due else "."
    return words


def _salutation(post: Post) -> str:
    person = post.person
    return f"Dear {person.salutation or ' '.join(filter(None, [person.title, person.name]))}"


def _copied_to(force: Force, day: dt.date, letterhead: Letterhead) -> list[dict[str, str]]:
    officers = Contact.objects.on(day).filter(force=force, capacity=Contact.Capacity.LIAISON_OFFICER)
    known = officers.exclude(verified_at=None).order_by("name")
    return [{"name": officer.name, "role": f"{letterhead.short_name} Liaison Officer"} for officer in known]


# A letter's row and its document


def document_of(letter: Letter) -> LetterDocument:
    """The letter that its row keeps: what was assembled, and signed when it is."""
    return document.from_json(letter.content)


def moved(releases: Sequence[Release]) -> set[Any]:
    """Which of these releases had another instant before: their letters say "will now be published"."""
    changes = Release.objects.filter(pk__in=[release.pk for release in releases], changes__old_instant__isnull=False)
    return set(changes.values_list("pk", flat=True))


def values_of(letter: Letter, *, moved_releases: set[Any] | None = None) -> PlaceholderValues:
    """What fills the letter's placeholders. A list passes `moved_releases` so that it asks once for all."""
    moved_ones = moved([letter.release]) if moved_releases is None else moved_releases
    return PlaceholderValues(
        embargo_until=letter.release.embargo_until,
        letter_date=letter.letter_date,
        rescheduled=letter.release_id in moved_ones,
        zone=letter.release.embargo_zone,
    )


def frozen_view(letter: Letter, variant: Variant) -> dict[str, Any]:
    """The letter as `letters/_letter_body.html` prints it."""
    try:
        return document.frozen(document_of(letter), values_of(letter), variant)
    except document.LetterIncomplete as error:
        raise NotAllowed(str(error)) from None


def frozen_letter(letter: Letter, *, pages: int, note: str = "") -> FrozenLetter:
    """The content of the release item that this letter becomes when its release is sealed.

    Its Markdown becomes HTML here and never again. Works for a letter that is not saved (the archive's).
    """
    view = frozen_view(letter, Variant.FINAL)
    body = {"letter": view, "anchors": True, "links": True, "note": note}
    return FrozenLetter(
        html=render_to_string("letters/_letter_body.html", body),
        document=view["document"],
        signed_hash=letter.signed_hash or letter.content_hash,
        inspection_title=letter.inspection.title,
        inspection_short_title=letter.inspection.short_title,
        force_name=view["addressee"]["force"],
        letter_date=view["letter_date"],
        addressee=f"{view['addressee']['name']}, {view['addressee']['post']}",
        signatory=f"{view['signatory']['name']}, {view['signatory']['post']}",
        pages=pages,
        themes=[_frozen_theme(theme) for theme in view["themes"]],
        is_demonstration=letter.inspection.is_demonstration,
        is_archive=letter.release.is_archive,
    )


def _frozen_theme(theme: dict[str, Any]) -> FrozenLetterTheme:
    return {
        "title": theme["title"],
        "question": theme["question"],
        "findings": [
            {
                "reference": each["reference"],
                "kind": each["kind"],
                "html": str(render_html(each["markdown"], links=True)),
            }
            for each in theme["findings"]
        ],
    }
