"""An inspector's day by keyboard alone, and the same day without JavaScript: one world and one server for both.

Draft a finding, link evidence, comment on words of it, put it in its place, hand it on, moderate it, move many at once.
By keyboard every focus is visible and the way always leads on; without JavaScript no form of the page loses what stands
unsaved in another.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from findings.drafting.evidence import add_evidence
from findings.models import Comment, Finding, WorkingCopy
from hmic_core.models import User
from tests.browser import chromium, picture
from tests.cast import Cast, make_cast
from tests.findings.drafting.writing import BOX, desk, office
from tests.findings.test_workflow import drafted, save
from tests.servers import Server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]

WORDS = "The force records crime within three days."
#: Far more presses of Tab than any page has stops.
FAR = 150
_HERE = """() => {
  const here = document.activeElement;
  const style = getComputedStyle(here);
  const labelled = here.getAttribute("aria-label") || here.labels?.[0]?.innerText || here.innerText || here.value || "";
  // Radios and ticks draw it on what stands before their label.
  const elsewhere = ["radio", "checkbox"].includes(here.type);
  const drawn = style.outlineStyle !== "none" || style.boxShadow !== "none" || elsewhere;
  return { name: labelled.replace(/\\s+/g, " ").trim(), tag: here.tagName, drawn };
}"""


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_by_keyboard_alone_and_without_javascript(cast: Cast) -> None:
    evidence = add_evidence(
        inspection=cast.inspection, force=cast.northamptonshire, kind="document", source="Crime log", note="",
        happened_on=None, findings=[], by=cast.inspector,
    )  # fmt: skip
    with chromium() as browser, office() as server:
        by_keyboard(cast, browser, server, evidence.reference)
        dragged(cast, browser, server)
        without_javascript(cast, browser, server, evidence.reference)


# By keyboard alone


class Keys:
    """A person with a keyboard and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(9_000)

    def to(self, name: str, *, back: bool = False) -> None:
        """Tab until what has that name is focused. Each stop on the way is visible and leads on."""
        seen: list[str] = []
        for _ in range(FAR):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            here: Any = self.page.evaluate(_HERE)
            if here["tag"] == "BODY":  # past the page's end, in the browser's own bar
                continue
            seen.append(here["name"])
            assert here["drawn"], f"no focus to be seen on “{here['name']}” ({here['tag']})"
            if re.search(name, here["name"]):
                return
            assert seen[-4:] != [seen[-1]] * 4 or not seen[-1], f"caught at “{seen[-1]}”"
        raise AssertionError(f"“{name}” is not reached: {seen}")

    def press(self, name: str, key: str = "Enter") -> None:
        self.to(name)
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def said(self, words: str) -> None:
        expect(self.page.locator(".govuk-notification-banner, .govuk-error-summary")).to_contain_text(words)


@contextmanager
def keys(browser: Browser, server: Server, user: User) -> Iterator[Keys]:
    with desk(browser, server, user, viewport={"width": 1280, "height": 900}) as page:
        yield Keys(page)


def by_keyboard(cast: Cast, browser: Browser, server: Server, evidence: str) -> None:
    save(drafted(cast, "The force has a plan."), cast, "The force has a good plan.", by=cast.inspector)
    with keys(browser, server, cast.inspector) as by:
        finding = draft(by, cast)
        link_and_comment(by, evidence)
        put_in_place(by)
        by.press("Mark ready for second reading")
        by.said("ready for second reading")
    assert finding.comments.get().quoted == "three days"
    with keys(browser, server, cast.moderator) as by:
        by.page.goto(reverse("findings:finding-show", args=[finding.pk]))
        by.press("^Moderate$")
        by.said("is moderated")
    with keys(browser, server, cast.lead_inspector) as by:
        move_many(by, cast)
    states = set(Finding.objects.values_list("state", flat=True))
    assert states == {"moderated", "ready"}


def draft(by: Keys, cast: Cast) -> Finding:
    by.page.goto(reverse("findings:force-show", args=[cast.inspection.slug, cast.northamptonshire.slug]))
    by.press("Skip to main content")
    by.press("^Draft a finding")
    by.page.wait_for_url(re.compile("/draft/"))
    by.to("The finding, in the words of the letter")
    by.type(WORDS)
    by.to("Basis")
    by.press("^Save draft$")
    by.said("is drafted")
    return Finding.objects.get(text=WORDS)


def link_and_comment(by: Keys, evidence: str) -> None:
    by.press("Link evidence that is here already")
    by.press(f"^Link {evidence}")
    by.said("is linked")
    by.to("The finding, in the words of the letter")
    for key in ("Control+End", "ArrowLeft", "Control+Shift+ArrowLeft", "Control+Shift+ArrowLeft"):
        by.page.keyboard.press(key)
    by.page.keyboard.press("Control+Alt+m")
    expect(by.page.locator("#comment_quoted")).to_have_value("three days")
    by.type("Working days?")
    by.press("^Comment$")
    by.said("Comment 1 is written")


def put_in_place(by: Keys) -> None:
    by.press("^Move up")
    by.said("moved up")
    by.press("The finding, in the words", "Control+s")
    by.said("has not changed")


def move_many(by: Keys, cast: Cast) -> None:
    by.page.goto(reverse("findings:matrix-show", args=[cast.inspection.slug]))
    by.press("Select Northamptonshire", "Space")
    by.press("^Mark ready$")
    by.page.wait_for_url(re.compile("/bulk/mark-ready/"))
    by.press("^Mark (these )?ready|^Mark ready")
    expect(by.page.locator("main")).to_contain_text("ready")


# With a mouse after all: what the Move buttons do is also done by dragging


def dragged(cast: Cast, browser: Browser, server: Server) -> None:
    """What is being typed meanwhile is kept."""
    by_place = Finding.objects.filter(theme=cast.themes[0]).order_by("position")
    first, second = by_place
    with desk(browser, server, cast.inspector, viewport={"width": 1280, "height": 900}) as page:
        page.goto(reverse("findings:finding-show", args=[first.pk]))
        page.locator(BOX).press_sequentially("Typed, then dragged. ")
        items = page.locator(".picker__item")
        items.nth(1).drag_to(items.nth(0))
        expect(page.locator(".govuk-notification-banner")).to_contain_text(f"{second.reference} is now at place 1")
        expect(page.locator(BOX)).to_have_value(re.compile("Typed, then dragged"))
        assert list(by_place.all()) == [second, first]
        page.goto(reverse("findings:force-show", args=[cast.inspection.slug, first.force.slug]))
        page.locator(f"#{second.reference.lower()}").drag_to(page.locator(f"#{first.reference.lower()}"))
        expect(page.locator(".govuk-notification-banner")).to_contain_text(f"{second.reference} is now at place 2")
    assert list(by_place.all()) == [first, second]


# Without JavaScript


def without_javascript(cast: Cast, browser: Browser, server: Server, evidence: str) -> None:
    options = {"java_script_enabled": False, "viewport": {"width": 1280, "height": 900}}
    with desk(browser, server, cast.inspector, **options) as page:
        page.set_default_timeout(9_000)
        page.goto(reverse("findings:finding-draft", args=[cast.inspection.slug, cast.northamptonshire.slug]))
        page.locator(BOX).fill("The force trains its staff.")
        page.get_by_role("button", name="Save draft").click()
        finding = Finding.objects.get(text="The force trains its staff.")
        nothing_is_lost_beside_the_text(page, evidence)
        page.get_by_role("button", name="Mark ready for second reading").click()
        expect(page.locator("main")).to_contain_text("ready for second reading")
    finding.refresh_from_db()
    assert (finding.text, finding.state) == ("The force trains its staff and tests them.", "ready")
    with desk(browser, server, cast.moderator, **options) as page:
        page.goto(reverse("findings:finding-show", args=[finding.pk]))
        page.get_by_role("button", name="Send it back…").click()
        page.get_by_label("reason", exact=False).or_(page.locator("textarea")).first.fill("Say how often.")
        page.get_by_role("button", name="Send back").click()
        expect(page.locator("main")).to_contain_text("went back to")


def nothing_is_lost_beside_the_text(page: Page, evidence: str) -> None:
    """Typed, not saved; then every other form of the page, one after the other."""
    typed = "The force trains its staff and tests them."
    page.locator(BOX).fill(typed)
    page.get_by_role("button", name="keep what you typed for later").click()
    page.goto(reverse("findings:work-show"))
    page.go_back()
    expect(page.locator(BOX)).to_have_value(typed)
    page.get_by_text("Link evidence that is here already").click()
    page.get_by_role("button", name=f"Link {evidence}").click()
    expect(page.locator(BOX)).to_have_value(typed)
    picture(page, "editor-without-javascript")
    page.get_by_role("button", name="Write a comment").click()
    page.get_by_label("Words it is about").fill("tests them")
    page.get_by_role("textbox", name="Comment", exact=True).fill("Every year?")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(BOX)).to_have_value(typed)
    assert Comment.objects.filter(text="Every year?").exists()
    page.get_by_role("button", name="Reply").click()
    page.get_by_label("Your answer").fill("Yes.")
    page.get_by_role("button", name="Answer").click()
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator(BOX)).to_have_value(typed)
    page.get_by_role("button", name="Move up").click()
    expect(page.locator(BOX)).to_have_value(typed)
    assert Finding.objects.get(text="The force trains its staff.").version == 1
    assert WorkingCopy.objects.filter(closed_at=None, text=typed).count() == 1
