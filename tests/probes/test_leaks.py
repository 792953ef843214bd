"""Every route of the workspace, as every member of the cast, at each stage: whoever should not see a word sees none.

A word of its own (the canary) stands in every text, file name and file of one force's round. It is looked for in the
status line, headers and body of each answer, and inside PDF files. What is hidden must answer as what never existed.
"""

import datetime as dt
import io
import re
import time
import uuid
import zipfile
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from pypdf import PdfReader

from hmic_core import clock
from hmic_core.models import Notice
from hmic_core.policies import ANYONE
from inspections.models import ReleaseItem
from publication.triggers import release_due
from tests.cast import Cast, make_cast
from tests.conftest import signed_in
from tests.test_routes import OURS
from tests.world import STAGES, World, identifiers, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_temporary_folder")]
CANARY = "quixotryzebra"
SLUGS = {
    "inspection": "test-subject",
    "force": "northamptonshire",
    "code": "other-forces",
    "kind": "opening",
    "theme": "pc",
}
#: Who may meet the canary, by stage: from then on. Everybody else never does, in any answer.
MAY_SEE = {
    "inspector": "drafting",
    "second_inspector": "drafting",
    "lead_inspector": "drafting",
    "moderator": "drafting",
    "hmi": "drafting",
    "liaison_officer": "issued",
    "reviewer": "issued",
    "chief_officer": "issued",
    "admin": "signed",
    "second_admin": "signed",
}


def text_of(answer: HttpResponseBase) -> str:
    """All that an answer says: status, headers, cookies, body, and the words inside a PDF or a spreadsheet."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    parts = [str(answer.status_code), str(answer.headers), str(answer.cookies), body.decode("utf-8", "replace")]
    if body.startswith(b"%PDF-"):
        reader = PdfReader(io.BytesIO(body))
        parts += [page.extract_text() for page in reader.pages] + [str(reader.metadata), str(reader.xmp_metadata)]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    return "\n".join(parts).lower()


def comparable(answer: HttpResponseBase) -> tuple[Any, ...]:
    """What hidden and missing must share. The CSRF mask differs at each request by design; its place does not."""
    body = re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]+', rb"\1", answer.content)  # type: ignore[attr-defined]
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    return answer.status_code, headers, len(body), body


def addresses(world: World) -> list[tuple[str, str]]:
    """Each route with this world's identifiers, and beside it the same route with those of things that never existed.

    A route that says only `pk` is tried with every kind of thing.
    """
    known = identifiers(world)
    things = [world.findings[0].pk, world.evidence.pk if world.evidence else None, *known.values()]
    found = []
    for route, view in OURS:
        if view.policy is ANYONE or route.startswith("demo/"):
            continue
        names = re.findall(r"<(\w+):(\w+)>", route)
        for thing in [value for value in things if isinstance(value, uuid.UUID)] if ("uuid", "pk") in names else [None]:
            hidden = missing = "/" + route
            for kind, name in names:
                real = thing if name == "pk" else known.get(name) if kind == "uuid" else SLUGS.get(name, "final")
                never = uuid.uuid4() if kind == "uuid" else "never-existed" if name in SLUGS else "final"
                hidden = hidden.replace(f"<{kind}:{name}>", str(real))
                missing = missing.replace(f"<{kind}:{name}>", str(never))
            if "None" not in hidden:
                found.append((hidden, missing))
    return found


def sees_too_much(client: Client, world: World) -> list[str]:
    return [address for address, _ in addresses(world) if CANARY in text_of(client.get(address))]


@pytest.mark.parametrize("stage", STAGES)
def test_nobody_meets_a_word_before_their_time(cast: Cast, stage: str) -> None:
    world = make_world(cast, CANARY, stage)
    clients = {name: signed_in(user) for name, user in cast.everybody().items()}
    clients["anonymous"] = Client()
    reached = STAGES.index(stage)
    seen: dict[str, list[str]] = {}
    for name, client in clients.items():
        if name in MAY_SEE and STAGES.index(MAY_SEE[name]) <= reached:
            continue
        found = sees_too_much(client, world)
        if found:
            seen[name] = found
    assert seen == {}


@pytest.mark.django_db(transaction=True)
def test_after_the_instant_another_force_still_finds_nothing_here() -> None:
    """The public website opens at the instant; the workspace goes on to show each person only what is theirs."""
    cast = make_cast()
    world = make_world(cast, CANARY, "approved", ahead=dt.timedelta(seconds=25))
    assert world.release is not None
    assert world.release.embargo_until is not None
    while clock.now() < world.release.embargo_until:
        time.sleep(0.1)
    assert [release.pk for release in release_due()] == [world.release.pk]
    for user in (cast.outsider, cast.pcc_office, cast.system_admin, cast.auditor):
        assert sees_too_much(signed_in(user), world) == [], user.name
    assert ReleaseItem.objects.public().filter(content__icontains=CANARY).exists()


def test_the_probe_finds_what_there_is_to_find(cast: Cast) -> None:
    """Without this the test above could pass by looking at nothing."""
    world = make_world(cast, CANARY, "approved")
    for name, least in (("lead_inspector", 6), ("liaison_officer", 3), ("admin", 3)):
        assert len(sees_too_much(signed_in(cast.everybody()[name]), world)) >= least, name


def test_another_force_cannot_tell_hidden_from_missing(cast: Cast) -> None:
    """Byte for byte and header for header, with every method, for the outsider's liaison officer and a stranger."""
    world = make_world(cast, CANARY, "approved")
    for user, methods in (
        (cast.outsider, ("get", "head", "post", "options")),
        (cast.pcc_office, ("get",)),
        (cast.system_admin, ("get",)),
    ):
        client = signed_in(user)
        for method in methods:
            for hidden, missing in addresses(world):
                if hidden == missing:
                    continue
                there, never = getattr(client, method)(hidden), getattr(client, method)(missing)
                assert comparable(there) == comparable(never), f"{user.name}: {method} {hidden}"


def test_no_message_carries_a_word_of_it(cast: Cast) -> None:
    make_world(cast, CANARY, "approved")
    written = [f"{notice.subject} {notice.body} {notice.link} {notice.event}" for notice in Notice.objects.all()]
    assert written
    assert [text for text in written if CANARY in text.lower()] == []
