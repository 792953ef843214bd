"""A round that is not the newest: what was sent, what the force answered and what was decided, to read for ever."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from findings.accuracy import rounds, schedule
from findings.accuracy.inspectorate.ledger import Noted
from findings.accuracy.inspectorate.views import round_page
from findings.fetching import get_force
from findings.models import Round
from findings.permissions import INSPECTORATE
from hmic_core.accounts.policies import policy


@require_safe
@policy(INSPECTORATE)
def show(request: HttpRequest, inspection: str, force: str, number: int) -> HttpResponse:
    found, _, about = get_force(request, inspection, force)
    sent = Round.objects.exclude(state=Round.State.PREPARING).select_related(
        "inspection", "force", "notice", "issued_by", "submitted_by", "closed_by"
    )
    round = get_object_or_404(sent, inspection=found, force=about, number=number)
    context = {
        "round": round,
        "sent": rounds.sent_at(round),
        "paragraphs": list(round.paragraphs.order_by("position")),
        "points": [Noted(point, None) for point in schedule.points_of(round)],
        **round_page.crumbs(round, (f"Check {round.number}", "")),
    }
    return render(request, "findings/round_past.html", context)
