"""docs/ says what the code does."""

import re
from pathlib import Path
from typing import Any

import pytest

from archive.importing import TRANSITIONS as IMPORT
from archive.models import ImportedLetter
from findings.accuracy.states import ANSWER_STATES, POINT_STATES, STATES
from findings.models import Finding, Point, Round
from findings.states import TRANSITIONS as FINDING
from inspections.models import Inspection, Release
from inspections.states import TRANSITIONS as INSPECTION
from letters.models import Letter
from letters.states import TRANSITIONS as LETTER
from publication.states import TRANSITIONS as RELEASE
from tests.write_docs import PERMISSIONS, ROOT, routes, with_routes

WORKFLOW = ROOT / "docs" / "workflow.md"
Moves = dict[str, dict[str, str]]


def table(section: str) -> tuple[list[str], Moves, dict[str, str]]:
    """The table under a heading: its states, what each verb makes of each, and the last column by verb."""
    body = WORKFLOW.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = [line for line in body.splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    states = head[1:-1]
    moves = {
        row[0]: {state: after for state, after in zip(states, row[1:-1], strict=True) if after != "-"} for row in rows
    }
    return states, moves, {row[0]: row[-1] for row in rows}


def several(code: Any) -> Moves:
    """Verbs that lead to one of several states, or leave the state as it is."""
    return {
        verb: {str(state): " or ".join(map(str, targets)) or str(state) for state in sources}
        for verb, (sources, targets) in code.items()
    }


def one(code: Any) -> Moves:
    return several({verb: (sources, (target,)) for verb, (sources, target) in code.items()})


def of_releases() -> Moves:
    return {verb: {str(s): str(move.target or s) for s in move.sources} for verb, move in RELEASE.items()}


@pytest.mark.parametrize(
    ("section", "states", "code"),
    [
        ("Inspection", Inspection.State, INSPECTION),
        ("Finding", Finding.State, FINDING),
        ("Factual accuracy check", Round.State, several(STATES)),
        ("The force's answer", Round.State, several(ANSWER_STATES)),
        ("Point", Point.State, several(POINT_STATES)),
        ("Letter", Letter.State, one(LETTER)),
        ("Imported letter", ImportedLetter.State, one(IMPORT)),
        ("Release", Release.State, of_releases()),
    ],
)
def test_a_state_table_is_the_codes(section: str, states: Any, code: Moves) -> None:
    columns, moves, last = table(section)
    assert columns == states.values
    assert moves == code
    assert list(moves) == list(code)
    assert all(last.values()), "each verb says who, or when"


def test_the_release_table_says_when() -> None:
    assert table("Release")[2] == {verb: move.when.value for verb, move in RELEASE.items()}


def test_the_table_of_routes_is_the_url_configuration() -> None:
    page = PERMISSIONS.read_text(encoding="utf-8")
    assert page == with_routes(page), "run python -m tests.write_docs"
    assert len({name for _, name, _ in routes()}) > 80


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))], ids=lambda p: p.name)
def test_a_page_points_at_what_exists(page: Path) -> None:
    """Links to files, and names of code in backticks that look like a path."""
    words = page.read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", words) if "://" not in link]
    missing = [link for link in links if link and not (page.parent / link).exists()]
    paths = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|md|css|js))`", words)
    assert missing + [path for path in paths if not (ROOT / path).exists()] == []
