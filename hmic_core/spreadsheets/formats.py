"""What a spreadsheet program shows of a number, a date or a time: the value by its format, as its author saw it.

The grammar is that of ECMA-376 part 1, 18.8.30 and 18.8.31 (number formats), for an English (UK) program. No library
that is kept does it for Python; what is not understood here is said to be so, and never guessed.
"""

import datetime as dt
import re
from collections.abc import Callable
from fractions import Fraction

#: Formats that a program gives by itself to what looks like a day: typed words such as “10/12” become a date by them.
TURNED_INTO_A_DATE = ("d-mmm", "dd-mmm", "mmm-yy", "d-mmm-yy", "dd-mmm-yy", "d/m", "dd/mm", "mmm-yyyy")
#: Built-in formats that follow the reader's country, by what openpyxl calls them: this is a British program's.
_COUNTRY = {"mm-dd-yy": "dd/mm/yyyy", "m/d/yy h:mm": "dd/mm/yyyy hh:mm"}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*.|\[\$(?P<money>[^\]-]*)(?:-[^\]]*)?\]'
    r"|\[(?P<total>h+|m+|s+)\]|\[[^\]]*\]|(?P<half>AM/PM|A/P)|(?P<exponent>E[+-]0+)|(?P<second>s+(?:\.0+)?)"
    r"|(?P<date>y+|m+|d+|h+|e+)|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?,*|\.[0#?]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_DATES = {
    "d": "{0.day}",
    "dd": "{0.day:02}",
    "ddd": "{0:%a}",
    "dddd": "{0:%A}",
    "m": "{0.month}",
    "mm": "{0.month:02}",
    "mmm": "{0:%b}",
    "mmmm": "{0:%B}",
    "mmmmm": "{0:%b}",
    "yy": "{0:%y}",
    "yyyy": "{0.year}",
}
Value = bool | int | float | str | dt.datetime | dt.date | dt.time | dt.timedelta


def shown(value: Value | None, number_format: str = "General") -> str | None:
    """The text that a cell shows. None where the format cannot be read here: somebody is to be asked."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.timedelta):
        return _duration(value, number_format)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return _date(value, _COUNTRY.get(number_format, number_format))
    return _number(value, number_format)


def looks_turned_into_a_date(value: object, number_format: str) -> bool:
    """Whether a program may have made a date of typed words by itself: “10/12”, “3-4”, “Mar 1”."""
    plain = re.sub(r"\[[^\]]*\]|\\|;@$", "", number_format).lower()
    return isinstance(value, dt.datetime | dt.date) and plain in TURNED_INTO_A_DATE


# Numbers


def _number(value: int | float, number_format: str) -> str | None:
    if number_format in ("General", "@", ""):
        return _general(value)
    sections = _sections(number_format)
    if any(re.search(r"\[[<>=]", each) for each in sections):
        return None
    negative = value < 0
    at = 1 if negative and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    text = _by_section(abs(value), sections[at])
    return text if text is None else ("-" if negative and at == 0 else "") + text


def _sections(number_format: str) -> list[str]:
    """The parts for positive numbers, negative ones, nought and text; a semicolon in quotation marks parts nothing."""
    return re.findall(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)', number_format)[:4] or [number_format]


def _general(value: int | float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.11g}" if abs(value) < 1e11 else f"{value:.15g}"


def _by_section(value: float, section: str) -> str | None:
    tokens = list(_TOKEN.finditer(section))
    kinds = [found.lastgroup for found in tokens]
    if "date" in kinds or "exponent" in kinds:
        return f"{value:.{_places(section)}E}" if "exponent" in kinds and "date" not in kinds else None
    if "/" in section and re.search(r"[?#0]+/", section):
        return _fraction(value)
    if re.sub(r"\[[^\]]*\]", "", section).strip().lower() == "general":
        return _general(value)
    if kinds.count("digits") > 1:
        return _masked(value, tokens)
    if "%" in [found.group() for found in tokens]:
        value *= 100
    parts = [_digits(value, found.group()) if found.lastgroup == "digits" else _literal(found) for found in tokens]
    return "".join(parts).strip()


def _literal(found: re.Match[str]) -> str:
    if found["space"] is not None:
        return " "
    return found["quoted"] or found["escaped"] or found["money"] or found["other"] or ""


def _places(pattern: str) -> int:
    found = re.search(r"\.([0#?]+)", pattern)
    return len(found.group(1)) if found else 0


def _digits(value: float, pattern: str) -> str:
    thousands = len(pattern) - len(pattern.rstrip(","))
    whole, _, places = pattern.rstrip(",").partition(".")
    value /= 1000**thousands
    grouped = "," in whole
    # Half is rounded away from nought, as spreadsheet programs do, and by the digits that they keep.
    scale = 10 ** len(places)
    rounded = int(Fraction(f"{value:.15g}") * scale + Fraction(1, 2)) / Fraction(scale)
    ones, rest = divmod(rounded, 1)
    text = f"{int(ones):,}" if grouped else f"{int(ones):0{whole.count('0')}d}"
    if ones == 0 and "0" not in whole:
        text = ""
    decimals = f"{int(rest * scale):0{len(places)}d}" if places else ""
    while decimals and places[len(decimals) - 1] == "#" and decimals.endswith("0"):
        decimals = decimals[:-1]
    return text + (f".{decimals}" if decimals else "")


def _masked(value: float, tokens: list[re.Match[str]]) -> str | None:
    """Digits spread over a pattern, such as a telephone number “00000 000000”; whole numbers only."""
    if value != int(value) or any("." in found.group() for found in tokens if found.lastgroup == "digits"):
        return None
    digits = str(int(value)).rjust(sum(len(f.group()) for f in tokens if f.lastgroup == "digits"), "0")
    made: list[str] = []
    for found in reversed(tokens):
        if found.lastgroup == "digits":
            size = len(found.group())
            made.append(digits[-size:])
            digits = digits[:-size]
        else:
            made.append(_literal(found))
    return (digits + "".join(reversed(made))).strip()


def _fraction(value: float) -> str:
    whole, rest = divmod(Fraction(value).limit_denominator(100), 1)
    if not rest:
        return str(whole)
    return f"{whole} {rest}" if whole else str(rest)


# Dates, times, durations


def _date(value: dt.datetime | dt.date | dt.time, number_format: str) -> str | None:
    moment = dt.datetime.combine(dt.date(1900, 1, 1), value) if isinstance(value, dt.time) else value
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time())
    section = _sections(number_format)[0]
    tokens = list(_TOKEN.finditer(section))
    if not any(found["date"] or found["second"] for found in tokens):
        return _plain_date(value)
    half = any(found["half"] for found in tokens)
    made: list[str] = []
    for at, found in enumerate(tokens):
        piece = _date_piece(moment, found, half, lambda at=at: _is_minutes(tokens, at))  # type: ignore[misc]
        if piece is None:
            return None
        made.append(piece)
    return "".join(made).strip()


def _plain_date(value: dt.datetime | dt.date | dt.time) -> str:
    if isinstance(value, dt.time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        return f"{value:%d/%m/%Y %H:%M}"
    return f"{value:%d/%m/%Y}"


def _date_piece(moment: dt.datetime, found: re.Match[str], half: bool, is_minutes: Callable[[], bool]) -> str | None:
    if found["total"] or found["digits"] or found["exponent"]:
        return None
    if found["half"]:
        return f"{moment:%p}"
    if found["second"]:
        places = found["second"].partition(".")[2]
        return f"{moment:%S}" + (f".{moment.microsecond:06d}"[: len(places) + 1] if places else "")
    code = (found["date"] or "").lower()
    if not code:
        return _literal(found)
    if code[0] == "h":
        hour = (moment.hour % 12 or 12) if half else moment.hour
        return f"{hour:02}" if len(code) > 1 else str(hour)
    if code in ("m", "mm") and is_minutes():
        return f"{moment.minute:02}" if code == "mm" else str(moment.minute)
    return _DATES[code].format(moment) if code in _DATES else None


def _is_minutes(tokens: list[re.Match[str]], at: int) -> bool:
    """“m” after hours or before seconds is minutes, elsewhere months."""
    before = [t for t in tokens[:at] if t["date"] or t["second"] or t["total"]]
    after = [t for t in tokens[at + 1 :] if t["date"] or t["second"]]
    hours = bool(before) and (before[-1]["date"] or before[-1]["total"] or "")[:1].lower() == "h"
    return hours or bool(after and after[0]["second"])


def _duration(value: dt.timedelta, number_format: str) -> str:
    """Hours may pass 24: “[h]:mm” of a day and a half is 36:00."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    if "[m" in number_format.lower():
        return f"{sign}{seconds // 60}:{rest:02}"
    return f"{sign}{hours}:{minutes:02}" + (f":{rest:02}" if "s" in number_format.lower() or rest else "")
