"""Leaving a message for the workers: the only way in which anything is asked of them outside their schedules.

A verb is done when its transaction is. A message that the broker does not take is lost and the work is not: a sweep
(`CELERY_BEAT_SCHEDULE`) finds what is still to do.
"""

import logging
from typing import Any

from kombu.exceptions import OperationalError
from redis import RedisError

from hmic_core.outside import Outside

log = logging.getLogger(__name__)
BROKER = Outside("the broker", 1.0)


def ask(task: Any, *arguments: str) -> bool:
    """Ask the workers for one run of a Celery task; whether the broker took the message within a second."""
    try:
        BROKER.ask(lambda: task.apply_async(arguments, retry=False))
    except (OperationalError, RedisError, OSError) as error:
        log.warning("the broker did not take %s: %s", task.name, type(error).__name__)
        return False
    return True
