"""The workspace's settings with one more address: the bare POST of `bench/autosave.py`."""

from hmic_core.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls_autosave"
