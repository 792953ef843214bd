"""WeasyPrint's native libraries (pango, harfbuzz, a font): no wheel carries them on Linux.

A trial render decides. Where it fails they are installed as root, or unpacked below the project's `.tools`;
a PDF is never skipped.
"""

import os
import subprocess
import sys
from pathlib import Path

from _runner import debian
from _runner.paths import PYTHON, TOOLS
from _runner.say import Failure, step

PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig-config", "fonts-liberation"]
_FOLDER = TOOLS / "native"
_STAMP = TOOLS / "native.checked"
# A render without any font succeeds, with an empty page: an embedded font is what proves it.
_TRIAL = """
import sys, weasyprint
pdf = weasyprint.HTML(string="<p>Trial").write_pdf(uncompressed_pdf=True)
sys.exit(0 if b"/FontFile" in pdf else "no font was found")
"""


def environment() -> dict[str, str]:
    """What Django's processes need in their environment to find unpacked libraries; empty where none were."""
    if not _FOLDER.is_dir():
        return {}
    inherited = os.environ.get("LD_LIBRARY_PATH")
    folders = [*debian.library_folders(_FOLDER), *([inherited] if inherited else [])]
    return {"LD_LIBRARY_PATH": ":".join(folders), "FONTCONFIG_FILE": str(_FOLDER / "fonts.conf")}


def ensure() -> None:
    """Make a PDF come out; raises Failure with the remedy where it cannot."""
    if _STAMP.exists() and _STAMP.read_text() == _fingerprint():
        return
    if _renders():
        _remember()
        return
    with step("Libraries for PDF files"):
        _provide()
        reason = _trial()
        if reason:
            raise Failure(f"WeasyPrint still makes no PDF ({reason}): {_remedy()}")
    _remember()


def _provide() -> None:
    if not debian.available():
        raise Failure(f"WeasyPrint needs pango, harfbuzz and a font: {_remedy()}")
    if os.geteuid() == 0:
        debian.install(PACKAGES)
        return
    debian.unpack(PACKAGES, _FOLDER)
    debian.fonts_file(_FOLDER)


def _remedy() -> str:
    if sys.platform == "darwin":
        return "install them with `brew install pango` and start again."
    if debian.available():
        return f"install them with `sudo apt install {' '.join(PACKAGES)}` and start again."
    return "install your system's packages of pango, harfbuzz and a sans-serif font, and start again."


def _renders() -> bool:
    return not _trial()


def _trial() -> str:
    """The reason why a PDF with a font does not come out; empty when it does."""
    result = subprocess.run(
        [PYTHON, "-c", _TRIAL], env={**os.environ, **environment()}, capture_output=True, text=True, check=False
    )
    words = [text for text in result.stderr.splitlines() if text.strip()]
    return "" if result.returncode == 0 else (words[-1] if words else f"exit code {result.returncode}")


def _fingerprint() -> str:
    """Changes when packages come or go, so that a warm start can skip the trial."""
    watched = [PYTHON.parent.parent / "pyvenv.cfg", Path("/var/lib/dpkg/status"), _FOLDER]
    return "\n".join(f"{path} {path.stat().st_mtime_ns}" for path in watched if path.exists())


def _remember() -> None:
    TOOLS.mkdir(exist_ok=True)
    _STAMP.write_text(_fingerprint())
