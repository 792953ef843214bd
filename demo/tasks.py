"""A door for Celery: the letter that visitors watch is prepared by a worker, since it is rendered there."""

from celery import shared_task

from demo import watching


@shared_task(soft_time_limit=120, time_limit=150)
def prepare_watch() -> None:
    watching.prepare()
