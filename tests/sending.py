"""A draft sent as on the page: everything that is to be confirmed is ticked."""

from typing import Any

from findings.accuracy.inspectorate import issuing
from findings.accuracy.inspectorate.unconfirmed import to_confirm
from findings.models import Round
from forces.models import Force
from hmic_core import confirming
from hmic_core.models import User
from inspections.models import Inspection

#: The answer to the page that asks once before something leaves the house.
GO_ON = {confirming.ANSWERED: "yes"}


def ticks(inspection: Inspection, force: Force) -> list[str]:
    """The keys of everything that is to be confirmed before the force's draft goes out."""
    return [each.key for each in to_confirm(inspection, [force])[force.pk]]


def issue_round(*, inspection: Inspection, force: Force, by: User, **more: Any) -> Round:
    """`accuracy.issue_round`, with each fact confirmed."""
    return issuing.issue_round(inspection=inspection, force=force, by=by, confirmed=ticks(inspection, force), **more)
