"""One factual accuracy check from its draft to its ledger, in a real browser against a real server.

Two reviewers write points, by selecting words and in the spreadsheet; the force gets more time and sends its response.
The inspectorate asks for more evidence and decides each point another way. What is new to the force is shown to it
again, and in the end both sides read what became of every sentence.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from findings.accuracy import rounds
from findings.accuracy.documents import rendering
from findings.accuracy.force import answers
from findings.models import Finding, Point, PointFile, Round
from forces.models import Contact
from hmic_core import clock, notices
from hmic_core.models import User
from tests.browser import chromium, picture
from tests.cast import LONG_AGO, Cast, make_cast
from tests.findings.accuracy.steps import WORDS, again, issued
from tests.journeys import accuracy_force as force
from tests.journeys.accuracy_force import as_, both_widths, where
from tests.servers import Server, workspace

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]
CELLS = "The force has 12 cells."


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    second = User.objects.create_user("second@force.example", "Second reviewer")
    Contact.objects.create(
        force=made.northamptonshire, capacity="reviewer", user=second, name=second.name, starts_on=LONG_AGO,
        verified_at=clock.now(),
    )  # fmt: skip
    return made


@pytest.fixture
def server() -> Iterator[Server]:
    with workspace(SECRET_KEY=settings.SECRET_KEY) as running:
        yield running


def test_from_a_disputed_word_to_the_ledger(cast: Cast, server: Server, tmp_path: Path) -> None:
    round = issued(cast, WORDS, "Patrols are planned each week.", CELLS)
    with chromium() as browser:
        officer = as_(browser, server, cast.liaison_officer)
        force.give_a_paragraph(officer, round)
        force.raise_a_point_by_selecting(as_(browser, server, cast.reviewer), round, tmp_path)
        second = as_(browser, server, User.objects.get(email="second@force.example"))
        force.work_in_the_spreadsheet(second, round, tmp_path)
        two_more_points(cast, round)
        force.ask_for_more_time(officer, round)
        lead = as_(browser, server, cast.lead_inspector)
        force.grant_it(lead)
        force.send_the_response(officer, round)
        assert PointFile.objects.get().file.name == "strategy.pdf"

        open_from_the_inbox(lead)
        decide(lead, 1, "accepted", "The cover agrees.")
        ask_for_evidence(lead)
        force.answer_the_question(officer, tmp_path)
        decide(lead, 2, "accepted_in_part", "The register shows 13.", amended="The force has 13 cells, all in use.")
        decide(lead, 3, "not_accepted", "We saw no training.")
        decide(lead, 4, "taken_as_update", "True since June.")
        read_a_second_time(as_(browser, server, cast.moderator))
        complete_and_show_again(lead)
        rendering.make(again(round), "decisions")
        force.read_the_decisions(officer)
        force.disagree(officer)
        force.look_again(officer)
        complete(lead)
        read_the_ledger(lead)
        outsider = as_(browser, server, cast.outsider)
        assert outsider.goto(where("check-decisions", round.pk)).status == 404
    assert set(Finding.objects.values_list("state", flat=True)) == {Finding.State.FINAL}
    assert rounds.unseen(cast.inspection, cast.northamptonshire) == []


def two_more_points(cast: Cast, round: Round) -> None:
    """What the browser has shown twice: a point on the whole draft, and one that tells what changed since fieldwork."""
    said = {"quoted": "", "proposed": "", "by": cast.reviewer}
    answers.raise_point(round, paragraph=None, kind="left_out", explanation="Officers are trained.", **said)
    planned = round.paragraphs.get(reference="PC-2")
    answers.raise_point(round, paragraph=planned, kind="changed_since", explanation="Daily, since June.", **said)


def open_from_the_inbox(page: Page) -> None:
    page.goto(where("point-inbox"))
    both_widths(page, "accuracy-inbox")
    page.locator("main").get_by_role("link", name="Northamptonshire Police").click()
    picture(page, "accuracy-round")
    page.get_by_role("button", name="Decide the next point").click()
    both_widths(page, "accuracy-decide")


def decide(page: Page, number: int, outcome: str, reason: str, amended: str = "") -> None:
    """One decision; the page of the next point follows by itself."""
    page.goto(where("point-decide", Point.objects.get(number=number).pk))
    page.locator(f"[name=outcome][value={outcome}]").check()
    page.get_by_label("Reason").fill(reason)
    if amended:
        expect(page.locator("main")).to_contain_text("Thirteen: one was closed in March.")
        page.get_by_label("The finding as amended").fill(amended)
    picture(page, f"accuracy-decide-{number}")
    page.get_by_role("button", name="Record decision").click()
    expect(page.locator("main")).to_contain_text(f"Point {number} is decided")


def ask_for_evidence(page: Page) -> None:
    page.get_by_role("link", name="Ask the force for more evidence").click()
    page.get_by_label("What do you ask the force for?").fill("How many cells were there in April?")
    picture(page, "accuracy-ask")
    with page.expect_navigation():
        page.get_by_role("button", name="Ask the force").click()
    assert notices.deliver() > 0


def read_a_second_time(page: Page) -> None:
    """The words are the decider's own: somebody else settles them, and sees that the force does not know them."""
    page.goto(where("finding-show", Finding.objects.get(text__contains="13 cells").pk))
    expect(page.locator("mark.new-words").first).to_be_visible()
    both_widths(page, "accuracy-second-reading")
    page.get_by_role("button", name="Moderate").click()
    expect(page.locator("main")).to_contain_text("is moderated")


def complete_and_show_again(page: Page) -> None:
    page.goto(where("round-show", "test-subject", "northamptonshire"))
    expect(page.locator("mark.new-words").first).to_contain_text("13")
    both_widths(page, "accuracy-complete")
    page.get_by_role("button", name="Complete, and show these words again").click()
    expect(page.locator("main")).to_contain_text("is shown the new words again")
    assert notices.deliver() > 0


def complete(page: Page) -> None:
    page.goto(where("round-show", "test-subject", "northamptonshire"))
    page.get_by_role("button", name="Complete the check").click()
    expect(page.locator("main")).to_contain_text("Its findings are final.")


def read_the_ledger(page: Page) -> None:
    page.get_by_role("button", name="See what became of each sentence").click()
    expect(page.locator("main")).to_contain_text("4 points: 1 accepted, 1 in part, 1 not, 1 updates")
    for words in ("The training plan of 2013 shows it.", "custody.pdf (The custody register)", "We saw no training."):
        expect(page.locator("main")).to_contain_text(words)
    both_widths(page, "accuracy-ledger")
    page.goto(where("accuracy-figures", "test-subject"))
    both_widths(page, "accuracy-figures")
