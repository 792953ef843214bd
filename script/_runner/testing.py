"""`script/test`: every check and test, on servers of its own that are gone afterwards."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from _runner import environment, linting, native, postgres, quick, stack, test_tools, venv
from _runner.paths import PYTHON, ROOT, Data
from _runner.say import line
from _runner.supervise import Stopped, Supervisor, stop_on_signals
from _runner.test_tools import Tools

#: Seconds: short, since tests let instants pass in real time. Settings are read before any conftest could set them. A
#: busy machine's disk is not taken for a silent one.
TIMES = {"HMIC_MIN_LEAD_SECONDS": "2", "HMIC_FREEZE_SECONDS": "1", "HMIC_STORE_SECONDS": "20"}
#: Two processes, each of which takes tests from the other once its own are done. `tests/conftest.py` puts those first
#: that wait as much as they work, so that the many short ones fill what is left. The databases go with their server.
SIDE_BY_SIDE = ("-n", "2", "--dist", "worksteal", "--reuse-db")
#: What is left out where no browser could be had; `Tools.missing` says so and counts it.
WITHOUT_A_BROWSER = ("-m", "not browser")


def main(arguments: list[str]) -> int:
    """Run all checks and tests, or pytest alone with the given arguments; returns the exit code."""
    if {"-h", "--help"} & set(arguments):
        line(
            "script/test [--quick | PYTEST ARGUMENTS]\n\nWithout arguments: every check of script/lint and every test. "
            "--quick: the tests of what was changed, without a browser."
        )
        return 0
    if arguments == ["--quick"]:
        arguments = ["-q", *WITHOUT_A_BROWSER, *quick.selection()]
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
    # The test settings' own values, not the demonstration's. And many processes start: each would compile every module.
    for name in ("HMIC_INSTALLATION", "DATABASE_URL_APPLICATION", "DATABASE_URL_WEBSITE", "PYTHONDONTWRITEBYTECODE"):
        variables.pop(name, None)
    return {**variables, **TIMES, "HMIC_PYTHON": str(PYTHON)}


def _everything(tools: Tools, variables: dict[str, str]) -> list[str]:
    """All checks, and beside them the tables that each test process copies; then all tests in one run."""
    line("\nChecks:")
    migrate = [str(PYTHON), "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    failed = [] if linting.run(linting.Check("migrate", migrate, variables)) else ["checks"]
    line("\nTests:")
    options = [] if tools.browser else [*WITHOUT_A_BROWSER]
    options += SIDE_BY_SIDE if (os.cpu_count() or 1) > 1 else ()
    return failed + _pytest(options, {**variables, "HMIC_TEST_TEMPLATE": postgres.DATABASE})


def _pytest(arguments: list[str], variables: dict[str, str]) -> list[str]:
    """Names what failed; empty when all passed. A selection without a test has not passed."""
    command = [str(PYTHON), "-m", "pytest", *arguments]
    # Its own words go straight through; Ctrl-C reaches it by the terminal.
    code = subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode
    return [] if code == 0 else [f"pytest {' '.join(arguments)} (exit {code})"]


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
