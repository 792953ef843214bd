"""Everything of one inspection as one zip file, with one line that checks all of it.

Made from what is public when it is asked for: what was withdrawn or corrected since is not in it as it was, and before
the instant there is nothing to make it of. The same items give the same bytes.
"""

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Iterator
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hmic_core import files
from hmic_core.tables import csv_bytes
from inspections.frozen import canonical
from inspections.models import PublicFile, ReleaseItem
from website import queries
from website.data import exports
from website.data.letters import as_text
from website.data.reading import data_set
from website.linked import LICENCE

Kind = ReleaseItem.Kind
#: The oldest time that a zip file can say.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_README = """{title}

What the inspectorate published of this inspection, as one file.
Licence: Open Government Licence v3.0, {licence}
Page: {page}

sealed/   the text of each item whose SHA-256 was taken when the release was locked; it is the text at sealed_text
letters/  each letter as plain text and as PDF
*.csv     findings, figures and answers as tables

Check all of it with:  sha256sum --check sha256sums.txt
"""


@require_safe
def show(request: HttpRequest, inspection: str) -> HttpResponse:
    items = list(queries.of_inspection(inspection).order_by("position", "force__name", "pk"))
    page = next((item for item in items if item.kind == Kind.INSPECTION), None)
    if page is None:
        raise Http404
    newest = max(item.approved_at or item.published_at for item in items)
    data = _zipped(_entries(page, items), newest)
    return files.respond(data, f"{inspection}.zip", "application/zip")


def _entries(page: ReleaseItem, items: list[ReleaseItem]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file. The bytes of PDF files are asked of the gate once more, all in one query."""
    slug = page.inspection_slug
    address = exports.address("inspection-show", slug)
    yield "README.txt", _README.format(title=page.title, licence=LICENCE, page=address).encode()
    kept: dict[tuple[UUID, str], bytes] = {
        (item, sha256): bytes(data)
        for item, sha256, data in PublicFile.objects.filter(item__in=items).values_list("item", "sha256", "data")
    }
    for number, item in enumerate(items, start=1):
        name = "-".join(filter(None, (item.kind, item.force.slug if item.force else "")))
        yield f"sealed/{number:03}-{name}.json", canonical(item.content).encode()
        if item.kind == Kind.LETTER and item.force:
            yield f"letters/{item.force.slug}.txt", as_text(item.content["html"]).encode()
        if (bytes_of := kept.get((item.pk, item.file_hash))) is not None:
            folder = "letters/" if item.kind == Kind.LETTER else f"files/{number:03}-"
            yield f"{folder}{item.force.slug if item.force and item.kind == Kind.LETTER else name}.pdf", bytes_of
    records = exports.finding_records(items)
    yield "findings.csv", csv_bytes(exports.FINDINGS, [[each[name] for name in exports.FINDINGS] for each in records])
    if data := data_set(slug):
        figures = [row for each in data.measured for row in exports.figure_rows(data, each)]
        answers = [row for each in data.asked for row in exports.answer_rows(data, each)]
        yield "indicators.csv", csv_bytes(exports.FIGURES, figures)
        yield "criteria.csv", csv_bytes(exports.ANSWERS, answers)


def _zipped(entries: Iterator[tuple[str, bytes]], newest: dt.datetime) -> bytes:
    written, sums = io.BytesIO(), []
    when = max(newest.astimezone(dt.UTC).timetuple()[:6], _EPOCH)
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries:
            packed.writestr(_info(name, when), data, zipfile.ZIP_STORED if name.endswith(".pdf") else None)
            sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
        packed.writestr(_info("sha256sums.txt", when), "".join(sums))
    return written.getvalue()


def _info(name: str, when: tuple[int, ...]) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, when[:6])  # type: ignore[arg-type]
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
