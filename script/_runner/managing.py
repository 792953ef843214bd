"""`script/manage`: manage.py in the right environment, with the servers it needs."""

import os
import subprocess
import time

from _runner import environment, native, ownership, paths, ports, say, stack, state, venv
from _runner.environment import Addresses
from _runner.paths import PYTHON, ROOT, Data
from _runner.say import Failure
from _runner.state import Busy, Hold
from _runner.supervise import Stopped, Supervisor, stop_on_signals

#: What changes tables, roles or everything: done as the database's owner. All else has the application's rights.
OWNERS_COMMANDS = {
    *("migrate", "makemigrations", "showmigrations", "sqlmigrate", "squashmigrations", "flush", "dbshell"),
    *("database_roles", "demo", "createcachetable", "inspectdb", "loaddata"),
}
#: These prepare the database themselves.
_PREPARING = {"migrate", "makemigrations", "flush", "help", "--help", "-h", "version", "--version"}


def main(arguments: list[str]) -> int:
    """Run one command of manage.py; returns its exit code."""
    if "--json" in arguments:
        say.hush()
    data = paths.data_folder(None)
    data.make()
    venv.ensure(venv.PRODUCT)
    native.ensure()
    try:
        hold = Hold(data).take()
    except Busy:
        return _beside_server(data, arguments)
    stop_on_signals()
    try:
        with hold, Supervisor(data) as supervisor:
            return _with_private_servers(data, supervisor, arguments)
    except Stopped:
        return 130


def role(arguments: list[str]) -> str:
    """The database role a command runs with: HMIC_DATABASE_ROLE, else by the command."""
    by_command = "owner" if arguments and arguments[0] in OWNERS_COMMANDS else "application"
    return os.environ.get("HMIC_DATABASE_ROLE", by_command)


def _beside_server(data: Data, arguments: list[str]) -> int:
    """Use the running server's databases; a server that is still starting is waited for."""
    until = time.monotonic() + 90
    while not state.read(data).get("databases"):
        if time.monotonic() > until:
            raise Failure(f"Another command is using the data in {data.folder}: wait until it has ended.")
        try:
            with Hold(data).take():
                pass
            return main(arguments)
        except Busy:
            time.sleep(0.5)
    told = state.read(data)
    addresses = Addresses(told["databases"], told["broker"], told["website"], told["workspace"], told["admin"])
    return _call(arguments, environment.workspace(stack.settings(data), addresses, role(arguments)), addresses.admin)


def _with_private_servers(data: Data, supervisor: Supervisor, arguments: list[str]) -> int:
    state.end_orphans(data)
    state.clear(data)
    paths.require_space(data.folder)
    addresses = stack.start(data, supervisor, f"http://{ports.LOOPBACK}:8000", "http://localhost:8001")
    settings = stack.settings(data)
    if not arguments or arguments[0] not in _PREPARING:
        stack.prepare(data, environment.workspace(settings, addresses, "owner"), None, addresses.admin)
    return _call(arguments, environment.workspace(settings, addresses, role(arguments)), addresses.admin)


def _call(arguments: list[str], variables: dict[str, str], admin: str) -> int:
    command = [str(PYTHON), "manage.py", *(arguments or ["help"])]
    # Beside a running server too: the owner can log in until its own command has ended.
    admin = admin if variables["HMIC_DATABASE_ROLE"] == "owner" else ""
    with ownership.owner_at_work(admin, variables.get("DATABASE_URL", ""), PYTHON):
        return subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode
