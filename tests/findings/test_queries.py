"""The inspectors' lists cost the same number of queries for 1, 3 and 30 rows."""

from typing import Any

import pytest

from findings import workflow
from forces.models import Force, RegionMembership
from inspections.models import ForceInScope
from tests.cast import LONG_AGO, Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import url
from tests.findings.test_workflow import add, drafted, save
from tests.queries import AT_MOST, count, without_the_guide


@pytest.fixture(autouse=True)
def _in_service(settings: Any) -> None:
    without_the_guide(settings)


def more_forces(cast: Cast, number: int) -> None:
    for n in range(number):
        force = Force.objects.create(name=f"Force {number}-{n}", slug=f"force-{number}-{n}", chief_officer_title="CC")
        RegionMembership.objects.create(region=cast.region, force=force, starts_on=LONG_AGO)
        ForceInScope.objects.create(inspection=cast.inspection, force=force)
        for theme in (0, 1):
            finding = drafted(cast, theme=theme, force=force)
        add(cast, force=force, findings=[finding])
        workflow.mark_ready(finding, by=cast.inspector)


def more_findings(cast: Cast, number: int) -> None:
    for _ in range(number):
        finding = drafted(cast)
        add(cast, findings=[finding])
        save(finding, cast, "Changed.", by=cast.second_inspector)
        ready = drafted(cast, theme=1)
        workflow.mark_ready(ready, by=cast.inspector)
        workflow.send_back(workflow.mark_ready(drafted(cast), by=cast.inspector), reason="Why", by=cast.moderator)


def more_revisions(cast: Cast, number: int) -> None:
    finding = cast.inspection.findings.first()
    for _ in range(number):
        finding.refresh_from_db()
        save(finding, cast, f"Revision {finding.version}.")


@pytest.mark.parametrize(
    ("page", "more"),
    [
        ("work-show", more_findings),
        ("inspection-list", more_findings),
        ("inspection-show", more_forces),
        ("matrix-show", more_forces),
        ("matrix-export", more_forces),
        ("force-show", more_findings),
        ("finding-show", more_findings),
        ("finding-history", more_revisions),
        ("evidence-add", more_findings),
    ],
)
def test_a_list_costs_the_same_for_1_3_and_30_rows(cast: Cast, page: str, more: Any) -> None:
    finding = drafted(cast)
    more_findings(cast, 1)
    of = {
        "work-show": (),
        "inspection-list": (),
        "force-show": (cast.inspection, cast.northamptonshire),
        "evidence-add": (cast.inspection, cast.northamptonshire),
        "finding-show": (finding.pk,),
        "finding-history": (finding.pk,),
    }.get(page, (cast.inspection,))
    found = []
    for rows in (1, 2, 27):
        more(cast, rows)
        found.append([count(signed_in(user), url(page, *of)) for user in (cast.inspector, cast.lead_inspector)])
    assert found[0] == found[1] == found[2]
    assert max(found[0]) <= AT_MOST, found
