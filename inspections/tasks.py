"""Doors for Celery: each task calls one verb."""

from celery import shared_task

from inspections import published


@shared_task
def take_published() -> None:
    """Make what has become public findable."""
    published.take_published()
