"""What each search shares: the words asked for, a limit of time, and the excerpts around a match."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hmic_core.errors import NotAllowed

CONFIGURATION = "hmic_english"
#: As much as anybody types. A longer query is refused beside its field.
MAX_LENGTH = 200
#: So many matches are ranked, those changed last first; beyond that only "or more" is said.
MOST = 500
PAGE = 20
_HYPHEN = re.compile(r"[-\u2010\u2011]")
_BETWEEN_LETTERS = re.compile(r"[^\W\d_][-\u2010\u2011][^\W\d_]")
#: How long one statement of a search may take. A page of a million findings takes a tenth of it.
MILLISECONDS = 2000

#: Characters that no text holds, where a match begins and ends; and one for "<", since the database leaves out tags.
_START, _STOP, _LESS = "\x02", "\x03", "\x04"
_CLEAN = {ord(_START): None, ord(_STOP): None, ord(_LESS): None, 0: None, ord("<"): _LESS}
_GAP = " … "
_MARKS = f'StartSel="{_START}", StopSel="{_STOP}", FragmentDelimiter="{_GAP}"'
_HEADLINE = f"{_MARKS}, MaxFragments=2, MaxWords=34, MinWords=16"
#: The database cuts an excerpt at the first and last word that count. What is so short, such as "The", is put back.
_LITTLE = 16


def unhyphenated(words: str) -> str:
    """A query in which a hyphen between letters is a space: "all-crime" finds "all crime" too, and reversed.

    A reference (PC-1) keeps its hyphen, and so does a word that is to be left out (-all-crime).
    """
    return " ".join(_apart(word) for word in words.split())


def _apart(word: str) -> str:
    return word if word.startswith("-") or not _BETWEEN_LETTERS.search(word) else _HYPHEN.sub(" ", word)


@contextmanager
def bounded(words: str, narrower: str) -> Iterator[None]:
    """A time limit on each statement inside. Raises NotAllowed for words that find nothing by themselves, and when the
    time is over; `narrower` says how to ask for less."""
    try:
        with transaction.atomic():
            tree = _limit(words)
            # A reference such as PC-3 has words enough.
            if tree in ("", "T"):
                raise NotAllowed(
                    "Search for at least one word that is not left out. Words such as “the” and “of” find nothing."
                )
            yield
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise NotAllowed(f"This search took too long and was stopped. {narrower}") from error


def _limit(words: str) -> str:
    """Set the time limit for what is left of this transaction; the part of the query that an index can answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), querytree(websearch_to_tsquery('hmic_english', %s))",
            [str(MILLISECONDS), words],
        )
        tree: str = cursor.fetchone()[1]
    return tree


def excerpts(texts: Sequence[str], words: str) -> list[SafeString]:
    """The words around the matches of each text, marked. Everything is escaped; only the marks are ours."""
    if not texts:
        return []
    clean = [" ".join(text.translate(_CLEAN).split()) for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ts_headline('hmic_english', said.words, websearch_to_tsquery('hmic_english', %s), %s)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS said(words, place) ORDER BY place",
            [words, _HEADLINE, clean],
        )
        found = [row[0] for row in cursor.fetchall()]
    return [_marked(_with_ends(excerpt, text)) for excerpt, text in zip(found, clean, strict=True)]


def _with_ends(excerpt: str, text: str) -> str:
    """An excerpt that says where it leaves words out before and behind, as it does between."""
    parts = excerpt.replace(_START, "").replace(_STOP, "").split(_GAP)
    before, behind = text.partition(parts[0])[0], text.rpartition(parts[-1])[2]
    begins = before if len(before) <= _LITTLE else _GAP.lstrip()
    ends = behind if len(behind) <= _LITTLE else _GAP.rstrip()
    return begins + excerpt + ends


def _marked(headline: str) -> SafeString:
    head, *rest = headline.replace(_LESS, "<").split(_START)
    parts = [(*part.partition(_STOP)[::2],) for part in rest]
    return format_html("{}{}", head, format_html_join("", "<mark>{}</mark>{}", parts))
