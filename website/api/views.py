"""The API's addresses. Each reads public items; what is hidden and what never existed answer alike."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.utils.http import urlencode
from ninja import NinjaAPI, Path, Query

from forces.models import Force
from inspections.models import ReleaseItem
from website.api.answers import (
    AnswerPage,
    FigurePage,
    FindingPage,
    ForcePage,
    ItemPage,
    ItemWholeOut,
    Problem,
)
from website.data import exports
from website.data.reading import data_set
from website.feeds.views import page_of

Kind = ReleaseItem.Kind
#: Rows on one page of the API, and letters on one page of findings.
PAGE, LETTERS = 50, 10
MOST_PAGES = 100_000

Slug = Annotated[str, Query(max_length=80, pattern=r"^[-\w]*$")]
Number = Annotated[int, Query(ge=1, le=MOST_PAGES, description="Which page, from 1")]

api = NinjaAPI(
    title="Inspections of the police",
    version="1",
    description=(
        "Everything that the inspectorate has published, read-only. No key is needed. Each answer has an ETag: send it "
        "back as If-None-Match and an unchanged answer costs no bytes. Words and data are under the Open Government "
        "Licence v3.0."
    ),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api-1",
)


@api.get("/forces", response=ForcePage, summary="All forces, A to Z")
def forces(request: HttpRequest, page: Number = 1) -> dict[str, Any]:
    found = Force.objects.order_by("name", "pk")
    rows = [
        {
            "id": each.slug,
            "name": each.name,
            "local_policing_body": each.local_policing_body,
            "page": exports.address("force-show", each.slug),
        }
        for each in _part(found, page)
    ]
    return _page(request, found.count(), page, rows)


@api.get("/items", response=ItemPage, summary="Public items, the newest first")
def items(
    request: HttpRequest, kind: Slug = "", inspection: Slug = "", force: Slug = "", page: Number = 1
) -> dict[str, Any]:
    """`kind`: inspection, report, letter, original, data, update, response, recommendation or notice (a withdrawal)."""
    found = _public(inspection, force)
    found = found.filter(kind=kind) if kind else found
    return _items(request, found.order_by("-published_at", "pk"), page)


@api.get("/changes", response=ItemPage, summary="What is new since a moment, the oldest first")
def changes(
    request: HttpRequest, since: Annotated[dt.datetime | None, Query()] = None, page: Number = 1
) -> dict[str, Any]:
    """Published, corrected, added and withdrawn. Keep `changed_at` of the last one and send it as `since` next time."""
    found = _public("", "")
    if since is not None:
        after = since if since.tzinfo else since.replace(tzinfo=dt.UTC)
        found = found.filter(Q(approved_at__gt=after) | Q(approved_at=None, published_at__gt=after))
    return _items(request, found.order_by("changed_at", "pk"), page)


@api.get("/items/{item}", response={200: ItemWholeOut, 404: Problem}, summary="One public item with its content")
def item(request: HttpRequest, item: Annotated[UUID, Path()]) -> dict[str, Any]:
    found = _public("", "").filter(pk=item).first()
    if found is None:
        raise Http404
    return {**_item(found), "content": found.content}


@api.get("/findings", response=FindingPage, summary="Every finding of public letters, the newest letter first")
def findings(request: HttpRequest, inspection: Slug = "", force: Slug = "", page: Number = 1) -> dict[str, Any]:
    letters = _public(inspection, force).filter(kind=Kind.LETTER).order_by("-published_at", "force__name", "pk")
    start = (page - 1) * LETTERS
    part = list(letters[start : start + LETTERS + 1])
    more = len(part) > LETTERS
    return {
        "next": _address(request, page + 1) if more else None,
        "results": list(exports.finding_records(part[:LETTERS])),
    }


@api.get(
    "/inspections/{inspection}/indicators",
    response={200: FigurePage, 404: Problem},
    summary="Every force’s figures of one inspection",
)
def indicators(request: HttpRequest, inspection: Annotated[str, Path(max_length=80)]) -> dict[str, Any]:
    data = data_set(inspection)
    if data is None:
        raise Http404
    rows = [row for each in data.measured for row in exports.figure_rows(data, each)]
    return {"results": exports.records(exports.FIGURES, rows)}


@api.get(
    "/inspections/{inspection}/criteria",
    response={200: AnswerPage, 404: Problem},
    summary="Every force’s public answers of one inspection",
)
def criteria(request: HttpRequest, inspection: Annotated[str, Path(max_length=80)]) -> dict[str, Any]:
    data = data_set(inspection)
    if data is None:
        raise Http404
    rows = [row for each in data.asked for row in exports.answer_rows(data, each)]
    return {"results": exports.records(exports.ANSWERS, rows)}


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Exception) -> Any:
    """The same for hidden and missing."""
    return api.create_response(request, {"detail": "Nothing public is at this address."}, status=404)


def _public(inspection: str, force: str) -> "QuerySet[Any]":
    found: QuerySet[Any] = ReleaseItem.objects.public().select_related("force")
    found = found.annotate(changed_at=Coalesce("approved_at", "published_at"))
    found = found.filter(inspection_slug=inspection) if inspection else found
    return found.filter(force__slug=force) if force else found


def _items(request: HttpRequest, found: "QuerySet[Any]", page: int) -> dict[str, Any]:
    return _page(request, found.count(), page, [_item(each) for each in _part(found, page)])


def _item(found: Any) -> dict[str, Any]:
    return {**exports.provenance(found), "changed_at": found.changed_at, "page": page_of(found)}


def _part(found: "QuerySet[Any]", page: int) -> "QuerySet[Any]":
    return found[(page - 1) * PAGE : page * PAGE]


def _page(request: HttpRequest, total: int, page: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"total": total, "next": _address(request, page + 1) if page * PAGE < total else None, "results": rows}


def _address(request: HttpRequest, page: int) -> str:
    query = {**request.GET.dict(), "page": str(page)}
    return f"{exports.address('home').rstrip('/')}{request.path}?{urlencode(query)}"
