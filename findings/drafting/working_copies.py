"""Working copies: typed words on the server within seconds, without a revision and without an audit entry.

A writing never overwrites what its page has not seen. One tab of a person that finds another tab's writing in its row
goes on in a row of its own (`Kept.forked`); a message that arrives after a newer one of the same page, or after the
words were saved, changes nothing.
"""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection

from findings.models import Finding, WorkingCopy
from forces.models import Force
from hmic_core import clock
from hmic_core.models import User
from inspections.models import Inspection

#: Far beyond what can be saved: words that are too long to save are still kept.
MOST_CHARACTERS = 200_000

_WRITE = """
INSERT INTO findings_workingcopy AS kept
  (id, by_id, inspection_id, force_id, finding_id, theme_id, base_version, kind, text, basis, more, tab, stroke,
   counter, saved_at)
VALUES (%(id)s, %(by)s, %(inspection)s, %(force)s, %(finding)s, %(theme)s, %(base)s, %(kind)s, %(text)s, %(basis)s,
   %(more)s, %(tab)s, %(stroke)s, 1, clock_timestamp())
ON CONFLICT (id) DO UPDATE SET
  theme_id = EXCLUDED.theme_id, base_version = EXCLUDED.base_version, kind = EXCLUDED.kind, text = EXCLUDED.text,
  basis = EXCLUDED.basis, more = EXCLUDED.more, tab = EXCLUDED.tab, stroke = EXCLUDED.stroke,
  counter = kept.counter + 1, saved_at = EXCLUDED.saved_at
WHERE kept.by_id = EXCLUDED.by_id AND kept.closed_at IS NULL AND kept.inspection_id = EXCLUDED.inspection_id
  AND kept.force_id = EXCLUDED.force_id AND kept.finding_id IS NOT DISTINCT FROM EXCLUDED.finding_id
  AND CASE WHEN kept.tab = EXCLUDED.tab THEN kept.stroke < EXCLUDED.stroke ELSE kept.counter = %(seen)s END
RETURNING counter, saved_at
"""


@dataclass(frozen=True)
class Typed:
    """What a page sent: its row and page, what it last saw of the row, and the words."""

    copy: uuid.UUID
    seen: int
    tab: str
    stroke: int
    text: str
    basis: str
    kind: str = ""
    base_version: int | None = None
    theme: uuid.UUID | None = None
    more: dict[str, str] | None = None


@dataclass(frozen=True)
class Kept:
    """What became of it. `closed`: the words of this row had been saved or thrown away before."""

    copy: uuid.UUID
    counter: int
    saved_at: dt.datetime
    forked: bool = False
    closed: bool = False


def keep(
    typed: Typed, *, inspection: uuid.UUID, force: uuid.UUID, finding: uuid.UUID | None, by: User, fork: bool = True
) -> Kept:
    """Keep typed words in the writer's working copy. Who may write is for the caller to have asked."""
    row = _write(typed, typed.copy, inspection=inspection, force=force, finding=finding, by=by)
    if row:
        return Kept(typed.copy, *row)
    there = WorkingCopy.objects.filter(pk=typed.copy, by=by).first()
    if there and there.closed_at:
        return Kept(there.pk, there.counter, there.saved_at, closed=True)
    if there and there.tab == typed.tab:
        return Kept(there.pk, there.counter, there.saved_at)
    own = uuid.uuid4()
    row = _write(typed, own, inspection=inspection, force=force, finding=finding, by=by)
    assert row is not None  # noqa: S101  (a fresh identifier meets no other row)
    return Kept(own, *row, forked=True)


def _write(
    typed: Typed,
    copy: uuid.UUID,
    *,
    inspection: uuid.UUID,
    force: uuid.UUID,
    finding: uuid.UUID | None,
    by: User,
) -> tuple[int, dt.datetime] | None:
    values: dict[str, Any] = {
        "id": copy,
        "by": by.pk,
        "inspection": inspection,
        "force": force,
        "finding": finding,
        "theme": typed.theme,
        "base": typed.base_version,
        "kind": typed.kind,
        "text": typed.text,
        "basis": typed.basis,
        "more": json.dumps(typed.more or {}),
        "tab": typed.tab,
        "stroke": typed.stroke,
        "seen": typed.seen,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        row: tuple[int, dt.datetime] | None = cursor.fetchone()
    return row


def close(copy: uuid.UUID | None, *, by: User) -> None:
    """The words were saved: the row says so for a day, for messages that come late, and is deleted."""
    if copy is None:
        return
    now = clock.now()
    own = WorkingCopy.objects.filter(by=by, discarded_at=None)
    own.filter(closed_at__lt=now - dt.timedelta(days=1)).delete()
    own.filter(pk=copy, closed_at=None).update(closed_at=now, text="", basis="", more={})


def discard(copy: WorkingCopy, *, by: User) -> None:
    """The words are not wanted. They stay, and `put_back` brings them back."""
    now = clock.now()
    WorkingCopy.objects.filter(pk=copy.pk, by=by, closed_at=None).update(closed_at=now, discarded_at=now)


def put_back(copy: WorkingCopy, *, by: User) -> None:
    WorkingCopy.objects.filter(pk=copy.pk, by=by).exclude(discarded_at=None).update(closed_at=None, discarded_at=None)


def of_finding(finding: Finding, user: User) -> list[WorkingCopy]:
    """The reader's own unsaved words of a finding, the newest first; copies that say what is saved are left out."""
    present = (finding.text, finding.basis, finding.kind)
    found = WorkingCopy.objects.open_of(user).filter(finding=finding)
    return [each for each in found if (each.text.strip(), each.basis.strip(), each.kind) != present]


def of_new(inspection: Inspection, force: Force, user: User) -> list[WorkingCopy]:
    """The reader's own new findings on a force that were begun and not saved, the newest first."""
    open_ones = WorkingCopy.objects.open_of(user).filter(finding=None, inspection=inspection, force=force)
    found = open_ones.select_related("theme")
    return [each for each in found if each.text.strip() or each.basis.strip() or each.more.get("evidence_note")]


def chosen(copies: list[WorkingCopy], asked: str, theme: str = "") -> WorkingCopy | None:
    """The copy to go on with: the one asked for, none for "none", else the newest; of the theme with this prefix."""
    if asked == "none":
        return None
    if theme and not asked:
        copies = [each for each in copies if each.theme and each.theme.prefix == theme]
    return next((each for each in copies if str(each.pk) == asked), copies[0] if copies else None)
