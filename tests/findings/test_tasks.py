"""A force's silence ends its check by itself, once its time has passed."""

import datetime as dt
from typing import Any

import pytest

from findings import tasks
from findings.accuracy import rounds
from findings.accuracy.force import answers
from findings.models import Round
from hmic_core import clock
from hmic_core.errors import NotAllowed
from hmic_core.models import AuditEntry
from tests.cast import Cast
from tests.findings.accuracy.steps import issued, sent_on

State = Round.State
LONG = dt.timedelta(days=30)


def state_of(round: Round) -> str:
    return Round.objects.get(pk=round.pk).state


def test_a_check_past_its_time_goes_on_without_a_response(cast: Cast) -> None:
    round = sent_on(issued(cast), clock.now() - LONG)
    tasks.end_overdue_checks()
    assert state_of(round) == State.NO_RESPONSE
    assert AuditEntry.objects.get(action="round:no_response").actor is None
    tasks.end_overdue_checks()
    assert AuditEntry.objects.filter(action="round:no_response").count() == 1


@pytest.mark.parametrize("sent", [True, False], ids=["time left", "not sent yet"])
def test_a_check_that_has_time_is_left_alone(cast: Cast, sent: bool) -> None:
    round = issued(cast, sent=sent)
    tasks.end_overdue_checks()
    assert state_of(round) == State.ISSUED


def test_an_answer_that_came_in_time_stands(cast: Cast) -> None:
    round = issued(cast)
    answers.submit_response(round, authorised_by="Adrian Lee", by=cast.liaison_officer)
    sent_on(round, clock.now() - LONG)
    tasks.end_overdue_checks()
    assert state_of(round) == State.NO_INACCURACIES


def test_one_refusal_does_not_stop_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    round = sent_on(issued(cast), clock.now() - LONG)
    real, asked = answers.record_no_response, []

    def refuse_first(round: Round) -> None:
        asked.append(round)
        if len(asked) == 1:
            raise NotAllowed("The force has just answered.")
        real(round)

    monkeypatch.setattr(rounds, "overdue", lambda now: [round, round])
    monkeypatch.setattr(answers, "record_no_response", refuse_first)
    tasks.end_overdue_checks()
    assert state_of(round) == State.NO_RESPONSE


def test_beat_sends_it_each_minute(settings: Any) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["overdue-checks"]
    assert (entry["task"], entry["schedule"]) == (tasks.end_overdue_checks.name, 60)
