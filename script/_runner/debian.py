"""Debian packages: installed as root, otherwise downloaded and unpacked into a folder of the project's own."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from _runner.say import Failure

_QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


def available() -> bool:
    """Whether this machine has Debian's package tools."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


def install(packages: list[str]) -> None:
    """Install packages as root, without the recommended ones; raises Failure with apt's own last words."""
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    if _apt(command).returncode == 0:
        return
    _apt(["apt-get", "update", "-q"])
    result = _apt(command)
    if result.returncode != 0:
        raise Failure(f"apt-get could not install {' '.join(packages)}: {_last_words(result.stderr)}")


def unpack(packages: list[str], folder: Path) -> None:
    """Download packages and whatever they need that is not installed, and unpack them into `folder`.

    Needs no rights. Raises Failure with apt's own last words.
    """
    downloads = folder.with_name(folder.name + ".debs")
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    try:
        options: list[str] = []
        names = _missing(packages, options)
        if names is None or not _download(names, downloads, options):
            options = _private_lists(folder.with_name(folder.name + ".apt"))
            names = _missing(packages, options)
            if names is None or not _download(names, downloads, options):
                raise Failure(f"The Debian packages {' '.join(packages)} could not be downloaded: check the network.")
        unfinished = folder.with_name(folder.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for archive in sorted(downloads.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", str(archive), str(unfinished)], check=True)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        for rest in (downloads, folder.with_name(folder.name + ".apt")):
            shutil.rmtree(rest, ignore_errors=True)


def library_folders(folder: Path) -> list[str]:
    """The folders of an unpacked tree that hold shared libraries, private ones of a single package included."""
    name = f"{platform.machine()}-linux-gnu"
    tops = [folder / "usr" / "lib" / name, folder / "lib" / name, folder / "usr" / "lib"]
    private = [path.parent for top in tops[:2] for path in top.glob("*/lib*.so*")]
    return list(dict.fromkeys(str(path) for path in (*tops, *sorted(private)) if path.is_dir()))


def fonts_file(folder: Path) -> Path:
    """Write a fontconfig file for an unpacked tree: its fonts, the system's, and a cache of its own."""
    path = folder / "fonts.conf"
    included = folder / "etc" / "fonts" / "conf.d"
    path.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{folder}/usr/share/fonts</dir>\n  <dir>/usr/share/fonts</dir>\n  <dir>/usr/local/share/fonts</dir>\n"
        f'  <cachedir>{folder}/fontcache</cachedir>\n  <include ignore_missing="yes">{included}</include>\n'
        "</fontconfig>\n"
    )
    return path


def _apt(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env={**os.environ, **_QUIET}, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def _missing(packages: list[str], options: list[str]) -> list[str] | None:
    """The packages that an installation would add, named packages included; None when apt does not know them."""
    result = _apt(["apt-get", *options, "-s", "-q", "--no-install-recommends", "install", *packages])
    if result.returncode != 0:
        return None
    added = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("Inst ")]
    return list(dict.fromkeys([*packages, *added]))


def _download(names: list[str], folder: Path, options: list[str]) -> bool:
    command = ["apt-get", *options, "-q", "download", *names]
    result = subprocess.run(
        command, cwd=folder, env={**os.environ, **_QUIET}, capture_output=True, text=True, check=False
    )
    return result.returncode == 0


def _private_lists(folder: Path) -> list[str]:
    """Options that give apt lists of its own below `folder`, freshly fetched: nothing outside is written."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    options = [
        *("-o", f"Dir::State={folder}/state"),
        *("-o", "Dir::State::status=/var/lib/dpkg/status"),
        *("-o", f"Dir::Cache={folder}/cache"),
    ]
    _apt(["apt-get", *options, "-q", "update"])
    return options


def _last_words(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else f"it said nothing (Python {sys.version_info.major}.{sys.version_info.minor})"
