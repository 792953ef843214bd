"""`script/test`: every check and test, on servers of its own that are gone afterwards."""

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from _runner import environment, linting, native, stack, test_tools, venv
from _runner.paths import PYTHON, ROOT, Data
from _runner.say import line
from _runner.supervise import Stopped, Supervisor, stop_on_signals
from _runner.test_tools import Tools

#: pytest's exit code when a selection holds no test.
_NOTHING_SELECTED = 5
#: Seconds: short, since tests let instants pass in real time. Settings are read before any conftest could set them.
TIMES = {"HMIC_MIN_LEAD_SECONDS": "2", "HMIC_FREEZE_SECONDS": "1"}


@dataclass(frozen=True)
class Phase:
    """One run of pytest."""

    name: str
    selection: str
    needs_browser: bool = False


#: Tests with browsers or servers of their own come last: they wait as much as they work, and take what the first left.
PHASES = (
    Phase("unit and database tests", "not browser and not stack"),
    Phase("tests with real servers", "stack and not browser"),
    Phase("browser journeys", "browser", needs_browser=True),
)
#: Two processes for whatever runs: each takes tests from the other once its own are done. The databases that the first
#: phase made are used again by the next ones, which find them as empty as every test does.
SIDE_BY_SIDE = ("-n", "2", "--dist", "worksteal", "--reuse-db")


def main(arguments: list[str]) -> int:
    """Run all checks and tests, or pytest alone with the given arguments; returns the exit code."""
    if {"-h", "--help"} & set(arguments):
        line("script/test [PYTEST ARGUMENTS]\n\nWithout arguments: every check of script/lint and every test.")
        return 0
    started = time.monotonic()
    line("Setting up:")
    venv.ensure(venv.EVERYTHING)
    native.ensure()
    tools = test_tools.ensure()
    folder = Path(tempfile.mkdtemp(prefix="hmic-test-"))
    # As root the database's user must pass through; it cannot list what is inside.
    folder.chmod(0o711)
    data = Data(folder)
    stop_on_signals()
    try:
        data.make()
        with Supervisor(data) as supervisor:
            addresses = stack.start(data, supervisor, "http://127.0.0.1:8000", "http://localhost:8001", throw_away=True)
            variables = _variables(data, addresses, tools)
            failed = _pytest(arguments, variables) if arguments else _everything(tools, variables)
    except Stopped:
        line("Stopped.")
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _verdict(failed, tools.missing, time.monotonic() - started)


def _variables(data: Data, addresses: environment.Addresses, tools: Tools) -> dict[str, str]:
    """Tests act as the owner, who makes the test database, and know the programs that were found."""
    variables = environment.workspace(stack.settings(data), addresses, "owner") | tools.variables
    # The test settings' own values, not the demonstration's.
    for name in ("HMIC_INSTALLATION", "DATABASE_URL_APPLICATION", "DATABASE_URL_WEBSITE"):
        variables.pop(name, None)
    return {**variables, **TIMES, "HMIC_PYTHON": str(PYTHON)}


def _everything(tools: Tools, variables: dict[str, str]) -> list[str]:
    line("\nChecks:")
    failed = [] if linting.run() else ["checks"]
    for phase in PHASES:
        if phase.needs_browser and not tools.browser:
            continue
        line(f"\n{phase.name.capitalize()}:")
        options = ["-m", phase.selection, *(SIDE_BY_SIDE if (os.cpu_count() or 1) > 1 else ["--reuse-db"])]
        failed += [phase.name] if _pytest(options, variables) else []
    return failed


def _pytest(arguments: list[str], variables: dict[str, str]) -> list[str]:
    """Names what failed; empty when all passed."""
    command = [str(PYTHON), "-m", "pytest", *arguments]
    # Its own words go straight through; Ctrl-C reaches it by the terminal.
    code = subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode
    return [] if code in (0, _NOTHING_SELECTED) else [f"pytest {' '.join(arguments)} (exit {code})"]


def _verdict(failed: list[str], missing: list[str], seconds: float) -> int:
    """Say how it ended. What could not run is counted, and fails where nobody watches (CI)."""
    line()
    for reason in missing:
        line(f"NOT RUN: {reason}")
    strict = bool(missing) and os.environ.get("CI", "").lower() in ("1", "true", "yes")
    for name in failed:
        line(f"FAILED: {name}")
    passed = not failed and not strict
    line(
        f"{'Passed' if passed else 'Not passed'} after {seconds:.0f} s; failed: {len(failed)}, not run: {len(missing)}."
    )
    return 0 if passed else 1
