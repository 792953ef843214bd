"""The whole product in one journey: from a drafted finding to a letter that becomes public at its instant.

A newcomer without a manual follows the guide bar, in a real browser, against real processes: workspace, website,
broker, workers, beat and the second trigger. Shortly before the instant the broker, every worker and both triggers are
killed; readers see the letter at the instant all the same, and the follow-up is done once they are back.
"""

import datetime as dt
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from demo import scenario, stages
from demo.cast import make_cast
from findings.models import Finding, Point
from forces.register import load_register
from hmic_core import audit, clock
from hmic_core.clock import LONDON
from hmic_core.models import AuditEntry, Notice
from inspections.models import Release
from tests.browser import chromium, picture
from tests.stack import Stack, running_stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("files_in_a_temporary_folder"),
]
LETTER = "/inspections/demonstration/letters/northamptonshire/"
DRAFTED = "Call-handlers asked about vulnerability in 12 of the 40 calls that we heard."
QUOTED, PROPOSED = "12 of the 40 calls", "21 of the 40 calls"
#: For assembling, signing, locking, approving and collecting, on a slow machine.
ENOUGH_TIME = dt.timedelta(seconds=60)
AMENDED = DRAFTED.replace(QUOTED, PROPOSED)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The service with one force's demonstration inspection, its findings moderated, nothing sent yet."""
    load_register()
    make_cast()
    scenario.ensure_letterheads()
    northamptonshire = scenario.northamptonshire()
    inspection = scenario.make_inspection(stages.SLUG, scenario.SHORT_TITLE, [northamptonshire])
    scenario.draft(inspection, northamptonshire, seed=2014)
    with running_stack(str(tmp_path / "schedule")) as running:
        yield running


@pytest.fixture
def page(stack: Stack) -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page(base_url=stack.workspace.url, viewport={"width": 1280, "height": 900})
        page.set_default_timeout(20_000)
        yield page


def test_from_a_drafted_finding_to_a_public_letter(stack: Stack, page: Page) -> None:
    page.goto("/demo/")
    draft_a_finding(page)
    moderate_it(page)
    send_the_draft_to_the_force(page)
    raise_a_point(page)
    submit_the_response(page)
    accept_the_point(page)
    close_the_check(page)
    instant = schedule_a_release(page)
    assemble_the_letter(page)
    sign_it(page)
    lock_it_with_its_report(page)
    approve_it(page)
    collect_the_copies(page)
    assert stack.website.get(LETTER).status == 404
    nobody_is_left_to_publish(stack)
    readers_see_it_at_the_instant(stack, instant)
    the_follow_up_is_done_once_somebody_is_back(stack)
    every_step_is_in_the_audit_trail(page)


def next_step(page: Page) -> None:
    """Press the guide bar's button: become the person who takes the next step, and be where it is taken."""
    page.locator(".guide button").last.click()
    page.wait_for_load_state()


def press(page: Page, name: str) -> None:
    # A form with kept words asks first whether the server is there.
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(name)).first.click()


def draft_a_finding(page: Page) -> None:
    next_step(page)
    page.get_by_label("Attendance at crimes and incidents").check()
    page.get_by_label(re.compile("The finding")).fill(DRAFTED)
    page.get_by_label("Where it comes from").fill("Control room")
    page.get_by_label("Note").fill("Calls heard in the control room. Private.")
    picture(page, "journey-01-draft")
    press(page, "Save draft")
    picture(page, "journey-02-drafted")
    press(page, "Mark ready")


def moderate_it(page: Page) -> None:
    finding = Finding.objects.get(text=DRAFTED)
    # Its author is refused, whatever they try.
    page.goto(reverse("findings:finding-show", args=[finding.pk]))
    expect(page.get_by_role("button", name=re.compile("^Moderate"))).to_have_count(0)
    next_step(page)
    page.goto(reverse("findings:finding-show", args=[finding.pk]))
    press(page, "^Moderate")
    finding.refresh_from_db()
    assert finding.state == Finding.State.MODERATED


def send_the_draft_to_the_force(page: Page) -> None:
    next_step(page)
    picture(page, "journey-03-issue")
    # What may be a slip is confirmed one by one, and who receives what is asked once.
    for box in page.locator("input[name=confirmed]").all():
        box.check()
    press(page, "^Send the draft")
    press(page, "^Send to")
    expect(page.locator("body")).to_contain_text("With the force")


def raise_a_point(page: Page) -> None:
    next_step(page)
    reference = Finding.objects.get(text=DRAFTED).reference
    page.get_by_role("link", name=re.compile(f"Raise .*{reference}")).click()
    page.get_by_label(re.compile("Disputed fact")).check()
    page.get_by_label(re.compile("exact words|words your point", re.I)).fill(QUOTED)
    page.get_by_label(re.compile("propose", re.I)).fill(PROPOSED)
    page.get_by_label(re.compile("^Why", re.I)).fill("The recordings show 21. The list is attached to our letter.")
    picture(page, "journey-04-point")
    press(page, "Mark point|Save")
    assert Point.objects.get().quoted == QUOTED


def submit_the_response(page: Page) -> None:
    next_step(page)
    page.get_by_label(re.compile("chief officer", re.I)).fill("Assistant Chief Constable (demonstration)")
    for box in page.get_by_role("checkbox").all():
        box.check()
    picture(page, "journey-05-submit")
    press(page, "Send")
    expect(page.locator("h1")).to_contain_text(re.compile("received|receipt|sent", re.I))
    picture(page, "journey-06-receipt")


def accept_the_point(page: Page) -> None:
    next_step(page)
    page.get_by_label(re.compile("^Accepted(?! in part)")).check()
    page.get_by_label(re.compile("reason", re.I)).fill("The recordings show 21 of 40.")
    picture(page, "journey-07-decide")
    press(page, "^Record decision")
    finding = Finding.objects.get(text=AMENDED)
    page.goto(reverse("findings:finding-history", args=[finding.pk]))
    expect(page.locator("del").filter(has_text="12")).to_have_count(1)
    expect(page.locator("ins").filter(has_text="21")).to_have_count(1)


def close_the_check(page: Page) -> None:
    next_step(page)
    press(page, "^Complete")
    picture(page, "journey-08-closed")


def schedule_a_release(page: Page) -> dt.datetime:
    next_step(page)
    page.get_by_label("Inspection").select_option(label="Demonstration")
    page.get_by_label("Name of the release").fill("Demonstration")
    press(page, "^Continue")
    if "/schedule/" not in page.url:
        page.get_by_role("link", name=re.compile("Schedule")).first.click()
    wall = first_minute_after(clock.now() + ENOUGH_TIME)
    for label, value in (("Day", wall.day), ("Month", wall.month), ("Year", wall.year), ("Time", f"{wall:%H:%M}")):
        page.get_by_label(re.compile(f"^{label}")).fill(str(value))
    press(page, "^Show it")
    picture(page, "journey-09-instant")
    press(page, "^Schedule to|^Schedule")
    release = Release.objects.get(inspection__slug="demonstration")
    assert release.embargo_until == wall
    return wall


def first_minute_after(moment: dt.datetime) -> dt.datetime:
    """The next whole minute, as London's clocks show it: instants are entered by the minute."""
    return (moment + dt.timedelta(minutes=1)).astimezone(LONDON).replace(second=0, microsecond=0)


def assemble_the_letter(page: Page) -> None:
    next_step(page)
    press(page, "Assemble")
    next_step(page)
    press(page, "[Pp]roof")


def sign_it(page: Page) -> None:
    next_step(page)
    expect(page.locator("body")).to_contain_text(AMENDED)
    picture(page, "journey-10-sign")
    for box in page.get_by_role("checkbox").all():
        box.check()
    press(page, "^Sign the letter")


def lock_it_with_its_report(page: Page) -> None:
    next_step(page)
    release = Release.objects.get(inspection__slug="demonstration")
    page.goto(f"/releases/{release.pk}/report/")
    page.get_by_label(re.compile("Title")).fill("National report (demonstration)")
    page.locator("input[type=file]").set_input_files(scenario.REPORT)
    press(page, "^Upload")
    deadline = time.monotonic() + 20
    page.goto(f"/releases/{release.pk}/")
    while "PDFs valid" in page.content() and page.locator(".state--stop").count() and time.monotonic() < deadline:
        time.sleep(1)
        page.reload()
    picture(page, "journey-11-release")
    press(page, "^Lock for")


def approve_it(page: Page) -> None:
    next_step(page)
    for box in page.get_by_role("checkbox").all():
        box.check()
    picture(page, "journey-12-approve")
    press(page, "^Approve for")
    assert Release.objects.get(inspection__slug="demonstration").state == Release.State.APPROVED


def collect_the_copies(page: Page) -> None:
    next_step(page)
    press(page, "Accept")
    expect(page.locator("body")).to_contain_text("Embargoed")
    picture(page, "journey-13-copy")
    for what in ("letter", "report"):
        link = page.get_by_role("link", name=re.compile(what, re.I)).and_(page.locator(f"a[href$='{what}.pdf']")).first
        with page.expect_download() as download:
            link.click()
        assert download.value.path().read_bytes().startswith(b"%PDF-")


def nobody_is_left_to_publish(stack: Stack) -> None:
    stack.kill_all()


def readers_see_it_at_the_instant(stack: Stack, instant: dt.datetime) -> None:
    """By the database's clock: hidden in every answer begun before it, public in every one begun after it."""
    assert clock.now() < instant, "the journey took longer than the lead time: nothing can be said about the instant"
    while clock.now() < instant:
        answer = stack.website.get(LETTER)
        assert answer.status == 404 or clock.now() >= instant
        time.sleep(0.05)
    answer = stack.website.get(LETTER)
    assert answer.status == 200
    assert AMENDED in answer.text
    assert QUOTED not in answer.text
    assert stack.website.get(LETTER.rstrip("/") + ".pdf").body.startswith(b"%PDF-")
    assert Release.objects.get(inspection__slug="demonstration").state == Release.State.APPROVED, (
        "nobody was there to record it"
    )


def the_follow_up_is_done_once_somebody_is_back(stack: Stack) -> None:
    for part in ("broker", "release-worker", "worker", "beat", "trigger"):
        stack.start(part)
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        release = Release.objects.get(inspection__slug="demonstration")
        unsent = Notice.objects.filter(sent_at=None).count()
        if release.state == Release.State.RELEASED and not unsent:
            break
        time.sleep(0.5)
    assert (release.state, unsent) == (Release.State.RELEASED, 0)
    assert AuditEntry.objects.filter(action=audit.Action.RELEASE_PUBLISHED).count() == 1
    assert Notice.objects.filter(event__contains=str(release.pk)).exists()


def every_step_is_in_the_audit_trail(page: Page) -> None:
    next_step(page)
    release = Release.objects.get(inspection__slug="demonstration")
    page.goto(f"/releases/{release.pk}/audit/")
    picture(page, "journey-14-audit")
    for step in ("RELEASE_SCHEDULED", "RELEASE_SEALED", "RELEASE_APPROVED", "RELEASE_PUBLISHED"):
        expect(page.locator("body")).to_contain_text(audit.Action[step].label)
    done = set(AuditEntry.objects.values_list("action", flat=True))
    wanted = "FINDING_DRAFTED FINDING_MODERATED ROUND_ISSUED POINT_RAISED ROUND_SUBMITTED POINT_DECIDED ROUND_CLOSED"
    wanted += " LETTER_ASSEMBLED LETTER_SIGNED REPORT_UPLOADED EMBARGO_ACKNOWLEDGED LETTER_DOWNLOADED REPORT_DOWNLOADED"
    assert {audit.Action[name].value for name in wanted.split()} <= done
    count, _, problems = audit.verify(audit.chain())
    assert count > 20
    assert problems + audit.unchained_or_changed() == []
    assert settings.INSTALLATION
