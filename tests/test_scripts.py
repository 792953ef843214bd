"""The scripts in a real browser, under the content security policy they must live with. No server and no database:
each page is given to the browser by the test, the scripts come from `static/`."""

import json
import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import chromium

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parent.parent / "static"
SITE = "http://localhost"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
Answer = tuple[int, str, str]


def until(page: Page, true: str) -> None:
    """Wait until an expression holds. Playwright's own wait needs eval, which our policy forbids."""
    for _ in range(100):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise AssertionError(true)


class Pages:
    """What the pretended server answers: a path's answer, or a function of its request."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answers: dict[str, Answer | Callable[[Any], Answer]] = {}
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)
        page.route("**/*", self._answer)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def html(self, path: str, body: str, *, person: str = "anna", status: int = 200, extra: str = "") -> None:
        """A page with our scripts. `extra`: further attributes of its body."""
        head = (
            f'<title>Test</title><link rel="stylesheet" href="{SITE}/static/site.css">'
            f'<script type="module" src="{SITE}/static/js/site.js"></script>'
        )
        whole = (
            f'<!doctype html><html lang="en-GB"><head>{head}</head>'
            f'<body data-person="{person}"{extra}>{body}</body></html>'
        )
        self.answers[path] = (status, "text/html; charset=utf-8", whole)

    def fragment(self, path: str, html: str) -> None:
        self.answers[path] = (200, "text/html; charset=utf-8", html)

    def open(self, path: str) -> None:
        self.page.goto(SITE + path)
        until(self.page, "document.body.classList.contains('js-enabled')")

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            kind = mimetypes.guess_type(file.name)[0] or "text/plain"
            route.fulfill(status=200, content_type=kind, body=file.read_text())
            return
        known = self.answers.get(path, (404, "text/html", "<!doctype html><title>404</title>"))
        status, kind, body = known(route.request) if callable(known) else known
        route.fulfill(status=status, body=body, headers={"content-type": kind, "content-security-policy": POLICY})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def pages(browser: Browser) -> Iterator[Pages]:
    context = browser.new_context()
    made = Pages(context.new_page())
    yield made
    context.close()
    assert made.complaints == [], "the page's console is quiet"


def form(text: str = "As saved", key: str = "finding-7", extra: str = "") -> str:
    return (
        f'<form method="post" action="/save" data-keep="{key}"{extra}><label for="t">Finding</label>'
        f'<textarea id="t" name="text">{text}</textarea><input type="hidden" name="version" value="7">'
        "<button>Save</button> <span data-saved>Saved</span></form>"
    )


def kept(page: Page) -> dict[str, Any]:
    return json.loads(page.evaluate("JSON.stringify(Object.assign({}, localStorage))"))  # type: ignore[no-any-return]


def type_and_wait(page: Page, words: str) -> None:
    page.fill("#t", words)
    until(page, f"Object.values(localStorage).some(kept => kept.includes({json.dumps(words)}))")


def test_words_survive_a_killed_tab_and_come_back_when_asked_for(pages: Pages) -> None:
    pages.html("/finding", form())
    pages.open("/finding")
    type_and_wait(pages.page, "My unsaved words")
    pages.open("/finding")
    notice = pages.page.get_by_role("region", name="Words kept in this browser")
    expect(notice).to_contain_text("My unsaved words")
    expect(pages.page.locator("#t")).to_have_value("As saved")
    notice.get_by_role("button", name="Put my words back").click()
    expect(pages.page.locator("#t")).to_have_value("My unsaved words")
    expect(notice).to_have_count(0)


def test_kept_words_can_be_discarded(pages: Pages) -> None:
    pages.html("/finding", form())
    pages.open("/finding")
    type_and_wait(pages.page, "Not wanted")
    pages.open("/finding")
    pages.page.get_by_role("button", name="Discard them").click()
    assert kept(pages.page) == {}


def send(pages: Pages) -> None:
    """Press Save and be on the page that answers: a form with kept words asks first whether the server is there."""
    with pages.page.expect_navigation():
        pages.page.get_by_role("button", name="Save").click()


def test_words_that_were_saved_are_forgotten_without_a_word(pages: Pages) -> None:
    pages.html("/finding", form())
    pages.open("/finding")
    type_and_wait(pages.page, "Now saved")
    pages.html("/save", form("Now saved"))
    send(pages)
    until(pages.page, "localStorage.length === 0")
    expect(pages.page.locator(".kept")).to_have_count(0)


def test_words_sent_into_a_failure_are_kept(pages: Pages) -> None:
    pages.html("/finding", form())
    pages.open("/finding")
    pages.page.fill("#t", "Sent into a failure")
    pages.html("/save", "<h1>Something went wrong</h1>", status=500, extra=" data-failed")
    send(pages)
    pages.page.wait_for_selector("h1")
    pages.open("/finding")
    expect(pages.page.locator(".kept")).to_contain_text("Sent into a failure")


def test_words_sent_into_an_ended_session_are_kept(pages: Pages) -> None:
    pages.html("/finding", form())
    pages.open("/finding")
    pages.page.fill("#t", "Sent too late")
    pages.html("/save", "<h1>Sign in</h1>", person="", extra=" data-failed")
    send(pages)
    pages.page.wait_for_selector("h1")
    pages.open("/finding")
    expect(pages.page.locator(".kept")).to_contain_text("Sent too late")


def test_words_accepted_elsewhere_are_forgotten(pages: Pages) -> None:
    pages.html("/finding", form(key="new-point"))
    pages.open("/finding")
    pages.page.fill("#t", "A new point")
    pages.html(
        "/save", '<div class="govuk-notification-banner govuk-notification-banner--success">Point 4 is saved</div>'
    )
    send(pages)
    pages.page.wait_for_selector(".govuk-notification-banner--success")
    until(pages.page, "localStorage.length === 0")


def test_nobody_is_offered_another_persons_words(pages: Pages) -> None:
    pages.html("/finding", form())
    pages.open("/finding")
    type_and_wait(pages.page, "Anna’s words")
    pages.html("/finding", form(), person="ben")
    pages.open("/finding")
    expect(pages.page.locator(".kept")).to_have_count(0)


def test_signing_out_leaves_nothing_behind(pages: Pages) -> None:
    pages.html("/finding", form() + '<form method="post" action="/out" data-sign-out><button>Sign out</button></form>')
    pages.html("/out", "<h1>Signed out</h1>", person="")
    pages.open("/finding")
    type_and_wait(pages.page, "Secret words")
    pages.page.get_by_role("button", name="Sign out").click()
    pages.page.wait_for_selector("h1")
    assert kept(pages.page) == {}
    assert pages.page.evaluate("sessionStorage.length") == 0


#: Who the page and the server say is signed in.
OURSELVES = {"person": "anna", "token": "t"}


def autosaved() -> str:
    """The editor's form: besides its text, which row of the server holds what was typed, and as of which message."""
    fields = '<input type="hidden" name="copy" value="c0"><input type="hidden" name="seen" value="0">'
    newer = "<p data-newer hidden><span data-newer-words></span></p>"
    return form(extra=' data-autosave="/autosave" data-token="/token"').replace("<button>", f"{fields}{newer}<button>")


def test_autosave_shows_the_servers_time_and_takes_the_row_that_holds_the_words(pages: Pages) -> None:
    sent: list[str] = []

    def keep(request: Any) -> Answer:
        sent.append(request.post_data)
        return 200, "application/json", json.dumps({"saved": "10:42:07", "copy": "c1", "counter": 3, **OURSELVES})

    pages.html("/finding", autosaved())
    pages.answers["/autosave"] = keep
    pages.open("/finding")
    pages.page.fill("#t", "Kept by itself")
    expect(pages.page.locator("[data-saved]")).to_have_text("Kept 10:42:07 on the server.", timeout=5000)
    assert (pages.page.input_value("[name=copy]"), pages.page.input_value("[name=seen]")) == ("c1", "3")
    assert pages.page.input_value("[name=version]") == "7", "only Save makes a revision"
    assert len(sent) == 1
    assert "Kept by itself" in sent[0]


def test_autosave_says_that_somebody_saved_meanwhile_and_keeps_the_words(pages: Pages) -> None:
    said = {"saved": "10:42:07", "copy": "c1", "counter": 1, "newer": "The moderator saved version 8."}
    pages.html("/finding", autosaved())
    pages.answers["/autosave"] = lambda request: (200, "application/json", json.dumps({**said, **OURSELVES}))
    pages.open("/finding")
    pages.page.fill("#t", "Mine")
    expect(pages.page.locator("[data-newer-words]")).to_have_text("The moderator saved version 8.", timeout=5000)
    expect(pages.page.locator("#t")).to_have_value("Mine")


def test_a_refused_autosave_says_so_and_keeps_the_words_here(pages: Pages) -> None:
    refused = json.dumps({"sentence": "The finding is too long."})
    pages.html("/finding", autosaved())
    pages.answers["/autosave"] = lambda request: (422, "application/json", refused)
    pages.open("/finding")
    pages.page.fill("#t", "Mine, longer")
    expect(pages.page.locator("[data-saved]")).to_have_text(
        "Not kept on the server. The finding is too long.", timeout=5000
    )
    expect(pages.page.locator("#t")).to_have_value("Mine, longer")
    until(pages.page, "Object.values(localStorage).some(kept => kept.includes('Mine, longer'))")


COUNTDOWN = (
    '<p class="countdown" data-until="2014-09-03T23:01:00.000+00:00" data-now="2014-09-03T23:00:{}.000+00:00">'
    '<span class="countdown__left">?</span> <span class="countdown__words">to go</span></p>'
)


def test_the_countdown_believes_the_database_and_not_the_readers_clock(pages: Pages) -> None:
    pages.page.add_init_script("Date.now = () => 0")
    pages.html("/live", COUNTDOWN.format("13"))
    pages.open("/live")
    left = pages.page.locator(".countdown__left")
    expect(left).to_have_text("00:46", timeout=3000)
    expect(left).to_have_text("00:45", timeout=3000)


def test_the_countdown_ends_at_zero(pages: Pages) -> None:
    pages.html("/live", COUNTDOWN.format("59"))
    pages.open("/live")
    expect(pages.page.locator(".countdown__left")).to_have_text("Now", timeout=3000)
    expect(pages.page.locator(".countdown__words")).to_be_hidden()


def test_a_live_panel_is_asked_again_and_turns_the_window_that_follows_it(pages: Pages) -> None:
    opened: list[str] = []

    def window(request: Any) -> Answer:
        opened.append(request.url)
        return 200, "text/html", f"<!doctype html><title>w</title><h1>Window {len(opened)}</h1>"

    pages.answers["/window"] = window
    before = '<p>Hidden</p><span hidden data-turn="left" data-value="hidden"></span>'
    frame = '<iframe data-follow="left" src="/window" title="w"></iframe>'
    pages.html("/watch", f'<div data-poll="/panel" data-every="1">{before}</div>{frame}')
    pages.fragment("/panel", before)
    pages.open("/watch")
    pages.page.wait_for_timeout(1500)
    assert len(opened) == 1
    pages.fragment("/panel", '<p>Public</p><span hidden data-turn="left" data-value="public"></span>')
    expect(pages.page.get_by_text("Public")).to_be_visible(timeout=3000)
    expect(pages.page.frame_locator("iframe").get_by_text("Window 2")).to_be_visible()
    assert len(opened) == 2


def test_a_panel_can_bring_panels_fill_other_places_and_end(pages: Pages) -> None:
    pages.html("/watch", '<p id="far">Before</p><div data-poll="/outer" data-every="1">Getting ready</div>')
    pages.fragment("/outer", '<div data-poll-ends><div data-poll="/inner" data-every="1">Counting</div></div>')
    pages.fragment("/inner", '<p data-poll-ends>Public</p><template data-put="far" data-as="1">After</template>')
    pages.open("/watch")
    expect(pages.page.get_by_text("Public")).to_be_visible(timeout=5000)
    expect(pages.page.locator("#far")).to_have_text("After")
    pages.fragment("/inner", "<p>Asked again</p>")
    pages.page.wait_for_timeout(1500)
    expect(pages.page.get_by_text("Public")).to_be_visible()


def test_a_panel_keeps_what_it_shows_when_the_server_is_gone(pages: Pages) -> None:
    pages.html("/watch", '<div data-poll="/panel" data-every="1"><p>Still here</p></div>')
    pages.answers["/panel"] = (500, "text/html", "broken")
    pages.open("/watch")
    pages.page.wait_for_timeout(1500)
    expect(pages.page.get_by_text("Still here")).to_be_visible()


def test_selected_words_become_the_quotation(pages: Pages) -> None:
    words = '<p id="w" data-quote-into="q">The force is not able to identify crimes.</p>'
    pages.html("/draft", words + '<input id="q" name="q">')
    pages.open("/draft")
    pages.page.evaluate(
        """() => {
            const range = document.createRange();
            const text = document.getElementById("w").firstChild;
            range.setStart(text, 4);
            range.setEnd(text, 20);
            document.getSelection().addRange(range);
            document.getElementById("w").dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
        }"""
    )
    expect(pages.page.locator("#q")).to_have_value("force is not abl")


def test_the_error_summary_has_the_focus(pages: Pages) -> None:
    summary = (
        '<div class="govuk-error-summary" data-module="govuk-error-summary">'
        '<div role="alert"><a href="#q">Enter why</a></div></div>'
    )
    pages.html("/form", summary + '<label for="q">Why</label><input id="q">')
    pages.open("/form")
    assert pages.page.evaluate("document.activeElement.className") == "govuk-error-summary"
    pages.page.get_by_role("link", name="Enter why").click()
    assert pages.page.evaluate("document.activeElement.id") == "q"


def test_tables_drawn_as_cards_stay_tables(pages: Pages) -> None:
    table = (
        '<table class="grid cards"><thead><tr><th scope="col">A</th></tr></thead>'
        '<tbody><tr><th scope="row">x</th></tr></tbody></table>'
    )
    pages.page.set_viewport_size({"width": 320, "height": 600})
    pages.html("/list", table)
    pages.open("/list")
    expect(pages.page.get_by_role("table")).to_have_count(1)
    expect(pages.page.get_by_role("rowheader", name="x")).to_have_count(1)
