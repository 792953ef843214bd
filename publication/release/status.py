"""A release in words for its screens: what becomes public when, who did which step, what can be done now."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from hmic_core.templatetags.times import duration, london
from inspections.models import Announcement, Release, ReleaseChange, ReleaseItem
from letters.models import Copy, Letter
from publication.release.additions import ADDITIONS, CORRECTABLE
from publication.states import State, frozen_from, is_missed, is_public, refusal, standing

ACTIVE = ReleaseItem.State.ACTIVE


@dataclass(frozen=True)
class Step:
    """One step of the strip: `stage` is done, now or next; `when` may be an instant or words."""

    heading: str
    stage: str
    who: str = ""
    when: dt.datetime | None = None
    word: str = ""
    until: dt.datetime | None = None

    @property
    def seconds(self) -> bool:
        """Whether the instant of publication does not stand on a whole minute, so that its seconds must be said."""
        return self.heading == "Published" and bool(self.when and self.when.second)


@dataclass(frozen=True)
class Verb:
    """A rare or dangerous action at the foot; without `url` it is not possible now and the consequence says why."""

    label: str
    consequence: str
    url: str = ""
    tone: str = "stop"


@dataclass(frozen=True)
class Contents:
    """What a release holds: frozen items once it is locked, else what would be frozen."""

    letters: int
    reports: int
    pages: int
    #: Updates, responses and statuses that followed the publication.
    added: int = 0

    @property
    def total(self) -> int:
        return self.letters + self.reports + self.pages + self.added

    @property
    def words(self) -> str:
        parts = [
            _many(self.reports, "national report"),
            _many(self.letters, "force letter"),
            _many(self.pages, "inspection page"),
            _many(self.added, "addition"),
        ]
        return ", ".join(part for part in parts if part) or "nothing yet"


def _many(number: int, words: str) -> str:
    return f"{number} {words}{'' if number == 1 else 's'}" if number else ""


def contents(release: Release, kinds: Mapping[str, int] | None = None) -> Contents:
    """Counted in one query once frozen; `kinds` is how many active items of each kind there are, if that is known."""
    if kinds is None:
        active = release.items.filter(state=ACTIVE).values_list("kind").annotate(Count("pk"))
        kinds = dict(active.order_by())
    if kinds:
        added = sum(kinds.get(str(kind), 0) for kind in ADDITIONS)
        return Contents(kinds.get("letter", 0), kinds.get("report", 0), kinds.get("inspection", 0), added)
    letters = getattr(release, "letters_now", None)  # counted with the release's row, where a page fetched it
    if letters is None:
        letters = Letter.objects.in_release(release).count()
    return Contents(letters, int(hasattr(release, "report")), int(not release.follows_id))


def history(release: Release) -> tuple[list[ReleaseChange], list[Announcement]]:
    """How often it was moved and what was announced, newest first: asked only where the release's row says there is any
    (`publication.fetching.get_release`).
    """
    moves = release.changes.select_related("by").order_by("-at")
    said = release.announcements.order_by("-number")
    return (
        list(moves) if getattr(release, "was_moved", True) else [],
        list(said) if getattr(release, "was_announced", True) else [],
    )


def item_verbs(release: Release, item: ReleaseItem, now: dt.datetime) -> list[tuple[str, str]]:
    """What can be done with one item now: words and address of each."""
    kind, letter = item.kind, item.kind == ReleaseItem.Kind.LETTER and not release.is_archive
    opened = hasattr(item, "reopening")
    if item.state == ReleaseItem.State.PROPOSED:
        return [("Read and settle…", reverse("publication:item-proposal", args=[release.pk, item.pk]))]
    if item.state != ACTIVE:
        return []
    if kind == ReleaseItem.Kind.LETTER and release.is_archive:
        return _verbs_of_transcription(release, item)
    offered = [
        ("reopen_item", "Open again…", "item-reopen", letter and not opened),
        ("replace_item", "Replace…", "item-replace", letter and opened),
        ("correct", "Correct…", "item-correct", kind in CORRECTABLE and ((letter and opened) or kind != "letter")),
        ("drop_item", "Drop…", "item-drop", letter),
        ("withdraw_item", "Withdraw…", "item-withdraw", True),
    ]
    return [
        (words, reverse(f"publication:{name}", args=[release.pk, item.pk]))
        for verb, words, name, fits in offered
        if fits and not refusal(release, verb, now)
    ]


def _verbs_of_transcription(release: Release, item: ReleaseItem) -> list[tuple[str, str]]:
    """A letter of the past is corrected where it was imported (`archive.transcriptions`)."""
    if release.state != State.RELEASED:
        return []
    return [
        ("Correct…", reverse("archive:import-show", args=[item.source_id])),
        ("Withdraw…", reverse("publication:item-withdraw", args=[release.pk, item.pk])),
    ]


def listed(releases: "QuerySet[Release]") -> "QuerySet[Release]":
    """For the list: with how many letters and how often moved, in one query."""
    current = Q(letters__in=Letter.objects.in_release())
    return releases.select_related("inspection", "scheduled_by").annotate(
        letter_count=Count("letters", filter=current, distinct=True), change_count=Count("changes", distinct=True)
    )


def label(release: Release, now: dt.datetime) -> tuple[str, str]:
    """The state's word and tone for a tag. Missed is derived: the instant has passed and nothing became public."""
    if is_missed(release, now):
        return "Missed", "missed"
    state = standing(release, now)
    if release.is_archive and state == State.SEALED:
        return "Waits for a second person", "ready"
    return str(state.label), state.value


_ORDER = (State.DRAFT, State.SCHEDULED, State.SEALED, State.APPROVED, State.RELEASED)


def steps(release: Release, now: dt.datetime, approver: bool) -> list[Step]:
    """Draft to Published, with who and when; `approver`: whether the reader may be the second person."""
    state = standing(release, now)
    at = _ORDER.index(State.APPROVED if state == State.HELD else state) if state in (*_ORDER, State.HELD) else -1

    def stage(position: int) -> str:
        if at == len(_ORDER) - 1:
            return "done"
        return "done" if position < at else "now" if position == at else "next"

    waiting = "Next: waiting for you" if state == State.SEALED and approver else "Next" if state == State.SEALED else ""
    stopped = "Held" if state == State.HELD else ""
    return [
        Step("Draft", stage(0), _name(release.created_by), release.created_at),
        Step("Scheduled", stage(1), _name(release.scheduled_by), release.scheduled_at),
        Step("Locked for publication", stage(2), _name(release.sealed_by), release.sealed_at),
        _approved_step(release, stage(3), waiting or stopped),
        _published_step(release, stage(4), now),
    ]


def _name(user: object) -> str:
    return str(user) if user else ""


def _approved_step(release: Release, stage: str, word: str) -> Step:
    if release.approved_by:
        return Step("Approved", stage, str(release.approved_by), release.approved_at, word)
    return Step("Approved", stage, "By a second person", word=word, until=frozen_from(release))


def _published_step(release: Release, stage: str, now: dt.datetime) -> Step:
    if is_public(release, now):
        return Step("Published", stage, "By itself, at its instant", release.embargo_until)
    return Step("Published", stage, "Nobody has to press anything", release.embargo_until, "By itself")


def verbs(release: Release, now: dt.datetime, holding: Contents) -> list[Verb]:
    """Everything that changes or stops a release, each with its consequence, or with why it is not possible now."""
    letters = _many(holding.letters, "letter")
    again = f"{letters} rendered again, " if letters else ""
    keep = "keeps its" if holding.letters == 1 else "keep their"
    freeze = frozen_from(release)
    until = f" Possible until {london(freeze)}." if freeze and freeze > now else ""
    last = f" The only one left from {duration(settings.FREEZE_SECONDS)} before the instant."
    offered = [
        ("unseal", "release-unseal", "Unlock…", f"Back to scheduled. {letters} {keep} signatures.", "plain"),
        (
            "reschedule",
            "release-reschedule",
            "Reschedule…",
            f"New time, with a reason. {again}recipients told, approved again.",
            "stop",
        ),
        ("hold", "release-hold", "Hold…", f"Nothing appears until somebody resumes or reschedules.{until}", "stop"),
        ("cancel", "release-cancel", "Cancel…", "Given up for good, with a reason that is kept.", "stop"),
        ("withdraw", "release-withdraw", "Withdraw…", _withdrawn(release, now) + last, "stop"),
    ]
    shown = []
    for verb, url, words, consequence, tone in offered:
        sentence = refusal(release, verb, now)
        if sentence and verb in ("unseal", "cancel"):
            continue
        if sentence:
            shown.append(Verb(words, f"Not now. {sentence}"))
        else:
            shown.append(Verb(words, consequence, reverse(f"publication:{url}", args=[release.pk]), tone))
    return shown


def _withdrawn(release: Release, now: dt.datetime) -> str:
    if is_public(release, now):
        return "Taken down everywhere within two seconds. A notice with the reason takes its place."
    return "Never published, with a reason that is kept."


@dataclass(frozen=True)
class LetterRow:
    """A letter in the release's table."""

    letter: Letter
    issued: int
    accepted: int
    collected: int

    @property
    def collected_words(self) -> str:
        return f"{self.collected} of {self.issued}" if self.issued else "Not issued"


def letter_rows(release: Release, letters: Sequence[Letter]) -> list[LetterRow]:
    """With what became of each letter's copies: two queries, however many letters."""
    accepted = Q(acknowledgements__embargo_until=release.embargo_until)
    copies = (
        Copy.objects.current()
        .filter(letter__in=letters)
        .annotate(
            accepted=Count("acknowledgements", filter=accepted, distinct=True),
            fetched=Count("downloads", distinct=True),
        )
    )
    by_letter: dict[object, list[Copy]] = {}
    for copy in copies:
        by_letter.setdefault(copy.letter_id, []).append(copy)
    return [
        LetterRow(
            letter,
            len(by_letter.get(letter.pk, [])),
            sum(bool(copy.accepted) for copy in by_letter.get(letter.pk, [])),  # type: ignore[attr-defined]
            sum(bool(copy.fetched) for copy in by_letter.get(letter.pk, [])),  # type: ignore[attr-defined]
        )
        for letter in letters
    ]
