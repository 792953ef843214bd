"""Indicators and passages of the national report in a check: docs/adr/0007-passages-that-name-several-forces.md.

A force is shown its own values and the passages that name it, and nothing of another force: the name of one, or a
place or officer of one, in these words stops the draft from going out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Count, F

from findings.models import NationalAmendment, Paragraph, Point, Round
from findings.quotes import anchors
from forces.models import Force
from forces.naming import Register
from hmic_core import audit
from hmic_core.audit import Action
from hmic_core.errors import Stale
from hmic_core.models import User
from inspections import national_entries
from inspections.models import Inspection, NationalEntry, NationalRevision
from inspections.setup.indicators import as_typed, put
from inspections.setup.passages import checked

State = Round.State
#: The heading and question under which each kind stands in the draft, and its `Paragraph.kind`.
INDICATOR = ("Indicators", "is the figure for your force right?", "indicator")
PASSAGE = ("The national report on your force", "are the facts in these passages right?", "passage")

#: While a round is here its force reads or has answered the frozen words, and points decide what becomes of them.
_OPEN = (State.ISSUED, State.RESPONDED, State.NO_INACCURACIES, State.NO_RESPONSE, State.DECIDED)


# Before and at sending


def entries_of(inspection: Inspection, forces: Iterable[Force]) -> dict[UUID, list[NationalEntry]]:
    """By force: its values in the order of the indicators, then the passages that name it; one query."""
    found: dict[UUID, list[NationalEntry]] = defaultdict(list)
    rows = NationalEntry.objects.of_inspection(inspection).filter(force__in=forces)
    for entry in rows.annotate(named=Count("passage__entries")):
        found[entry.force_id].append(entry)
    return found


def obstacles(force: Force, held: Sequence[NationalEntry], foreign: Mapping[UUID, str]) -> list[str]:
    """Why these entries cannot be shown to their force; `foreign`: see `naming_others`."""
    unwritten = [entry.reference for entry in held if entry.named > 1 and not entry.words]  # type: ignore[attr-defined]
    found = []
    if unwritten:
        found.append(f"{', '.join(unwritten)} names other forces too: write what {force} is shown instead.")
    found += [foreign[entry.pk] for entry in held if entry.pk in foreign and entry.reference not in unwritten]
    return found


def naming_others(held: Iterable[NationalEntry], register: Register) -> dict[UUID, str]:
    """The entries whose words name something of another force than their own, and what, as a sentence."""
    found = {}
    for entry in held:
        if others := register.found(entry.text, entry.force_id):
            which = ", ".join(f"“{each.words}” ({each.sentence})" for each in others)
            found[entry.pk] = f"{entry.reference} must not go to {entry.force} as it is: {which}."
    return found


def freeze(round: Round, after: int) -> int:
    """Put the force's entries into the frozen copy, behind `after` paragraphs. How many."""
    of = NationalEntry.objects.of_inspection(round.inspection).filter(force=round.force)
    held = list(of.select_for_update(of=("self",)))
    kept = NationalRevision.objects.filter(entry__in=held, version=F("entry__version"))
    revisions: dict[UUID, UUID] = dict(kept.values_list("entry", "pk"))
    Paragraph.objects.bulk_create(
        Paragraph(
            round=round,
            position=position,
            reference=entry.reference,
            theme_title=about[0],
            theme_question=about[1],
            kind=about[2],
            text=entry.text,
            national=entry,
            national_revision_id=revisions[entry.pk],
        )
        for position, entry in enumerate(held, start=after + 1)
        for about in [INDICATOR if entry.indicator else PASSAGE]
    )
    return len(held)


def kept(verb: str, held: Iterable[NationalEntry]) -> dict[UUID, str]:
    """For `inspections.national_entries`: in an open check an entry changes by a point; once sent it is not removed."""
    held = list(held)
    sent = Paragraph.objects.filter(national__in=held).exclude(round__state=State.PREPARING)
    if verb == national_entries.CHANGE:
        sent = sent.filter(round__state__in=_OPEN)
    forces = dict(sent.values_list("national", "round__force__name"))
    why = "has its draft. It changes by a point that the force raises, or after a recall"
    if verb == national_entries.REMOVE:
        why = "was shown it. It cannot be removed"
    return {entry.pk: f"{entry.reference}: {forces[entry.pk]} {why}." for entry in held if entry.pk in forces}


# Deciding


def proposal(point: Point, entry: NationalEntry, present: str) -> str | None:
    """`present`, a value or words, with what the force proposes put in; None where that cannot be done.

    A value may be quoted and proposed with its unit: "62.0 per cent", "64.1%".
    """
    if entry.indicator is None:
        return anchors.replaced(present, point.quoted, point.proposed)
    whole = anchors.replaced(would_be(entry, present), point.quoted, point.proposed)
    found = value_in(entry, whole) if whole else None
    return found or anchors.replaced(present, _bare(point.quoted, entry), _bare(point.proposed, entry))


def _bare(words: str, entry: NationalEntry) -> str:
    """A number without its unit; other words as they are."""
    bare = words.strip()
    for unit in (entry.indicator.unit if entry.indicator else "", "per cent", "%"):
        bare = bare.removesuffix(unit).strip()
    return bare


def would_be(entry: NationalEntry, amended: str) -> str:
    """The words that the force would be shown after an amendment."""
    if entry.indicator is None:
        return amended
    before, after = entry.around_value
    return f"{before}{amended.strip()}{after}"


def amendable(entry: NationalEntry) -> str:
    """What an amendment replaces: the value, or the words."""
    return entry.written if entry.indicator else entry.text


def amend(point: Point, entry: NationalEntry, words: str, version: int | None, by: User) -> None:
    """Put in a value, or words, as a point asks, and link the new version to the point. Raises Stale."""
    of = NationalEntry.objects.select_for_update(of=("self",))
    entry = of.select_related("indicator", "passage", "force").get(pk=entry.pk)
    if version is not None and version != entry.version:
        raise Stale(f"Somebody changed {entry.reference} since you opened this page. Look at its words again.")
    national_entries.keep_next(_put(entry, words), by)
    revision = NationalRevision.objects.get(entry=entry, version=entry.version)
    NationalAmendment.objects.create(point=point, revision=revision)
    facts = {"reference": entry.reference, "version": entry.version, "point": point.number}
    audit.record(Action.ENTRY_AMENDED, by, point.round, force=entry.force.slug, **facts)


def kept_as(entry: NationalEntry, written: str) -> str:
    """A value, or words, as they would be kept. Raises NotAllowed for what cannot be."""
    return as_typed(written) if entry.indicator_id else checked(written)


def value_in(entry: NationalEntry, words: str) -> str | None:
    """What an amendment would have to put in for the force to be shown these words; None where it cannot."""
    if entry.indicator is None:
        return words
    before, after = entry.around_value
    if words.startswith(before) and words.endswith(after):
        return words.removeprefix(before).removesuffix(after).strip()
    return None


def _put(entry: NationalEntry, words: str) -> list[NationalEntry]:
    """Write the amended value or words, where they stand. Returns the entries that read otherwise then."""
    if entry.indicator:
        provisional = entry.status == entry.Status.PROVISIONAL
        put(entry, words)
        if provisional and entry.status == entry.Status.FINAL:
            entry.status = entry.Status.PROVISIONAL
        return [entry]
    words, passage = checked(words), entry.passage
    if entry.words or passage is None:
        entry.words = words
        return [entry]
    passage.text = words
    passage.save(update_fields=["text"])
    others = list(passage.entries.exclude(pk=entry.pk).filter(words="").select_related("force"))
    for other in others:
        other.passage = passage
    return [entry, *others]
