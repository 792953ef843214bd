"""What can go wrong at a start: a taken port, a folder in use, stale locks, a full disk."""

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from _runner import cli, paths, ports, processes, secretbox, server, state
from _runner.paths import Data
from _runner.postgres import Postgres
from _runner.processes import Service
from _runner.say import Failure
from _runner.state import Busy, Hold
from _runner.supervise import Supervisor


@pytest.fixture
def data(tmp_path: Path) -> Data:
    made = Data(tmp_path / "data")
    made.make()
    return made


@pytest.fixture
def sleeper() -> list[str]:
    return [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_taken_port_is_one_sentence_with_a_remedy() -> None:
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Failure, match=f"Port {port}, for the workspace, is taken .* choose another --port"):
            ports.require(port, "the workspace")
    ports.require(port, "the workspace")


@pytest.mark.parametrize("port", [80, 0, 65535])
def test_a_port_that_cannot_be_used_is_refused(port: int) -> None:
    with pytest.raises(Failure, match="between 1024 and 65533"):
        ports.require(port, "the public site")


def test_the_defaults_are_those_of_the_readme() -> None:
    options = server.parser().parse_args([])
    assert (options.port, options.stage, options.reset, options.data) == (8000, "accuracy", False, None)


@pytest.mark.parametrize("arguments", [["--stage", "sealed"], ["--port", "abc"], ["--nonsense"]])
def test_a_wrong_option_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        server.parser().parse_args(arguments)
    assert caught.value.code == 2
    assert "usage: script/server" in capsys.readouterr().err


def test_a_failure_is_one_sentence_and_exit_code_1(
    data: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise paths.disk_failure(OSError(28, "No space left on device"), data.folder)

    monkeypatch.setattr("_runner.setting_up.main", full)
    assert cli.main(["setup"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith("script/setup: The disk of ")
    assert "--data DIR" in told[0]


def test_too_little_space_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="MB are free"):
        paths.require_space(tmp_path / "not" / "yet", needed=2**60)


def test_a_second_start_is_told_where_the_first_one_is(data: Data) -> None:
    with Hold(data).take():
        state.write(data, {"pid": 12, "website": "http://127.0.0.1:8000", "workspace": "http://localhost:8001"})
        with pytest.raises(Failure, match=r"Already running, .* http://127\.0\.0\.1:8000/, workspace http://localhost"):
            server._hold(data)
    with server._hold(data):
        pass


def test_the_lock_of_a_killed_holder_is_free(data: Data) -> None:
    program = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path; from _runner.paths import Data; from _runner.state import Hold\n"
        "hold = Hold(Data(Path(sys.argv[2]))).take(); print('held', flush=True); time.sleep(60)"
    )
    script = str(paths.ROOT / "script")
    holder = subprocess.Popen(
        [sys.executable, "-c", program, script, str(data.folder)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Busy):
        Hold(data).take()
    holder.kill()
    holder.wait()
    with Hold(data).take(patience=2):
        pass


def test_children_of_a_killed_runner_are_ended(data: Data, sleeper: list[str]) -> None:
    child = subprocess.Popen(sleeper, start_new_session=True)
    state.remember_processes(data, {"worker": child.pid})
    assert state.end_orphans(data) == ["worker"]
    assert child.wait(timeout=5) != 0


def test_a_child_is_known_from_its_first_moment(data: Data) -> None:
    """Between fork and exec a child has its parent's command line: what is noted then must be true ever after."""
    told, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.read(told, 1)
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(60)"])
    state.remember_processes(data, {"worker": child})
    before = processes.describe(child)
    os.write(go, b"x")
    until = time.monotonic() + 5
    while processes.describe(child) == before and time.monotonic() < until:
        time.sleep(0.01)
    assert processes.describe(child) != before
    assert state.end_orphans(data) == ["worker"]
    assert os.waitpid(child, 0)[1] != 0


def test_a_process_that_only_has_the_same_number_is_left_alone(data: Data, sleeper: list[str]) -> None:
    stranger = subprocess.Popen(sleeper, start_new_session=True)
    told = {"worker": [stranger.pid, "Mon Jan  1 00:00:00 2001 another program"]}
    (data.run / "processes.json").write_text(json.dumps(told))
    assert state.end_orphans(data) == []
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("content", ["", "not a number\n", "{pid}\n/elsewhere\n"])
def test_a_stale_database_lock_is_removed(data: Data, content: str) -> None:
    server_of_tests = Postgres(data, None, {})
    server_of_tests.cluster.mkdir(parents=True)
    lock = server_of_tests.cluster / "postmaster.pid"
    # The number of a process that runs and is no PostgreSQL on this cluster: PostgreSQL itself would refuse to start.
    lock.write_text(content.format(pid=os.getpid()))
    server_of_tests._clear_stale_lock()
    assert not lock.exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the death signal is Linux's")
def test_a_child_dies_with_its_runner(data: Data) -> None:
    program = (
        "import sys, os, signal, time; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path; from _runner.processes import Service, launch\n"
        "service = Service('x', [sys.executable, '-c', 'import time; time.sleep(60)'], dict(os.environ), Path('/'))\n"
        "child = launch(service, open(os.devnull, 'wb')); print(child.pid, flush=True); time.sleep(60)"
    )
    runner = subprocess.Popen(
        [sys.executable, "-c", program, str(paths.ROOT / "script")], stdout=subprocess.PIPE, text=True
    )
    assert runner.stdout
    child = int(runner.stdout.readline())
    assert processes.describe(child)
    runner.kill()
    runner.wait()
    until = time.monotonic() + 5
    while processes.describe(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not processes.describe(child)


def test_a_child_that_ends_is_started_again(data: Data) -> None:
    mark = data.folder / "marks"
    program = f"open({str(mark)!r}, 'a').write('x')"
    with Supervisor(data) as supervisor:
        supervisor.start(Service("short", [sys.executable, "-c", program], dict(os.environ), data.folder))
        until = time.monotonic() + 10
        while (not mark.exists() or len(mark.read_text()) < 2) and time.monotonic() < until:
            supervisor.look()
            time.sleep(0.05)
    assert len(mark.read_text()) >= 2
    assert "short ended (exit 0)" in (data.logs / "runner.log").read_text()


def test_stopping_ends_a_child_that_does_not_listen(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("_runner.supervise._PATIENCE", 0.3)
    program = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    with Supervisor(data) as supervisor:
        supervisor.start(Service("deaf", [sys.executable, "-c", program], dict(os.environ), data.folder))
        log = data.logs / "deaf.log"
        supervisor.wait_for("deaf", lambda: log.exists() and log.read_text() != "", 10)
        pid = supervisor._children["deaf"].process.pid
        started = time.monotonic()
    assert time.monotonic() - started < 5
    assert not processes.describe(pid)


def test_secrets_are_made_once_and_for_their_owner_only(data: Data) -> None:
    made = secretbox.load(data)
    assert secretbox.load(data) == made
    assert len(set(made.values())) == len(made)
    assert stat.S_IMODE((data.run / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.run.stat().st_mode) == 0o700


def test_a_reset_erases_data_and_secrets_but_not_the_lock(data: Data) -> None:
    before = secretbox.load(data)
    (data.files / "letter.pdf").write_text("x")
    with Hold(data).take():
        data.erase()
        assert not list(data.files.iterdir())
        assert secretbox.load(data) != before
        with pytest.raises(Busy):
            Hold(data).take()


def test_a_closed_folder_is_recognised(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o700)
    assert not paths.reachable(closed / "data")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has this rule")
def test_root_is_told_that_the_database_cannot_reach_a_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(Failure, match=r"cannot reach .* --data /var/lib"):
        paths.data_folder(str(tmp_path / "data"))


def test_the_entry_points_are_there_and_need_only_a_shell() -> None:
    for name in ("server", "test", "lint", "setup", "manage", "service"):
        path = paths.ROOT / "script" / name
        assert os.access(path, os.X_OK)
        assert path.read_text().startswith("#!/bin/sh\n")


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
def test_no_python_is_one_sentence(tmp_path: Path) -> None:
    shutil.copy(paths.ROOT / "script" / "_python", tmp_path / "_python")
    shutil.copy(paths.ROOT / "script" / "server", tmp_path / "server")
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "dirname"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or "")
    result = subprocess.run(
        [str(tmp_path / "server")], env={"PATH": str(tmp_path / "bin")}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in result.stderr
    assert len(result.stderr.splitlines()) == 1
