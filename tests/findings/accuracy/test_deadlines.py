"""Working days: weekends, bank holidays, special ones, both changes of the clocks."""

import datetime as dt

import pytest

from findings.accuracy.deadlines import after_working_days, due, is_working_day, known_until, working_days_left
from hmic_core.clock import LONDON


def london(day: str, time: str = "17:00") -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2014-07-04", "2014-07-18"),  # an ordinary fortnight
        ("2014-04-11", "2014-04-29"),  # Good Friday and Easter Monday
        ("2014-12-19", "2015-01-07"),  # Christmas, Boxing Day, New Year's Day
        ("2022-05-25", "2022-06-10"),  # the spring holiday moved to 2 June, and 3 June for the Jubilee
        ("2022-09-12", "2022-09-27"),  # 19 September: the State Funeral
        ("2023-04-28", "2023-05-16"),  # 1 May, and 8 May for the Coronation
        ("2012-05-25", "2012-06-12"),  # 4 and 5 June: the Diamond Jubilee
        ("2014-07-05", "2014-07-18"),  # sent on a Saturday: day 0 all the same
    ],
)
def test_ten_working_days_end_at_five_in_london(sent: str, expected: str) -> None:
    assert due(london(sent, "10:12"), days=10, hour=17) == london(expected)


def test_the_day_of_sending_is_londons_and_the_hour_follows_the_clocks() -> None:
    just_after_midnight_in_london = dt.datetime(2014, 7, 3, 23, 30, tzinfo=dt.UTC)
    assert due(just_after_midnight_in_london, days=10, hour=17) == dt.datetime(2014, 7, 18, 16, 0, tzinfo=dt.UTC)
    over_the_autumn_change = london("2014-10-24", "09:00")
    assert due(over_the_autumn_change, days=1, hour=17) == dt.datetime(2014, 10, 27, 17, 0, tzinfo=dt.UTC)


def test_wales_and_england_work_on_the_second_of_january() -> None:
    assert is_working_day(dt.date(2014, 1, 2))
    assert after_working_days(dt.date(2013, 12, 31), 1) == dt.date(2014, 1, 2)
    assert known_until() >= dt.date(2027, 12, 31)


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        (london("2014-07-10", "15:36"), 6),
        (london("2014-07-17", "23:59"), 1),
        (london("2014-07-18", "09:00"), 0),
        (london("2014-07-18", "17:00"), 0),
        (london("2014-07-18", "17:01"), -1),
        (london("2014-07-12", "12:00"), 5),
    ],
)
def test_working_days_left(moment: dt.datetime, left: int) -> None:
    assert working_days_left(moment, london("2014-07-18")) == left
