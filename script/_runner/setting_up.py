"""`script/setup`: everything that the other commands would fetch at their first run."""

import argparse

from _runner import native, venv
from _runner.say import line


def main(arguments: list[str]) -> int:
    """Install the locks and the libraries; with --all the tools for tests too."""
    parser = argparse.ArgumentParser(prog="script/setup", description="Installs what the product needs into .venv.")
    parser.add_argument("--all", action="store_true", help="also what script/test and script/lint need")
    options = parser.parse_args(arguments)
    venv.ensure(venv.EVERYTHING if options.all else venv.PRODUCT)
    native.ensure()
    if options.all:
        from _runner import test_tools

        for reason in test_tools.ensure().missing:
            line(f"  NOT AVAILABLE: {reason}")
    line("Set up.")
    return 0
