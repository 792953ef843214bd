"""Signs of life, as JSON, for whoever watches the machines. They name no release."""

from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from hmic_core import heartbeats
from hmic_core.accounts import access
from hmic_core.accounts.policies import ANYONE, policy
from publication.release.triggers import overdue

#: Seconds for each of connecting and asking: together the broker is given one.
BROKER_TIMEOUT = 0.5


@require_safe
@policy(ANYONE)
def health_live(request: HttpRequest) -> JsonResponse:
    """This process answers. It asks nothing else."""
    return JsonResponse({"status": "live"})


@require_safe
@policy(ANYONE)
def health_ready(request: HttpRequest) -> JsonResponse:
    """Whether the parts that work depends on are there; 503 when one is not.

    Overdue releases are counted for signed-in publication admins only: the number says that something is embargoed.
    """
    database = _database()
    ages = heartbeats.ages() if database else dict.fromkeys(heartbeats.EXPECTED)
    alive = {name: age is not None and age <= heartbeats.EXPECTED[name] for name, age in ages.items()}
    report: dict[str, Any] = {
        "database": "ok" if database else "no answer",
        "broker": "ok" if (broker := _broker()) else "no answer",
        "worker": _words(alive.pop("worker-default"), ages["worker-default"]),
        "triggers": {name: _words(lives, ages[name]) for name, lives in alive.items()},
    }
    worker = report["worker"]["alive"]
    ready = database and broker and worker and all(alive.values())
    if database and request.user.is_authenticated and access.is_publication_admin(request.user):
        report["overdue"] = overdue()
    return JsonResponse({"status": "ready" if ready else "not ready", **report}, status=200 if ready else 503)


def _words(lives: bool, age: float | None) -> dict[str, Any]:
    return {"alive": lives, "seconds_since_heartbeat": None if age is None else round(age, 1)}


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker() -> bool:
    """One question, within a second at most."""
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=BROKER_TIMEOUT, socket_timeout=BROKER_TIMEOUT
    )
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()
