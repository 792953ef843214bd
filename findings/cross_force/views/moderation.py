"""One theme over all forces side by side, and the second readers' notes on it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from findings import permissions
from findings.cross_force import moderation
from findings.cross_force.forms import NoteForm, ThemeFilter
from findings.fetching import get_force, get_inspection, reader, surroundings
from findings.models import ModeratorNote
from findings.permissions import INSPECTORATE, Coverage
from hmic_core.accounts.policies import policy
from hmic_core.errors import NotAllowed, Stale
from inspections.models import Inspection, Theme, assignments_today

#: Forces on a page: four rows of three.
FORCES = 12


@require_safe
@policy(INSPECTORATE)
def choose(request: HttpRequest) -> HttpResponse:
    """The themes of the reader's inspections."""
    held = assignments_today(reader(request))
    mine = {each.inspection_id: each.inspection for each in held}
    page = Paginator(sorted(mine.values(), key=lambda each: each.short_title), 30).get_page(request.GET.get("page"))
    themes: dict[Any, list[Theme]] = {}
    for theme in Theme.objects.filter(inspection__in=[each.pk for each in page]):
        if any(each.inspection_id == theme.inspection_id and each.theme_id in (None, theme.pk) for each in held):
            themes.setdefault(theme.inspection_id, []).append(theme)
    rows = [(inspection, themes.get(inspection.pk, [])) for inspection in page]
    lists_places = permissions.can_list_places(reader(request))
    return render(request, "findings/theme_list.html", {"rows": rows, "page": page, "lists_places": lists_places})


@require_safe
@policy(INSPECTORATE)
def compare(request: HttpRequest, inspection: str, theme: str) -> HttpResponse:
    """`?kind=`, `?state=`, `?region=`, `?text=` choose; twelve forces a page."""
    found, coverage = get_inspection(request, inspection)
    covered = [each for each in found.themes.all() if _covers(coverage, each)]
    about = next((each for each in covered if each.prefix == theme.upper()), None)
    if about is None:
        raise Http404
    form = ThemeFilter(request.GET)
    chosen = form.chosen()
    every = moderation.columns(found, about, reader(request), coverage, **chosen)
    form.offer_regions(column.region for column in every)
    page = Paginator(every, FORCES).get_page(request.GET.get("page"))
    moderation.fill(list(page), about, reader(request))
    context = {
        **_around(found),
        "theme": about,
        "filter": form,
        "chosen": chosen,
        "page": page,
        "findings": sum(len(column.findings) for column in every),
        "chips": [(each.title, _url(found, each, chosen), each.pk == about.pk) for each in covered],
        "notes": [column.force.pk for column in page if _may_note(coverage, column.force.pk, about)],
        "agrees": permissions.can_agree_wording(reader(request), found, about),
    }
    return render(request, "findings/theme_compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@policy(INSPECTORATE)
def note(request: HttpRequest, inspection: str, theme: str, force: str) -> HttpResponse:
    """A second reader's note on one force under a theme, with the earlier ones."""
    found, coverage, on_force = get_force(request, inspection, force)
    about = _theme(found, coverage, theme)
    if not coverage.covers(on_force.pk, about.pk):
        raise Http404
    visible = ModeratorNote.objects.visible_to(reader(request)).filter(theme=about, force=on_force)
    earlier = list(visible.select_related("by").order_by("-version"))
    last = earlier[0] if earlier else None
    initial = {"text": last.text if last else "", "version": last.version if last else 0}
    form, theirs = NoteForm(request.POST or None, initial=initial), None
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            moderation.save_note(inspection=found, force=on_force, theme=about, by=reader(request), **typed)
        except Stale as stale:
            theirs, form = last, NoteForm({**typed, "version": last.version if last else 0})
            form.add_error("text", stale.sentence)
        except NotAllowed as refusal:
            form.add_error("text", refusal.sentence)
        else:
            messages.success(request, f"The note on {on_force.short_name} is saved.")
            return redirect(f"{_url(found, about, {})}#{on_force.slug}")
    context = {
        **_around(found),
        "theme": about,
        "on_force": on_force,
        "form": form,
        "earlier": earlier,
        "theirs": theirs,
    }
    context["allowed"] = _may_note(coverage, on_force.pk, about)
    return render(request, "findings/theme_note.html", context)


def _theme(inspection: Inspection, coverage: Coverage, prefix: str) -> Theme:
    """A theme that the reader's assignments cover, by its prefix in either case."""
    theme: Theme = get_object_or_404(Theme, inspection=inspection, prefix=prefix.upper())
    if not _covers(coverage, theme):
        raise Http404
    return theme


def _covers(coverage: Coverage, theme: Theme) -> bool:
    return any(each.theme_id in (None, theme.pk) for each in coverage.assignments)


def _may_note(coverage: Coverage, force: Any, theme: Theme) -> bool:
    return coverage.may(permissions.SECOND_READERS, force, theme.pk)


def _url(inspection: Inspection, theme: Theme, chosen: dict[str, str]) -> str:
    url = reverse("findings:theme-compare", args=[inspection.slug, theme.prefix.lower()])
    return f"{url}?{urlencode(chosen)}" if chosen else url


def _around(inspection: Inspection) -> dict[str, Any]:
    around = surroundings(inspection)
    around["crumbs"].append(("Across forces", reverse("findings:theme-list")))
    return around
