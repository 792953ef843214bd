"""What stands around the findings of a letter: its head, its opening, its signature."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

from archive.reading.words import MONTHS, Stream, plain, word_set

LONDON = ZoneInfo("Europe/London")
_MONTH_NUMBERS = {name.casefold(): n for n, name in enumerate(MONTHS.split("|"), start=1)}
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_LETTERHEADS = (
    "Her Majesty's Inspectorate of Constabulary",
    "His Majesty's Inspectorate of Constabulary",
)
_TITLES = frozenset({"Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Rt", "Hon", "Sir", "Dame", "Lord", "Lady", "Professor"})
_HONOURS = word_set(
    "BA BSC MA MSC MPHIL PHD LLB LLM MBA BED MED HONS OXON CANTAB QPM CBE OBE MBE KBE DBE KCB CB CVO KCVO "
    "DL JP QC KC KPM CPM QGM GM BEM FRSA CMG KT BENG MENG DPHIL"
)
_POST_WORDS = word_set(
    "HMIC HMICFRS HM Chief Deputy Assistant Temporary Acting Head Liaison Officer Police Constable "
    "Superintendent Inspector Staff Director Force Commissioner Manager Office PCC Constabulary Secretary "
    "Detective Business Partner Lead Performance Governance Executive Sergeant"
)

POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
DATE = re.compile(
    rf"\b(?:(?:{_DAYS}),?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({MONTHS}),?\s+(\d{{4}})\b",
    re.IGNORECASE,
)
HMI_POST = re.compile(r"\b(?:HM|H(?:er|is) Majesty's) (?:Chief )?Inspector of Constabulary\b", re.IGNORECASE)
REGION = re.compile(r",?\s*(?:for (?:the )?)?((?:[A-Z][\w-]*(?: (?:and|of|the|&))* ){1,4}Region)\b", re.IGNORECASE)
CHIEF_POST = re.compile(
    r"\b(?:(?:Temporary|Acting|Deputy|Interim) )*"
    r"(?:Chief Constable|Chief Officer|Police and Crime Commissioner|Commissioner)\b",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"\bYours (?:sincerely|faithfully|truly)\b,?|\b(?:Kind|Best|Warm|With best) (?:regards|wishes)\b,?",
    re.IGNORECASE,
)
COPIED_TO = re.compile(r"\b(?:Copied to|Cop(?:y|ies) to|c\.?c\.?(?=[\s:]))\s*:?", re.IGNORECASE)
_TIME = r"(\d{1,2})(?:[:.](\d{2})|(?=\s*[ap]m)|(\d{2})(?=\s*(?:hours|hrs)))\s*(am|pm|hours|hrs)?"
_DAY = rf"(?:({_DAYS}),?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({MONTHS}),?\s+(\d{{4}})"
DAY_THEN_TIME = re.compile(rf"\b{_DAY}(?:,?\s+(?:at|from)|,)\s+{_TIME}", re.IGNORECASE)
TIME_THEN_DAY = re.compile(rf"\b{_TIME}\s+on\s+{_DAY}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Instant:
    """The instant of publication: what the letter says, and that instant in UTC."""

    local: datetime
    said_day: str
    start: int
    end: int
    doubt: str = ""

    @property
    def utc(self) -> str:
        return f"{self.local.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def words(self) -> str:
        when = self.local
        return f"{when:%A} {when.day} {when:%B} {when.year} at {when:%H:%M}, Europe/London"


def read_day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), _MONTH_NUMBERS[month.casefold()], int(day))
    except ValueError:
        return None


def find_instant(text: str) -> Instant | None:
    """The first day with a time of day that the letter names, read as London wall time."""
    if match := DAY_THEN_TIME.search(text):
        weekday, day, month, year, hour, minute, joined, half = match.groups()
    elif match := TIME_THEN_DAY.search(text):
        hour, minute, joined, half, weekday, day, month, year = match.groups()
    else:
        return None
    on = read_day(day, month, year)
    clock = _clock(int(hour), int(minute or joined or 0), (half or "").casefold())
    if on is None or clock is None:
        return None
    local = datetime(on.year, on.month, on.day, *clock, tzinfo=LONDON)
    doubt = _doubt(local, weekday or "")
    return Instant(local, weekday or "", match.start(), match.end(), doubt)


def _clock(hour: int, minute: int, half: str) -> tuple[int, int] | None:
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return (hour, minute) if hour < 24 and minute < 60 else None


def _doubt(local: datetime, weekday: str) -> str:
    if weekday and weekday.casefold() != f"{local:%A}".casefold():
        return (
            f"the letter says {weekday} {local.day} {local:%B} {local.year}, "
            f"but that day was a {local:%A}: the date was taken"
        )
    if local.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        return f"{local:%H:%M} on {local.day} {local:%B} {local.year} does not exist in London"
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return f"{local:%H:%M} on {local.day} {local:%B} {local.year} exists twice in London: the first was taken"
    return ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    start: int
    end: int
    errors: tuple[str, ...]


def find_letterhead(stream: Stream) -> Letterhead | None:
    """The inspectorate's name in the first words, misread letters allowed."""
    best: tuple[float, int, str] | None = None
    for start in range(min(12, len(stream.words))):
        text = plain(stream.slice(start, start + 5)).casefold()
        for name in _LETTERHEADS:
            score = SequenceMatcher(None, text, name.casefold()).ratio()
            if score > 0.85 and (best is None or score > best[0]):
                best = (score, start, name)
    if best is None:
        return None
    _, start, name = best
    pairs = zip(stream.words[start : start + 5], name.split(), strict=False)
    errors = tuple(
        re.sub(r"['’]s$", "", word.text)
        for word, right in pairs
        if plain(word.text).casefold().strip(",.|") != right.casefold()
    )
    end = start + 5
    rest = plain(stream.slice(end, end + 6))
    if re.match(r"and Fire (?:&|and) Rescue Services", rest, re.IGNORECASE):
        end += 5
    return Letterhead(start, end, errors)


@dataclass(frozen=True, slots=True)
class Person:
    """A name as a letter writes it: "Mr Adrian Lee QPM"."""

    title: str
    name: str
    honours: str


def read_person(text: str) -> Person:
    words = text.replace(",", " ").split()
    titles: list[str] = []
    while words and words[0].strip(".").capitalize() in _TITLES:
        titles.append(words.pop(0))
    shouted = all(word.isupper() for word in words)
    cut = next((n for n, word in enumerate(words) if n >= 1 and _is_honour(word, shouted)), len(words))
    return Person(" ".join(titles), " ".join(words[:cut]), " ".join(words[cut:]))


def _is_honour(word: str, shouted: bool) -> bool:
    bare = re.sub(r"[().,]", "", word)
    if bare.upper() in _HONOURS:
        return True
    return not shouted and len(bare) > 1 and bare.isupper() and bare not in ("II", "III")


def near(left: str, right: str) -> bool:
    """Alike enough for one to be a misreading of the other, and not the same."""
    if not left or not right or plain(left).casefold() == plain(right).casefold():
        return False
    return SequenceMatcher(None, plain(left).casefold(), plain(right).casefold()).ratio() >= 0.7


def salutation_end(stream: Stream, dear: int, names: Sequence[str]) -> int:
    """Index after the salutation's last word: at the line's end, else after the addressee's name."""
    end = dear + 1
    while end < len(stream.words) and not stream.words[end].first:
        end += 1
    if end - dear <= 6 and not stream.words[end - 1].text.endswith("."):
        return end
    known = {name.casefold() for name in names} | {"sir", "madam", "chief", "constable", "commissioner"}
    known |= {title.casefold() for title in _TITLES}
    end = dear + 1
    while end < len(stream.words) and stream.words[end].text.strip(",.").casefold() in known:
        end += 1
        if stream.words[end - 1].text.endswith(","):
            break
    return max(end, dear + 2)


def copied_people(stream: Stream, start: int, end: int) -> list[str]:
    """ "Jan McMillan, HMIC Liaison Officer" for each person named between two words."""
    people: list[str] = []
    for group in _person_groups(stream, start, end):
        cut = next((n for n, word in enumerate(group) if is_post_word(word)), len(group))
        name = " ".join(group[:cut]).strip(" ,;-–(")
        post = " ".join(group[cut:]).strip(" ,;.-–")
        if post.startswith("(") or post.count(")") > post.count("("):
            post = post.strip("()")
        if name or post:
            people.append(f"{name}, {post}" if name and post else name or post)
    return people


def may_be_person(line: str) -> bool:
    """Whether a line below "Copied to" can name a person or a post: short, no sentence, no figure, no letterhead."""
    words = line.split()
    return (
        len(words) <= 14
        and not re.search(
            r"\d|[.!?:]\s+\w|\w{4,}[.!?:]$|[⁰¹²³⁴-⁹\]]|Inspectorate|\b(?:is|are|was|were|has|have|you|we)\b", line
        )
        and not re.match(r"(?:Annex|Appendix|Notes?|Encl?)\b", line, re.IGNORECASE)
    )


def is_post_word(word: str) -> bool:
    return word.strip(",;.()") in _POST_WORDS


def _person_groups(stream: Stream, start: int, end: int) -> Iterator[list[str]]:
    group: list[str] = []
    in_post = False
    for index in range(start, end):
        word = stream.words[index]
        fresh = in_post and word.first and not is_post_word(word.text) and word.text[0].isupper()
        ahead = stream.words[index + 1].text if index + 1 < end else ""
        linked = word.text in ("and", "&") and in_post and ahead[:1].isupper() and not is_post_word(ahead)
        if group and (fresh or linked or group[-1].endswith(";")):
            yield group
            group, in_post = [], False
        if linked or not any(c.isalnum() for c in word.text):
            continue
        group.append(word.text)
        in_post = in_post or is_post_word(word.text)
    if group:
        yield group
