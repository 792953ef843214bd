"""CSV files of the inspectors' lists."""

import csv
from typing import Any

from django.http import HttpResponse


def csv_response(name: str) -> tuple[HttpResponse, Any]:
    """An empty file to download and its writer. Excel takes one without the mark for Windows-1252."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    return response, csv.writer(response)


def plain_cell(value: Any) -> str:
    """A spreadsheet takes a cell that begins with one of these for a formula."""
    words = str(value)
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words
