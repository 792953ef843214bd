"""The virtual environment from the hashed locks; a warm start only compares stamps."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from _runner import debian
from _runner.paths import PYTHON, ROOT, TOOLS, VENV, disk_failure, require_space
from _runner.say import Failure, line, step

#: What the product runs on, and the private servers.
PRODUCT = ("requirements.txt", "requirements-embedded.txt")
#: What tests and tools need on top.
EVERYTHING = (*PRODUCT, "requirements-dev.txt")
#: Bytes that the packages of every lock take.
_VENV_SPACE = 900 * 1024 * 1024


def ensure(locks: tuple[str, ...]) -> None:
    """Make `.venv` hold these locks; raises Failure with the remedy where it cannot."""
    if _usable() and all(_stamp(lock).exists() for lock in locks):
        return
    with _alone():
        if not _usable():
            require_space(ROOT, _VENV_SPACE)
            with step("Virtual environment"):
                _create()
        for lock in locks:
            if not _stamp(lock).exists():
                with step(f"Python packages of {lock}"):
                    _install(lock)


def _usable() -> bool:
    """Whether the environment's Python starts and is one of the supported versions."""
    check = "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", check], stderr=subprocess.DEVNULL).returncode == 0


def _stamp(lock: str) -> Path:
    """The file that says that exactly this lock is installed."""
    return VENV / f"{lock}.{sha256((ROOT / lock).read_bytes()).hexdigest()[:16]}.installed"


@contextmanager
def _alone() -> Iterator[None]:
    """Two commands at once must not install into one environment: the second waits."""
    with open(ROOT / ".setup.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            line("  Waiting for another command that is setting up …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _create() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    if _has_ensurepip():
        _run_venv([])
        return
    if not debian.available():
        raise Failure(
            f"{sys.executable} comes without the modules venv and ensurepip: install a complete Python 3.11, 3.12 or "
            "3.13, or name one as PYTHON=/path/to/python3."
        )
    if os.geteuid() == 0:
        debian.install([_venv_package()])
        _run_venv([])
        return
    # An ordinary user cannot install python3-venv. Debian ships pip's wheel on its own, and that is all that lacks.
    debian.unpack(["python3-pip-whl"], TOOLS / "pip")
    _run_venv(["--without-pip"])


def _has_ensurepip() -> bool:
    check = "import venv, ensurepip; ensurepip.version()"
    return subprocess.run([sys.executable, "-c", check], stderr=subprocess.DEVNULL).returncode == 0


def _venv_package() -> str:
    """Debian's package for the Python that runs this; its own version where it is not the default one."""
    default = Path("/usr/bin/python3").resolve().name
    running = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return "python3-venv" if default == running else f"{running}-venv"


def _run_venv(options: list[str]) -> None:
    command = [sys.executable, "-m", "venv", *options, str(VENV)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        words = (result.stderr or result.stdout).strip().splitlines()
        raise Failure(
            f"The virtual environment could not be made ({words[-1] if words else 'no reason given'}): on Debian "
            "install python3-venv, elsewhere a complete Python 3.11, 3.12 or 3.13."
        )


def _install(lock: str) -> None:
    """Install one lock. It is complete, so pip need not resolve anything; wheels only, so nothing is built."""
    wheels = sorted((TOOLS / "pip").glob("usr/share/python-wheels/pip-*.whl"))
    has_pip = (VENV / "bin" / "pip").exists()
    environment = dict(os.environ) if has_pip or not wheels else {**os.environ, "PYTHONPATH": str(wheels[0])}
    command = [
        *(str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"),
        *("--no-deps", "--no-compile", "--require-hashes", "--only-binary=:all:", "-r", str(ROOT / lock)),
    ]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Failure(_explain(result.stderr, lock))
    for old in VENV.glob(f"{lock}.*.installed"):
        old.unlink()
    try:
        _stamp(lock).touch()
    except OSError as error:
        raise disk_failure(error, VENV) from error


def _explain(words: str, lock: str) -> str:
    errors = [text for text in words.splitlines() if text.startswith("ERROR")] or words.splitlines()[-1:]
    if "No space left" in words:
        return f"The disk of {ROOT} is full: free about {_VENV_SPACE // 2**20} MB and start again."
    reason = errors[0].removeprefix("ERROR: ") if errors else "pip gave no reason"
    return f"The packages of {lock} could not be installed ({reason}): check the network and start again."
