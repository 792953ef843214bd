"""`python3 script/_runner COMMAND …`: makes the folder a package and hands over."""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from _runner.cli import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
