"""The Celery application: `celery -A hmic_core`.

Celery enforces a release at its instant; it never decides one. No task here is ever given an ETA or a countdown
(docs/embargo.md, "What Celery does").
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hmic_core.settings")

app = Celery("hmic_core")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
