"""`script/lint`: format, rules, types, import ladder, templates, migrations, and Django's deployment checks."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from _runner import native, venv
from _runner.paths import PYTHON, ROOT, VENV
from _runner.say import line


@dataclass(frozen=True)
class Check:
    """One tool, and what its environment needs beyond the caller's."""

    name: str
    command: list[str]
    variables: dict[str, str]


def checks() -> list[Check]:
    """Every check, the slowest first: two run at a time."""
    tool = VENV / "bin"
    owner = {"HMIC_DATABASE_ROLE": "owner", "HMIC_DEMO": "1"}
    production = {
        "HMIC_PRODUCTION": "1",
        # 50 characters at least, and many different ones, or the check complains of the key.
        "SECRET_KEY": "".join(chr(33 + number) for number in range(80)),
        "HMIC_DEMO": "0",
    }
    return [
        Check("mypy", [str(tool / "mypy"), "."], {}),
        Check(
            "mypy (script)",
            [str(tool / "mypy"), "--strict", "--config-file=", "--cache-dir=.mypy_cache/script", "-p", "_runner"],
            {"MYPYPATH": "script"},
        ),
        Check("ruff format", [str(tool / "ruff"), "format", "--check", "--quiet", "."], {}),
        Check("ruff check", [str(tool / "ruff"), "check", "--quiet", "."], {}),
        Check("lint-imports", [str(tool / "lint-imports")], {}),
        Check("djlint", [str(tool / "djlint"), "templates", "--lint", "--quiet"], {}),
        Check(
            "migrations", [str(PYTHON), "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"], owner
        ),
        Check("check --deploy", [str(PYTHON), "manage.py", "check", "--deploy", "--fail-level", "WARNING"], production),
        Check(
            "check --deploy (website)",
            [str(PYTHON), "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            {**production, "DJANGO_SETTINGS_MODULE": "hmic_core.settings_website"},
        ),
    ]


def main(arguments: list[str]) -> int:
    """Run every check; with `--fix` let ruff mend first. Returns 0 when all pass."""
    venv.ensure(venv.EVERYTHING)
    if "--fix" in arguments:
        ruff = VENV / "bin" / "ruff"
        subprocess.run([ruff, "check", "--fix", "--quiet", "."], cwd=ROOT, check=False)
        subprocess.run([ruff, "format", "--quiet", "."], cwd=ROOT, check=False)
    return 0 if run() else 1


def run(*also: Check) -> bool:
    """Run the checks, and what else a caller wants done, two at a time; print what fails. Whether all passed."""
    native.ensure()
    failed: list[str] = []
    wanted = [*also, *checks()]
    with ThreadPoolExecutor(2) as pool:
        for check, (code, words, seconds) in zip(wanted, pool.map(_run_one, wanted), strict=True):
            line(f"  {check.name} {'passed' if code == 0 else 'FAILED'} ({seconds:.1f} s)")
            if code != 0:
                failed.append(check.name)
                line("    " + "\n    ".join(words.strip().splitlines()))
    return not failed


def _run_one(check: Check) -> tuple[int, str, float]:
    started = time.monotonic()
    ignored = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH", "DEBUG", "HMIC_DATABASE_ROLE"}
    inherited = {name: value for name, value in os.environ.items() if name not in ignored}
    environment = {**inherited, **native.environment(), **check.variables}
    if not Path(check.command[0]).exists():
        return 1, f"{check.command[0]} is missing: run script/setup --all", 0.0
    result = subprocess.run(
        check.command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout, time.monotonic() - started
