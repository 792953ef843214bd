"""`manage.py import_letter`: JSON for machines, a report for people, one sentence for what is wrong."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from archive.models import ImportedLetter
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("files_in_a_temporary_folder")
ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "archive" / "data" / "northamptonshire-2014.txt"
LAYOUTS = ROOT / "tests" / "data" / "letter-layouts"
TRUTH = json.loads((LAYOUTS / "truth.json").read_text(encoding="utf-8"))


def run(*arguments: Any) -> str:
    output = io.StringIO()
    call_command("import_letter", *map(str, arguments), stdout=output)
    return output.getvalue()


@pytest.mark.parametrize("path", [SOURCE, *sorted(LAYOUTS.glob("*.txt"))], ids=lambda path: path.stem)
def test_json_gives_the_truth_for_every_layout(cast: Cast, path: Path) -> None:
    found = json.loads(run(path, "--dry-run", "--json"))
    source = path.read_text(encoding="utf-8")
    expected = {**TRUTH, "scan_errors": [error for error in TRUTH["scan_errors"] if error in source]}
    plain = [key for key in expected if key not in ("themes", "uncertain")]
    assert {key: found[key] for key in plain} == {key: expected[key] for key in plain}
    assert [_theme(theme) for theme in found["themes"]] == [_theme(theme) for theme in expected["themes"]]
    assert "uncertain" in found
    assert found["unmatched"] == []
    assert not ImportedLetter.objects.exists()


def _theme(theme: dict[str, Any]) -> tuple[str, str, list[str]]:
    return theme["title"], theme["question"], theme["findings"]


def test_report_for_people(cast: Cast) -> None:
    shown = run(SOURCE)
    assert "Findings:   15" in shown
    assert "  4  Preventing Crime" in shown
    assert "Maiesty" in shown
    assert "Not recognised: none" in shown
    assert ImportedLetter.objects.count() == 1
    run(SOURCE)
    assert ImportedLetter.objects.count() == 1


def test_dry_run_keeps_nothing(cast: Cast) -> None:
    assert "Nothing was kept" in run(SOURCE, "--dry-run")
    assert not ImportedLetter.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("missing.txt", None, "could not be read"),
        ("letter.docx", b"PK", "not what its name says"),
        ("letter.exe", b"MZ", "not a letter’s file"),
        ("empty.txt", b"", "holds no text"),
        ("lunch.txt", b"Dear Adrian\n\nThank you for lunch.\n", "No findings"),
    ],
)
def test_errors_are_one_sentence(cast: Cast, tmp_path: Path, name: str, data: bytes | None, sentence: str) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(CommandError, match=sentence) as refused:
        run(path, "--json")
    assert refused.value.returncode == 1
    assert "\n" not in str(refused.value)
