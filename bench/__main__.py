"""Runs the named benchmarks, prints each one's table and writes them as JSON where asked."""

import argparse
import importlib
import json
import pkgutil
import sys
from dataclasses import asdict
from pathlib import Path

import bench
from bench.harness import Figure, table

#: Modules of this package that measure nothing themselves.
_SHARED = {"harness", "ground", "generate", "publish", "settings_autosave", "urls_autosave", "__main__"}


def main(arguments: list[str]) -> int:
    """Returns 0 unless a goal was missed."""
    names = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in _SHARED)
    parser = argparse.ArgumentParser(prog="script/bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of: {', '.join(names)}")
    parser.add_argument("--short", action="store_true", help="a version of about a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    given = parser.parse_args(arguments)
    wanted = [name.replace("-", "_") for name in given.names] or names
    if unknown := sorted(set(wanted) - set(names)):
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(names)}")
    _prepare()
    figures: list[Figure] = []
    for name in wanted:
        module = importlib.import_module(f"bench.{name}")
        measured: list[Figure] = module.run(given.short)
        print(table(f"\n{name}{' (short)' if given.short else ''}", measured), flush=True)
        figures += measured
    if given.json:
        given.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=1))
    return int(any(figure.met is False for figure in figures))


def _prepare() -> None:
    """A fresh database with tables and roles, which benchmarks own and may fill; a process as the servers' are."""
    import django

    django.setup()
    from django.core.management import call_command

    from hmic_core.processes import settle

    call_command("migrate", verbosity=0)
    call_command("database_roles", verbosity=0)
    settle()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
