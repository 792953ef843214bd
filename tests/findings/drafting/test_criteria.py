"""Criteria: one answer for each force, carried by findings, counted over all forces, seen by the assigned only."""

from typing import Any

import pytest
from django.test import Client

from findings import workflow
from findings.drafting import criteria
from findings.models import AnswerRevision, CriterionAnswer
from findings.permissions import coverage
from hmic_core.audit import Action
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from inspections.models import Assignment, Criterion
from inspections.setup import questions
from tests.cast import Cast
from tests.conftest import signed_in
from tests.findings.drafting.test_finding import INSPECTORATE, post, url
from tests.findings.test_workflow import drafted


@pytest.fixture
def criterion(cast: Cast) -> Criterion:
    return questions.add_criterion(cast.themes[0], question="Is there a plan?", by=cast.lead_inspector)


def answer(cast: Cast, criterion: Criterion, **changed: Any) -> CriterionAnswer:
    given: dict[str, Any] = {"answer": "yes", "note": "", "findings": [], "version": 0, "by": cast.inspector}
    force = changed.pop("force", cast.northamptonshire)
    return criteria.answer_criterion(criterion, force, **{**given, **changed})


def test_an_answer_is_kept_with_every_revision_and_the_audit_says_no_words(cast: Cast, criterion: Criterion) -> None:
    first = answer(cast, criterion, note="Zinnia")
    second = answer(cast, criterion, answer="partly", version=1)
    assert (second.pk, second.version) == (first.pk, 2)
    assert list(AnswerRevision.objects.values_list("version", "value", "note")) == [
        (2, "partly", ""),
        (1, "yes", "Zinnia"),
    ]
    entries = AuditEntry.objects.filter(action=Action.CRITERION_ANSWERED)
    assert entries.count() == 2
    assert "Zinnia" not in str(list(entries.values()))
    assert answer(cast, criterion, answer="partly", version=1).version == 2  # the same again, sent twice


def test_a_stale_answer_is_refused_and_what_was_typed_stays(cast: Cast, criterion: Criterion) -> None:
    answer(cast, criterion, answer="no", by=cast.second_inspector)
    with pytest.raises(criteria.Stale, match="Second inspector answered this"):
        answer(cast, criterion)
    address = url("criterion-answer", cast.inspection, cast.northamptonshire, criterion.pk)
    page = post(cast.inspector, address, {"answer": "yes", "note": "My note", "version": 0})
    assert (page.status_code, "My note" in page.text) == (422, True)
    assert CriterionAnswer.objects.get().answer == "no"
    again = {"answer": "yes", "note": "My note", "version": page.context["form"].data["version"]}
    assert post(cast.inspector, address, again).status_code == 302
    assert CriterionAnswer.objects.get().answer == "yes"


def test_only_findings_of_the_same_force_and_theme_carry_an_answer(cast: Cast, criterion: Criterion) -> None:
    for wrong in (drafted(cast, theme=1), drafted(cast, force=cast.kent)):
        with pytest.raises(NotAllowed, match="same force and theme"):
            answer(cast, criterion, findings=[wrong])


@pytest.mark.parametrize("who", ["hmi", "admin", "liaison_officer", "outsider", "auditor"])
def test_only_the_assigned_answer(cast: Cast, criterion: Criterion, who: str) -> None:
    with pytest.raises(NotAllowed):
        answer(cast, criterion, by=cast.everybody()[who])
    address = url("criterion-answer", cast.inspection, cast.northamptonshire, criterion.pk)
    assert signed_in(cast.everybody()[who]).get(address).status_code == 404


def test_who_is_assigned_to_another_theme_does_not_answer(cast: Cast, criterion: Criterion) -> None:
    Assignment.objects.filter(user=cast.inspector).update(theme=cast.themes[1])
    with pytest.raises(NotAllowed):
        answer(cast, criterion)
    page = signed_in(cast.inspector).get(url("force-show", cast.inspection, cast.northamptonshire)).text
    assert "Is there a plan?" not in page


def test_counts_say_how_many_of_how_many_and_lead_to_the_findings(cast: Cast, criterion: Criterion) -> None:
    finding = drafted(cast, text="Zinnia plan.")
    answer(cast, criterion, findings=[finding])
    answer(cast, criterion, force=cast.kent, answer="no")
    client = signed_in(cast.lead_inspector)
    [(_, [summary])] = criteria.over_all_forces(
        cast.inspection, cast.lead_inspector, coverage(cast.lead_inspector, cast.inspection)
    )
    assert (summary.counts["yes"], summary.counts["not_answered"], summary.total) == (1, 1, 3)
    assert (summary.carried, summary.to_carry) == (1, 2)
    page = client.get(url("criteria-show", cast.inspection)).text
    assert "2 of 3 questions are answered; 1 of the 2 answers" in page
    one = url("criterion-show", cast.inspection, criterion.pk)
    assert "Zinnia plan." in client.get(one).text
    only_no = client.get(f"{one}?answer=no").text
    assert ("No finding carries it" in only_no, "Zinnia" in only_no) == (True, False)
    lines = client.get(url("criteria-export", cast.inspection)).text.splitlines()
    assert len(lines) == 4
    assert any("Northamptonshire Police,Yes,PC-1,Inspector" in line for line in lines)
    workflow.remove_finding(finding, reason="Wrong", by=cast.inspector)
    assert "PC-1" not in client.get(one).text


def test_a_person_of_one_force_counts_one_force(cast: Cast, criterion: Criterion) -> None:
    answer(cast, criterion)
    answer(cast, criterion, force=cast.kent, answer="no", note="Zinnia")
    Assignment.objects.filter(user=cast.inspector).update(force=cast.northamptonshire)
    page = signed_in(cast.inspector).get(url("criterion-show", cast.inspection, criterion.pk)).text
    assert ("1 of 1" in page, "Kent" in page, "Zinnia" in page) == (True, False, False)


def test_an_answered_criterion_stays_as_it_is(cast: Cast, criterion: Criterion) -> None:
    answer(cast, criterion)
    for verb in (
        lambda: questions.remove_criterion(criterion, by=cast.lead_inspector),
        lambda: questions.save_criterion(criterion, seen="", question="Other?", by=cast.lead_inspector),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert Criterion.objects.get().question == "Is there a plan?"


def test_nobody_outside_the_inspectorate_sees_any_of_it(cast: Cast, criterion: Criterion) -> None:
    answer(cast, criterion)
    for name in set(cast.everybody()) - INSPECTORATE:
        client: Client = signed_in(cast.everybody()[name])
        for address in (url("criteria-show", cast.inspection), url("criteria-export", cast.inspection)):
            assert client.get(address).status_code == 404
        assert not CriterionAnswer.objects.visible_to(cast.everybody()[name]).exists()
