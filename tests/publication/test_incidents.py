"""A recalled draft is an incident, from the same moment on."""

import pytest
from django.dispatch import Signal

from findings.accuracy.inspectorate import issuing
from findings.models import Round
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from publication.models import Incident
from tests.cast import Cast
from tests.findings.accuracy.steps import issued


def test_a_recall_opens_an_incident_in_its_transaction(cast: Cast) -> None:
    round = issued(cast)
    issuing.recall_round(round, reason="Another force’s words in it.", by=cast.lead_inspector)
    incident = Incident.objects.get()
    assert (incident.kind, incident.state, incident.opened_by) == ("recall", "opened", cast.lead_inspector)
    assert incident.release is None
    assert incident.summary == "The draft of “Test subject” was recalled from Northamptonshire Police."
    entry = AuditEntry.objects.get(action="incident:opened")
    assert (entry.actor, entry.force_slug, entry.facts["round"]) == (
        cast.lead_inspector,
        "northamptonshire",
        str(round.pk),
    )


def test_a_refused_recall_opens_none(cast: Cast) -> None:
    round = issued(cast)
    with pytest.raises(NotAllowed):
        issuing.recall_round(round, reason="", by=cast.lead_inspector)
    assert not Incident.objects.exists()


def test_without_its_incident_there_is_no_recall(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the incident could not be written")

    round = issued(cast)
    monkeypatch.setattr(issuing, "on_recalled", Signal())
    issuing.on_recalled.connect(fail)
    with pytest.raises(RuntimeError):
        issuing.recall_round(round, reason="Sent too early.", by=cast.lead_inspector)
    assert Round.objects.get(pk=round.pk).state == Round.State.ISSUED
