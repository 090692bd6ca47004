"""Settings as an operator writes them: in the environment, in `.env`, and wrongly."""

import sys
from pathlib import Path

import pytest

from dinero_mcp.settings import Settings, variable
from tests.commands import Settings as Variables
from tests.commands import printed, ran, run

SHOWN = """
import json
from dinero_mcp.settings import read_settings
read = read_settings()
secret = {"client_secret", "api_key", "visma_client_secret", "database_url", "redis_url", "secret_key"}
print(json.dumps(read.model_dump(mode="json", exclude=secret), sort_keys=True))
print(*(getattr(read, name) and getattr(read, name).get_secret_value() for name in sorted(secret)))
"""
EVERY_ONE = {
    "DINERO_CLIENT_ID": "isv_havblik",
    "DINERO_CLIENT_SECRET": "s3cr3t",
    "DINERO_API_KEY": "0a1b2c3d4e",
    "DINERO_ORGANIZATION_ID": "123456",
    "DINERO_PIN_ORGANIZATION": "true",
    "DINERO_VAT_FREQUENCY": "half-yearly",
    "DINERO_API_URL": "https://api.example/",
    "DINERO_API_TOKEN_URL": "http://localhost:8001/token",
    "DINERO_VISMA_CLIENT_ID": "isv_office",
    "DINERO_VISMA_CLIENT_SECRET": "v1sm4",
    "DINERO_REDIRECT_URL": "http://127.0.0.1:8765/back/",
    "DINERO_REFRESH_GRACE_SECONDS": "30",
    "DINERO_CONNECT_URL": "https://connect.example",
    "DINERO_DATA_DIRECTORY": "/srv/dinero",
    "DINERO_DATABASE_URL": "postgresql://user:p4ss@host/books",
    "DINERO_SECRET_KEY": f"{'k' * 43}=,{'-_+/' * 10}xyz=",
    "DINERO_PUBLIC_URL": "https://mcp.example.com/",
    "DINERO_TRUSTED_PROXIES": "10.0.0.0/8",
    "DINERO_REDIS_URL": "redis://:r3d1s@host:6379/0",
    "DINERO_DATABASE_CONNECTIONS": "20",
    "DINERO_ALLOWED_ORGANIZATIONS": "1001, 1002",
    "DINERO_ALLOWED_CLIENT_HOSTS": "claude.ai,localhost",
    "DINERO_AUDIT_DAYS": "30",
    "DINERO_TODAY": "2026-10-09",
    "DINERO_FRESHNESS_SECONDS": "0.5",
    "DINERO_KEPT_POSTINGS": "250000",
    "DINERO_LOG_LEVEL": "INFO",
    "DINERO_LOG_FORMAT": "json",
}
READ = (
    '{"allowed_client_hosts": "claude.ai,localhost", "allowed_organizations": "1001, 1002", '
    '"api_token_url": "http://localhost:8001/token", "api_url": "https://api.example", "audit_days": 30, '
    '"client_id": "isv_havblik", "connect_url": "https://connect.example", '
    '"data_directory": "/srv/dinero", "database_connections": 20, "freshness_seconds": 0.5, '
    '"kept_postings": 250000, "log_format": "json", "log_level": "INFO", "organization_id": 123456, '
    '"pin_organization": true, "public_url": "https://mcp.example.com", '
    '"redirect_url": "http://127.0.0.1:8765/back/", "refresh_grace_seconds": 30.0, '
    '"today": "2026-10-09", "trusted_proxies": "10.0.0.0/8", "vat_frequency": "half-yearly", '
    '"visma_client_id": "isv_office"}\n'
    "0a1b2c3d4e s3cr3t postgresql://user:p4ss@host/books redis://:r3d1s@host:6379/0 "
    f"{'k' * 43}=,{'-_+/' * 10}xyz= v1sm4\n"
)


def shown(cwd: Path, settings: Variables) -> str:
    """The settings that a program started in this folder reads."""
    done = ran([sys.executable, "-c", SHOWN], cwd, settings)
    assert done.stderr == ""
    return done.stdout


def dotenv(folder: Path, settings: Variables, encoding: str = "utf-8") -> None:
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (folder / ".env").write_text("".join(lines), encoding=encoding)


def test_every_setting_is_tried_here():
    assert {variable(name) for name in Settings.model_fields} == set(EVERY_ONE)


def test_every_setting_is_read_from_the_environment(tmp_path: Path):
    assert shown(tmp_path, EVERY_ONE) == READ


def test_every_setting_is_read_from_a_dotenv_file(tmp_path: Path):
    dotenv(tmp_path, EVERY_ONE)
    assert shown(tmp_path, {}) == READ


def test_the_byte_order_mark_of_a_windows_editor_does_not_hide_the_first_setting(tmp_path: Path):
    dotenv(tmp_path, EVERY_ONE, encoding="utf-8-sig")
    assert shown(tmp_path, {}) == READ


def test_the_environment_wins_over_the_file_unless_it_is_empty(tmp_path: Path):
    dotenv(tmp_path, EVERY_ONE | {"DINERO_ORGANIZATION_ID": "1", "DINERO_TODAY": ""})
    environment = {"DINERO_ORGANIZATION_ID": "2", "DINERO_CLIENT_ID": "", "DINERO_API_URL": ""}
    read = shown(tmp_path, environment)
    assert '"client_id": "isv_havblik", ' in read
    assert '"organization_id": 2, ' in read
    assert '"api_url": "https://api.example"' in read
    assert '"today": null' in read


@pytest.mark.parametrize(
    ("setting", "value", "what"),
    [
        ("DINERO_ORGANIZATION_ID", "Havblik", "a valid integer"),
        ("DINERO_ORGANIZATION_ID", "0", "greater than 0"),
        ("DINERO_PIN_ORGANIZATION", "perhaps", "a valid boolean"),
        ("DINERO_VAT_FREQUENCY", "kvartal", "'monthly', 'quarterly' or 'half-yearly'"),
        ("DINERO_API_URL", "http://api.dinero.dk", "https://"),
        ("DINERO_API_URL", "http://127.0.0.1.evil.example", "https://"),
        ("DINERO_API_URL", "https://api.dinero.dk:https", "Port"),
        ("DINERO_API_TOKEN_URL", "authz.dinero.dk/token", "https://"),
        ("DINERO_CONNECT_URL", "https://", "https://"),
        ("DINERO_REDIRECT_URL", "http://example.dk/callback", "https://"),
        ("DINERO_PUBLIC_URL", "http://mcp.example.com", "https://"),
        ("DINERO_PUBLIC_URL", "https://mcp.example.com/mcp", "without a path"),
        ("DINERO_TRUSTED_PROXIES", "everybody", "IPv4 or IPv6 network"),
        ("DINERO_REDIS_URL", "hemmelig.example:6379", "Redis or Valkey"),
        ("DINERO_ALLOWED_ORGANIZATIONS", "Havblik", "organization ids"),
        ("DINERO_ALLOWED_CLIENT_HOSTS", "https://claude.ai", "host names"),
        ("DINERO_AUDIT_DAYS", "0", "greater than or equal to 1"),
        ("DINERO_REFRESH_GRACE_SECONDS", "61", "less than or equal to 60"),
        ("DINERO_DATABASE_URL", "mysql://user:p4ss@host/books", "a PostgreSQL database"),
        ("DINERO_DATABASE_URL", "postgresql://user:p4ss@host", "a PostgreSQL database"),
        ("DINERO_SECRET_KEY", "hemmelig", "openssl rand -base64 32"),
        ("DINERO_SECRET_KEY", f"{'k' * 43}=,", "openssl rand -base64 32"),
        ("DINERO_TODAY", "9/10 2026", "a valid date"),
        ("DINERO_TODAY", "1999-12-31", "greater than or equal to 2000-01-01"),
        ("DINERO_FRESHNESS_SECONDS", "-1", "greater than or equal to 0"),
        ("DINERO_KEPT_POSTINGS", "many", "a valid integer"),
        ("DINERO_LOG_LEVEL", "loud", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line(setting: str, value: str, what: str, tmp_path: Path):
    done = printed("tools", cwd=tmp_path, settings={setting: value})
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{setting} is wrong: ")
    assert what in line
    assert not any(secret in line for secret in ("p4ss@host/", "hemmelig", "kkk"))
    assert f"Example: {setting}=" in line


def test_a_process_ends_there_before_it_serves(tmp_path: Path):
    done = run("serve", cwd=tmp_path, settings={"DINERO_API_URL": "http://api.dinero.dk"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "DINERO_API_URL is wrong: must begin with https:// and a host (http:// only on this machine). "
        "Example: DINERO_API_URL=https://api.dinero.dk\n"
    )


def test_a_pinned_organization_must_be_named(tmp_path: Path):
    done = printed("serve", cwd=tmp_path, settings={"DINERO_PIN_ORGANIZATION": "true"})
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "DINERO_PIN_ORGANIZATION needs DINERO_ORGANIZATION_ID, such as 123456.\n"


@pytest.mark.parametrize("name", ["DINERO_VISMA_CLIENT_ID", "DINERO_VISMA_CLIENT_SECRET"])
def test_an_application_of_visma_connect_has_an_id_and_a_secret(name: str, tmp_path: Path):
    done = printed("serve", cwd=tmp_path, settings={name: "x"})
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "DINERO_VISMA_CLIENT_ID and DINERO_VISMA_CLIENT_SECRET are set both or not at all.\n"
    )


@pytest.mark.parametrize(
    "name",
    [
        "API_URL",
        "API_TOKEN_URL",
        "CONNECT_URL",
        "DATABASE_URL",
        "DATA_DIRECTORY",
        "PUBLIC_URL",
        "REDIS_URL",
        "SECRET_KEY",
    ],
)
def test_a_file_of_the_folder_never_says_where_a_stored_connection_goes(name: str, tmp_path: Path):
    place = {f"DINERO_{name}": EVERY_ONE[f"DINERO_{name}"]}
    application = {name: EVERY_ONE[name] for name in ("DINERO_VISMA_CLIENT_ID", "DINERO_VISMA_CLIENT_SECRET")}
    for beside in ({}, application):
        dotenv(tmp_path, place | beside)
        done = printed("tools", cwd=tmp_path)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith(f"DINERO_{name} is set in .env without an API key beside it.")
    dotenv(tmp_path, application)
    assert printed("tools", cwd=tmp_path, settings=place).exit_code == 0
    dotenv(tmp_path, place)
    assert EVERY_ONE[f"DINERO_{name}"] not in shown(tmp_path, application)


def test_a_dotenv_file_in_another_encoding_is_told_of(tmp_path: Path):
    dotenv(tmp_path, EVERY_ONE, encoding="utf-16")
    done = run("tools", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ".env is not UTF-8 text. Save it as UTF-8.\n"


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost", "[::1]:8001"])
def test_this_machine_needs_no_https(host: str):
    assert settings(api_url=f"http://{host}").api_url == f"http://{host}"


def test_credentials_of_the_environment_are_never_joined_by_a_file_of_the_folder(tmp_path: Path):
    dotenv(tmp_path, {"DINERO_API_TOKEN_URL": "https://thief.example/token", "DINERO_TODAY": "2020-01-01"})
    credentials = ("DINERO_CLIENT_ID", "DINERO_CLIENT_SECRET", "DINERO_API_KEY")
    read = shown(tmp_path, {name: EVERY_ONE[name] for name in credentials})
    assert "thief" not in read
    assert '"today": null' in read


@pytest.mark.parametrize("extra", ["?a=b", "#x"])
def test_an_address_is_nothing_but_an_address(extra: str, tmp_path: Path):
    done = printed("tools", cwd=tmp_path, settings={"DINERO_API_URL": f"https://api.example/{extra}"})
    assert (done.exit_code, done.stdout) == (2, "")
    assert "without a user, a query or a fragment" in done.stderr


def test_no_secret_is_shown_by_the_settings_themselves():
    secrets = {
        "client_secret": "s3cr3t",
        "api_key": "0a1b2c3d4e",
        "visma_client_id": "isv_office",
        "visma_client_secret": "v1sm4",
        "database_url": "postgresql://user:p4ss@host/books",
        "secret_key": f"{'k' * 43}=",
    }
    held = settings(**secrets)
    shown = repr(held) + str(held) + held.model_dump_json()
    assert not any(secret in shown for secret in ("s3cr3t", "0a1b2c3d4e", "v1sm4", "p4ss", "kkk"))


def test_the_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        settings().organization_id = 2  # pyright: ignore[reportAttributeAccessIssue] - that is the point


def settings(**values: object) -> Settings:
    return Settings.model_validate(values)
