"""Every list costs the same number of queries for 1, 3 and 30 rows, and no page of the workspace more than twelve.

Counted is all that a page asks but the two queries of its session: rights, navigation, the database's clock.
`pytest -s tests/test_query_counts.py` prints the counts.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from archive import batches
from findings.models import CommonWording, Finding
from forces.models import Contact, Place
from hmic_core import clock, settings_website
from hmic_core.models import User
from inspections import published
from inspections.models import Release
from letters.models import Letter, WelshForce
from letters.signing.standard_words import record_wording
from publication.models import LONGEST, BreakGlassGrant
from tests import rows
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.accuracy.steps import asked
from tests.items_data import definitions
from tests.items_data import page as data_page
from tests.letters.ground import assembled
from tests.queries import AT_MOST, count, statements, without_the_guide

ROWS = (1, 2, 27)  # added one after the other: 1, 3, 30
pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")


@pytest.fixture(autouse=True)
def _in_service(settings: Any) -> None:
    without_the_guide(settings)


def the_same(page: str, client: Client, address: Callable[[], str], more: Callable[[], None], most: int) -> None:
    """Print and compare what a page costs with 1, 3 and 30 rows."""
    found = []
    for number in ROWS:
        for _ in range(number):
            more()
        found.append(count(client, address()))
    print(f"{page}: {found}")
    same, few = len({*found}) == 1, found[-1] <= most
    asked = "" if same and few else "\n".join(sql[:200] for sql in statements(client, address()))
    assert same, f"{page}: {found} queries for 1, 3 and 30 rows\n{asked}"
    assert few, f"{page}: {found[-1]} queries, at most {most}\n{asked}"


# Inspectors


def _findings(cast: Cast) -> None:
    for theme, state in ((0, "draft"), (1, "ready"), (0, "moderated")):
        rows.finding(cast, cast.northamptonshire, theme, state)


def _answered_check(cast: Cast) -> None:
    rows.check(cast, rows.force(cast), "responded", points=2)


def _force_with_check(cast: Cast) -> None:
    of = rows.force(cast)
    rows.check(cast, of, "issued")
    rows.finding(cast, of, 1, "ready")


def _wording(cast: Cast) -> None:
    CommonWording.objects.create(
        inspection=cast.inspection, text="The force has a plan.", agreed_by=cast.moderator, agreed_at=clock.now()
    )


def _page(name: str, *args: Any) -> str:
    return reverse(name, args=args)


@pytest.mark.parametrize("who", ["inspector", "lead_inspector", "moderator"])
def test_inspectors_lists(cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    slug = cast.inspection.slug
    for name, args, more in (
        ("findings:work-show", (), _findings),
        ("findings:force-show", (slug, "northamptonshire"), _findings),
        ("findings:inspection-list", (), rows.inspection),
        ("findings:matrix-show", (slug,), _force_with_check),
        ("findings:work-show", (), _answered_check),
        ("findings:point-inbox", (), _answered_check),
        ("findings:point-list", (), _answered_check),
        ("findings:rounds-issue", (slug,), _force_with_check),
        ("findings:accuracy-figures", (slug,), _answered_check),
        ("findings:inspection-show", (slug,), _answered_check),
        ("findings:theme-list", (), rows.inspection),
        ("findings:theme-compare", (slug, "pc"), _findings),
        ("findings:consistency-report", (slug,), _findings),
        ("findings:wording-list", (slug,), _wording),
    ):
        the_same(
            f"{who}, {name}",
            client,
            lambda name=name, args=args: _page(name, *args),
            lambda more=more: more(cast),
            # My work also lists what is kept and not saved, of three kinds.
            AT_MOST + 3 * (name == "findings:work-show"),
        )


def test_search_and_places(cast: Cast) -> None:
    client = signed_in(cast.lead_inspector)
    client.get(f"{_page('findings:search-show')}?q=plan")
    for name, query, more in (
        ("findings:search-show", "?q=plan", _findings),
        ("findings:search-show", "?q=plan&inspection=test-subject&force=northamptonshire", _findings),
        ("findings:place-list", "", _place),
    ):
        the_same(
            name,
            client,
            lambda name=name, query=query: _page(name) + query,
            lambda more=more: more(cast),
            AT_MOST,
        )


def _place(cast: Cast) -> None:
    Place.objects.create(force=cast.kent, name=f"Town {Place.objects.count()}")


def test_the_matrix_of_all_43_forces(cast: Cast) -> None:
    for _ in range(40):
        _force_with_check(cast)
    asked = count(signed_in(cast.lead_inspector), _page("findings:matrix-show", cast.inspection.slug))
    print(f"matrix of 43 forces: {asked}, and 2 for the session and its user")
    assert asked <= AT_MOST


# Setting up, criteria, notices


def _criterion_answered(cast: Cast) -> None:
    criterion = rows.criterion(cast)
    for of in (cast.northamptonshire, rows.force(cast)):
        rows.answer(cast, criterion, of)


def test_lists_of_setting_up(cast: Cast) -> None:
    client = signed_in(cast.lead_inspector)
    slug = cast.inspection.slug
    one = rows.criterion(cast)
    for name, args, more in (
        ("inspections:setup-show", (slug,), _criterion_answered),
        ("inspections:theme-list", (slug,), rows.criterion),
        ("inspections:indicator-list", (slug,), rows.indicator),
        ("inspections:indicator-values", (slug,), rows.indicator),
        ("inspections:passage-list", (slug,), rows.passage),
        ("inspections:scope-show", (slug,), rows.force),
        ("inspections:people-show", (slug,), rows.assignment),
        ("inspections:people-assign", (slug,), rows.assignment),
        ("findings:criteria-show", (slug,), _criterion_answered),
        ("findings:criteria-export", (slug,), _criterion_answered),
        ("findings:criterion-show", (slug, one.pk), lambda cast: rows.answer(cast, one, rows.force(cast))),
        ("findings:force-show", (slug, "northamptonshire"), _criterion_answered),
        ("notices", (), lambda cast: rows.notice(cast.lead_inspector)),
    ):
        the_same(
            f"lead_inspector, {name}",
            client,
            lambda name=name, args=args: _page(name, *args),
            lambda more=more: more(cast),
            AT_MOST,
        )


def test_bulk_pages_and_coming_fieldwork(cast: Cast) -> None:
    _findings(cast)
    cast.inspection.notified_at = cast.inspector.date_joined
    cast.inspection.save()
    query = "?force=northamptonshire"
    for who, address in (
        (cast.lead_inspector, _page("findings:bulk-move", cast.inspection.slug, "mark-ready") + query),
        (cast.lead_inspector, _page("findings:bulk-remind", cast.inspection.slug) + query),
        (cast.liaison_officer, _page("inspections:fieldwork")),
    ):
        the_same(address, signed_in(who), lambda address=address: address, lambda: _findings(cast), AT_MOST)


def test_the_editor_of_a_finding(cast: Cast) -> None:
    """With more findings in its theme, comments, answers, evidence and revisions: always the same."""
    finding = rows.finding(cast, cast.northamptonshire)

    def more() -> None:
        rows.finding(cast, cast.northamptonshire, 0, "ready")
        rows.discussion(cast, finding)

    for name in ("finding-show", "finding-history"):
        address = _page(f"findings:{name}", finding.pk)
        the_same(name, signed_in(cast.inspector), lambda address=address: address, more, AT_MOST)


# The force


def test_the_forces_lists(cast: Cast) -> None:
    check = rows.check(cast, cast.northamptonshire, "issued", points=0)
    paragraph = check.paragraphs.get()
    client = signed_in(cast.liaison_officer)
    numbers = iter(range(1, 1000))
    for name, args in (
        ("findings:check-log", (check.pk,)),
        ("findings:check-draft", (check.pk,)),
        ("findings:check-submit", (check.pk,)),
        ("findings:check-home", ()),
    ):
        client.get(_page(name, *args))  # the first reading is noted
        the_same(
            name,
            client,
            lambda name=name, args=args: _page(name, *args),
            lambda: rows.point(cast, check, paragraph, next(numbers)),
            AT_MOST,
        )


def test_the_decisions_and_the_ledger(cast: Cast) -> None:
    """The force's decisions, and the inspectorate's page of a point and of the ledger, by the number of points."""
    check = rows.check(cast, cast.northamptonshire, "closed", points=0)
    paragraph = check.paragraphs.get()
    numbers = iter(range(1, 1000))

    def more() -> None:
        asked(cast, rows.decided_point(cast, check, paragraph, next(numbers)))

    Finding.objects.update(text="Words that the force has not seen.")
    for who, name, args in (
        ("liaison_officer", "findings:check-decisions", (check.pk,)),
        ("lead_inspector", "findings:ledger", (cast.inspection.slug, "northamptonshire")),
        ("lead_inspector", "findings:round-show", (cast.inspection.slug, "northamptonshire")),
    ):
        client = signed_in(getattr(cast, who))
        the_same(name, client, lambda name=name, args=args: _page(name, *args), more, AT_MOST)
    the_same(
        "point-decide",
        signed_in(cast.lead_inspector),
        lambda: _page("findings:point-decide", check.points.first().pk),
        more,
        AT_MOST,
    )


# Letters


@pytest.fixture
def real(cast: Cast) -> Letter:
    """A letter made by the verbs: the content of all the others."""
    return assembled(cast)


@pytest.mark.parametrize("who", ["lead_inspector", "admin"])
def test_the_letters_of_an_inspection(cast: Cast, real: Letter, who: str) -> None:
    def more() -> None:
        letter = rows.letter(cast, rows.force(cast), real.release, real.content, "issued")
        rows.copies(cast, letter)

    client = signed_in(getattr(cast, who))
    address = _page("letters:letter-list", cast.inspection.slug)
    the_same(f"letters of an inspection, {who}", client, lambda: address, more, AT_MOST)


def test_the_contact_sheet_and_the_signatories(cast: Cast, real: Letter) -> None:
    def more() -> None:
        rows.letter(cast, rows.force(cast), real.release, real.content, "issued")

    client, slug = signed_in(cast.admin), cast.inspection.slug
    for name in ("contact-sheet", "signatory-list", "letter-progress"):
        the_same(name, client, lambda name=name: _page(f"letters:{name}", slug), more, AT_MOST)


def test_the_wording_of_letters(cast: Cast) -> None:
    def more() -> None:
        record_wording("closing", "We thank you.", clock.today(), by=cast.admin)
        WelshForce.objects.create(force=rows.force(cast), starts_on=clock.today())

    client = signed_in(cast.admin)
    for name, args in (("wording-list", ()), ("wording-edit", ("closing",)), ("welsh-forces", ())):
        the_same(name, client, lambda name=name, args=args: _page(f"letters:{name}", *args), more, AT_MOST)


def test_imports_and_the_files_of_a_batch(cast: Cast) -> None:
    batch = batches.make_batch([(b"x", "other.bin")], by=cast.admin)
    client = signed_in(cast.admin)

    def more() -> None:
        rows.imported(cast, batch)
        rows.release(cast, "released", is_archive=True)

    for name, args in (
        ("archive:import-upload", ()),
        ("archive:import-batch", (batch.pk,)),
        ("archive:archive-list", ()),
    ):
        address = _page(name, *args)
        the_same(name, client, lambda address=address: address, more, AT_MOST)


def test_the_signing_queue(cast: Cast, real: Letter) -> None:
    def more() -> None:
        for state in ("assembled", "signed"):
            rows.letter(cast, rows.force(cast), real.release, real.content, state)

    the_same("signing queue", signed_in(cast.hmi), lambda: _page("letters:signing-queue"), more, AT_MOST)


def test_our_letters(cast: Cast, real: Letter) -> None:
    def more() -> None:
        letter = rows.letter(cast, rows.force(cast), rows.release(cast, "approved"), real.content, "issued")
        rows.copies(cast, letter, cast.liaison_officer)

    more()  # a single letter is shown at once, without a list
    the_same("our letters", signed_in(cast.liaison_officer), lambda: _page("letters:copy-list"), more, AT_MOST)


def test_the_recipients_of_a_release(cast: Cast, real: Letter) -> None:
    def more() -> None:
        of = rows.force(cast)
        letter = rows.letter(cast, of, real.release, real.content, "issued")
        rows.copies(cast, letter)
        rows.recipient(cast, real.release, of)

    for name in ("recipient-list", "recipient-export"):
        address = _page(f"letters:{name}", real.release.pk)
        the_same(name, signed_in(cast.admin), lambda address=address: address, more, AT_MOST)


# Releases


def test_the_list_of_releases(cast: Cast) -> None:
    def more() -> None:
        for state in ("scheduled", "approved", "released"):
            rows.release(cast, state)

    the_same("releases", signed_in(cast.admin), lambda: _page("publication:release-list"), more, AT_MOST)


@pytest.mark.parametrize("name", ["release-show", "release-letters", "item-list"])
def test_a_release(cast: Cast, real: Letter, name: str) -> None:
    def more() -> None:
        of = rows.force(cast)
        letter = rows.letter(cast, of, real.release, real.content, "issued")
        rows.copies(cast, letter)
        rows.item(real.release, "letter", {}, of)

    address = _page(f"publication:{name}", real.release.pk)
    the_same(name, signed_in(cast.admin), lambda: address, more, AT_MOST)


@pytest.mark.parametrize("who", ["auditor", "admin"])
def test_the_audit_trail(cast: Cast, who: str) -> None:
    def more() -> None:
        of = rows.force(cast)
        for about, action in (
            (rows.finding(cast, of), "finding:drafted"),
            (rows.check(cast, of), "round:issued"),
            (rows.release(cast), "release:created"),
        ):
            rows.audit_entry(cast, about, action)

    the_same(
        f"audit trail, {who}", signed_in(getattr(cast, who)), lambda: _page("publication:audit-list"), more, AT_MOST
    )


def _grant(cast: Cast, release: Release) -> None:
    number, now = BreakGlassGrant.objects.count(), clock.now()
    holder = User.objects.create_user(f"system-{number}@cast.example", f"System admin {number}")
    BreakGlassGrant.objects.create(
        release=release, holder=holder, reason="A fault", given_by=cast.admin, given_at=now, until=now + LONGEST
    )


@pytest.mark.parametrize("who", ["auditor", "admin"])
def test_break_glass_grants(cast: Cast, who: str) -> None:
    release = rows.release(cast)
    reader = signed_in(getattr(cast, who))
    the_same(
        f"grants, {who}", reader, lambda: _page("publication:break-glass-list"), lambda: _grant(cast, release), AT_MOST
    )


def test_a_proof_of_embargo(cast: Cast) -> None:
    release = rows.release(cast)

    def more() -> None:
        _grant(cast, release)
        rows.item(release, "letter", {}, rows.force(cast))

    address = _page("publication:release-proof", release.pk)
    the_same("proof of embargo", signed_in(cast.auditor), lambda: address, more, AT_MOST)


# The public website


@pytest.fixture
def public() -> Iterator[Client]:
    """The website's pages inside this process. Its own process and role have their tests in tests/website."""
    with override_settings(
        ROOT_URLCONF="website.urls",
        MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "website.middleware.PublicHeaders"],
        TEMPLATES=settings_website.TEMPLATES,
    ):
        yield Client(headers={"host": "localhost"})


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 14),
        ("/inspections/", 4),
        ("/inspections.json", 4),
        ("/forces/", 4),
        ("/forces/northamptonshire/", 6),
        ("/forces/northamptonshire.json", 4),
        ("/compare/", 4),
        ("/open-data/", 4),
        ("/findings.csv", 4),
        ("/feed.atom", 4),
        ("/sitemap.xml", 4),
        ("/api/v1/items", 4),
    ],
)
def test_public_lists(cast: Cast, public: Client, address: str, most: int) -> None:
    def more() -> None:
        rows.published_inspection(cast, cast.northamptonshire)
        rows.force(cast)

    the_same(f"public {address}", public, lambda: address, more, most)


def test_a_public_inspection(cast: Cast, public: Client) -> None:
    out = rows.release(cast, "released")
    rows.item(out, "inspection", rows.inspection_content(cast, "words"))

    def more() -> None:
        rows.item(out, "letter", rows.letter_content(cast, "words"), rows.force(cast))

    the_same("public inspection", public, lambda: f"/inspections/{cast.inspection.slug}/", more, 4)


def test_the_data_of_all_forces(cast: Cast, public: Client) -> None:
    out = rows.release(cast, "released")
    rows.item(out, "data", definitions(cast, "words"))

    def more() -> None:
        force = rows.force(cast)
        rows.item(out, "data", data_page(cast, force, "words", "12.5", "final", "yes"), force)

    for address in (f"/inspections/{cast.inspection.slug}/data/", "/compare/", "/compare.csv"):
        the_same(f"public {address}", public, lambda address=address: address, more, 6)  # type: ignore[misc]


def test_the_public_corrections(cast: Cast, public: Client) -> None:
    out = rows.release(cast, "released")

    def more() -> None:
        content = {**rows.letter_content(cast, "words"), "corrections": [{"note": "One word."}]}
        rows.item(out, "letter", content, rows.force(cast), approved_at=clock.now())

    the_same("public corrections", public, lambda: "/corrections/", more, 4)


def test_a_public_search(cast: Cast, public: Client) -> None:
    def more() -> None:
        rows.published_inspection(cast, cast.northamptonshire)
        published.take_published()

    the_same("public search", public, lambda: "/search/?q=words", more, 6)


def test_a_role_that_ended_is_gone_with_the_next_request(cast: Cast) -> None:
    """Rights are asked once a page, and no longer remembered."""
    client = signed_in(cast.admin)
    assert client.get("/releases/").status_code == 200
    cast.admin.global_roles.all().delete()
    assert client.get("/releases/").status_code == 404
    assert not Release.objects.visible_to(cast.admin).exists()


# System admins


def _account(cast: Cast) -> None:
    number = User.objects.count()
    user = User.objects.create_user(f"person-{number}@kent.example", f"Person {number}")
    Contact.objects.create(
        force=cast.kent, capacity=Contact.Capacity.REVIEWER, user=user, name=user.name, starts_on=LONG_AGO
    )


def test_accounts_and_contacts(cast: Cast) -> None:
    client = signed_in(cast.system_admin)
    for name, of in (("account-list", ()), ("force-list", ()), ("force-show", ("kent",))):
        the_same(name, client, lambda name=name, of=of: _page(f"forces:{name}", *of), lambda: _account(cast), AT_MOST)
