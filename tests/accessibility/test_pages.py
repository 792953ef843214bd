"""Every page, of the workspace and of the public website, at two widths: no violation of any check there is."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Error as BrowserError

from inspections import published
from inspections.models import Release
from publication.release import additions, calendar
from publication.release import workflow as publication
from publication.release.withdrawal import withdraw
from tests.accessibility.checks import Findings, listening, sent_empty, with_axe
from tests.accessibility.pages import FILLED_IN, LISTED, SAME_ROUTE, WORD, Ground, Page, every_page
from tests.browser import chromium
from tests.cast import Cast, make_cast
from tests.conftest import signed_in
from tests.items import freeze, release_of
from tests.items_data import freeze_data
from tests.publication.ground import wall
from tests.servers import Server, website, workspace
from tests.test_routes import routes
from tests.world import World

#: Addresses that answer a GET with something other than a page of their own, and why that is no page.
NO_PAGE = {
    "": "leads on to the first section that is theirs",
    "inspections/<slug:inspection>/forces.csv": "a file",
    "inspections/evidence/files/<uuid:evidence_file>/": "a file",
    "inspections/<slug:inspection>/criteria.csv": "a file",
    "inspections/<slug:inspection>/forces/<slug:force>/drafts.docx": "a file",
    "inspections/<slug:inspection>/forces/<slug:force>/drafts.csv": "a file",
    "my-work/token/": "an answer to the editor's script",
    "letters/<uuid:letter>/<slug:variant>.pdf": "a file",
    "letters/<uuid:letter>/first-page.png": "a file",
    "letters/<uuid:letter>/welsh/letter.pdf": "a file",
    "signatures/<uuid:person_id>/picture.png": "a file",
    "inspections/<slug:inspection>/letters/progress/": "a part of the list of letters, seen there",
    "letters/<uuid:letter>/pdf/": "a part of the letter's page, seen there",
    "releases/<uuid:release>/report.pdf": "a file",
    "releases/<uuid:release>/proof.json": "a file",
    "releases/<uuid:release>/proof/papers/<uuid:paper>.pdf": "a file",
    "check/<uuid:round>/log/download/": "a file",
    "check/<uuid:round>/log/uploads/<uuid:upload>/rest/": "a file",
    "check/<uuid:round>/files/<uuid:file>/": "a file",
    "check/<uuid:round>/receipt/pdf/": "a file",
    "accuracy/files/<uuid:file>/": "a file",
    "our-letters/<uuid:copy>/letter.pdf": "a file",
    "our-letters/<uuid:copy>/report.pdf": "a file",
    "releases/<uuid:release>/live/band/": "a part of the live page, seen there",
    "releases/<uuid:release>/live/now/": "a part of the live page, seen there",
    "releases/<uuid:release>/rehearsal/<uuid:item>/file/": "a file",
    "accuracy/points.csv": "a file",
    "accuracy/<slug:inspection>/<slug:force>/decisions.csv": "a file",
    "accuracy/<slug:inspection>/<slug:force>/decisions.pdf": "a file",
    "accuracy/<slug:inspection>/<slug:force>/decisions.xlsx": "a file",
    "accuracy/<slug:inspection>/<slug:force>/draft.pdf": "a file",
    "check/<uuid:round>/decisions.csv": "a file",
    "check/<uuid:round>/decisions.pdf": "a file",
    "check/<uuid:round>/decisions.xlsx": "a file",
    "check/<uuid:round>/draft.pdf": "a file",
    "inspections/<slug:inspection>/checks.csv": "a file",
    "releases/<uuid:release>/letters.zip": "a file",
    "releases/<uuid:release>/recipients.csv": "a file",
    "health/live": "plain words for machines",
    "health/ready": "plain words for machines",
    "demo/watch/clock/": "a part of the page of the watched letter, seen there",
    "demo/watch/windows/": "a part of the page of the watched letter, seen there",
}
#: Pages of the library for signing in that are met only under a condition that nobody of the cast is in.
NOT_MET = {
    "accounts/confirm-email/": "e-mail addresses are not confirmed: accounts are by invitation",
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": "e-mail addresses are not confirmed: accounts are by invitation",
    "accounts/login/code/confirm/": "nobody signs in by code",
    "accounts/password/set/": "leads on to changing it, since everybody who signs in has one",
    "accounts/2fa/authenticate/": "only while signing in with a second step",
    "accounts/2fa/reauthenticate/": "only with a second step",
    "accounts/2fa/totp/deactivate/": "only with a second step",
    "accounts/2fa/recovery-codes/": "only with a second step",
    "accounts/2fa/recovery-codes/generate/": "only with a second step",
    "accounts/2fa/recovery-codes/download/": "a file",
}
BAD_LINK = "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"
#: While a page is being made: only those whose label matches HMIC_PAGES.
ONLY = re.compile(os.environ.get("HMIC_PAGES", ""))
PUBLIC_EVERYWHERE = ("/", "/inspections/", "/forces/", "/forces/northamptonshire/", "/accessibility/")
PUBLIC_EVERYWHERE += ("/compare/", "/compare/?of=never", "/open-data/", "/forces/?q=kent", "/forces/?q=never")
PUBLIC_EVERYWHERE += ("/calendar/", "/corrections/", "/search/", "/search/?q=", f"/search/?q={WORD}")
PUBLISHED = ("/inspections/test-subject/", "/inspections/test-subject/letters/northamptonshire/")
PUBLISHED += ("/inspections/test-subject/data/", "/forces/nottinghamshire/")
PUBLISHED += ("/compare/?of=test-subject.in-1&order=highest&mark=kent", "/compare/?of=test-subject.pc-q1")


def is_page(route: str, view: Any) -> bool:
    """Whether a GET of it may answer with a page: a view that takes only POST says so before it looks at anything."""
    if route in NO_PAGE or route in NOT_MET:
        return False
    try:
        status: int = view(RequestFactory().get("/")).status_code
    except Exception:
        return True
    return status != 405


def test_no_page_is_left_out() -> None:
    listed = {page.route for page in LISTED} | {BAD_LINK}
    for ours, theirs in SAME_ROUTE.items():
        listed |= {route.replace(f"<uuid:{ours}>", f"<uuid:{theirs}>") for route in listed}
    for ours, theirs in FILLED_IN.items():
        listed |= {route.replace(ours, theirs) for route in listed}
    pages = {route for route, view in routes() if is_page(route, view)}
    assert len(pages) > 40
    assert pages - listed == set(), "list them in tests/accessibility/pages.py"
    assert {*NO_PAGE, *NOT_MET, BAD_LINK} - {route for route, _ in routes()} == set(), "these are no routes any more"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def findings(tmp_path: Path) -> Findings:
    folder = tmp_path / "served"
    folder.mkdir()
    return Findings(folder)


class Visitors:
    """One browser profile for each person, signed in as they are."""

    def __init__(self, browser: Browser, server: Server, cast: Cast) -> None:
        self.browser, self.server, self.people = browser, server, cast.everybody()
        self.contexts: dict[str, BrowserContext] = {}

    def tab(self, who: str) -> Any:
        if who not in self.contexts:
            context = with_axe(self.browser.new_context(base_url=self.server.url, reduced_motion="reduce"))
            if who:
                context.add_cookies([{"name": "session", "value": self._session(who), "url": self.server.url}])
            context.new_page()
            self.contexts[who] = context
        return self.contexts[who].pages[0]

    def leave(self, who: str) -> None:
        self.contexts.pop(who).close()

    def _session(self, who: str) -> str:
        session = signed_in(self.people[who]).session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
        return str(session.session_key)


def visit(tab: Any, address: str, page: Page, findings: Findings, name: str) -> None:
    with listening(tab, findings, page.label):
        answer = tab.goto(address)
        if page.empty and tab.locator(page.empty).count() == 0:
            findings.add(f"no form {page.empty}", page.label)
        elif page.empty:
            answer = sent_empty(tab, page.empty)
        if not page.empty and answer.status != page.status:
            findings.add(f"{answer.status} {answer.url}", page.label)
        findings.look(tab, answer, page.label, name)


@pytest.mark.browser
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_every_page_of_the_workspace(browser: Browser, findings: Findings) -> None:
    """In one world that is lived through once: making it again for each part took longer than looking at its pages."""
    cast = make_cast()
    ground = Ground(World(cast, WORD))
    with (
        website(HMIC_DEMO="1", HMIC_WORKSPACE_URL="http://localhost:*") as public,
        workspace(SECRET_KEY=settings.SECRET_KEY, HMIC_WEBSITE_URL=public.url) as server,
    ):
        visitors = Visitors(browser, server, cast)
        for number, (part, page) in enumerate(every_page(ground)):
            if not ONLY.search(page.label):
                continue
            name = f"{part}-{number:03}-{re.sub(r'[^a-z]+', '-', page.label.lower())}"
            try:
                visit(visitors.tab(page.who), ground.address(page), page, findings, name)
            except BrowserError as error:
                # The browser's own fault, once in some hundred pages: its tab is opened anew, and once only.
                if "crashed" not in str(error):
                    raise
                visitors.leave(page.who)
                visit(visitors.tab(page.who), ground.address(page), page, findings, name)
    findings.nu()


def add_to(cast: Cast, release: Release) -> None:
    """An update beside the letter, corrected once, and lines of the calendar."""
    words = {"kind": "update", "title": "What changed", "author": "The force", "markdown": "It tests its plan."}
    item = additions.add_item(release, force=cast.northamptonshire, by=cast.admin, **words)
    additions.confirm_item(item, by=cast.second_admin)
    corrected = additions.correct(item, note="A year.", markdown="It tests its plan each year.", by=cast.admin)
    additions.confirm_item(corrected, by=cast.second_admin)
    coming = publication.create_release(inspection=cast.inspection, title="To come", by=cast.admin)
    publication.schedule(coming, wall=wall(90_000), by=cast.admin)
    calendar.announce(coming, title="Making best use of police time", by=cast.admin)
    publication.reschedule(coming, wall=wall(180_000), reason="Late", public_reason="More to be heard.", by=cast.admin)


@pytest.mark.browser
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("files_in_a_temporary_folder")
def test_every_page_of_the_website(browser: Browser, findings: Findings) -> None:
    cast = make_cast()
    with website() as server:
        tab = with_axe(browser.new_context(base_url=server.url, reduced_motion="reduce")).new_page()

        def visit(path: str, moment: str, status: int = 200) -> None:
            label = f"website {path} {moment}"
            with listening(tab, findings, label):
                answer = tab.goto(path)
                assert answer is not None
                assert answer.status == status, label
                findings.look(tab, answer, label, re.sub(r"[^a-z]+", "-", label))

        for path in PUBLIC_EVERYWHERE:
            visit(path, "with nothing published")
        visit("/never/", "which never existed", 404)
        release = release_of(cast, "released", in_seconds=-60)
        freeze(cast, release, WORD)
        freeze_data(cast, release, WORD)
        add_to(cast, release)
        published.take_published()
        for path in (*PUBLIC_EVERYWHERE, *PUBLISHED):
            visit(path, "after the instant")
        letter = release.items.get(kind="letter")
        withdraw(letter, reason="It was not right", kind="error", by=cast.admin)
        visit(PUBLISHED[1], "once withdrawn", 410)
    findings.nu()
