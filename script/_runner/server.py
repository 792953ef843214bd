"""`script/server`: everything, from an empty machine to a running product."""

import argparse
import os
import time
import urllib.error
import urllib.request
from typing import Any

from _runner import environment, native, paths, ports, services, stack, state, venv
from _runner.environment import Addresses, Settings
from _runner.paths import PYTHON, ROOT, Data
from _runner.processes import Service
from _runner.say import Failure, line, step
from _runner.state import Busy, Hold
from _runner.supervise import Stopped, Supervisor, stop_on_signals

STAGES = ("drafting", "accuracy", "letters", "approved", "released")
#: Seconds until the first page must come: a busy machine starts six processes slowly.
_PATIENCE = 180
_LETTER = "/inspections/core-business/letters/northamptonshire"


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="script/server",
        description="Sets up what is missing, starts the workspace, the public site and everything behind them, and "
        "stays in the foreground. Ctrl-C stops all of it.",
        epilog="DATABASE_URL (the owner's) and REDIS_URL in the environment replace the private servers.",
    )
    made.add_argument("--port", type=int, default=8000, help="of the public site; the workspace is one higher (8000)")
    made.add_argument("--data", metavar="DIR", help="where databases, files and logs are (default: var/)")
    made.add_argument("--stage", choices=STAGES, default="accuracy", help="how far the demonstration is (accuracy)")
    made.add_argument("--reset", action="store_true", help="erase the data and begin again")
    return made


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; returns the exit code."""
    options = parser().parse_args(arguments)
    data = paths.data_folder(options.data)
    data.make()
    stop_on_signals()
    try:
        with _hold(data) as _, Supervisor(data) as supervisor:
            _run(options, data, supervisor)
    except Stopped as stopped:
        line(f"\nStopped ({stopped}).")
    finally:
        _forget(data)
    return 0


def _hold(data: Data) -> Hold:
    """The data folder, or a Failure that says who has it."""
    try:
        return Hold(data).take(patience=1.0)
    except Busy:
        told = state.read(data)
        if told.get("website"):
            raise Failure(
                f"Already running, or starting, on this data (process {told['pid']}): public site {told['website']}/, "
                f"workspace {told['workspace']}/. Stop it with Ctrl-C there, or choose another --data DIR and --port."
            ) from None
        raise Failure(
            f"Another command is using the data in {data.folder}: wait until it has ended, or choose another --data."
        ) from None


def _forget(data: Data) -> None:
    """Forget the addresses, but only one's own: a second start that was refused must not."""
    if state.read(data).get("pid") == os.getpid():
        state.clear(data)


def _run(options: argparse.Namespace, data: Data, supervisor: Supervisor) -> None:
    started = time.monotonic()
    website, workspace = f"http://{ports.LOOPBACK}:{options.port}", f"http://localhost:{options.port + 1}"
    line(f"Data: {data.folder}")
    orphans = state.end_orphans(data)
    if orphans:
        line(f"  Ended what a killed run left behind: {', '.join(orphans)}.")
    ports.require(options.port, "the public site")
    ports.require(options.port + 1, "the workspace")
    if options.reset:
        with step("Erasing the old data"):
            data.erase()
    paths.require_space(data.folder)
    venv.ensure(venv.PRODUCT)
    native.ensure()
    addresses = stack.start(data, supervisor, website, workspace)
    settings = stack.settings(data)
    # Early, so that script/manage can work beside a demonstration that is still being made.
    state.write(data, _facts(addresses))
    stack.prepare(data, environment.workspace(settings, addresses, "owner"), options.stage, addresses.admin)
    stack.collect(data, environment.website(settings, addresses))
    with step("Workspace, public site, workers and schedules"):
        for service in product(data, settings, addresses, options.port):
            supervisor.start(service)
        supervisor.wait_for("website", lambda: ready(options.port), _PATIENCE)
        supervisor.wait_for("workspace", lambda: ready(options.port + 1), _PATIENCE)
    _tell(website, workspace, time.monotonic() - started)
    supervisor.watch()


def product(data: Data, settings: Settings, addresses: Addresses, port: int) -> list[Service]:
    """The product's processes, each with the environment of its own database role."""
    binds = {"website": f"{ports.LOOPBACK}:{port}", "workspace": f"{ports.LOOPBACK}:{port + 1}"}
    made = []
    for name in services.NAMES:
        public = name == services.WEBSITE
        variables = environment.website(settings, addresses) if public else environment.workspace(settings, addresses)
        variables |= {"HMIC_STATIC_ROOT": str(data.static)} if public else {}
        command = services.command(name, PYTHON, binds.get(name, ""), data.run / "beat-schedule")
        made.append(Service(name, command, variables, ROOT))
    return made


def ready(port: int) -> bool:
    """Whether the process on this port says that it can serve."""
    # As the workspace is addressed: its host name is checked.
    request = urllib.request.Request(f"http://{ports.LOOPBACK}:{port}/health/ready", headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _facts(addresses: Addresses) -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "website": addresses.website,
        "workspace": addresses.workspace,
        "databases": addresses.databases,
        "broker": addresses.broker,
        "admin": addresses.admin,
    }


def _tell(website: str, workspace: str, seconds: float) -> None:
    line(f"\nReady: {website}/  (after {seconds:.1f} s)\n")
    rows = [
        ("Public site", f"{website}/"),
        ("The real letter", f"{website}{_LETTER}/"),
        ("… as PDF", f"{website}{_LETTER}.pdf"),
        ("Workspace", f"{workspace}/"),
        ("Demonstration", f"{workspace}/demo/"),
    ]
    for name, address in rows:
        line(f"  {name:<16} {address}")
    line("\nCtrl-C stops everything.")
