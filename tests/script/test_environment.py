"""A process gets the database address of its own role, whatever the caller's shell holds."""

from pathlib import Path

import pytest
from _runner import environment, managing, server
from _runner.environment import Addresses, Settings
from _runner.paths import Data
from _runner.say import Failure

DATABASES = {
    "owner": "postgresql://owner:OWNER-SECRET@127.0.0.1:1/findings",
    "application": "postgresql://application:APPLICATION-SECRET@127.0.0.1:1/findings",
    "website": "postgresql://website:WEBSITE-SECRET@127.0.0.1:1/findings",
}
ADDRESSES = Addresses(DATABASES, "redis://:BROKER-SECRET@127.0.0.1:2/0", "http://127.0.0.1:3", "http://localhost:4")
SETTINGS = Settings(files=Path("/nowhere"), secret_key="KEY-SECRET", installation="private-1")


@pytest.fixture(autouse=True)
def _a_shell_that_holds_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", DATABASES["owner"])
    monkeypatch.setenv("DATABASE_URL_APPLICATION", DATABASES["application"])
    monkeypatch.setenv("DATABASE_URL_WEBSITE", DATABASES["website"])
    monkeypatch.setenv("REDIS_URL", ADDRESSES.broker)
    monkeypatch.setenv("SECRET_KEY", "KEY-SECRET")
    monkeypatch.setenv("HMIC_DATABASE_ROLE", "owner")


def _secrets(variables: dict[str, str]) -> set[str]:
    words = " ".join(variables.values())
    return {name for name in ("OWNER", "APPLICATION", "WEBSITE", "BROKER", "KEY") if f"{name}-SECRET" in words}


def test_the_website_knows_its_own_role_and_nothing_else() -> None:
    assert _secrets(environment.website(SETTINGS, ADDRESSES)) == {"WEBSITE"}


def test_the_application_does_not_know_the_owner() -> None:
    assert _secrets(environment.workspace(SETTINGS, ADDRESSES)) == {"APPLICATION", "BROKER", "KEY"}


def test_every_process_of_the_server_has_the_right_environment(tmp_path: Path) -> None:
    made = {service.name: service for service in server.product(Data(tmp_path), SETTINGS, ADDRESSES, 8000)}
    assert _secrets(made.pop("website").environment) == {"WEBSITE"}
    for service in made.values():
        assert _secrets(service.environment) == {"APPLICATION", "BROKER", "KEY"}, service.name
        assert service.environment["HMIC_DATABASE_ROLE"] == "application"


def test_no_secret_is_on_a_command_line(tmp_path: Path) -> None:
    for service in server.product(Data(tmp_path), SETTINGS, ADDRESSES, 8000):
        assert "SECRET" not in " ".join(service.command)


def test_tables_and_roles_are_changed_as_the_owner_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HMIC_DATABASE_ROLE")
    assert managing.role(["migrate"]) == "owner"
    assert managing.role(["import_letter", "letter.txt"]) == "application"
    assert managing.role([]) == "application"


def test_the_roles_addresses_follow_the_products_own_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL_APPLICATION")
    found = environment.database_addresses(DATABASES["owner"])
    assert found["owner"] == DATABASES["owner"]
    assert found["website"] == DATABASES["website"]
    assert "findings_application" in found["application"]
    assert "OWNER-SECRET" not in found["application"]


def test_a_given_server_that_does_not_answer_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("_runner.ports.answers", lambda *_args, **_kwargs: False)
    with pytest.raises(Failure, match=r"127\.0\.0\.1:1, which DATABASE_URL names") as caught:
        environment.require_answer("DATABASE_URL", DATABASES["owner"], 5432)
    assert "SECRET" not in str(caught.value)
