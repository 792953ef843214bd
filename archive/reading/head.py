"""The head and the foot of a letter: who writes, to whom, when, and who gets a copy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from archive.reading import phrases
from archive.reading.phrases import Person, near, read_person
from archive.reading.registers import KnownForce, find_forces, find_misread_force
from archive.reading.source import Desk
from archive.reading.words import is_greeting


@dataclass(slots=True)
class Head:
    """`end` is the index of the first word after the salutation."""

    end: int = 0
    signatory: str | None = None
    signatory_honours: str | None = None
    signatory_post: str | None = None
    region: str | None = None
    letter_date: date | None = None
    addressee: Person | None = None
    addressee_post: str | None = None
    force: str | None = None
    force_known: bool = False
    salutation: str | None = None


def read_head(desk: Desk, forces: Sequence[KnownForce]) -> Head:
    head = Head()
    dear = next((n for n in range(min(len(desk.words), 400)) if _greets(desk, n)), None)
    limit = dear if dear is not None else min(len(desk.words), 80)
    start = _read_letterhead(desk, limit)
    start = _read_sender(desk, head, start, limit)
    _read_date(desk, head, limit)
    _read_addressee(desk, head, start, limit, forces)
    if dear is None:
        desk.ask("no salutation ('Dear …') was found", "salutation")
        head.end = _last_marked(desk, limit)
    else:
        names = head.addressee.name.split() if head.addressee else []
        head.end = phrases.salutation_end(desk.stream, dear, names)
        head.salutation = desk.text(dear, head.end).rstrip(",:")
        desk.mark("salutation", dear, head.end)
    return head


def _greets(desk: Desk, index: int) -> bool:
    """Whether the salutation begins at this word: "Dear", "My dear"."""
    word = desk.words[index]
    return is_greeting(word.text) or (word.first and desk.text(index, index + 2) == "My dear")


def _last_marked(desk: Desk, limit: int) -> int:
    return max((n + 1 for n in range(limit) if not desk.is_free(n)), default=0)


def _read_letterhead(desk: Desk, limit: int) -> int:
    found = phrases.find_letterhead(desk.stream)
    if found is None or found.end > limit:
        return 0
    desk.mark("letterhead", found.start, found.end)
    for error in found.errors:
        desk.note_scan_error(error)
    return found.end


def _read_sender(desk: Desk, head: Head, start: int, limit: int) -> int:
    """The inspectorate's address, then the HM Inspector with post and region."""
    region = desk.part(0, limit)
    post = phrases.HMI_POST.search(region)
    address_limit = post.start() if post else len(region)
    code = phrases.POSTCODE.search(region, desk.offset(start), address_limit)
    if code:
        end = desk.stream.range_of(code.start(), code.end())[1]
        desk.mark("inspectorate address", start, end)
        start = end
    if post is None:
        return start
    first, last = desk.mark_text("signatory post", post.start(), post.end())
    head.signatory_post = desk.text(first, last).rstrip(",")
    name_start = _line_start(desk, first - 1, start) if first > start else first
    if first > name_start:
        person = read_person(desk.text(name_start, first))
        head.signatory, head.signatory_honours = person.name, person.honours or None
        desk.mark("signatory", name_start, first)
    if where := phrases.REGION.match(desk.plain, post.end()):
        last = desk.mark_text("region", where.start(1), where.end(1))[1]
        head.region = desk.stream.text[where.start(1) : where.end(1)]
    return last


def _line_start(desk: Desk, index: int, limit: int) -> int:
    """Index of the first word on this word's line, not before `limit`."""
    while index > limit and not desk.words[index].first:
        index -= 1
    return index


def _read_date(desk: Desk, head: Head, limit: int) -> None:
    found = list(phrases.DATE.finditer(desk.part(0, limit)))
    # A mail's heads have dates of their own above the letter's.
    match = next((each for each in found if _is_all_of_its_line(desk, each)), found[0] if found else None)
    if match is None:
        desk.ask("no date of the letter was found above the salutation", "letter_date")
        return
    head.letter_date = phrases.read_day(*match.groups())
    desk.mark_text("letter date", match.start(), match.end())
    if head.letter_date is None:
        desk.ask(f"the letter's date '{match.group()}' does not exist", "letter_date")


def _is_all_of_its_line(desk: Desk, match: re.Match[str]) -> bool:
    first, after = desk.stream.range_of(match.start(), match.end())
    return desk.words[first].first and (after == len(desk.words) or desk.words[after].first)


def _read_addressee(desk: Desk, head: Head, start: int, limit: int, forces: Sequence[KnownForce]) -> None:
    region = desk.part(0, limit)
    post = phrases.CHIEF_POST.search(region, desk.offset(start))
    after = start
    if post is None:
        desk.ask("no addressee with the post of a chief officer was found", "addressee")
    else:
        first, after = desk.mark_text("addressee post", post.start(), post.end())
        head.addressee_post = desk.text(first, after).rstrip(",")
        _read_addressee_name(desk, head, first)
    _read_force(desk, head, after, limit, forces)


def _read_addressee_name(desk: Desk, head: Head, post: int) -> None:
    begin = post
    while begin > 0 and desk.is_free(begin - 1):
        begin -= 1
    begin = _line_start(desk, post - 1, begin) if begin < post else post
    if begin < post:
        head.addressee = read_person(desk.text(begin, post))
        desk.mark("addressee", begin, post)


def _read_force(desk: Desk, head: Head, after: int, limit: int, forces: Sequence[KnownForce]) -> None:
    base = desk.offset(after)
    zone = desk.part(after, limit)
    found = find_forces(zone, forces) or find_forces(zone, forces, by_core=True)
    if not found and (misread := find_misread_force(zone, forces)):
        found = [misread]
        desk.note_scan_error(zone[misread.start : misread.end])
        desk.ask(f"'{zone[misread.start : misread.end]}' was taken for {misread.name}", "force", taken=misread.name)
    if found:
        head.force, head.force_known = found[0].name, True
        first, _ = desk.mark_text("force", base + found[0].start, base + found[0].end)
        if not any(c.isalnum() for c in desk.text(after, first)):
            desk.mark("addressee post", after, first)
        return
    _guess_force(desk, head, after, limit, forces)


def _guess_force(desk: Desk, head: Head, after: int, limit: int, forces: Sequence[KnownForce]) -> None:
    elsewhere = [match.name for match in find_forces(desk.plain, forces)]
    if elsewhere:
        head.force = max(dict.fromkeys(elsewhere), key=elsewhere.count)
        head.force_known = True
        desk.ask(
            f"the address names no known force; {head.force} is named in the text and was taken",
            "force",
            taken=head.force,
        )
        return
    text = re.match(
        r"\W*(?:of )?((?:[A-Z][\w&-]* (?:and )?){1,4}(?:Police|Constabulary)(?: Service)?)",
        desk.part(after, limit),
    )
    if text:
        start = desk.offset(after)
        head.force = text.group(1)
        desk.mark_text("force", start + text.start(1), start + text.end(1))
        desk.ask(f"'{head.force}' is not in the register of forces", "force")
    else:
        desk.ask("no force was found", "force")


@dataclass(slots=True)
class Tail:
    copied_to: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()


def find_closing(desk: Desk, after: int) -> tuple[int, int]:
    """Where the closing words begin and end; both the end of the text if there are none."""
    found = list(phrases.CLOSING.finditer(desk.plain, desk.offset(after)))
    match = found[-1] if found else None
    if match is None:
        match = phrases.COPIED_TO.search(desk.plain, desk.offset(after))
        desk.ask("no closing words ('Yours sincerely') were found")
        start = desk.stream.range_of(match.start(), match.end())[0] if match else len(desk.words)
        return start, start
    start, end = desk.stream.range_of(match.start(), match.end())
    while start > 0 and not desk.words[start].first and not re.search(r"\w", desk.words[start - 1].text):
        start -= 1
    desk.mark("closing words", start, end)
    return start, end


def read_tail(desk: Desk, head: Head, start: int) -> Tail:
    tail = Tail()
    end = len(desk.words)
    match = phrases.COPIED_TO.search(desk.plain, desk.offset(start))
    signature_end = end
    if match:
        signature_end, begin = desk.stream.range_of(match.start(), match.end())
        finish = _people_end(desk, begin, _read_enclosure_line(desk, tail, begin, end))
        tail.copied_to = tuple(phrases.copied_people(desk.stream, begin, finish))
        desk.mark("copied to", signature_end, finish)
    else:
        signature_end = _read_enclosure_line(desk, tail, start, end)
    _read_signature(desk, head, start, signature_end)
    return tail


def _people_end(desk: Desk, start: int, end: int) -> int:
    """Where the lines that can be persons and their posts end; what follows is not recognised, and asked."""
    firsts = [n for n in range(start, end) if n == start or desk.words[n].first]
    posted = start
    for first, last in pairwise([*firsts, end]):
        if not phrases.may_be_person(desk.text(first, last)):
            return posted
        if first == start or any(phrases.is_post_word(desk.words[n].text) for n in range(first, last)):
            posted = last
    return end


def _read_enclosure_line(desk: Desk, tail: Tail, start: int, end: int) -> int:
    """ "Enc: national report" below the signature; returns where it begins."""
    pattern = re.compile(r"\bEnc(?:l|s|losures?)?\b[.:]*\s*")
    match = pattern.search(desk.plain, desk.offset(start))
    if match is None:
        return end
    first, after = desk.stream.range_of(match.start(), match.end())
    desk.mark("enclosures", first, end)
    text = desk.text(after, end).strip()
    tail.enclosures = (text,) if text else ()
    return first


def _read_signature(desk: Desk, head: Head, start: int, end: int) -> None:
    text = desk.part(start, end)
    base = desk.offset(start)
    if post := phrases.HMI_POST.search(text):
        desk.mark_text("signatory post", base + post.start(), base + post.end())
        if where := phrases.REGION.match(desk.plain, base + post.end()):
            words = desk.mark_text("region", where.start(1), where.end(1))
            _check_region(desk, head, desk.text(*words))
        head.signatory_post = head.signatory_post or text[post.start() : post.end()]
    for first, last in _free_runs(desk, start, end):
        _read_signed_name(desk, head, first, last)
    if head.signatory is None:
        desk.ask("no signatory was found", "signatory")


def _check_region(desk: Desk, head: Head, region: str) -> None:
    head.region = head.region or region
    if head.region.casefold() != region.casefold():
        desk.ask(f"the head of the letter says {head.region}, the signature {region}", about=("region",))


def _free_runs(desk: Desk, start: int, end: int) -> list[tuple[int, int]]:
    """Runs of words that nothing recognised yet, line by line."""
    runs: list[tuple[int, int]] = []
    for index in range(start, end):
        if not desk.is_free(index):
            continue
        if runs and runs[-1][1] == index and not desk.words[index].first:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


def _read_signed_name(desk: Desk, head: Head, first: int, last: int) -> None:
    name = head.signatory
    if name is None:
        person = read_person(desk.text(first, last))
        head.signatory, head.signatory_honours = person.name, person.honours or None
        desk.mark("signature", first, last)
        return
    size = len(name.split())
    for begin in range(first, last, size):
        finish = min(begin + size, last)
        text = desk.text(begin, finish).rstrip(",")
        if text.casefold() == name.casefold():
            desk.mark("signature", begin, finish)
        elif near(text, name):
            desk.note_scan_error(text)
            desk.mark("scan error", begin, finish)
        elif read_person(text).honours and begin > first:
            desk.mark("signature", begin, finish)
