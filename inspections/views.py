"""What a force is told of coming fieldwork: only inspections whose forces have been notified, and only its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forces.models import contacts_today
from hmic_core.accounts.policies import policy
from inspections.fetching import reader
from inspections.models import ForceInScope, Inspection
from inspections.permissions import FORCE_TOLD, TOLD


@require_safe
@policy(FORCE_TOLD)
def show(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    mine = [each.force_id for each in contacts_today(user) if each.capacity in TOLD]
    announced = ForceInScope.objects.filter(force__in=mine, inspection__in=Inspection.objects.announced())
    rows = announced.select_related("force", "inspection").order_by("inspection__fieldwork_from", "inspection__title")
    context = {"rows": list(rows), "several": len(set(mine)) > 1}
    return render(request, "inspections/fieldwork.html", context)
