"""The audit trail on screen: for auditors and publication admins. It is read here and changed nowhere."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hmic_core import audit
from hmic_core.accounts import access
from hmic_core.accounts.policies import AUDIT_READER, policy
from hmic_core.models import AuditEntry, AuditLink
from publication.evidence import audit_trail
from publication.evidence.forms import AuditFilterForm
from publication.fetching import get_release, person

PER_PAGE = 50


@require_safe
@policy(AUDIT_READER)
def audit_list(request: HttpRequest) -> HttpResponse:
    return _page(request, audit_trail.entries(), {"title": "Audit trail"})


@require_safe
@policy(AUDIT_READER)
def release_audit(request: HttpRequest, release: UUID) -> HttpResponse:
    """Every step of one release, from the first finding to publication."""
    found = get_release(request, release)
    given: dict[str, object] = {"title": "Every step of this release", "release": found}
    if access.is_publication_admin(person(request)):
        given["crumbs"] = [("Releases", "/releases/"), (found.title, f"/releases/{found.pk}/"), ("Audit", "")]
    else:
        given["crumbs"] = [("Audit", "/audit/"), (found.title, "")]
    return _page(request, audit_trail.of_release(found), given)


def _page(request: HttpRequest, entries: "QuerySet[AuditEntry]", given: dict[str, object]) -> HttpResponse:
    form = AuditFilterForm(request.GET or None, forces=audit_trail.force_choices(), about=audit_trail.about_choices())
    if form.is_valid():
        entries = _filtered(entries, form.cleaned_data)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    shown = {**given, "page": page, "entries": audit_trail.lines(page.object_list), "filter": form, **_chain(request)}
    return render(request, "publication/audit_list.html", shown)


def _filtered(entries: "QuerySet[AuditEntry]", wanted: dict[str, str]) -> "QuerySet[AuditEntry]":
    fields = {"action": "action", "force": "force_slug", "about": "subject_type"}
    return entries.filter(**{field: wanted[name] for name, field in fields.items() if wanted.get(name)})


def _chain(request: HttpRequest) -> dict[str, object]:
    """The chain's head; the whole chain is walked only when somebody asks for it."""
    head = AuditLink.objects.order_by("-seq").values("seq", "hash").first() or {"seq": 0, "hash": ""}
    if "verify" not in request.GET:
        return {"head": head}
    count, digest, problems = audit.verify(audit.chain())
    return {
        "head": {"seq": count, "hash": digest},
        "verified": True,
        "problems": [*problems, *audit.unchained_or_changed()],
    }
