"""What the letter says of the factual accuracy check: the one rule, for the letter and for whoever is told beforehand.

The letter asks it of a check that is complete. A force's screens ask it of a check that is still open, for each way in
which it may end: what they say is then what the letter will say, if nothing else is changed.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cached_property

from findings.models import Finding, Paragraph, Point, Round
from findings.quotes import anchors


class Accuracy(StrEnum):
    """How the factual accuracy check ended: the letter says so only where it is true (domain.md, rule 15)."""

    AMENDED = "amended"
    UNCHANGED = "unchanged"
    NO_RESPONSE = "no_response"
    OTHERWISE = "otherwise"


#: "The letter says ...": each sentence in short.
SAYS = {
    Accuracy.AMENDED: "that the findings have been amended following your response",
    Accuracy.UNCHANGED: "that the findings did not need to be changed following your response",
    Accuracy.NO_RESPONSE: "that no response was received and the findings have not been changed",
    Accuracy.OTHERWISE: "that some of the wording was changed for reasons other than your response",
}


def sentence(*, amended: bool, changed: bool, responded: bool) -> Accuracy:
    """Which sentence is true. `amended`: by a point of the force; `changed`: otherwise; `responded`: at least once."""
    if amended:
        return Accuracy.AMENDED
    if changed:
        return Accuracy.OTHERWISE
    return Accuracy.UNCHANGED if responded else Accuracy.NO_RESPONSE


def of_check(rounds: Sequence[Round]) -> Accuracy:
    """Of a force's whole check, complete: its rounds but recalled ones. The findings are taken as they stand."""
    force, inspection = rounds[0].force_id, rounds[0].inspection_id
    findings = Finding.objects.present().filter(inspection=inspection, force=force)
    return sentence(
        amended=_amended(rounds),
        changed=_first_shown(rounds) != dict(findings.values_list("pk", "text")),
        responded=any(round.submitted_at for round in rounds),
    )


class Foretold:
    """What the letter will say of an open check, by how its force answers. Asked only where a page shows it.

    It looks at nothing that the force was not shown: of words changed meanwhile, and not sent, it says nothing.
    """

    def __init__(self, round: Round) -> None:
        self._round = round

    @cached_property
    def _so_far(self) -> tuple[bool, bool, bool]:
        """Whether findings were amended, whether they were changed otherwise, whether the force has answered once."""
        of = Round.objects.filter(inspection=self._round.inspection_id, force=self._round.force_id)
        rounds = list(of.exclude(state__in=[Round.State.PREPARING, Round.State.RECALLED]))
        shown_again = any(each.is_second_look for each in rounds)
        return _amended(rounds), shown_again, any(each.submitted_at for each in rounds)

    @property
    def if_silent(self) -> str:
        """If the force does nothing, or has done nothing."""
        amended, changed, responded = self._so_far
        return SAYS[sentence(amended=amended, changed=changed, responded=responded)]

    @property
    def if_nothing_is_accepted(self) -> str:
        """If it answers, with no inaccuracies or with points of which none changes a finding."""
        amended, changed, _ = self._so_far
        return SAYS[sentence(amended=amended, changed=changed, responded=True)]

    @property
    def if_accepted(self) -> str:
        """If a point that is accepted changes a finding."""
        return SAYS[sentence(amended=True, changed=False, responded=True)]


def _amended(rounds: Iterable[Round]) -> bool:
    """Whether a finding says otherwise than was sent because of an accepted point."""
    accepted = Point.objects.filter(round__in=list(rounds), state__in=Point.TAKEN, amendments__isnull=False)
    of = accepted.exclude(paragraph__finding__state=Finding.State.REMOVED)
    pairs = of.values_list("paragraph__text", "paragraph__finding__text").distinct()
    return any(not anchors.same_words(sent, now) for sent, now in pairs)


def _first_shown(rounds: Iterable[Round]) -> dict[object, str]:
    shown: dict[object, str] = {}
    paragraphs = Paragraph.objects.filter(round__in=list(rounds)).exclude(finding=None)
    for finding, text in paragraphs.order_by("round__number").values_list("finding", "text"):
        shown.setdefault(finding, text)
    return shown
