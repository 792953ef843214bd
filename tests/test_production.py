"""Under production settings a demonstration cannot exist, and nothing is left at a development default."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: Long, with many different characters, or Django's own check complains of it.
KEY = "".join(chr(33 + number) for number in range(80))
SETTINGS = ("hmic_core.settings", "hmic_core.settings_website")


def check(*options: str, settings: str = "hmic_core.settings", **changes: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` as an operator runs it, with nothing of the tests' own environment but the database."""
    ours = ("HMIC_", "DJANGO_", "SECRET_KEY", "DEBUG")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    given = {"HMIC_PRODUCTION": "1", "SECRET_KEY": KEY, "DJANGO_SETTINGS_MODULE": settings, **changes}
    return subprocess.run(
        [sys.executable, "manage.py", "check", *options],
        cwd=ROOT,
        env={**inherited, **{name: value for name, value in given.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("settings", SETTINGS)
def test_production_settings_pass_the_deployment_check_without_a_warning(settings: str) -> None:
    done = check("--deploy", "--fail-level", "WARNING", settings=settings)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("settings", "changes", "sentence"),
    [
        ("hmic_core.settings", {"HMIC_DEMO": "1"}, "HMIC_DEMO and DEBUG cannot be on in production: unset them."),
        ("hmic_core.settings", {"DEBUG": "1"}, "HMIC_DEMO and DEBUG cannot be on in production: unset them."),
        ("hmic_core.settings_website", {"HMIC_DEMO": "1"}, "HMIC_DEMO cannot be on in production: unset it."),
        (
            "hmic_core.settings",
            {"SECRET_KEY": ""},
            "SECRET_KEY is not set: production needs a long random value of its own.",
        ),
        (
            "hmic_core.settings",
            {"SECRET_KEY": "development-only-" + "0" * 40},
            "SECRET_KEY is not set: production needs a long random value of its own.",
        ),
        (
            "hmic_core.settings",
            {"HMIC_MIN_LEAD_SECONDS": "10"},
            "HMIC_MIN_LEAD_SECONDS must not be shorter than HMIC_FREEZE_SECONDS.",
        ),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence(settings: str, changes: dict[str, str], sentence: str) -> None:
    done = check(settings=settings, **changes)
    assert (done.returncode, done.stderr.strip()) == (1, sentence)


def test_the_demonstrations_addresses_are_not_there() -> None:
    """Neither its application, nor its routes, nor its post office."""
    code = (
        "import django; django.setup();"
        "from django.apps import apps; from django.conf import settings; from django.urls import resolve, Resolver404;"
        "assert not apps.is_installed('demo') and 'demo' not in settings.EMAIL_BACKEND;"
        "assert not any('demo' in each for each in settings.TEMPLATES[0]['OPTIONS']['context_processors']);"
        "\ntry: resolve('/demo/')"
        "\nexcept Resolver404: print('not there')"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("HMIC_", "DEBUG"))},
        "HMIC_PRODUCTION": "1",
        "SECRET_KEY": KEY,
        "DJANGO_SETTINGS_MODULE": "hmic_core.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "not there", done.stderr
