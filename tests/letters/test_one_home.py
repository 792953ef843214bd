"""The letters of a release are one query, and the copies that people hold are one: a second home fails here."""

import ast
from pathlib import Path

import pytest

from inspections.models import Release
from letters import rendering
from letters.copies import bundle, recipients
from letters.models import Copy, Exclusion, Letter, WelshForce
from letters.signing import progress, readiness
from publication import notices
from publication.readiness import checks
from publication.release import status, withdrawal
from tests.cast import LONG_AGO, Cast
from tests.letters.ground import a_pdf
from tests.publication import ground

ROOT = Path(__file__).resolve().parents[2]
SOURCE = [
    path
    for room in ("letters", "publication", "inspections", "findings", "demo", "website", "hmic_core")
    for path in (ROOT / room).rglob("*.py")
    if "migrations" not in path.parts
]
HOMES = {"letters/models/letter.py", "letters/models/copies.py"}


def calls(tree: ast.AST) -> list[ast.Call]:
    """Each call of `filter` or `exclude`, with what it is called on."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("filter", "exclude", "get")
    ]


def rooted_in(node: ast.expr, model: str) -> bool:
    """Whether a chain of queryset methods begins with `model.objects`."""
    while True:
        if isinstance(node, ast.Attribute):
            if node.attr == "objects" and isinstance(node.value, ast.Name):
                return node.value.id == model
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return False


def second_homes(text: str) -> list[int]:
    """The lines where a query says by itself which letters a release has, or which copies still count."""
    found = []
    for call in calls(ast.parse(text)):
        named = {keyword.arg for keyword in call.keywords}
        assert isinstance(call.func, ast.Attribute)
        of_letters = rooted_in(call.func.value, "Letter") and {"release", "release_id", "release__in"} & named
        of_copies = {"recalled_at", "superseded_at", "copies__recalled_at"} & named
        if of_letters or of_copies:
            found.append(call.lineno)
    return found


def test_nobody_else_says_which_letters_a_release_has_or_which_copies_count() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in SOURCE
        if str(path.relative_to(ROOT)) not in HOMES
        for line in second_homes(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        'Letter.objects.filter(release=release).exclude(state="superseded")',
        'Letter.objects.select_for_update().exclude(state="superseded").filter(release_id=release.pk)',
        "Copy.objects.filter(letter=letter, recalled_at=None)",
        "Contact.objects.filter(copies__recalled_at=None)",
    ],
)
def test_a_second_home_is_found(text: str) -> None:
    assert second_homes(text)


@pytest.mark.django_db
@pytest.mark.usefixtures("files_in_a_temporary_folder")
@pytest.mark.parametrize("verb", ["drop", "withdraw"])
def test_a_letter_that_left_counts_nowhere(cast: Cast, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """In no count, check, zip, rendering or list of people: everywhere there is one letter, and it is Kent's."""
    monkeypatch.setattr(ground, "PDF", a_pdf())
    release = ground.approved(cast, seconds=4000, forces=[cast.northamptonshire, cast.kent])
    gone = release.items.get(kind="letter", force=cast.northamptonshire)
    leave = withdrawal.drop_item if verb == "drop" else withdrawal.withdraw
    leave(gone, reason="A fact is disputed", by=cast.admin)
    release = Release.objects.select_related("inspection").get(pk=release.pk)
    WelshForce.objects.create(force=cast.northamptonshire, starts_on=LONG_AGO)
    Exclusion.objects.create(
        inspection=release.inspection,
        force=cast.northamptonshire,
        reference="PC-1",
        words="xyz",
        ground="safety",
        reason="x",
        by=cast.admin,
        at=ground.clock.now(),
    )
    kent = Letter.objects.get(force=cast.kent)
    assert list(Letter.objects.in_release(release)) == [kent]
    with bundle.bundle(release, by=cast.admin) as made, bundle.zipfile.ZipFile(made) as archive:
        assert [name for name in archive.namelist() if name.startswith("letters/")] == ["letters/kent.pdf"]
    assert readiness.kept_from_public(release).state == "in_order"
    assert readiness.welsh_versions(release).state == "in_order"
    assert rendering.lacking(release) == []
    assert rendering.render_release(release) == 1
    assert status.contents(release).letters == 1
    assert status.listed(Release.objects.filter(pk=release.pk)).get().letter_count == 1
    assert checks.letters_of(release) == [kent]
    assert set(notices.readers(release)) == {ground.recipient(cast.kent).user}
    assert {row.contact.force for row in recipients.standings(release)} == {cast.kent}
    assert recipients.how_many_get_copies(release) == 1
    rows = progress.rows(release.inspection, cast.admin)
    assert {row.force: row.state_words for row in rows if row.letter}[cast.northamptonshire] == "Dropped or withdrawn"
    assert progress.rendering(rows)["wanted"] == 2
    assert not Copy.objects.visible_to(cast.liaison_officer).exists()
