"""What the browser loads is what was built, comes from ourselves, and passes a content security policy of 'self'."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted(ROOT.glob("*/templates/**/*.html"))
STYLES_AND_SCRIPTS = sorted(path for ext in ("css", "js", "svg") for path in (ROOT / "static").rglob(f"*.{ext}"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_built_files_equal_their_checksums() -> None:
    lines = (ROOT / "static" / "checksums.txt").read_text().splitlines()
    assert {line.split("  ")[1] for line in lines} >= {"static/govuk.css", "static/govuk.js", "package-lock.json"}
    for line in lines:
        digest, name = line.split("  ")
        actual = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        assert actual == digest, f"{name} differs from static/checksums.txt: run script/build-assets"


def test_lockfile_names_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert packages["node_modules/govuk-frontend"]["integrity"].startswith("sha512-")
    assert not [name for name, package in packages.items() if "resolved" in package]


def test_govuk_is_in_our_own_typeface_without_the_crown() -> None:
    css = (ROOT / "static" / "govuk.css").read_text()
    assert "GDS Transport" not in css
    assert "@font-face" not in css
    assert "crest" not in css
    assert "crown" not in css
    assert "url(" not in css


@pytest.mark.parametrize("path", STYLES_AND_SCRIPTS, ids=_name)
def test_no_asset_from_elsewhere(path: Path) -> None:
    text = path.read_text()
    loads = re.findall(
        r"""(?:url\(\s*|@import\s+|\bimport\s[^;]*?|\bfetch\(\s*)["']?((?:https?:)?//[^"')\s]+|data:[^"')]+)""", text
    )
    assert loads == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_templates_hold_no_inline_code_and_no_foreign_asset(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(), flags=re.DOTALL)
    assert not re.findall(r"<style\b", text), "put it into static/site.css"
    assert not re.findall(r"""\sstyle\s*=\s*["']""", text), "put it into static/site.css"
    assert not re.findall(r"""\son[a-z]+\s*=\s*["']""", text), "put it into static/js/"
    assert not re.findall(r"javascript:", text)
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, flags=re.DOTALL):
        assert "src=" in attributes or "application/json" in attributes, "no inline script"
        assert "src=" not in attributes or not body.strip()
    loading = "script|link|img|iframe|source|video|audio|object|embed|use"
    foreign = rf"""<(?:{loading})\b[^>]*\s(?:src|href|data)\s*=\s*["'](?:https?:)?//"""
    assert not re.findall(foreign, text), "no asset from elsewhere"


def test_this_file_would_notice(tmp_path: Path) -> None:
    for bad in (
        '<p style="color:red">',
        '<button onclick="x()">',
        "<script>alert(1)</script>",
        '<img src="//cdn.example/x.png">',
    ):
        page = tmp_path / "page.html"
        page.write_text(bad)
        with pytest.raises(AssertionError):
            test_templates_hold_no_inline_code_and_no_foreign_asset(page)
