"""The two servers below the product, private or given, and the database's preparation."""

import json
import os
import signal
import subprocess
import time
from hashlib import sha256
from pathlib import Path

from _runner import environment, ownership, paths, secretbox, services
from _runner.environment import Addresses, Settings
from _runner.paths import PYTHON, ROOT, Data
from _runner.postgres import Postgres
from _runner.processes import become
from _runner.say import Failure, line, step
from _runner.supervise import Supervisor
from _runner.valkey import Valkey


def settings(data: Data) -> Settings:
    """The settings that belong to a data folder."""
    secrets = secretbox.load(data)
    return Settings(files=data.files, secret_key=secrets["secret_key"], installation=secrets["installation"])


def start(
    data: Data, supervisor: Supervisor, website: str, workspace: str, *, throw_away: bool = False, memory: str = "128MB"
) -> Addresses:
    """Start the private servers, or check the given ones; raises Failure. `memory` is the database's own."""
    secrets = secretbox.load(data)
    owner, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    admin = os.environ.get(ownership.ADMIN, "")
    if throw_away:
        owner = broker = None
    private_broker = None if broker else Valkey(data, secrets["valkey"])
    if private_broker:
        # Starts while PostgreSQL gets ready.
        private_broker.prepare()
        supervisor.start(private_broker.service())
        broker = private_broker.url
    else:
        environment.require_answer("REDIS_URL", broker or "", 6379)
    if owner:
        environment.require_answer("DATABASE_URL", owner, 5432)
    else:
        server = Postgres(data, paths.unprivileged(), secrets, throw_away, memory)
        _start_postgres(supervisor, server)
        owner, admin = server.owner_url, server.admin_url
    if throw_away:
        # Tests and benchmarks act as the owner.
        ownership.ask("open", admin, owner, PYTHON, "--throw-away")
    if private_broker:
        with step("Redis-compatible server"):
            supervisor.wait_for("valkey", private_broker.ready, 10)
    return Addresses(environment.database_addresses(owner), broker or "", website, workspace, admin)


def _start_postgres(supervisor: Supervisor, server: Postgres) -> None:
    with step("PostgreSQL"):
        server.prepare()
        supervisor.start(server.service())
        # After a power cut the server first replays its write-ahead log.
        supervisor.wait_for("postgres", server.ready, 60)


def manage(arguments: list[str], variables: dict[str, str], log: Path, *, aloud: bool = False) -> None:
    """Run manage.py, its words in a log, what it reports also aloud; raises Failure with its last line."""
    with open(log, "a") as words:
        words.write(f"\n# {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} manage.py {' '.join(arguments)}\n")
        words.flush()
        process = subprocess.Popen(
            [str(PYTHON), "manage.py", *arguments],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
            start_new_session=True,
            preexec_fn=become(None, signal.SIGTERM),
        )
        try:
            for text in process.stdout or ():
                words.write(text)
                words.flush()
                if aloud:
                    line(f"  {text.rstrip()}")
            process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
    if process.returncode != 0:
        lines = [text.strip() for text in log.read_text(errors="replace").splitlines() if text.strip()]
        raise Failure(f"manage.py {arguments[0]} failed: {lines[-1][:300]} See {log}.")


def prepare(data: Data, variables: dict[str, str], stage: str | None, admin: str) -> None:
    """Bring the database up to date as its owner: tables, roles and, for a stage, the demonstration's data.

    On a private database a start that finds nothing changed since the last one skips this. Afterwards the owner cannot
    log in, where `admin` is the address of somebody who can say so.
    """
    with ownership.owner_at_work(admin, variables["DATABASE_URL"], PYTHON):
        _prepare(data, variables, stage)


def _prepare(data: Data, variables: dict[str, str], stage: str | None) -> None:
    stamp = data.run / "prepared.json"
    schema, done = _schema(variables), _read_stamp(stamp)
    log = data.logs / "prepare.log"
    if done.get("schema") != schema:
        with step("Database tables and roles"):
            for arguments in services.PREPARATION:
                manage(arguments, variables, log)
        done = {"schema": schema}
    if stage and done.get("stage") != stage:
        line(f"  Demonstration, stage “{stage}”:")
        manage(["demo", "--stage", stage], variables, log, aloud=True)
        done["stage"] = stage
    if "DATABASE_URL" not in os.environ:
        secretbox.write_private(stamp, json.dumps(done))


def collect(data: Data, variables: dict[str, str]) -> None:
    """Copy the public site's styles and scripts to names that carry their hash; skipped where none has changed."""
    digest = sha256()
    for path in sorted(path for path in (ROOT / "static").rglob("*") if path.is_file()):
        digest.update(f"{path}{path.stat().st_mtime_ns}{path.stat().st_size}".encode())
    stamp = data.run / "collected"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and data.static.exists():
        return
    with step("Styles and scripts of the public site"):
        wanted = {"HMIC_STATIC_ROOT": str(data.static), "HMIC_COLLECT": "1"}
        manage(["collectstatic", "--no-input", "--verbosity", "0"], variables | wanted, data.logs / "prepare.log")
    stamp.write_text(digest.hexdigest())


def _schema(variables: dict[str, str]) -> str:
    """Changes with whatever the preparation depends on: its code, and the addresses that hold the roles' passwords."""
    patterns = ("*/migrations/*.py", "hmic_core/database.py", "hmic_core/management/**/*.py", "demo/**/*.py")
    digest = sha256()
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    for name in sorted(name for name in variables if name.startswith("DATABASE_URL")):
        digest.update(variables[name].encode())
    return digest.hexdigest()


def _read_stamp(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        return {}
