"""Search over everything that somebody may see: words and phrases, ranked, with bounds that no input can pass.

Each kind of thing that can be found is a `Source`. Its rows start from `visible_to`, so that what is hidden is neither
shown nor counted; a higher room adds its own at start-up (`register`). The words are in a generated column `search` of
each table, with an index (migration 0002_search).
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, CharField, F, FloatField, Func, Q, QuerySet, Value
from django.utils.safestring import SafeString

from hmic_core.clock import LONDON
from hmic_core.models import User
from hmic_core.text.markdown import plain_words
from hmic_core.text.search import CONFIGURATION, MOST, PAGE, bounded, excerpts
from inspections.models import assignments_today

#: Naming the reader's inspections lets the database begin with them; naming more than this helps nobody.
FEW = 60

_NARROWER = "Add a word, or choose an inspection, a force or dates."


@dataclass(frozen=True)
class Wanted:
    """What is looked for. Empty: any."""

    words: str
    inspection: str = ""
    force: str = ""
    theme: str = ""
    kind: str = ""
    state: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def narrowing(self) -> dict[str, str]:
        """The filters in use by name, dates apart."""
        names = ("inspection", "force", "theme", "kind", "state")
        return {name: value for name in names if (value := getattr(self, name))}


@dataclass(frozen=True)
class Source:
    """One kind of thing that can be found.

    `paths`: where a filter's value stands, by its name ("force": "round__force__slug"). A source without a filter that
    is in use finds nothing. `newest`: when a row last changed; empty where nobody knows, and a search by dates finds
    none. `text`: the words of a row, for the excerpt. `line`: heading, address and what is said of it. `reference`:
    rows that a reference such as PC-3 names, whatever their words.
    """

    key: str
    label: str
    #: Its place among the others.
    order: int
    visible: Callable[[User], QuerySet[Any]]
    inspection: str
    newest: str
    paths: Mapping[str, str]
    text: Callable[[Any], str]
    line: Callable[[Any], "Line"]
    related: Sequence[str] = ()
    reference: Callable[[str], Q | None] = lambda words: None


@dataclass(frozen=True)
class Line:
    """How a row that was found presents itself."""

    heading: str
    url: str
    about: Sequence[str] = ()
    state: tuple[str, str] = ("", "")
    at: dt.date | dt.datetime | None = None


@dataclass
class Hit:
    """One row that was found, with the words around the match."""

    line: Line
    excerpt: SafeString


@dataclass
class Found:
    """A page of hits from one source, and how many there are in each."""

    source: Source
    counts: dict[str, int]
    page: Page[Any]
    hits: list[Hit] = field(default_factory=list)

    @property
    def capped(self) -> bool:
        return self.counts[self.source.key] > MOST


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Add sources; called from `AppConfig.ready` of the room whose rows they are."""
    _sources.update({source.key: source for source in sources})


def sources() -> list[Source]:
    return sorted(_sources.values(), key=lambda source: source.order)


class _Stored(Func):
    """The generated column `search` beside a row's key: see the module's docstring."""

    output_field = SearchVectorField()

    def __init__(self) -> None:
        super().__init__(F("pk"))

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        key, _ = compiler.compile(self.get_source_expressions()[0])
        return f'{key.rpartition(".")[0]}."search"', []


class _Matches(Func):
    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


class _Rank(Func):
    function = "ts_rank_cd"
    output_field = FloatField()


def search(user: User, wanted: Wanted, key: str, page: int | str = 1) -> Found:
    """The rows of one source that match, best first, and how many match in each. Raises NotAllowed with what to do."""
    source = _sources.get(key) or sources()[0]
    asked = SearchQuery(wanted.words, config=CONFIGURATION, search_type="websearch")
    with bounded(wanted.words, _NARROWER):
        matching = {each.key: _matching(each, user, wanted, asked) for each in sources()}
        ranked = _ranked(source, matching[source.key], asked)
        counts = {**_counts(matching, source.key), source.key: len(ranked)}
        shown = Paginator(ranked[:MOST], PAGE).get_page(page)
        return Found(source, counts, shown, _hits(source, user, list(shown), wanted.words))


def _matching(source: Source, user: User, wanted: Wanted, asked: SearchQuery) -> QuerySet[Any]:
    """What matches among what `user` may see. Not evaluated here."""
    rows = source.visible(user)
    narrowing = wanted.narrowing()
    dated = wanted.since or wanted.until
    if not narrowing.keys() <= source.paths.keys() or (dated and not source.newest):
        return rows.none()
    rows = rows.filter(**{source.paths[name]: value for name, value in narrowing.items()})
    inspections = {each.inspection_id for each in assignments_today(user)}
    # Letters, for one, are also visible to people who are assigned to nothing.
    if source.inspection and 0 < len(inspections) <= FEW:
        rows = rows.filter(**{f"{source.inspection}__in": inspections})
    if wanted.since:
        rows = rows.filter(**{f"{source.newest}__gte": _midnight(wanted.since)})
    if wanted.until:
        rows = rows.filter(**{f"{source.newest}__lt": _midnight(wanted.until + dt.timedelta(days=1))})
    named = source.reference(wanted.words.strip())
    return rows.filter(named if named is not None else _Matches(_Stored(), asked))


def _counts(matching: Mapping[str, QuerySet[Any]], but: str) -> dict[str, int]:
    """How many match in each other source, up to one more than `MOST`: one query for all."""
    first, *rest = (
        rows.order_by().values_list(Value(key, output_field=CharField()))[: MOST + 1]
        for key, rows in matching.items()
        if key != but
    )
    counted = Counter(key for (key,) in first.union(*rest, all=True))
    return {key: counted[key] for key in matching if key != but}


def _ranked(source: Source, matching: QuerySet[Any], asked: SearchQuery) -> list[UUID]:
    """Identifiers, best first; among equals what changed last. At most one more than `MOST`."""
    newest = _newest(source, matching).values("pk")
    ranked = matching.model._default_manager.filter(pk__in=newest).annotate(_rank=_Rank(_Stored(), asked))
    changed = [f"-{source.newest}"] if source.newest else []
    return list(ranked.order_by("-_rank", *changed, "pk").values_list("pk", flat=True))


def _newest(source: Source, matching: QuerySet[Any]) -> QuerySet[Any]:
    """As many as are ranked, and one more. Only these are ranked: it costs more than finding them."""
    return matching.order_by(f"-{source.newest}" if source.newest else "pk")[: MOST + 1]


def _hits(source: Source, user: User, pks: Sequence[UUID], words: str) -> list[Hit]:
    rows = source.visible(user).filter(pk__in=pks).select_related(*source.related).in_bulk()
    found = [rows[pk] for pk in pks if pk in rows]
    around = excerpts([source.text(row) for row in found], words)
    return [Hit(source.line(row), excerpt) for row, excerpt in zip(found, around, strict=True)]


def _midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day in London."""
    return dt.datetime.combine(day, dt.time(), LONDON)


_REFERENCE = re.compile(r"([A-Za-z]{2,4})-(\d{1,5})")


def reference_of(words: str) -> tuple[str, int] | None:
    """Prefix and number of a reference such as PC-3, typed in any case."""
    found = _REFERENCE.fullmatch(words)
    return (found[1].upper(), int(found[2])) if found else None


def plain(*texts: str) -> str:
    return " ".join(plain_words(text) for text in texts if text)
