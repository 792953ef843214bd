"""Somebody types in a real browser, and something dies: how many seconds of their typing are lost?

Killed are the tab (its process crashes), the whole browser, the server (kill -9 of all its processes), the network and
the session, at a random moment; typing goes on where it can. Afterwards the finding is opened again: in the same
browser where it lives on, else in a fresh one that has nothing but the server. The goal is five seconds at most.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from _runner import services
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page

from bench.autosave import cast_of_the_bench
from bench.harness import Figure
from findings import workflow
from findings.models import Finding
from hmic_core.models import User
from tests.browser import chromium
from tests.cast import Cast
from tests.servers import ROOT, Server, database_for, free_port

MOST_SECONDS = 5.0
FULL, SHORT = 200, 12
BOX = "#id_text"
#: What dies, and whether the tab dies with it while it is away.
KILLS = ("tab", "browser", "server", "server and tab", "network", "network and tab", "session", "session and tab")


@dataclass
class Office:
    """The workspace's server, which can be killed and comes back at the same address."""

    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def server(self) -> Server:
        return Server(f"http://localhost:{self.port}")

    def start(self) -> None:
        env = {
            **os.environ,
            "DATABASE_URL_APPLICATION": database_for("application"),
            "HMIC_DATABASE_ROLE": "application",
            "SECRET_KEY": settings.SECRET_KEY,
            "HMIC_WORKSPACE_WORKERS": "1",
            "HMIC_INSTALLATION": settings.INSTALLATION,
            "DJANGO_SETTINGS_MODULE": "hmic_core.settings",
        }
        line = services.command("workspace", Path(sys.executable), f"127.0.0.1:{self.port}", Path(os.devnull))
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(line, cwd=ROOT, env=env, stdout=quiet, stderr=quiet, start_new_session=True)
        for _ in range(600):
            with contextlib.suppress(OSError):
                if self.server.get("/health/live").status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """kill -9 of the master and its workers at once."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextlib.contextmanager
def office() -> Iterator[Office]:
    made = Office()
    made.start()
    try:
        yield made
    finally:
        made.kill()


@dataclass(frozen=True)
class Loss:
    """What one kill cost: seconds of typing that were not there afterwards, and how many words."""

    kill: str
    seconds: float
    words: int
    typed: int


class Typist:
    """One person at one finding. Every word is unique, and it is known when it was typed."""

    def __init__(self, browser: Browser, office: Office, cast: Cast, rng: random.Random) -> None:
        self.browser, self.office, self.rng, self.user = browser, office, rng, cast.inspector
        self.finding = _finding(cast)
        self.typed: list[tuple[str, float]] = []
        self.context = self._context()
        self.page = self._open(self.context)
        self.page.locator(BOX).press("Control+End")

    def _context(self) -> BrowserContext:
        context = self.browser.new_context(base_url=self.office.server.url)
        sign_in(context, self.user, self.office.server.url)
        return context

    def _open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.goto(f"/inspections/findings/{self.finding.pk}/")
        page.locator(".toolbar").wait_for()
        return page

    def type_for(self, seconds: float) -> None:
        """Words without a pause: what waits for a pause saves nothing here."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            word = f"w{len(self.typed):04}"
            self.page.keyboard.type(f" {word}", delay=self.rng.uniform(8, 45))
            self.typed.append((word, time.monotonic()))
            if self.rng.random() < 0.05:
                time.sleep(self.rng.uniform(0.2, 1.8))

    def crash(self) -> None:
        """The tab's process dies at once. Nothing on the page hears of it."""
        with contextlib.suppress(Error):
            self.page.goto("chrome://crash", timeout=3000)

    def wait_until_kept(self) -> None:
        """Until the page says that the server has everything."""
        kept = self.page.locator("[data-saved]", has_text="Kept")
        time.sleep(1.5)
        kept.wait_for(timeout=20_000)
        time.sleep(3.2)
        kept.wait_for(timeout=20_000)

    def loss(self, kill: str, context: BrowserContext) -> Loss:
        """Open the finding again and see from which word on it is missing."""
        page = self._open(context)
        time.sleep(0.5)
        there = set(page.locator(BOX).input_value().split())
        missing = [at for word, at in self.typed if word not in there]
        seconds = self.typed[-1][1] - missing[0] if missing else 0.0
        return Loss(kill, seconds, len(missing), len(self.typed))

    def again(self, kill: str, *, fresh: bool) -> Loss:
        context = self._context() if fresh else self.context
        try:
            return self.loss(kill, context)
        finally:
            context.close()
            self.context.close()


def _finding(cast: Cast) -> Finding:
    return workflow.draft_finding(
        inspection=cast.inspection,
        force=cast.northamptonshire,
        theme=cast.themes[0],
        text="The force",
        kind="finding",
        basis="",
        by=cast.inspector,
    )


def sign_in(context: BrowserContext, user: User, url: str) -> None:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": str(client.session.session_key), "url": url}])


def one(kill: str, typist: Typist) -> Loss:
    """Type, kill, type on where that is possible, come back, look."""
    what, _, with_tab = kill.partition(" and ")
    typist.type_for(typist.rng.uniform(0.8, 6.0))
    if what in ("tab", "browser"):
        typist.crash()
        return typist.again(kill, fresh=what == "browser")
    _take_away(what, typist)
    typist.type_for(typist.rng.uniform(0.5, 4.0))
    if with_tab:
        typist.crash()
    _bring_back(what, typist)
    if not with_tab:
        typist.wait_until_kept()
    return typist.again(kill, fresh=not with_tab)


def _take_away(what: str, typist: Typist) -> None:
    if what == "server":
        typist.office.kill()
    elif what == "network":
        typist.context.route("**/*", lambda route: route.abort("internetdisconnected"))
    else:
        Session.objects.all().delete()


def _bring_back(what: str, typist: Typist) -> None:
    if what == "server":
        typist.office.start()
    elif what == "network":
        # The tab may be gone by now, and its routes with it.
        with contextlib.suppress(Error):
            typist.context.unroute_all()
    else:
        sign_in(typist.context, typist.user, typist.office.server.url)


def losses(number: int, seed: int, cast: Cast) -> list[Loss]:
    """`number` kills, each kind equally often, in random order and at random moments."""
    rng = random.Random(seed)
    kills = [kind for _ in range(number // len(KILLS)) for kind in KILLS] + rng.sample(KILLS, number % len(KILLS))
    rng.shuffle(kills)
    found = []
    with office() as running, chromium() as browser:
        for kill in kills:
            found.append(one(kill, Typist(browser, running, cast, rng)))
            if os.environ.get("HMIC_TELL"):
                print(len(found), found[-1], flush=True)
    return found


def run(short: bool) -> list[Figure]:
    cast = cast_of_the_bench()
    found = losses(SHORT if short else FULL, seed=int(os.environ.get("HMIC_SEED", "3")), cast=cast)
    by_kill: dict[str, list[Loss]] = defaultdict(list)
    for each in found:
        by_kill[each.kill].append(each)
    figures = [_figure(f"{kill} killed", by_kill[kill]) for kill in KILLS if by_kill[kill]]
    return [*figures, _figure("all kills", found)]


def _figure(name: str, found: list[Loss]) -> Figure:
    worst = max(each.seconds for each in found)
    over = sum(each.seconds > MOST_SECONDS for each in found)
    words = sum(each.typed for each in found)
    return Figure(
        f"{name}: seconds of typing lost, worst of {len(found)}",
        f"{worst:.2f} s, {over} over {MOST_SECONDS:g} s, {sum(e.words for e in found)} of {words} words",
        f"≤ {MOST_SECONDS:g} s",
        over == 0,
    )
