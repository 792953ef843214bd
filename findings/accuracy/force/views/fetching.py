"""Fetching what the force's people may see of their own checks: another force's answers as what never existed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from findings.fetching import reader
from findings.models import LogUpload, Round


def own_rounds(request: HttpRequest) -> Any:
    rounds = Round.objects.for_force(reader(request))
    return rounds.select_related("inspection", "force", "notice", "submitted_by", "receipt")


def answered_rounds(request: HttpRequest) -> Any:
    """Recalled ones too, for pages that show what the force itself wrote and nothing of the draft."""
    rounds = Round.objects.answered_by(reader(request))
    return rounds.select_related("inspection", "force", "notice", "submitted_by", "receipt")


def answered_round(request: HttpRequest, pk: UUID) -> Round:
    found: Round = get_object_or_404(answered_rounds(request), pk=pk)
    return found


def own_round(request: HttpRequest, pk: UUID) -> Round:
    found: Round = get_object_or_404(own_rounds(request), pk=pk)
    return found


def waiting_uploads(round: Round) -> list[LogUpload]:
    """Spreadsheets with rows that are not saved yet: they stay until somebody saves or discards them."""
    return list(round.uploads.filter(state=LogUpload.State.WAITING).select_related("file", "by"))


def to_draft(round: UUID, anchor: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('findings:check-draft', args=[round])}#{anchor}")
