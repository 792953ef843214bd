"""Doors for Celery: each task calls one verb."""

from celery import shared_task

from hmic_core import heartbeats, notices, sent_once


@shared_task
def deliver_notices() -> None:
    heartbeats.beat("worker-default")
    notices.deliver()


@shared_task
def send_digests() -> None:
    notices.send_digests()
    sent_once.forget()
