"""From rows to the letter as data: what stands on the inspectorate's side of `letters.document`.

Everything dated is taken as it was on the letter's date: letterhead, names, posts, liaison officer. What the letter
says of the factual accuracy check is chosen from what really happened (domain.md, rule 15).
"""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db.models import F

from findings.accuracy import schedule
from findings.accuracy.letter_sentence import Accuracy, of_check
from findings.models import Finding, Round
from forces.models import Contact, Force, ForceName, Post, post_holder, region_of
from hmic_core import clock
from hmic_core.accounts import roles
from hmic_core.errors import NotAllowed
from inspections.models import Inspection, Release, Theme
from letters.document import building, parts, wording
from letters.document.parts import LetterDocument
from letters.document.wording import PLACEHOLDER, PLACEHOLDER_WORDS, PUBLICATION_SENTENCE
from letters.models import Letterhead, Signatory, Wording
from letters.versions import document_of, frozen_view, moved, values_of

__all__ = [
    "accuracy_paragraph",
    "addressee_on",
    "document_of",
    "force_name_on",
    "frozen_view",
    "letter_document",
    "letterhead_on",
    "moved",
    "signatory_for",
    "usual_date",
    "values_of",
]


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

    A deputy signs for the signatory; the letter is in a deputy's own name only where there is no signatory.
    Raises NotAllowed with the remedy where nobody is known.
    """
    known = Signatory.objects.on(day).filter(inspection=inspection, force=force).order_by("is_deputy", "-starts_on")
    assigned: Signatory | None = known.first()
    if assigned and not assigned.is_deputy:
        return assigned
    region = region_of(force, day)
    post = post_holder(Post.Kind.HM_INSPECTOR, day, region=region) if region else None
    if region is None or post is None:
        if assigned:
            return assigned
        raise NotAllowed(
            f"Nobody is known to sign the letter to {force.name}. Record the HM Inspector of its region, or assign "
            "a signatory for this inspection."
        )
    if post.person.user:
        roles.require_free(post.person.user, roles.Kind.SIGNATORY)
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
        **_standard_words(inspection, force, name, letterhead, day),
        "themes": _themes(inspection, force),
        "differences": schedule.differences(inspection, force),
        "copied_to": _copied_to(force, day, letterhead),
        "enclosures": [inspection.report_title] if inspection.report_title else [],
    }
    try:
        made = building.build(data)
    except (parts.LetterIncomplete, ValueError) as error:
        raise NotAllowed(str(error)) from None
    _check_placeholders(made)
    return made


def _check_placeholders(made: LetterDocument) -> None:
    """Refuse a placeholder that nothing will ever fill: somebody typed it into a text of the inspection."""
    texts = " ".join((made.publication, made.accuracy, *made.opening, *made.context, *made.closing))
    unknown = sorted({name for name in PLACEHOLDER.findall(texts) if name not in PLACEHOLDER_WORDS})
    if unknown:
        shown = ", ".join(f"{{{{{name}}}}}" for name in unknown)
        raise NotAllowed(f"The inspection’s texts hold {shown}, which nothing can fill. Write the words out instead.")


def letterhead_on(day: dt.date) -> Letterhead:
    head: Letterhead | None = (
        Letterhead.objects.on(day).order_by("-starts_on", F("recorded_at").desc(nulls_last=True)).first()
    )
    if head is None:
        raise NotAllowed(
            f"No letterhead of the inspectorate is recorded for {wording.date_words(day)}. Record it first."
        )
    return head


def addressee_on(force: Force, day: dt.date) -> Post:
    """The chief officer on the letter's date (domain.md, rule 14)."""
    holder = post_holder(Post.Kind.CHIEF_OFFICER, day, force=force)
    if holder is None:
        raise NotAllowed(
            f"Nobody is recorded as chief officer of {force.name} on {wording.date_words(day)}, so the letter has no "
            "addressee. Record who holds the post."
        )
    return holder


def force_name_on(force: Force, day: dt.date) -> str:
    dated: ForceName | None = force.names.filter(is_alias=False).on(day).order_by("-starts_on").first()  # type: ignore[attr-defined]
    return dated.name if dated else force.name


def accuracy_paragraph(inspection: Inspection, force: Force) -> Accuracy:
    """What happened in the factual accuracy check: which of the wordings is true of it.

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
    return of_check(rounds)


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


def _standard_words(
    inspection: Inspection, force: Force, name: str, letterhead: Letterhead, day: dt.date
) -> dict[str, Any]:
    """Every block of standard words that this letter has, as it stood on the letter's date, filled."""
    blocks = blocks_on(day)
    values = _values(inspection, name, letterhead)
    report, follow_up = inspection.report_title, inspection.follow_up_title

    def say(kind: str, words: str = "") -> str:
        try:
            return wording.fill(kind, words or blocks[kind], values)
        except wording.WordingIncomplete as incomplete:
            raise NotAllowed(str(incomplete)) from None

    updates = say("updates_considered" if follow_up else "updates") if inspection.updates_invited else ""
    context = [say("report_note") if report else "", inspection.follow_up_text, updates]
    return {
        "opening": say("opening", inspection.opening),
        "publication": say("publication" if report else "publication_alone"),
        "accuracy": say(f"accuracy_{accuracy_paragraph(inspection, force)}"),
        "context": [words for words in context if words],
        "lead_in": say("lead_in"),
        "closing": say("closing"),
        "valediction": say("valediction"),
    }


def blocks_on(day: dt.date) -> dict[str, str]:
    """What each block of standard words says on a day: its newest edition, else the standard of 2014."""
    words = {kind: block.standard for kind, block in wording.BLOCKS.items()}
    found: set[str] = set()
    for edition in Wording.objects.on(day):
        if edition.kind in words and edition.kind not in found:
            found.add(edition.kind)
            words[edition.kind] = edition.text
    return words


def _values(inspection: Inspection, name: str, letterhead: Letterhead) -> dict[str, str]:
    """What the blocks' placeholders stand for in this letter; empty where it is not recorded."""
    due = inspection.follow_up_due
    return {
        "fieldwork": inspection.fieldwork_words.replace(" to ", " and ", 1),
        "publisher": letterhead.short_name,
        "scope": _scope(inspection),
        "titles": wording.title_words(inspection.title, _former_titles(inspection)),
        "areas": wording.area_words(inspection.themes.count()),
        "force": name,
        "report": inspection.report_title,
        "follow_up": inspection.follow_up_title + (f", which is due to be published at {due}" if due else ""),
        "publication_sentence": PUBLICATION_SENTENCE,
    }


def _scope(inspection: Inspection) -> str:
    number = inspection.scope.count()
    if number == Force.objects.filter(successor=None).count():
        return f"all {number} forces in England and Wales"
    return f"{number} force{'' if number == 1 else 's'}"


def _salutation(post: Post) -> str:
    person = post.person
    return f"Dear {person.salutation or ' '.join(filter(None, [person.title, person.name]))}"


def _copied_to(force: Force, day: dt.date, letterhead: Letterhead) -> list[dict[str, str]]:
    officers = Contact.objects.on(day).filter(force=force, capacity=Contact.Capacity.LIAISON_OFFICER)
    known = officers.exclude(verified_at=None).order_by("name")
    return [{"name": officer.name, "role": f"{letterhead.short_name} Liaison Officer"} for officer in known]
