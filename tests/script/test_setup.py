"""Setting up: what is missing is fetched by the right way for this user, or named in one sentence; never skipped."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from _runner import debian, linting, native, test_tools, testing, venv
from _runner.paths import ROOT
from _runner.say import Failure


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """A machine that makes no PDF until something was provided; what was asked for is noted."""
    made: list[Any] = []
    monkeypatch.setattr(native, "_FOLDER", tmp_path / "native")
    monkeypatch.setattr(native, "_STAMP", tmp_path / "checked")
    monkeypatch.setattr(native, "TOOLS", tmp_path)
    monkeypatch.setattr(native, "_trial", lambda: "" if made else "cannot load library 'libpango'")
    monkeypatch.setattr(debian, "install", lambda packages: made.append(("install", packages)))
    monkeypatch.setattr(debian, "unpack", lambda packages, folder: (folder.mkdir(), made.append(("unpack", packages))))
    return made


def test_root_installs_what_pdf_files_need(calls: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "available", lambda: True)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    native.ensure()
    assert calls == [("install", native.PACKAGES)]
    assert native.environment() == {}


def test_an_ordinary_user_unpacks_it_and_children_find_it(calls: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "available", lambda: True)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    native.ensure()
    assert calls == [("unpack", native.PACKAGES)]
    assert set(native.environment()) == {"LD_LIBRARY_PATH", "FONTCONFIG_FILE"}
    assert Path(native.environment()["FONTCONFIG_FILE"]).exists()


def test_without_debian_the_remedy_is_named(calls: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "available", lambda: False)
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(Failure, match="brew install pango"):
        native.ensure()
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(Failure, match="pango, harfbuzz and a sans-serif font"):
        native.ensure()
    assert not native._STAMP.exists()


def test_libraries_that_do_not_help_are_a_failure(calls: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "available", lambda: True)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(native, "_trial", lambda: "no font was found")
    with pytest.raises(Failure, match=r"still makes no PDF .no font was found.: install them with `sudo apt install"):
        native.ensure()


def test_private_libraries_of_a_package_are_found_too(tmp_path: Path) -> None:
    private = tmp_path / "usr" / "lib" / f"{debian.platform.machine()}-linux-gnu" / "pulseaudio"
    private.mkdir(parents=True)
    (private / "libpulsecommon.so").touch()
    assert str(private) in debian.library_folders(tmp_path)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("ERROR: Could not find a version that satisfies x==1", "could not be installed .Could not find a version"),
        ("OSError: [Errno 28] No space left on device", "disk of .* is full: free about"),
        ("", "pip gave no reason"),
    ],
)
def test_a_failed_installation_is_explained(words: str, sentence: str) -> None:
    assert re.search(sentence, venv._explain(words, "requirements.txt"))


def test_every_lock_has_hashes_and_names_no_place() -> None:
    for lock in venv.EVERYTHING:
        text = (ROOT / lock).read_text()
        pins = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
        assert pins
        assert all(line.endswith("\\") for line in pins), lock
        assert "://" not in text


def test_what_could_not_run_is_counted_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert testing._verdict([], ["browser journeys: no Chromium"], 1.0) == 0
    assert "NOT RUN: browser journeys: no Chromium" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    assert testing._verdict([], ["browser journeys: no Chromium"], 1.0) == 1
    assert "not run: 1" in capsys.readouterr().out
    assert testing._verdict([], [], 1.0) == 0
    assert testing._verdict(["checks"], [], 1.0) == 1


def test_a_missing_tool_is_named_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Path:
        raise Failure("no Chromium could be fetched.")

    monkeypatch.setattr(test_tools, "_chromium", none)
    monkeypatch.setattr(test_tools, "_java", lambda: Path("/java"))
    monkeypatch.setattr(test_tools, "_jar", lambda: Path("/vnu.jar"))
    tools = test_tools.ensure()
    assert tools.missing == ["browser journeys: no Chromium could be fetched."]
    assert not tools.browser
    assert tools.variables == {"HMIC_JAVA": "/java", "HMIC_VNU_JAR": "/vnu.jar"}


@pytest.mark.parametrize(
    ("found", "left_out"),
    [({"HMIC_CHROMIUM": "/chromium"}, []), ({}, ["-m", "not browser"])],
    ids=["all", "no browser"],
)
def test_every_test_runs_but_those_of_a_missing_browser(
    found: dict[str, str], left_out: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(linting, "run", lambda *also: [check.name for check in also] == ["migrate"])
    monkeypatch.setattr(testing, "_pytest", lambda options, variables: asked.extend(options) or [])
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert testing._everything(test_tools.Tools(found), {}) == []
    assert asked == [*left_out, *testing.SIDE_BY_SIDE]


def test_a_check_that_fails_is_told_with_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(native, "ensure", lambda: None)
    monkeypatch.setattr(
        linting,
        "checks",
        lambda: [
            linting.Check("good", ["/bin/sh", "-c", "exit 0"], {}),
            linting.Check("bad", ["/bin/sh", "-c", "echo a long line; exit 3"], {}),
            linting.Check("absent", ["/nowhere/tool"], {}),
        ],
    )
    assert linting.run() is False
    told = capsys.readouterr().out
    assert "good passed" in told
    assert "bad FAILED" in told
    assert "a long line" in told
    assert "/nowhere/tool is missing" in told


def test_shell_scripts_are_sound() -> None:
    for name in ("server", "test", "lint", "setup", "manage", "service", "lock", "_python"):
        result = subprocess.run(["sh", "-n", ROOT / "script" / name], capture_output=True, check=False)
        assert result.returncode == 0, result.stderr
