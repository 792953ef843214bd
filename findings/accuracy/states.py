"""The state tables of the factual accuracy check. `findings.accuracy` enforces them; docs/workflow.md prints them."""

from findings.models import Extension, LateOffer, LogUpload, Point, Round

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
    "restore_point": (_ISSUED, ()),
    "submit_response": (_ISSUED, (State.RESPONDED, State.NO_INACCURACIES)),
    "record_no_response": (_ISSUED, (State.NO_RESPONSE,)),
    "ask_for_evidence": (frozenset({State.RESPONDED}), ()),
    "answer_request": (frozenset({State.RESPONDED}), ()),
    "decide_point": (frozenset({State.RESPONDED}), (State.RESPONDED, State.DECIDED)),
    "correct_decision": (frozenset({State.RESPONDED, State.DECIDED, State.CLOSED}), ()),
    "close_round": (frozenset({State.NO_INACCURACIES, State.NO_RESPONSE, State.DECIDED}), (State.CLOSED,)),
    "recall_round": (_SENT, (State.RECALLED,)),
    "record_difference": (frozenset({State.CLOSED}), ()),
    "waive_unseen": (frozenset({State.CLOSED}), ()),
}

_DRAFT = frozenset({Point.State.DRAFT})

#: The same for one point of a round, which must allow the verb too.
POINT_STATES: Table = {
    "change_point": (_DRAFT, ()),
    "withdraw_point": (_DRAFT, (Point.State.WITHDRAWN,)),
    "restore_point": (frozenset({Point.State.WITHDRAWN}), (Point.State.DRAFT,)),
    "submit_response": (_DRAFT, (Point.State.SUBMITTED,)),
    "take_late_point": (_DRAFT, (Point.State.SUBMITTED,)),
    "ask_for_evidence": (frozenset({Point.State.SUBMITTED}), (Point.State.MORE_EVIDENCE,)),
    "answer_request": (frozenset({Point.State.MORE_EVIDENCE}), (Point.State.SUBMITTED,)),
    "decide_point": (frozenset({Point.State.SUBMITTED, Point.State.MORE_EVIDENCE}), Point.DECIDED),
    "correct_decision": (frozenset(Point.DECIDED), Point.DECIDED),
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
    "take_off_file": (_ISSUED, ()),
    "put_back_file": (_ISSUED, ()),
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

_UPLOADED = frozenset({LogUpload.State.WAITING})
_WANTED = frozenset({Extension.State.ASKED})
_OFFERED = frozenset({LateOffer.State.OFFERED})

#: By kind of row, the table that each of its verbs goes by.
TABLES: dict[type, Table] = {
    Round: STATES | ANSWER_STATES,
    Point: POINT_STATES,
    Extension: {
        "grant_extension": (_WANTED, (Extension.State.GRANTED,)),
        "refuse_extension": (_WANTED, (Extension.State.REFUSED,)),
    },
    LateOffer: {
        "take_late_point": (_OFFERED, (LateOffer.State.TAKEN,)),
        "decline_late_point": (_OFFERED, (LateOffer.State.DECLINED,)),
    },
    LogUpload: {
        "apply_upload": (_UPLOADED, (LogUpload.State.WAITING, LogUpload.State.APPLIED)),
        "discard_upload": (_UPLOADED, (LogUpload.State.DISCARDED,)),
    },
}


def enter(row: Round | Point | Extension | LateOffer | LogUpload, verb: str, state: str | None = None) -> None:
    """Give a locked row the state that its verb leads to, not yet saved; `state` where there are several.

    The only place in this package where a state changes. Raises ValueError for a move that the table does not have:
    a verb looks before, and refuses with a sentence.
    """
    sources, targets = TABLES[type(row)][verb]
    after = targets[0] if state is None else state
    if row.state not in sources or after not in targets:
        raise ValueError(f"{verb} does not lead from {row.state} to {after}")
    row.state = after
