"""The Celery application: `celery -A hmic_core`.

Celery enforces a release at its instant; it never decides one. No task here is ever given an ETA or a countdown
(docs/embargo.md, "What Celery does").
"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hmic_core.settings")

app = Celery("hmic_core")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect  # type: ignore[untyped-decorator]
def _settled(**kwargs: Any) -> None:
    """Before the worker forks the children that render letters."""
    from hmic_core.processes import settle

    settle()
