"""Every route of the workspace, as every member of the cast, at each stage: whoever should not see a word sees none.

A word of its own (the canary) stands in every text, file name and file of one force's round. It is looked for in the
status line, headers and body of each answer, and inside PDF files. What is hidden must answer as what never existed.
"""

import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pikepdf
import pytest
from django.http import HttpResponseBase
from django.test import Client, RequestFactory, override_settings

from hmic_core.accounts.policies import ANYONE
from hmic_core.models import Notice
from hmic_core.pdf import pictures
from hmic_core.request_cache import asking_once
from inspections.models import ReleaseItem
from publication.release.triggers import release_due
from tests.cast import Cast, make_cast
from tests.conftest import signed_in
from tests.publication import ground
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
#: Looked for where search looks: words of the same sentences and names, without the canary, which a page may repeat.
ASKED = (
    "/search/?q=plan",
    "/search/?q=force",
    "/search/?q=records",
    "/search/?q=records&in=answers",
    "/search/?q=Reviewer",
    "/search/?q=force&in=comments",
)
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
        with pikepdf.open(io.BytesIO(body)) as document:
            xmp = document.Root.get("/Metadata")
            parts += [str(dict(document.docinfo)), xmp.read_bytes().decode("utf-8", "replace") if xmp else ""]
        parts += pictures.words(body)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    return "\n".join(parts).lower()


def comparable(answer: HttpResponseBase) -> tuple[Any, ...]:
    """What hidden and missing must share. The CSRF mask differs at each request by design; its place does not."""
    body = re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]+', rb"\1", answer.content)  # type: ignore[attr-defined]
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    return answer.status_code, headers, len(body), body


def only_takes_post(view: Any) -> bool:
    """Whether a GET of it is turned away before it looks at anything: it can say nothing then."""
    try:
        return bool(view(RequestFactory().get("/")).status_code == 405)
    except Exception:
        return False


#: Found once: there are hundreds of routes, and the walk is long.
ONLY_POST = {route for route, view in OURS if view.policy is not ANYONE and only_takes_post(view)}


def addresses(world: World, *, read: bool = False) -> list[tuple[str, str]]:
    """Each route with this world's identifiers, and beside it the same route with those of things that never existed.

    A route that says only `pk` is tried with a finding and with a refused save, whichever it is about; those that look
    something up are also asked for words that stand beside the canary. `read`: only those that answer a GET.
    """
    known = identifiers(world)
    found = []
    for route, view in OURS:
        if view.policy is ANYONE or route.startswith("demo/") or (read and route in ONLY_POST):
            continue
        names = re.findall(r"<(\w+):(\w+)>", route)
        for thing in [world.findings[0].pk, world.refused.pk] if ("uuid", "pk") in names else [None]:  # type: ignore[union-attr]
            hidden = missing = "/" + route
            for kind, name in names:
                real = thing if name == "pk" else known.get(name) if kind == "uuid" else SLUGS.get(name, "final")
                never = uuid.uuid4() if kind == "uuid" else "never-existed" if name in SLUGS else "final"
                hidden = hidden.replace(f"<{kind}:{name}>", str(real))
                missing = missing.replace(f"<{kind}:{name}>", str(never))
            if "None" not in hidden:
                found.append((hidden, missing))
    return [*found, *((address, address) for address in ASKED)]


@contextmanager
def one_reader() -> Iterator[None]:
    """Ask who the reader is once for a whole walk instead of once a page: reading changes none of it.

    Each page is answered as ever from these rights; only the upkeep of the list of sessions is left out.
    """
    with override_settings(USERSESSIONS_TRACK_ACTIVITY=False), asking_once():
        yield


def sees_too_much(client: Client, world: World) -> list[str]:
    with one_reader():
        return [address for address, _ in addresses(world, read=True) if CANARY in said(client, address)]


def said(client: Client, address: str) -> str:
    """What an answer says; without the reviewer's own name and address where accounts are kept."""
    words = text_of(client.get(address))
    if address.startswith("/people/"):
        words = words.replace(f"reviewer {CANARY}", "").replace(f"{CANARY}@force.example", "")
    return words


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
    world = make_world(cast, CANARY, "approved")
    assert world.release is not None
    ground.wait_for(ground.move(world.release, 2))
    assert [release.pk for release in release_due()] == [world.release.pk]
    for user in (cast.outsider, cast.pcc_office, cast.system_admin, cast.auditor):
        assert sees_too_much(signed_in(user), world) == [], user.name
    assert ReleaseItem.objects.public().filter(content__icontains=CANARY).exists()


def test_the_probe_finds_what_there_is_to_find(cast: Cast) -> None:
    """Without this the test above could pass by looking at nothing."""
    world = make_world(cast, CANARY, "approved")
    for name, least in (("lead_inspector", 6), ("liaison_officer", 3), ("admin", 3)):
        assert len(sees_too_much(signed_in(cast.everybody()[name]), world)) >= least, name


def test_the_walk_reaches_every_route(cast: Cast) -> None:
    """A route whose identifier the world does not know would be left out in silence."""
    known = identifiers(make_world(cast, CANARY, "approved"))
    walked = [route for route, view in OURS if view.policy is not ANYONE]
    named = {name for route in walked for name in re.findall(r"<uuid:(\w+)>", route)} - {"pk"}
    assert {name for name in named if not known.get(name)} == set(), "give tests/world.py one of each"


def test_another_force_cannot_tell_hidden_from_missing(cast: Cast) -> None:
    """Byte for byte and header for header, read and written to; with other methods at every other address."""
    world = make_world(cast, CANARY, "approved")
    client = signed_in(cast.outsider)
    pairs = [(hidden, missing) for hidden, missing in addresses(world) if hidden != missing]

    def compare(method: str, hidden: str, missing: str) -> None:
        there, never = getattr(client, method)(hidden), getattr(client, method)(missing)
        assert comparable(there) == comparable(never), f"{method} {hidden}"

    with one_reader():
        for number, pair in enumerate(pairs):
            compare("get", *pair)
            compare(("head", "options")[number % 2], *pair)
    for pair in pairs:
        compare("post", *pair)


@pytest.mark.parametrize("who", ["pcc_office", "system_admin"])
def test_strangers_cannot_tell_hidden_from_missing(cast: Cast, who: str) -> None:
    """Accounts, contacts and places are the system admin's: they hold nothing of an inspection."""
    world = make_world(cast, CANARY, "approved")
    client = signed_in(cast.everybody()[who])
    with one_reader():
        for hidden, missing in addresses(world, read=True):
            if hidden == missing or (who == "system_admin" and hidden.startswith(("/places/", "/people/"))):
                continue
            assert comparable(client.get(hidden)) == comparable(client.get(missing)), hidden


def test_no_message_carries_a_word_of_it(cast: Cast) -> None:
    make_world(cast, CANARY, "approved")
    written = [f"{notice.subject} {notice.body} {notice.link} {notice.event}" for notice in Notice.objects.all()]
    assert written
    assert [text for text in written if CANARY in text.lower()] == []
