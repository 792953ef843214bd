"""docs/workflow.md says what the code does."""

from pathlib import Path

from findings.models import Finding
from findings.workflow import TRANSITIONS

PAGE = Path(__file__).parents[2] / "docs" / "workflow.md"


def rows(section: str) -> list[list[str]]:
    """The cells of the first table under a heading."""
    body = PAGE.read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = [line for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_findings_is_the_table_of_the_verbs() -> None:
    head, _, *body = rows("Finding")
    states = head[1:-1]
    assert states == Finding.State.values
    shown = {
        row[0]: {state: after for state, after in zip(states, row[1:-1], strict=True) if after != "-"} for row in body
    }
    assert shown == TRANSITIONS
