"""`manage.py release_due`: record what is due. With `--loop` it is the second trigger, which needs no broker."""

import json
import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection

from hmic_core import heartbeats
from inspections import published
from inspections.models import Release
from publication.release import triggers

log = logging.getLogger(__name__)
EVERY = 1.0


class Command(BaseCommand):
    help = "Record every release whose instant has come. What readers see does not wait for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on for ever, once a second, beside Celery")
        parser.add_argument("--json", action="store_true", help="print what was recorded as JSON, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["loop"]:
            self._loop(as_json=options["json"])
        else:
            self._report(triggers.release_due(), as_json=options["json"])

    def _loop(self, *, as_json: bool) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        while not stopping.is_set():
            began = time.monotonic()
            try:
                released = triggers.release_due()
                heartbeats.beat("trigger-loop")
                # The worker takes them too: a dead one must not keep what is public from being found.
                published.take_published()
            except DatabaseError as error:
                log.warning("the database did not answer (%s); trying again", type(error).__name__)
                connection.close()
            else:
                if released:
                    self._report(released, as_json=as_json)
            stopping.wait(max(0.0, EVERY - (time.monotonic() - began)))

    def _report(self, released: list[Release], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"released": [_as_json(release) for release in released]}))
            return
        for release in released:
            self.stdout.write(f"Recorded as published: {release.pk}, due {_stamp(release)}")
        if not released:
            self.stdout.write("Nothing is due.")


def _as_json(release: Release) -> dict[str, str]:
    recorded = release.released_at.isoformat() if release.released_at else ""
    return {"id": str(release.pk), "embargo_until": _stamp(release), "released_at": recorded}


def _stamp(release: Release) -> str:
    return release.embargo_until.strftime("%Y-%m-%dT%H:%M:%SZ") if release.embargo_until else ""
