"""Working days agree with the official bank holidays of England and Wales, every day of every published year."""

import datetime as dt
import json
from pathlib import Path

import govuk_bank_holidays
import pytest

from findings.accuracy.deadlines import (
    after_working_days,
    bank_holidays,
    before_working_days,
    is_working_day,
    known_until,
)

A_DAY = dt.timedelta(days=1)
FIRST = dt.date(2012, 1, 1)

#: By hand, from the proclamations: special ones, moved ones, and substitutes for a holiday at a weekend.
BY_HAND = {
    "2012-01-02": "New Year's Day, substitute",
    "2012-06-04": "Spring, moved for the Diamond Jubilee",
    "2012-06-05": "Diamond Jubilee",
    "2015-12-28": "Boxing Day, substitute",
    "2016-12-26": "Boxing Day",
    "2016-12-27": "Christmas Day, substitute",
    "2017-01-02": "New Year's Day, substitute",
    "2020-05-08": "Early May, moved for the 75th anniversary of VE Day",
    "2020-12-28": "Boxing Day, substitute",
    "2021-12-27": "Christmas Day, substitute",
    "2021-12-28": "Boxing Day, substitute",
    "2022-01-03": "New Year's Day, substitute",
    "2022-06-02": "Spring, moved for the Platinum Jubilee",
    "2022-06-03": "Platinum Jubilee",
    "2022-09-19": "State Funeral of Queen Elizabeth II",
    "2022-12-27": "Christmas Day, substitute",
    "2023-01-02": "New Year's Day, substitute",
    "2023-05-08": "Coronation of King Charles III",
}
#: Weekdays on which people worked, though other years make one think otherwise.
WORKED = ["2012-05-28", "2020-05-04", "2022-05-30", "2014-01-02", "2014-11-30", "2016-12-28"]


def official() -> set[dt.date]:
    """The Government's list as it was published, read from the library's file without the library's code."""
    folder = Path(govuk_bank_holidays.__file__).parent
    (file,) = folder.rglob("bank-holidays.json")
    listed = json.loads(file.read_text(encoding="utf-8"))["england-and-wales"]
    return {dt.date.fromisoformat(each["date"]) for each in listed["events"]}


def test_every_day_of_every_published_year_agrees() -> None:
    holidays = official()
    assert min(holidays).year == FIRST.year
    assert max(holidays).year == known_until().year
    day, differing = FIRST, []
    while day <= known_until():
        if is_working_day(day) is not (day.weekday() < 5 and day not in holidays):
            differing.append(day)
        day += A_DAY
    assert differing == []
    assert bank_holidays() == holidays


@pytest.mark.parametrize("year", range(FIRST.year, known_until().year + 1))
def test_no_year_has_fewer_than_eight(year: int) -> None:
    extra = {2012: 1, 2022: 2, 2023: 1}
    assert len([day for day in bank_holidays() if day.year == year]) == 8 + extra.get(year, 0)


@pytest.mark.parametrize("day", BY_HAND)
def test_special_moved_and_substitute_days_by_hand(day: str) -> None:
    assert not is_working_day(dt.date.fromisoformat(day)), BY_HAND[day]


@pytest.mark.parametrize("day", WORKED)
def test_days_that_were_no_holiday(day: str) -> None:
    found = dt.date.fromisoformat(day)
    assert is_working_day(found) is (found.weekday() < 5)


@pytest.mark.parametrize("count", [1, 3, 10, 20])
def test_counting_back_undoes_counting_on(count: int) -> None:
    day = dt.date(2012, 1, 3)
    while day < known_until() - 60 * A_DAY:
        if is_working_day(day):
            assert before_working_days(after_working_days(day, count), count) == day
        day += 7 * A_DAY
