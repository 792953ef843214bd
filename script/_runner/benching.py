"""`script/bench`: benchmarks on throw-away servers of their own (`bench/`)."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from _runner import environment, native, stack, venv
from _runner.paths import PYTHON, ROOT, Data
from _runner.say import line
from _runner.supervise import Stopped, Supervisor, stop_on_signals

#: As in `docker-compose.yml`: a million findings with their indexes are several gigabytes.
MEMORY = "1GB"


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all; returns 0 when every measured goal was met."""
    venv.ensure(venv.EVERYTHING)
    native.ensure()
    folder = Path(tempfile.mkdtemp(prefix="hmic-bench-"))
    # As root the database's user must pass through; it cannot list what is inside.
    folder.chmod(0o711)
    data = Data(folder)
    stop_on_signals()
    try:
        data.make()
        with Supervisor(data) as supervisor:
            addresses = stack.start(
                data, supervisor, "http://127.0.0.1:8000", "http://localhost:8001", throw_away=True, memory=MEMORY
            )
            variables = environment.workspace(stack.settings(data), addresses, "owner")
            command = [str(PYTHON), "-m", "bench", *arguments]
            return subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode
    except Stopped:
        line("Stopped.")
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
