"""Data for benchmarks: inspections of 43 forces and 20 findings each, made by the database itself from a fixed seed.

`generate(1000)` makes 860,000 findings. Rows instead of verbs, since their number is the point. The same call makes the
same words, numbers and identifiers; a second one goes on from where the first one stopped, so that small and large are
measured on the same machine. Only for a database that is thrown away: its generated columns become plain ones, filled
from a pool of 8,600 texts, since taking a million texts apart would be most of the work.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import GeneratedField, Model

from findings.models import Evidence, Finding, Paragraph, Point, Revision, Round
from forces.models import Force, Region, RegionMembership
from forces.register import load_register
from hmic_core.models import User
from inspections.models import Assignment, ForceInScope, Inspection, Theme

FORCES, THEMES, FINDINGS = 43, 4, 20
#: What the readers of the benchmarks are assigned to, at any size: as many as a busy inspector has.
MINE = 5
SMALL, LARGE, SHORT_LARGE = 5, 1000, 60
#: Different texts. Within an inspection none comes twice.
POOL = 8600
_BATCH = 50

_SUBJECTS = (
    "The force|Call-handlers in the control room|Neighbourhood officers|Supervisors|Senior leaders|Response officers"
    "|Investigators|The crime recording team|Staff in the contact centre|Detectives|The integrated offender management"
    " team|Chief officers|Control room supervisors|Custody staff|Partners in the local authority|The analysts"
    "|Special constables|Specialist investigators|Police community support officers|The safeguarding unit"
).split("|")
_VERBS = (
    "does not always record|has improved|could not show|regularly reviews|has a plan for|understands|does not evaluate"
    "|samples|often overlooks|has trained its staff in|has yet to assess|monitors|relies on|rarely supervises"
    "|has consulted the public on|is reducing|cannot measure|shares with partners|has invested in|is reviewing"
).split("|")
_OBJECTS = (
    "the attendance of officers at reported crimes|the vulnerability of victims at first contact|its crime prevention"
    " strategy|repeat victims of burglary|the time that new technology has saved|anti-social behaviour in rural wards"
    "|the management of offenders who are named as outstanding|demand for its services outside office hours|calls that"
    " are resolved over the telephone|the quality of investigation plans|tasks that other agencies should carry out"
    "|mobile devices on patrol|threat, risk and harm in the assessment of each report|intelligence on organised crime"
    "|vehicle crime and theft from shops|problem-solving plans|long-term prevention work with schools|house-to-house"
    " enquiries|forensic examination of scenes|witness statements in domestic abuse cases|the backlog of unallocated"
    " crimes|hate crime|missing children|response times in towns|the skills of its workforce|police bail|restorative"
    " justice|the use of drones|digital evidence|serious acquisitive crime"
).split("|")
_ENDINGS = (
    "and this is checked each week|but supervisors do not test it|which partners confirmed|in most of the cases that we"
    " examined|and good practice is shared by word of mouth|although the policy requires it|within two working days"
    "|and performance is better than a year ago|so victims wait longer than they should|and the results are published"
    "|which leaves gaps at weekends|in line with the national decision model|and staff could explain why"
    "|without a clear audit trail"
).split("|")
_COMMON = (
    "The force does not have a policy to attend all reports of crime, and decides on the basis of threat, risk and harm"
    " which of them an officer visits."
)
_SYLLABLES = (
    "al an ar bel cor dan el far gor han in jor kel lan mor nel or pel quin ran sol tar ul van wen yor zel".split()
)
#: 700 names of operations, so that some words are rare.
_NAMES = [f"{a.capitalize()}{b}" for a in _SYLLABLES for b in _SYLLABLES]

_WORD = "(%(names)s::text[])[1 + floor(random() * random() * %(n_names)s)::int]"
_SENTENCE = (
    "(%(subjects)s::text[])[1 + floor(random() * 20)::int] || ' ' || (%(verbs)s::text[])[1 + floor(random() * 20)::int]"
    " || ' ' || (%(objects)s::text[])[1 + floor(random() * random() * 30)::int] || ', '"
    " || (%(endings)s::text[])[1 + floor(random() * 14)::int] || '.'"
)
_NUMBERS = (
    "'We examined ' || (5 + floor(random() * 60))::int || ' files of Operation ' || "
    + _WORD
    + " || ' and spoke to ' || (3 + floor(random() * 20))::int || ' members of staff.'"
)
_TEXT = (
    f"CASE WHEN random() < 0.06 THEN %(common)s || ' ' ELSE '' END || {_SENTENCE} || ' ' || {_SENTENCE} || ' '"
    f" || {_NUMBERS} || CASE WHEN random() < 0.3 THEN E'\\n\\n- ' || {_SENTENCE} || E'\\n- ' || {_SENTENCE} ELSE '' END"
    " || CASE WHEN random() < 0.02 THEN ' Staff in ' || (%(forces)s::text[])[1 + floor(random() * 43)::int]"
    " || ' had been trained.' ELSE '' END"
)
_KIND = (
    "(ARRAY['finding','finding','finding','strength','afi','afi','cause_of_concern','recommendation'])"
    "[1 + floor(random() * 8)::int]"
)
_WHEN = "timestamptz '2005-01-01' + k * interval '5 days' + random() * interval '90 days'"


@dataclass(frozen=True)
class Readers:
    """Whom the benchmarks ask as. `everywhere` leads every inspection there is."""

    inspector: User
    moderator: User
    lead: User
    everywhere: User


def generate(inspections: int, say: Callable[[str], None] = lambda words: None) -> Readers:
    """Bring the database to so many inspections; returns who reads them. Refuses one that is in use by people."""
    _once()
    readers = _readers()
    done = Inspection.objects.count()
    if done >= inspections:
        return readers
    with _loading():
        for first in range(done, inspections, _BATCH):
            started = time.perf_counter()
            last = min(first + _BATCH, inspections) - 1
            _load(first, last)
            say(f"{last + 1} of {inspections} inspections, {time.perf_counter() - started:.1f} s for the last ones")
    _assign(readers)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("RESET statement_timeout")
    return readers


def _once() -> None:
    if User.objects.filter(email="inspector@bench.example").exists():
        return
    if Finding.objects.exists():
        raise RuntimeError("This database is in use. Benchmarks fill a database of their own.")
    load_register()
    _make_pool()
    north, south = (
        Region.objects.get_or_create(slug=s, defaults={"name": f"{s.title()} Region"})[0] for s in ("a", "b")
    )
    for number, force in enumerate(Force.objects.all()):
        region = north if number % 2 else south
        RegionMembership.objects.get_or_create(force=force, defaults={"region": region, "starts_on": "2000-01-01"})


def _make_pool() -> None:
    """Texts, with their words for the search and their fingerprints as the generated columns make them."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            f"CREATE TABLE bench_pool AS SELECT n, said.text, said.basis, setweight(to_tsvector('hmic_english',"
            " said.text), 'A') || setweight(to_tsvector('hmic_english', said.basis), 'C') AS search,"
            f" findings_fingerprint(said.text) AS fingerprint FROM (SELECT n, {_TEXT} AS text,"
            f" 'Documents and interviews: ' || {_WORD} || '.' AS basis"
            f" FROM generate_series(0, {POOL - 1}) AS n) AS said",
            _words(),
        )
        cursor.execute("ALTER TABLE bench_pool ADD PRIMARY KEY (n)")
        for column in ("search", "fingerprint"):
            cursor.execute(f"ALTER TABLE findings_finding ALTER COLUMN {column} DROP EXPRESSION")
        cursor.execute("RESET statement_timeout")


def _words() -> dict[str, Any]:
    return {
        "subjects": _SUBJECTS,
        "verbs": _VERBS,
        "objects": _OBJECTS,
        "endings": _ENDINGS,
        "names": _NAMES,
        "n_names": len(_NAMES),
        "common": _COMMON,
        "forces": [force.short_name for force in Force.objects.all()],
    }


def _readers() -> Readers:
    def person(name: str) -> User:
        email = f"{name}@bench.example"
        found: User | None = User.objects.filter(email=email).first()
        return found or User.objects.create_user(email, name.capitalize())

    for number in range(60):
        person(f"colleague-{number}")
    return Readers(person("inspector"), person("moderator"), person("lead"), person("everywhere"))


@contextmanager
def _loading() -> Iterator[None]:
    """Without time limit, and without the search indexes, which are quicker to build once."""
    indexes = {
        "finding_search": "findings_finding",
        "evidence_search": "findings_evidence",
        "point_search": "findings_point",
        "comment_search": "findings_comment",
        "answer_search": "findings_criterionanswer",
        "criterion_search": "inspections_criterion",
    }
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        # What is made here fits together; checking each of ten million references would take most of the time.
        cursor.execute("SET session_replication_role = replica")
        for name in indexes:
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")
        for name, table in indexes.items():
            cursor.execute(f"CREATE INDEX {name} ON {table} USING gin (search)")
        cursor.execute("RESET statement_timeout")


def _load(first: int, last: int) -> None:
    """Inspections number `first` to `last`, with all that hangs on them."""
    values = {
        "first": first,
        "last": last,
        **_words(),
        "people": [str(pk) for pk in User.objects.filter(email__startswith="colleague").values_list("pk", flat=True)],
        "reader": str(User.objects.get(email="moderator@bench.example").pk),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [first % 997 / 1000])
        for model, source, columns in _ROWS:
            sql, more = inserted(model, source, columns)
            cursor.execute(sql, {**values, **more})
        cursor.execute(_LINKS, values)


def inserted(model: type[Model], source: str, columns: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """INSERT … SELECT for a model: named columns by SQL, every other by its field's default."""
    into, made, more = [], [], {}
    for field in model._meta.concrete_fields:
        if isinstance(field, GeneratedField):
            continue
        into.append(f'"{field.column}"')
        made.append(columns.get(field.column, f"%(default_{field.column})s"))
        if field.column not in columns:
            more[f"default_{field.column}"] = None if field.null and not field.has_default() else field.get_default()
    # Columns that are no fields of the model.
    extra = [name for name in columns if name in ("search", "fingerprint")]
    into, made = [*into, *extra], [*made, *(columns[name] for name in extra)]
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(into)}) SELECT {", ".join(made)} FROM {source}', more


_K = "generate_series(%(first)s, %(last)s) AS k"
_F = "(SELECT id, row_number() OVER (ORDER BY slug) - 1 AS f FROM forces_force) AS force"
_EACH = f"{_K}, {_F}, generate_series(0, {FINDINGS - 1}) AS p"
_INSPECTION, _THEME = "md5('inspection' || k)::uuid", f"md5('theme' || k || '-' || p %% {THEMES})::uuid"
_FINDING = "md5('finding' || k || '-' || f || '-' || p)::uuid"
_AUTHOR = "(%(people)s::uuid[])[1 + (k + f) %% 60]"
_SETTLED = "state IN ('moderated', 'final')"

#: In the order of their foreign keys: model, rows, columns.
_ROWS: list[tuple[type[Model], str, dict[str, str]]] = [
    (
        Inspection,
        _K,
        {
            "id": _INSPECTION,
            "title": "'Inspection ' || k || ': how forces prevent crime and attend incidents'",
            "short_title": "'Inspection ' || k",
            "slug": "'inspection-' || k",
            "kind": "'thematic'",
            "state": f"CASE WHEN k < {MINE} THEN 'drafting' ELSE 'closed' END",
            "fieldwork_from": "date '2005-01-01' + k * 5",
        },
    ),
    (
        Theme,
        f"{_K}, generate_series(0, {THEMES - 1}) AS p",
        {
            "id": _THEME,
            "inspection_id": _INSPECTION,
            "position": "p + 1",
            "title": "(ARRAY['Preventing crime','Attendance at incidents','Investigation','Freeing up time'])[p + 1]",
            "question": "'how well forces do it'",
            "prefix": "(ARRAY['PC','AT','IN','FT'])[p + 1]",
        },
    ),
    (
        ForceInScope,
        f"{_K}, {_F}",
        {"id": "md5('scope' || k || '-' || f)::uuid", "inspection_id": _INSPECTION, "force_id": "force.id"},
    ),
    (
        Assignment,
        f"{_K}, generate_series(0, 7) AS p",
        {
            "id": "md5('assignment' || k || '-' || p)::uuid",
            "inspection_id": _INSPECTION,
            "user_id": "(%(people)s::uuid[])[1 + (k * 8 + p) %% 60]",
            "role": "(ARRAY['inspector','inspector','inspector','inspector','inspector','moderator','lead_inspector',"
            "'hm_inspector'])[p + 1]",
            "starts_on": "date '2000-01-01'",
        },
    ),
    (
        Finding,
        f"(SELECT k, f, p, force.id AS force_id, {_WHEN} AS at,"
        f" (ARRAY['draft','ready','moderated','final'])[1 + floor(random() * 4)::int] AS state FROM {_EACH}) AS made"
        f" JOIN bench_pool ON n = ((k * {FORCES * FINDINGS} + f * {FINDINGS} + p) * 7919) %% {POOL}",
        {
            "id": _FINDING,
            "inspection_id": _INSPECTION,
            "force_id": "force_id",
            "theme_id": _THEME,
            "number": f"p / {THEMES} + 1",
            "position": f"p / {THEMES} + 1",
            "kind": _KIND,
            "state": "state",
            "text": "text",
            "basis": "basis",
            "search": "search",
            "fingerprint": "fingerprint",
            "author_id": _AUTHOR,
            "moderated_by_id": f"CASE WHEN {_SETTLED} THEN %(reader)s::uuid END",
            "moderated_at": f"CASE WHEN {_SETTLED} THEN at END",
            "changed_at": "at",
        },
    ),
    (
        Revision,
        "findings_finding WHERE inspection_id IN (SELECT md5('inspection' || k)::uuid"
        " FROM generate_series(%(first)s, %(last)s) AS k)",
        {
            "id": "md5('revision' || findings_finding.id)::uuid",
            "finding_id": "findings_finding.id",
            "kind": "kind",
            "text": "text",
            "basis": "basis",
            "version": "1",
            "by_id": "author_id",
            "at": "changed_at",
        },
    ),
    (
        Evidence,
        f"{_K}, {_F}, generate_series(0, 2) AS p",
        {
            "id": "md5('evidence' || k || '-' || f || '-' || p)::uuid",
            "inspection_id": _INSPECTION,
            "force_id": "force.id",
            "number": "p + 1",
            "kind": "(ARRAY['interview','observation','document'])[p + 1]",
            "source": f"'Operation ' || {_WORD} || ', ' || (%(subjects)s::text[])[1 + floor(random() * 20)::int]",
            "note": _SENTENCE,
            "created_by_id": _AUTHOR,
            "created_at": _WHEN,
        },
    ),
    (
        Round,
        f"{_K}, {_F}",
        {
            "id": "md5('round' || k || '-' || f)::uuid",
            "inspection_id": _INSPECTION,
            "force_id": "force.id",
            "state": f"CASE WHEN k < {MINE} THEN 'responded' ELSE 'closed' END",
            "issued_at": _WHEN,
            "submitted_at": _WHEN,
        },
    ),
    (
        Paragraph,
        f"{_K}, {_F}, generate_series(0, 2) AS p, findings_finding AS found WHERE found.id = {_FINDING}",
        {
            "id": "md5('paragraph' || k || '-' || f || '-' || p)::uuid",
            "round_id": "md5('round' || k || '-' || f)::uuid",
            "position": "p + 1",
            "reference": "(ARRAY['PC','AT','IN'])[p + 1] || '-1'",
            "theme_title": "'Theme'",
            "theme_question": "'how well'",
            "kind": "found.kind",
            "text": "found.text",
            "finding_id": "found.id",
            "revision_id": "md5('revision' || found.id)::uuid",
        },
    ),
    (
        Point,
        f"{_K}, {_F}, generate_series(0, 1) AS p",
        {
            "id": "md5('point' || k || '-' || f || '-' || p)::uuid",
            "round_id": "md5('round' || k || '-' || f)::uuid",
            "paragraph_id": "md5('paragraph' || k || '-' || f || '-' || p)::uuid",
            "number": "p + 1",
            "kind": "'disputed'",
            "state": f"CASE WHEN k < {MINE} THEN 'submitted' ELSE 'accepted' END",
            "explanation": f"'Our records of Operation ' || {_WORD} || ' show otherwise.'",
            "proposed": _SENTENCE,
            "author_id": _AUTHOR,
            "changed_at": _WHEN,
            "submitted_at": _WHEN,
            "decision_reason": "'Shown by the records.'",
            "decided_by_id": _AUTHOR,
            "decided_at": _WHEN,
        },
    ),
]
#: Nine findings of ten rest on a piece of evidence.
_LINKS = f"""
INSERT INTO findings_finding_evidence (finding_id, evidence_id)
SELECT {_FINDING}, md5('evidence' || k || '-' || f || '-' || p %% 3)::uuid FROM {_EACH} WHERE (k + f + p) %% 10 > 0
"""


def _assign(readers: Readers) -> None:
    """The three readers to the same few inspections at any size, the fourth to all."""
    role = Assignment.Role
    Assignment.objects.filter(user=readers.everywhere).delete()
    inspections = list(Inspection.objects.only("pk", "slug"))
    mine = [each for each in inspections if int(each.slug.rsplit("-", 1)[1]) < MINE]
    held = [
        *((readers.inspector, role.INSPECTOR, each) for each in mine),
        *((readers.moderator, role.MODERATOR, each) for each in mine),
        *((readers.lead, role.LEAD_INSPECTOR, each) for each in mine),
    ]
    if not Assignment.objects.filter(user=readers.lead).exists():
        _give(held)
    _give([(readers.everywhere, role.LEAD_INSPECTOR, each) for each in inspections])


def _give(held: list[tuple[User, Assignment.Role, Inspection]]) -> None:
    Assignment.objects.bulk_create(
        Assignment(user=user, role=role, inspection=inspection, starts_on="2000-01-01")
        for user, role, inspection in held
    )
