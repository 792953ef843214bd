"""The house keeps its shape: the import ladder, the models' relations, and what must not be in the source."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
#: From the top of the ladder to the ground: each may know those after it.
LADDER = ["demo", "archive", "publication", "letters", "findings", "inspections", "forces", "hmic_core"]
SOURCE = [
    path for room in [*LADDER, "website"] for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
]


def test_imports_go_down_the_ladder_only() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_package_has_its_place_in_the_ladder_of_its_room() -> None:
    """A package that no contract names could import whatever it likes."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    placed = {
        f"{container}.{name}"
        for contract in contracts
        for container in contract.get("containers", [])
        for layer in contract["layers"]
        for name in re.findall(r"\w+", layer)
    }
    usual = {"management", "migrations", "templatetags", "views"}
    packages = {".".join(path.parent.relative_to(ROOT).parts) for path in SOURCE if path.name == "__init__.py"} - {
        *LADDER,
        "website",
    }
    checked = {
        name for name in packages if name.rpartition(".")[0] in {*LADDER, "findings.accuracy", "findings.cross_force"}
    }
    assert {name for name in checked - placed if name.rpartition(".")[2] not in usual} == set()


def test_relations_between_models_go_down_the_ladder_only() -> None:
    """The linter cannot see a foreign key that is written as a string."""
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for room in LADDER
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.get_fields()
        if getattr(field, "concrete", False) and field.is_relation
        if (other := field.related_model._meta.app_label) in LADDER and LADDER.index(other) < LADDER.index(room)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        (
            "an ETA or a countdown for a task",
            r"apply_async\([^)]*(eta|countdown)|\bcountdown\s*=\s*\d|\beta\s*=|crontab\(",
        ),
        (
            "Python's clock in place of the database's",
            r"timezone\.now\(|datetime\.now\(|datetime\.utcnow\(|date\.today\(",
        ),
        ("a message to the workers outside the one way", r"\.apply_async\(|\.delay\(|send_task\("),
        ("the clock that leaked, in a query", r"functions import .*\bNow\b"),
        ("a bare except", r"except:\s*$"),
        ("HTML marked safe outside the text room", r"mark_safe\("),
    ],
)
def test_the_source_is_free_of(what: str, pattern: str) -> None:
    allowed = {
        ("HTML marked safe outside the text room", "markdown.py"),
        ("a message to the workers outside the one way", "asking.py"),
    }
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in SOURCE
        for line in path.read_text().splitlines()
        if re.search(pattern, line) and (what, path.name) not in allowed
    ]
    assert found == [], what


def test_only_the_pdf_room_imports_weasyprint() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCE
        if re.search(r"^\s*(from|import) weasyprint", path.read_text(), re.M)
    }
    assert found == {"hmic_core/pdf/rendering.py", "hmic_core/pdf/tags.py"}


def test_only_the_gate_compares_an_instant_with_now_in_a_query() -> None:
    """`embargo_until__lte` and its kind may stand in the sweep of due releases, and nowhere else."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCE
        if re.search(r"embargo_until__(lt|lte|gt|gte)", path.read_text())
    }
    assert found <= {"publication/release/triggers.py", "publication/health.py"}


def test_private_modules_of_libraries_are_imported_in_one_place_only() -> None:
    """What a library calls internal may change with any release. The one place has its own test (`tests/demo`)."""
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in SOURCE
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*(from|import) [\w.]*(\.internal\b|\._\w)", line)
    ]
    assert found == ["demo/views.py: from allauth.account.internal.flows.login import record_authentication"]
