"""What `script/test --quick` runs: the tests beside what was changed; they share a tree with the code."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from _runner.paths import ROOT

#: The house's shape may break with any change, and these are short.
_ALWAYS = ("tests/test_architecture.py",)


def selection() -> list[str]:
    """The tests of what is not committed yet; where everything is, of the last commit. As arguments for pytest."""
    changed = [*_git("diff", "--name-only", "HEAD"), *_git("ls-files", "--others", "--exclude-standard")]
    found = {test for name in changed or _git("diff", "--name-only", "HEAD~1") for test in tests_of(name)}
    return [*_ALWAYS, *sorted(found - set(_ALWAYS))]


def tests_of(name: str) -> Iterable[str]:
    """The tests of one file: itself if it is one, its own test, else those of the nearest package that has some.

    `letters/copies/recall.py` has `tests/letters/copies/test_recall.py`, or the tests in `tests/letters/copies/`.
    """
    path = Path(name)
    if path.parts[0] == "tests":
        return [name] if path.name.startswith("test_") and (ROOT / path).exists() else []
    if path.suffix != ".py":
        return []
    own = Path("tests") / path.parent / f"test_{path.stem}.py"
    if (ROOT / own).exists():
        return [str(own)]
    for folder in (Path("tests") / parent for parent in path.parents if parent.parts):
        if tests := sorted((ROOT / folder).glob("test_*.py")):
            return [str(each.relative_to(ROOT)) for each in tests]
    return []


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1]
