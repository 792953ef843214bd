"""Where things are: the project, its tools, and the data folder of a running product."""

import errno
import os
import pwd
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from _runner.say import Failure

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
#: Programs and libraries that were unpacked because they could not be installed.
TOOLS = ROOT / ".tools"
#: A new cluster, its write-ahead log and the demonstration's files, in bytes.
NEEDED_SPACE = 400 * 1024 * 1024


@dataclass(frozen=True)
class Account:
    """The operating system's user that PostgreSQL runs as when the runner is root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Data:
    """One data folder: databases, files, logs, secrets. Two runners never use it at once (`state.Hold`)."""

    folder: Path

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def valkey(self) -> Path:
        return self.folder / "valkey"

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def static(self) -> Path:
        """Styles and scripts of the public site under names that carry their hash."""
        return self.folder / "static"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def run(self) -> Path:
        """Secrets, the lock and the running server's addresses: for its owner only."""
        return self.folder / "run"

    def make(self) -> None:
        """Create the folders; raises Failure where the disk is full or the place is not writable."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for folder in (self.run, self.files, self.valkey):
                folder.mkdir(mode=0o700, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
        except OSError as error:
            raise disk_failure(error, self.folder) from error

    def erase(self) -> None:
        """Forget the databases, files and secrets; the logs and the lock stay."""
        for folder in (self.postgres, self.valkey, self.files):
            shutil.rmtree(folder, ignore_errors=True)
        for path in self.run.glob("*"):
            if path.name != "lock":
                path.unlink(missing_ok=True)
        self.make()


def unprivileged() -> Account | None:
    """An existing user for PostgreSQL when the runner is root, else None. No user is ever created."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Failure("PostgreSQL refuses to run as root and there is no user “nobody”: run this as an ordinary user.")


def reachable(folder: Path) -> bool:
    """Whether a user without rights of his own can pass through every folder above and including this one."""
    existing = [path for path in (folder, *folder.parents) if path.exists()]
    return all(path.stat().st_mode & 0o001 for path in existing)


def data_folder(given: str | None) -> Data:
    """The data folder to use.

    As root the database's user must be able to reach it: a project below a closed folder (such as /root) keeps
    its data in /var/lib instead. Raises Failure when the named folder is closed to that user.
    """
    named = given or os.environ.get("HMIC_DATA")
    account = unprivileged()
    if named:
        folder = Path(named).expanduser().absolute()
        if account and not reachable(folder):
            raise Failure(
                f"The database runs as user “{account.name}”, which cannot reach {folder}: "
                "name a folder below one that others may enter, for example --data /var/lib/hmic-findings."
            )
        return Data(folder)
    if account and not reachable(ROOT):
        return Data(Path("/var/lib") / f"hmic-findings-{sha256(bytes(ROOT)).hexdigest()[:8]}")
    return Data(ROOT / "var")


def require_space(folder: Path, needed: int = NEEDED_SPACE) -> None:
    """Raise Failure when the disk below `folder` has less than `needed` bytes left."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise Failure(
            f"Only {free // 2**20} MB are free on the disk of {folder} and {needed // 2**20} MB are needed: "
            "free some space, or keep the data elsewhere with --data DIR."
        )


def disk_failure(error: OSError, place: Path) -> Failure:
    """The sentence for a write that failed."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failure(f"The disk of {place} is full: free some space, or keep the data elsewhere with --data DIR.")
    return Failure(f"Cannot write {error.filename or place} ({error.strerror}): name a folder you own with --data DIR.")
