"""The factual accuracy check: one round of issue and answer with one force, from the frozen copy to the last decision.

Every verb locks the round first, then its point, then the finding, and checks the state against the tables of `states`,
which docs/workflow.md prints. A force's silence never blocks: `record_no_response` ends the wait.

Its verbs, for whoever calls them from outside: `issuing` sends, `answering` is the force's, `deciding` and `closing`
are the inspectorate's.
"""

from findings.accuracy.answering import (
    change_point,
    check_paragraph,
    open_round,
    raise_point,
    record_no_response,
    restore_point,
    submit_response,
    withdraw_point,
)
from findings.accuracy.closing import close_round, record_difference, waive_unseen
from findings.accuracy.correcting import correct_decision
from findings.accuracy.deadlines import working_days_left
from findings.accuracy.deciding import accept_typing, answer_request, ask_for_evidence, decide_point
from findings.accuracy.issuing import issue_round, issue_rounds, issue_second_look, obstacles, on_recalled, recall_round
from findings.accuracy.rounds import due_at, lacks, overdue, proposal, response, sent_at, unseen
from findings.accuracy.states import STATES

__all__ = [
    "STATES",
    "accept_typing",
    "answer_request",
    "ask_for_evidence",
    "change_point",
    "check_paragraph",
    "close_round",
    "correct_decision",
    "decide_point",
    "due_at",
    "issue_round",
    "issue_rounds",
    "issue_second_look",
    "lacks",
    "obstacles",
    "on_recalled",
    "open_round",
    "overdue",
    "proposal",
    "raise_point",
    "recall_round",
    "record_difference",
    "record_no_response",
    "response",
    "restore_point",
    "sent_at",
    "submit_response",
    "unseen",
    "waive_unseen",
    "withdraw_point",
    "working_days_left",
]
