"""Two people at one finding in two windows, a network that goes away, and the way back to what is not saved."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from findings.models import Finding, RefusedSave
from tests.browser import WIDTHS, chromium, picture
from tests.cast import Cast, make_cast
from tests.findings.accuracy.steps import issued
from tests.findings.drafting.writing import BOX, desk, office
from tests.findings.test_workflow import drafted, save
from tests.servers import Server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]
FIGURE = "It records {} of 40 crimes."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_two_writers_and_a_network_that_goes_away(cast: Cast) -> None:
    with chromium() as browser, office() as server:
        for script in (True, False):
            take_theirs(cast, browser, server, script=script)
        without_a_network(cast, browser, server)
        a_comment_in_the_browser_only(cast, browser, server)


def test_a_point_begins_with_the_selection(cast: Cast) -> None:
    with chromium() as browser, office() as server:
        begin_with_the_selection(cast, browser, server)


def both_widths(page: Page, name: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{name} is {over} px too wide at {width}"
        picture(page, f"{name}-{width}")


def take_theirs(cast: Cast, browser: Browser, server: Server, *, script: bool) -> None:
    finding = drafted(cast, FIGURE.format(12) + "\n\n- one\n- two")
    with desk(browser, server, cast.inspector, java_script_enabled=script) as page:
        page.goto(reverse("findings:finding-show", args=[finding.pk]))
        save(finding, cast, FIGURE.format(14) + "\n\n- one\n- two", by=cast.second_inspector)
        page.locator(BOX).fill(FIGURE.format(16) + "\n\n- one\n- two, mine")
        page.get_by_role("button", name="Save", exact=True).first.click()
        expect(page.locator("h1")).to_contain_text("changed while you were writing")
        expect(page.locator("input[name=part_1]:checked")).to_have_count(0)
        page.get_by_role("button", name="Save merged text").click()
        expect(page.locator(".govuk-error-summary")).to_contain_text("Paragraph 1: choose which words stand")
        both_widths(page, f"conflict-{'script' if script else 'plain'}")
        page.get_by_label("Take yours").first.check()
        if script:
            expect(page.locator(BOX)).to_have_value(re.compile("16 of 40"))
        page.get_by_label("Take theirs").check()
        if script:
            expect(page.locator(BOX)).to_have_value(re.compile("14 of 40"))
        page.get_by_role("button", name="Save merged text").click()
        expect(page.locator(".govuk-notification-banner")).to_contain_text("is saved as revision 3")
        finding.refresh_from_db()
        assert finding.text == FIGURE.format(14) + "\n\n- one\n- two, mine"
        page.goto(reverse("findings:conflict-show", args=[RefusedSave.objects.filter(finding=finding).get().pk]))
        expect(page.get_by_role("button", name="Save merged text")).to_have_count(0)
        both_widths(page, f"conflict-settled-{'script' if script else 'plain'}")


def without_a_network(cast: Cast, browser: Browser, server: Server) -> None:
    finding = drafted(cast, "Before the network went.")
    with desk(browser, server, cast.inspector) as page:
        address = reverse("findings:finding-show", args=[finding.pk])
        page.goto(address)
        page.context.set_offline(True)
        page.locator(BOX).fill("While there was no network.")
        page.keyboard.press("Control+s")
        expect(page.locator(".offline")).to_contain_text("You are offline")
        assert page.url.endswith(address)
        both_widths(page, "offline")
        page.locator(BOX).fill("While there was no network, and after that.")
        page.context.set_offline(False)
        expect(page.locator(".govuk-notification-banner")).to_contain_text("is saved as revision 2")
    finding.refresh_from_db()
    assert finding.text == "While there was no network, and after that."


def a_comment_in_the_browser_only(cast: Cast, browser: Browser, server: Server) -> None:
    finding = Finding.objects.order_by("-changed_at").first()
    assert finding is not None
    with desk(browser, server, cast.inspector) as page:
        address = reverse("findings:comment-add", args=[finding.pk])
        page.goto(address)
        page.get_by_label("Comment", exact=True).fill("A comment that nobody sent.")
        page.wait_for_timeout(400)
        page.goto(reverse("findings:work-show"))
        kept = page.locator("#kept a", has_text="A comment that nobody sent.")
        both_widths(page, "my-work-kept")
        kept.click()
        expect(page).to_have_url(re.compile(re.escape(address)))
        expect(page.locator(".kept")).to_contain_text("A comment that nobody sent.")


def begin_with_the_selection(cast: Cast, browser: Browser, server: Server) -> None:
    check = issued(cast, "The force *has* a crime prevention strategy.")
    select = """paragraph => {
      const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
      let last;
      while (texts.nextNode()) last = texts.currentNode;
      const at = last.data.indexOf("crime prevention");
      document.getSelection().setBaseAndExtent(last, at, last, at + "crime prevention".length);
    }"""
    with desk(browser, server, cast.reviewer) as page:
        page.goto(reverse("findings:check-draft", args=[check.pk]))
        page.locator("[data-selected-for]").first.evaluate(select)
        page.get_by_role("link", name=re.compile("Raise a point on [A-Z]")).first.click()
        expect(page.get_by_label("The words your point is about")).to_have_value("crime prevention")
        assert "prevention" not in page.url
        both_widths(page, "point-selected")
