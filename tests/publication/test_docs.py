"""docs/workflow.md says what the code does."""

from pathlib import Path

from inspections.models import Release
from publication.states import TRANSITIONS, Move

PAGE = Path(__file__).parents[2] / "docs" / "workflow.md"


def cells(verb: str, move: Move) -> list[str]:
    after = [str(move.target or state) if state in move.sources else "-" for state in Release.State]
    return [f"`{verb}`", *after, move.when.value]


def test_the_table_of_releases_is_the_codes() -> None:
    section = PAGE.read_text(encoding="utf-8").split("## Release\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    printed = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert printed == [cells(verb, move) for verb, move in TRANSITIONS.items()]
