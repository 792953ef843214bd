"""Open data: everything there is to take away, how to check it and how to ask for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from website import queries
from website.api.views import api
from website.data.reading import public_data


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    slugs = set(public_data().filter(force=None).values_list("inspection_slug", flat=True))
    rows = [(item, item.inspection_slug in slugs) for item in queries.inspections()]
    described = api.get_openapi_schema(path_prefix="/api/v1/")
    paths = [(path, verbs["get"]["summary"]) for path, verbs in described["paths"].items()]
    context = {"rows": rows, "paths": paths, "example": rows[0][0] if rows else None}
    return render(request, "website/open_data.html", context)
