"""Dispatches `script/NAME` and turns every failure into one sentence and exit code 1."""

import subprocess
from collections.abc import Callable

from _runner import say
from _runner.say import Failure


def main(arguments: list[str]) -> int:
    """Run one of the commands; returns its exit code."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    commands = _commands()
    if name not in commands:
        say.complain(f"Say what to do: script/{', script/'.join(sorted(commands))}.")
        return 2
    try:
        return commands[name](rest)
    except Failure as failure:
        say.complain(f"script/{name}: {failure}")
    except KeyboardInterrupt:
        say.complain(f"script/{name}: stopped.")
        return 130
    except OSError as error:
        # Whatever the operating system refuses has a place and a reason: no traceback tells a reader more.
        place = f" ({error.filename})" if error.filename else ""
        say.complain(f"script/{name}: {error.strerror or error}{place}: free space or mend the rights, and try again.")
    except subprocess.SubprocessError as error:
        say.complain(f"script/{name}: {error}: try script/setup.")
    return 1


def _commands() -> dict[str, Callable[[list[str]], int]]:
    """The commands by name; each is imported only when it is wanted."""

    def server(rest: list[str]) -> int:
        from _runner import server as module

        return module.main(rest)

    def manage(rest: list[str]) -> int:
        from _runner import managing

        return managing.main(rest)

    def setup(rest: list[str]) -> int:
        from _runner import setting_up

        return setting_up.main(rest)

    def service(rest: list[str]) -> int:
        from _runner import containers

        return containers.main(rest)

    def lint(rest: list[str]) -> int:
        from _runner import linting

        return linting.main(rest)

    def test(rest: list[str]) -> int:
        from _runner import testing

        return testing.main(rest)

    def bench(rest: list[str]) -> int:
        from _runner import benching

        return benching.main(rest)

    return {
        "server": server,
        "manage": manage,
        "setup": setup,
        "service": service,
        "lint": lint,
        "test": test,
        "bench": bench,
    }
