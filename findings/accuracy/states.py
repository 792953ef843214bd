"""The state tables of the factual accuracy check. `findings.accuracy` enforces them; docs/workflow.md prints them."""

from findings.models import Point, Round

State = Round.State
#: Verb -> the states in which it may be done, and those it may lead to (none: the state stays).
Table = dict[str, tuple[frozenset[str], tuple[str, ...]]]

_SENT = frozenset({State.ISSUED, State.RESPONDED, State.NO_INACCURACIES, State.NO_RESPONSE, State.DECIDED})
_ISSUED = frozenset({State.ISSUED})

STATES: Table = {
    "issue_round": (frozenset({State.PREPARING}), (State.ISSUED,)),
    "open_round": (_SENT | {State.CLOSED}, ()),
    "check_paragraph": (_ISSUED, ()),
    "raise_point": (_ISSUED, ()),
    "change_point": (_ISSUED, ()),
    "withdraw_point": (_ISSUED, ()),
    "submit_response": (_ISSUED, (State.RESPONDED, State.NO_INACCURACIES)),
    "record_no_response": (_ISSUED, (State.NO_RESPONSE,)),
    "ask_for_evidence": (frozenset({State.RESPONDED}), ()),
    "answer_request": (frozenset({State.RESPONDED}), ()),
    "decide_point": (frozenset({State.RESPONDED}), (State.RESPONDED, State.DECIDED)),
    "close_round": (frozenset({State.NO_INACCURACIES, State.NO_RESPONSE, State.DECIDED}), (State.CLOSED,)),
    "recall_round": (_SENT, (State.RECALLED,)),
    "record_difference": (frozenset({State.CLOSED}), ()),
    "waive_unseen": (frozenset({State.CLOSED}), ()),
}

_DRAFT = frozenset({Point.State.DRAFT})

#: The same for one point of a round, which must allow the verb too.
POINT_STATES: Table = {
    "change_point": (_DRAFT, ()),
    "withdraw_point": (_DRAFT, ()),
    "submit_response": (_DRAFT, (Point.State.SUBMITTED,)),
    "ask_for_evidence": (frozenset({Point.State.SUBMITTED}), (Point.State.MORE_EVIDENCE,)),
    "answer_request": (frozenset({Point.State.MORE_EVIDENCE}), (Point.State.SUBMITTED,)),
    "decide_point": (frozenset({Point.State.SUBMITTED, Point.State.MORE_EVIDENCE}), Point.DECIDED),
    "record_difference": (
        frozenset({Point.State.ACCEPTED_IN_PART, Point.State.NOT_ACCEPTED, Point.State.TAKEN_AS_UPDATE}),
        (),
    ),
}

_ANSWERED = frozenset({State.RESPONDED, State.NO_INACCURACIES, State.NO_RESPONSE, State.DECIDED})
_ASKED = frozenset({State.ISSUED, State.NO_RESPONSE})

#: What a force does about its answer apart from its points, and what the lead inspector says to that.
ANSWER_STATES: Table = {
    "give_paragraphs": (_ISSUED, ()),
    "add_file": (_ISSUED, ()),
    "remove_file": (_ISSUED, ()),
    "upload_log": (_ISSUED, ()),
    "apply_upload": (_ISSUED, ()),
    "remind": (_ISSUED, ()),
    "ask_extension": (_ISSUED, ()),
    "grant_extension": (_ASKED, (State.ISSUED,)),
    "refuse_extension": (_ASKED, ()),
    "offer_point": (_ANSWERED, ()),
    "take_late_point": (_ANSWERED, (State.RESPONDED,)),
    "decline_late_point": (_ANSWERED, ()),
}
