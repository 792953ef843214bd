"""The force's steps of the factual accuracy check in a browser, for test_accuracy_decisions.

Two reviewers: one selects words and sees the difference as they type, with evidence; one works in the spreadsheet. The
liaison officer asks for more time, sends the response, answers a question, reads the decisions and disagrees with one.
"""

import io
import re
from pathlib import Path

from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from findings.accuracy.response_log.columns import KEYS, LOG
from findings.models import Extension, Point, Round
from findings.tasks import make_receipts
from hmic_core import notices
from hmic_core.models import User
from tests.browser import picture
from tests.conftest import signed_in
from tests.findings.accuracy.steps import WORDS
from tests.findings.drafting.test_evidence import pdf
from tests.servers import Server

#: What the force reads of each outcome.
DECISIONS = ("The cover agrees.", "The register shows 13.", "We saw no training.", "True since June.")


def as_(browser: Browser, server: Server, user: User) -> Page:
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "session", "value": str(signed_in(user).session.session_key), "url": server.url}])
    page = context.new_page()
    page.set_default_timeout(9_000)
    return page


def where(name: str, *args: object) -> str:
    return reverse(f"findings:{name}", args=args)


def give_a_paragraph(page: Page, round: Round) -> None:
    page.goto(where("check-people", round.pk))
    page.get_by_label("PC-3").check()
    page.get_by_label("Who checks them").select_option(label="Second reviewer")
    page.get_by_role("button", name="Give them").click()
    expect(page.locator("table")).to_contain_text("PC-3")
    picture(page, "force-people")


def raise_a_point_by_selecting(page: Page, round: Round, folder: Path) -> None:
    file = folder / "strategy.pdf"
    file.write_bytes(pdf())
    page.goto(where("check-draft", round.pk))
    page.get_by_role("link", name="Raise a point on PC-1").click()
    words = page.locator("#pc-1 .paragraph__words p").first
    words.click(click_count=3)
    quoted = page.get_by_label("The words your point is about")
    expect(quoted).to_have_value(WORDS)
    quoted.fill("crime prevention strategy")
    page.get_by_label("Words you propose instead").fill("crime reduction strategy")
    difference = page.locator("[data-difference-words]")
    expect(difference.locator("del")).to_have_text("prevention")
    expect(difference.locator("ins")).to_have_text("reduction")
    page.get_by_label(re.compile("Typing or number error")).check()
    page.get_by_label("Why, in your own words").fill("The cover says so.")
    page.get_by_label("Evidence file").set_input_files(file)
    page.get_by_label(re.compile("What this file shows")).fill("The cover, page 1")
    picture(page, "force-composer")
    page.get_by_role("button", name="Save and add another file").click()
    expect(page.locator(".composer__side")).to_contain_text("strategy.pdf")
    both_widths(page, "force-composer-saved")


def work_in_the_spreadsheet(page: Page, round: Round, folder: Path) -> None:
    page.goto(where("check-log", round.pk))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download log (.xlsx)").click()
    book = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    log = book[LOG]
    new = {
        "quoted": "12 cells",
        "kind": "Typing or number error",
        "proposed": "14 cells",
        "explanation": "See the list.",
    }
    for row, cells in ((2, {"proposed": "crime reduction plan"}), (5, new), (7, {"ref": "PC-9", "explanation": "No."})):
        for key, value in cells.items():
            log.cell(row, KEYS.index(key) + 1).value = value
    book.save(folder / "log.xlsx")
    page.get_by_label(re.compile("The log as you changed it")).set_input_files(folder / "log.xlsx")
    page.get_by_role("button", name="Upload and look through it").click()
    expect(page.locator("h1")).to_contain_text("nothing is saved yet")
    both_widths(page, "force-dry-run")
    page.get_by_role("button", name="Save the 2 good rows").click()
    expect(page.locator("body")).to_contain_text("1 point added, 1 changed. 1 row is not saved and kept below.")
    page.get_by_role("button", name="Discard this upload").click()
    expect(page.locator("table")).to_contain_text("14 cells")
    both_widths(page, "force-log")
    assert Point.objects.count() == 2


def ask_for_more_time(page: Page, round: Round) -> None:
    page.goto(where("check-home"))
    picture(page, "force-home")
    page.get_by_role("link", name="Ask for more time").click()
    page.get_by_label(re.compile("How many more working days")).fill("2")
    page.get_by_label(re.compile("Why does your force need")).fill("A reviewer is ill.")
    picture(page, "force-more-time")
    page.get_by_role("button", name="Ask for more time").click()
    expect(page.locator("body")).to_contain_text("Waiting for the lead inspector")


def grant_it(page: Page) -> None:
    page.goto(where("extension-decide", Extension.objects.get().pk))
    page.get_by_label("Grant more time").check()
    page.get_by_label("Reason").fill("Two days can be spared.")
    picture(page, "force-extension-decide")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator("body")).to_contain_text("has more time")


def send_the_response(page: Page, round: Round) -> None:
    page.goto(where("check-submit", round.pk))
    expect(page.get_by_label(re.compile("Chief officer who authorised"))).to_have_value(re.compile("Adrian Lee"))
    picture(page, "force-submit")
    page.get_by_role("button", name="Send 4 points to HMIC").click()
    expect(page.locator("h1")).to_contain_text("Response received")
    make_receipts()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Receipt with every point").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    picture(page, "force-receipt")
    assert notices.deliver() > 0


def answer_the_question(page: Page, folder: Path) -> None:
    file = folder / "custody.pdf"
    file.write_bytes(pdf())
    page.goto(where("check-home"))
    page.get_by_role("button", name="Answer the question").click()
    page.get_by_label("Your answer").fill("Thirteen: one was closed in March.")
    page.get_by_label("File 1", exact=True).set_input_files(file)
    page.get_by_label("What file 1 shows").fill("The custody register")
    picture(page, "force-question")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator("main")).to_contain_text("Your answer has reached HMIC.")


def read_the_decisions(page: Page) -> None:
    page.goto(where("check-decisions", Round.objects.get(number=1).pk))
    expect(page.locator("h1")).to_have_text("Decisions on your 4 points")
    for words in DECISIONS:
        expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("mark.new-words", has_text="13").first).to_be_visible()
    both_widths(page, "force-decisions")
    for suffix, begins in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfPoint")):
        with page.expect_download() as download:
            page.locator(f".files a[href$='.{suffix}']").click()
        assert Path(download.value.path()).read_bytes().startswith(begins)


def disagree(page: Page) -> None:
    page.get_by_role("link", name=re.compile("still disagrees.*point 3")).click()
    page.get_by_label("Why your force still disagrees").fill("The training plan of 2013 shows it.")
    picture(page, "force-difference")
    page.get_by_role("button", name="Record the difference").click()
    expect(page.locator("main")).to_contain_text("your force and HMIC do not agree")


def look_again(page: Page) -> None:
    """Only the paragraph with new words is shown, and these are marked; nothing is wrong with them."""
    page.get_by_role("button", name="Read the new words").click()
    expect(page.locator(".reference").filter(has_text=re.compile("PC-[12]"))).to_have_count(0)
    expect(page.locator("mark.new-words").first).to_be_visible()
    both_widths(page, "force-second-look")
    page.goto(where("check-home"))
    page.get_by_role("button", name="No inaccuracies").click()
    page.get_by_label(re.compile("Chief officer who authorised")).fill("Mr Adrian Lee QPM")
    page.get_by_role("button", name=re.compile("inaccuracies")).click()
    expect(page.locator("h1")).to_have_text("No inaccuracies: received")


def both_widths(page: Page, name: str) -> None:
    picture(page, name)
    page.set_viewport_size({"width": 320, "height": 900})
    picture(page, f"{name}-320")
    page.set_viewport_size({"width": 1280, "height": 900})
