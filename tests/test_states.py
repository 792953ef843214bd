"""A state changes through its table: only the functions named here write one, and each of them goes by a table."""

import ast
from collections.abc import Iterator
from pathlib import Path

from hmic_core.settings import BASE_DIR

APPS = ("hmic_core", "forces", "inspections", "findings", "letters", "publication", "archive", "website", "demo")

#: The functions that give a row its state. Each looks the move up in a table, or is the guarded query beside it.
BY_TABLE = {
    "findings/locking.py:set_state",  # called with `next_state`, see the test below
    "findings/accuracy/states.py:enter",
    "inspections/setup/inspection.py:move_state",
    "letters/states.py:move",
    "archive/importing.py:_enter",
    "publication/states.py:move_to",
    "publication/states.py:move_item",
    "publication/states.py:move_items",
}
#: What workers made of one uploaded file, before it is a letter: waiting, read or refused. Nobody decides it.
BY_MACHINE = {
    "archive/batches.py:_keep",
    "archive/batches.py:read_file",
    "archive/batches.py:refuse_file",
    "archive/batches.py:wait_again",
}


def writers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each place that writes a state, with the function around it."""

    def walk(node: ast.AST, around: str) -> Iterator[tuple[str, int]]:
        if isinstance(node, ast.FunctionDef):
            around = node.name
        if writes(node):
            yield around, node.lineno  # type: ignore[attr-defined]
        for child in ast.iter_child_nodes(node):
            yield from walk(child, around)

    yield from walk(tree, "")


def writes(node: ast.AST) -> bool:
    """`row.state = …`, also among others; `rows.update(state=…)`; `setattr(row, "state", …)`."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        flat = [each for target in targets for each in (target.elts if isinstance(target, ast.Tuple) else [target])]
        return any(isinstance(each, ast.Attribute) and each.attr == "state" for each in flat)
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in ("update", "update_or_create"):
        return any(each.arg == "state" for each in node.keywords)
    constants = [each.value for each in node.args if isinstance(each, ast.Constant)]
    return name == "setattr" and "state" in constants


def found() -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for app in APPS:
        for path in sorted((BASE_DIR / app).rglob("*.py")):
            if "migrations" not in path.parts:
                for function, line in writers(ast.parse(path.read_text(encoding="utf-8"))):
                    places.setdefault(f"{path.relative_to(BASE_DIR)}:{function}", []).append(line)
    return places


def test_only_these_functions_write_a_state() -> None:
    places = found()
    assert set(places) - BY_TABLE - BY_MACHINE == set(), "go by the table: see docs/workflow.md"
    assert (BY_TABLE | BY_MACHINE) - set(places) == set(), "these write none any more"


def test_a_finding_gets_only_states_that_the_table_gave() -> None:
    """`set_state` is called with what `next_state` returned, never with a state by name."""
    for path in [*(BASE_DIR / "findings").rglob("*.py")]:
        for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "set_state":
                given = node.args[1]
                called = isinstance(given, ast.Call) and getattr(given.func, "id", "") == "next_state"
                assert called or (isinstance(given, ast.Name) and given.id == "after"), path


def test_the_test_sees_every_way_of_writing_one() -> None:
    for way in (
        "row.state = 1",
        "row.state, row.by = 1, 2",
        "row.state: str = 1",
        "rows.update(by=2, state=1)",
        "setattr(row, 'state', 1)",
    ):
        assert list(writers(ast.parse(way))), way
    for other in ("row.states = 1", "rows.update(by=1)", "x = row.state"):
        assert not list(writers(ast.parse(other))), other
