"""All letters of a release in one zip, with a manifest of hashes: for publication admins, recorded."""

import csv
import datetime as dt
import io
import json
import tempfile
import zipfile
from typing import IO, Any

from django.conf import settings
from django.db import transaction

from hmic_core import audit, clock, files
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import User
from hmic_core.pdf import rendering
from inspections.embargo import spoken_instant
from inspections.models import Release
from letters import permissions, renditions
from letters.document.parts import Variant
from letters.models import Letter, NationalReport
from letters.versions import is_public

#: Bytes that stay in memory before the zip goes to the disk.
_IN_MEMORY = 8 * 1024 * 1024
_FIELDS = ("file", "what", "force", "sha256", "master_sha256", "letter_sha256", "bytes", "pages", "note")


@transaction.atomic
def bundle(release: Release, *, by: User) -> IO[bytes]:
    """The zip as an open file, at its beginning: letters/FORCE.pdf, report.pdf, manifest.csv and manifest.json.

    Before the instant each PDF is the embargoed one with the admin's name and the time on each page; afterwards it is
    the public one, byte for byte. A letter that is not rendered yet stands in the manifest with the reason: none is
    left out in silence. Raises NotAllowed where nothing is rendered.
    """
    if not permissions.can_issue(by):
        raise NotAllowed("Only a publication admin downloads all letters at once.")
    letters = (
        Letter.objects.in_release(release).select_related("force", "release", "inspection").order_by("force__name")
    )
    now = clock.now()
    made: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    rows: list[dict[str, Any]] = []
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        rows += [_add_letter(archive, letter, by, now) for letter in letters]
        rows += _add_report(archive, release, by, now, public=any(row["what"] == "final" for row in rows))
        if not any(row["sha256"] for row in rows):
            raise NotAllowed("No letter of this release has its PDF yet. Render the letters first.")
        _add(archive, "manifest.csv", _as_csv(rows), now)
        _add(archive, "manifest.json", _as_json(release, rows, by, now), now)
    hashes = {row["file"]: row["sha256"] for row in rows if row["sha256"]}
    audit.record(
        Action.LETTERS_BUNDLED, by, release, files=hashes, missing=[r["force"] for r in rows if not r["sha256"]]
    )
    made.seek(0)
    return made


def _add_letter(archive: zipfile.ZipFile, letter: Letter, by: User, now: dt.datetime) -> dict[str, Any]:
    variant = Variant.FINAL if is_public(letter) else Variant.EMBARGOED
    rendition = renditions.find(letter, variant)
    name = f"letters/{letter.force.slug}.pdf"
    row = {"file": name, "what": str(variant), "force": letter.force.name, "letter_sha256": letter.content_hash}
    if rendition is None:
        return _row(row, note="not rendered yet for the present instant")
    master = files.read(rendition.file.key)
    data = master if variant == Variant.FINAL else _marked(master, letter.release, by, now)
    _add(archive, name, data, now)
    return _row(row, data, master_sha256=rendition.file.sha256, pages=rendition.pages)


def _add_report(
    archive: zipfile.ZipFile, release: Release, by: User, now: dt.datetime, *, public: bool
) -> list[dict[str, Any]]:
    report = NationalReport.objects.filter(release=release).select_related("file").first()
    if report is None:
        return []
    master = files.read(report.file.key)
    data = master if public else _marked(master, release, by, now)
    _add(archive, "report.pdf", data, now)
    return [_row({"file": "report.pdf", "what": "report", "force": ""}, data, master_sha256=report.file.sha256)]


def _marked(master: bytes, release: Release, by: User, now: dt.datetime) -> bytes:
    local = now.astimezone(clock.LONDON)
    until = (
        f"Embargoed until {spoken_instant(release.embargo_until)}, London time"
        if release.embargo_until
        else "Embargoed"
    )
    lines = [f"Working copy: {by.name}. Downloaded {local:%d %B %Y, %H:%M:%S %Z}.", f"{until}. Do not pass on."]
    return rendering.stamp(master, lines)


def _row(known: dict[str, Any], data: bytes = b"", **more: Any) -> dict[str, Any]:
    measured = {"sha256": files.digest(data), "bytes": len(data)} if data else {}
    return {**dict.fromkeys(_FIELDS, ""), **known, **measured, **more}


def _add(archive: zipfile.ZipFile, name: str, data: bytes, now: dt.datetime) -> None:
    entry = zipfile.ZipInfo(name, now.astimezone(clock.LONDON).timetuple()[:6])
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, data)


def _as_csv(rows: list[dict[str, Any]]) -> bytes:
    output = io.StringIO()
    writer = csv.DictWriter(output, _FIELDS)
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue().encode("utf-8-sig")


def _as_json(release: Release, rows: list[dict[str, Any]], by: User, now: dt.datetime) -> bytes:
    described = {
        "release": str(release.pk),
        "title": release.title,
        "embargo_until": release.embargo_until and release.embargo_until.isoformat(),
        "made_at": now.isoformat(),
        "made_by": by.name,
        "installation": settings.INSTALLATION,
        "files": rows,
    }
    return json.dumps(described, indent=1, ensure_ascii=False).encode()
