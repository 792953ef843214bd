"""Two forces in their checks at the same time, a word of its own in everything each of them has.

Every route of the force's side, spreadsheets unzipped, PDFs read, notices and messages included: each force meets its
own word and never the other's, whatever identifiers it tries.
"""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from findings import workflow
from findings.accuracy.force import answers, extensions, invitations, late_points, point_files, receipts
from findings.accuracy.inspectorate import decisions
from findings.accuracy.response_log import saving, sheet
from findings.models import LateOffer, Point, Round
from forces.models import Contact, Force
from hmic_core import clock, notices
from hmic_core.models import Notice, User
from inspections.setup import indicators, passages
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.probes.test_leaks import comparable, text_of
from tests.sending import issue_round
from tests.test_routes import OURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]
WORDS = {"northamptonshire": "quixotryzebra", "nottinghamshire": "vexillumokapi"}
VALUES = {"northamptonshire": "4711.25", "nottinghamshire": "8322.75"}
ROUTES = [(route, view) for route, view in OURS if route.startswith("check/")]


class Side:
    """One force with its round, and the identifiers of all it has."""

    def __init__(self, cast: Cast, force: Force, officer: User) -> None:
        self.cast, self.force, self.officer, self.word = cast, force, officer, WORDS[force.slug]
        self.round = self._issue()
        self.names = self._answer()

    def _issue(self) -> Round:
        cast = self.cast
        about = {"inspection": cast.inspection, "force": self.force, "theme": cast.themes[0], "kind": "finding"}
        text = f"The {self.word} plan is not tested."
        finding = workflow.draft_finding(text=text, basis=f"Basis {self.word}", by=cast.inspector, **about)
        workflow.moderate(workflow.mark_ready(finding, by=cast.inspector), version=1, by=cast.moderator)
        made = issue_round(inspection=cast.inspection, force=self.force, by=cast.lead_inspector)
        notices.deliver()
        return Round.objects.select_related("inspection", "force", "notice").get(pk=made.pk)

    def _answer(self) -> dict[str, uuid.UUID]:
        word, by, round = self.word, self.officer, self.round
        paragraph = round.paragraphs.get(position=1)
        contact = invitations.invite_reviewer(round, name=f"Reviewer {word}", email=f"{word}@force.example", by=by)
        words = {"kind": "disputed", "quoted": "not tested", "proposed": f"tested {word}", "explanation": word}
        point = answers.raise_point(round, paragraph=paragraph, by=by, **words)
        given = {"data": word.encode(), "name": f"{word}.txt", "content_type": "text/plain", "shows": word}
        file = point_files.add_file(point, by=by, **given)
        upload = saving.upload_log(round, data=sheet.written(round, by, word), name=f"{word}.xlsx", by=by)
        asked = extensions.ask_extension(round, days=1, reason=word, by=by)
        extensions.refuse_extension(asked, answer=word, by=self.cast.lead_inspector)
        return {
            "round": round.pk, "paragraph": paragraph.pk, "point": point.pk, "file": file.pk, "upload": upload.pk,
            "contact": contact.pk, "asked": uuid.uuid4(),
        }  # fmt: skip

    def finish(self) -> None:
        answers.submit_response(self.round, authorised_by=f"Officer {self.word}", by=self.officer)
        point = Point.objects.get(pk=self.names["point"])
        asked = decisions.ask_for_evidence(point, question=f"Which {self.word}?", by=self.cast.lead_inspector)
        self.names["asked"] = asked.pk
        offered = late_points.offer_point(
            self.round, paragraph=None, kind="left_out", quoted="", proposed=self.word, explanation=self.word,
            reason=self.word, by=self.officer,
        )  # fmt: skip
        self.names["late"] = offered.point_id
        receipts.make_receipt(Round.objects.get(pk=self.round.pk))


@pytest.fixture
def sides(cast: Cast) -> tuple[Side, Side]:
    Contact.objects.filter(user=cast.outsider).update(starts_on=LONG_AGO, verified_at=clock.now())
    _say_nationally(cast)
    return (
        Side(cast, cast.northamptonshire, cast.liaison_officer),
        Side(cast, cast.nottinghamshire, cast.outsider),
    )


def _say_nationally(cast: Cast) -> None:
    """One passage of the national report that names both forces and holds both words, and values of an indicator."""
    by, forces = cast.lead_inspector, (cast.northamptonshire, cast.nottinghamshire)
    about = {"title": "Crimes attended", "unit": "per cent", "period": "2014", "source": "Log"}
    indicator = indicators.add_indicator(cast.inspection, **about, by=by)
    indicators.save_values(cast.inspection, {(force, indicator): VALUES[force.slug] for force in forces}, by=by)
    passage = passages.add_passage(cast.inspection, words=f"Good: {' and '.join(WORDS.values())}.", by=by)
    for force in forces:
        words = f"It has a good {WORDS[force.slug]} plan."
        passages.name_force(passage, force=force, reason=f"Agreed {WORDS[force.slug]}", words=words, by=by)


def addresses(names: dict[str, Any], own: dict[str, Any] | None = None) -> list[tuple[str, bool]]:
    """Each route of the force's side with these identifiers; also with `own` round and the others' things in it."""
    found = []
    for route, _ in ROUTES:
        kinds = re.findall(r"<uuid:(\w+)>", route)
        for mixed in (names, {**names, "round": own["round"]} if own else names):
            address = "/" + route
            for name in kinds:
                address = address.replace(f"<uuid:{name}>", str(mixed[name]))
            found.append((address, "round" in kinds))
    return list(dict.fromkeys(found))


def seen(client: Client, addresses: list[tuple[str, bool]], word: str) -> list[str]:
    return [address for address, _ in addresses if word in text_of(client.get(address))]


def test_each_force_meets_its_own_word_and_never_the_others(sides: tuple[Side, Side]) -> None:
    for side in sides:
        side.finish()
    for mine, theirs in (sides, sides[::-1]):
        client = signed_in(mine.officer)
        assert seen(client, addresses(theirs.names, mine.names), theirs.word) == []
        assert seen(client, addresses(mine.names), theirs.word) == []
        assert seen(client, addresses(mine.names), VALUES[theirs.force.slug]) == []
        assert f"/check/{mine.round.pk}/" in seen(client, addresses(mine.names), VALUES[mine.force.slug])
        own = seen(client, addresses(mine.names), mine.word)
        assert len(own) >= 9, own
        assert f"/check/{mine.round.pk}/log/download/" in own


def test_the_others_things_answer_as_what_never_existed(sides: tuple[Side, Side]) -> None:
    mine, theirs = sides
    client = signed_in(mine.officer)
    never = {name: uuid.uuid4() for name in theirs.names}
    for (there, has), (nowhere, _) in zip(
        addresses(theirs.names, mine.names), addresses(never, mine.names), strict=True
    ):
        if not has or (str(mine.round.pk) in there and there == nowhere):
            continue
        for method in ("get", "post"):
            one, other = getattr(client, method)(there), getattr(client, method)(nowhere)
            if one.status_code == 404:
                assert comparable(one) == comparable(other), f"{method} {there}"
    assert Point.objects.count() == 2
    assert (
        Contact.objects.filter(capacity="reviewer", ends_on=None).count() == 5
    )  # the cast has a deputy for two forces


def test_no_notice_and_no_message_carries_either_word(sides: tuple[Side, Side]) -> None:
    for side in sides:
        side.finish()
    late_points.take_late_point(LateOffer.objects.first(), answer="x", by=sides[0].cast.lead_inspector)  # type: ignore[arg-type]
    said = [f"{each.subject} {each.body} {each.link} {each.event}" for each in Notice.objects.all()]
    assert len(said) > 8
    for word in WORDS.values():
        assert [each for each in said if word in each.lower()] == []
