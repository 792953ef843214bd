"""Benchmarks: `script/bench [NAME …]`. One module a benchmark, each with `run(short) -> list[Figure]`.

A benchmark compares within one interleaved run (A B A B …), since machines differ and are noisy.
"""

import sys
from pathlib import Path

# The servers that a benchmark starts have their command lines in `script/_runner/services.py`.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "script"))
