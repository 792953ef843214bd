"""Working days of England and Wales, which a force's factual accuracy check is counted in (domain.md, rule 3).

Bank holidays, special ones included, are the Government's own list as the `govuk-bank-holidays` package ships it: 2012
to `known_until`. Nothing is fetched while the service runs. Days are London's; instants are UTC.
"""

import datetime as dt
from functools import lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from hmic_core.clock import LONDON


@lru_cache(maxsize=1)
def bank_holidays() -> frozenset[dt.date]:
    """Every bank holiday of England and Wales that the list knows."""
    listed = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return frozenset(holiday["date"] for holiday in listed)


def known_until() -> dt.date:
    """The last day the list speaks for: the end of its last year. After it only weekends are known."""
    return dt.date(max(bank_holidays()).year, 12, 31)


def is_working_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays()


def after_working_days(day: dt.date, count: int) -> dt.date:
    """The working day that is `count` working days after `day`, which is day 0 whatever day it is."""
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_working_day(day)
    return day


def before_working_days(day: dt.date, count: int) -> dt.date:
    """The working day that is `count` working days before `day`."""
    while count > 0:
        day -= dt.timedelta(days=1)
        count -= is_working_day(day)
    return day


def due(sent_at: dt.datetime, *, days: int, hour: int) -> dt.datetime:
    """The instant, in UTC, by which a force that was sent its draft at `sent_at` responds: `hour` by London's clock."""
    last_day = after_working_days(sent_at.astimezone(LONDON).date(), days)
    return dt.datetime.combine(last_day, dt.time(hour), LONDON).astimezone(dt.UTC)


def working_days_left(moment: dt.datetime, due: dt.datetime) -> int:
    """Working days after today up to the last day; 0 on the last day itself, -1 once the time has passed."""
    if moment > due:
        return -1
    day, last = moment.astimezone(LONDON).date(), due.astimezone(LONDON).date()
    return sum(is_working_day(day + dt.timedelta(days=ahead)) for ahead in range(1, (last - day).days + 1))
