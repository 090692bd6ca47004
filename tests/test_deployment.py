"""What the files for running it as a service promise, as far as that can be told without running them."""

import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from dinero_mcp.cli import main
from dinero_mcp.settings import Settings, variable
from tests.commands import ran

ROOT = Path(__file__).parents[1]
Service = Mapping[str, Any]  # Any: YAML
COMPOSE: Service = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: Mapping[str, Service] = COMPOSE["services"]
SERVERS = [name for name in SERVICES if name.startswith("server")]
INTERPOLATED = re.compile(r"\$\{(\w+)(:[-?])?([^}]*)\}")


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each with what it says, on one line."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    return [(name, " ".join(rest.split())) for name, _, rest in (line.partition(" ") for line in lines)]


def last_stage() -> dict[str, str]:
    """What is said last in the stage that becomes the image."""
    every = instructions()
    begins = max(at for at, (name, _) in enumerate(every) if name == "FROM")
    return dict(every[begins:])


def test_the_image_runs_as_nobody_in_particular():
    user = last_stage()["USER"]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user), "a number, so that an orchestrator can check it"
    last = [name for name, _ in instructions()]
    assert last.index("USER") > max(at for at, name in enumerate(last) if name in ("RUN", "COPY"))


def test_the_image_installs_only_what_is_pinned_by_its_hash():
    installing = [said for name, said in instructions() if name == "RUN" for said in said.split("&&")]
    for command in (shlex.split(said) for said in installing if " install " in said and "pip" in said):
        assert "--require-hashes" in command or "--no-index" in command, command
    copied = [said for name, said in instructions() if name == "COPY" and "requirements" in said]
    for file in re.findall(r"requirements/\w+\.txt", " ".join(copied)):
        pinned = [line for line in (ROOT / file).read_text().splitlines() if re.match(r"[a-z]", line)]
        assert all("==" in line for line in pinned)
        assert "--hash=sha256:" in (ROOT / file).read_text()


def test_what_is_copied_into_the_image_is_let_through_and_nothing_else_is():
    ignoring = (ROOT / ".dockerignore").read_text().split()
    let_through = {line.removeprefix("!") for line in ignoring if line.startswith("!")}
    copied = [said.split()[:-1] for name, said in instructions() if name == "COPY" and "--from" not in said]
    assert "*" in ignoring
    assert {part.partition("/")[0] for parts in copied for part in parts} == let_through


def test_the_healthcheck_fails_where_nothing_answers(tmp_path: Path):
    check = last_stage()["HEALTHCHECK"]
    program = yaml.safe_load(check.partition("CMD ")[2])
    assert program[:2] == ["python", "-c"]
    elsewhere = program[2].replace("8000", "9")
    assert ran([sys.executable, "-c", elsewhere], tmp_path).returncode == 1


def test_the_settings_in_the_image_and_for_compose_are_settings():
    known = {variable(name) for name in Settings.model_fields}
    set_there = set(re.findall(r"DINERO_\w+(?==)", last_stage()["ENV"]))
    for name in SERVERS:
        set_there |= {name for name in SERVICES[name]["environment"] if name.startswith("DINERO_")}
    assert len(set_there) > 8
    assert set_there <= known


@pytest.mark.parametrize("name", SERVERS)
def test_compose_starts_a_command_that_there_is(name: str):
    command, *arguments = SERVICES[name]["command"]
    with main.commands[command].make_context(command, list(arguments)) as context:
        assert isinstance(context, click.Context)
        assert (context.params["http"], context.params["host"]) == (True, "0.0.0.0")
        assert f"EXPOSE {context.params['port']}" in (ROOT / "Dockerfile").read_text()


def test_there_are_two_servers_and_they_differ_in_nothing():
    assert len(SERVERS) == 2
    assert SERVICES[SERVERS[0]] == SERVICES[SERVERS[1]]


def test_only_the_proxy_can_be_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert not any(service.get("network_mode") for service in SERVICES.values())
    behind = [name for name, service in SERVICES.items() if service["networks"] == ["data"]]
    assert (sorted(behind), COMPOSE["networks"]["data"]["internal"]) == (["postgres", "valkey"], True)


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_can_write_to_its_own_files_or_gain_rights(name: str):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["tmpfs"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    for volume in service.get("volumes", ()):
        source = volume.partition(":")[0]
        assert volume.endswith(":ro") or source in COMPOSE["volumes"], volume
    if name in SERVERS:
        assert service["cap_drop"] == ["ALL"]
        assert "cap_add" not in service
        assert "volumes" not in service


def test_everything_is_asked_whether_it_is_well():
    """The servers by the image's own check."""
    assert all("healthcheck" in service for name, service in SERVICES.items() if name not in SERVERS)
    assert "HEALTHCHECK" in last_stage()
    for name in SERVERS:
        assert {each["condition"] for each in SERVICES[name]["depends_on"].values()} == {"service_healthy"}


def scalars(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():  # pyright: ignore[reportUnknownVariableType] - YAML
            yield from (f"{key}={one}" for one in scalars(each))  # pyright: ignore[reportUnknownArgumentType] - same
    elif isinstance(value, list):
        for each in value:  # pyright: ignore[reportUnknownVariableType] - same
            yield from scalars(each)  # pyright: ignore[reportUnknownArgumentType] - same
    else:
        yield str(value)


def test_no_secret_is_written_down_and_none_has_a_default():
    every = list(scalars(COMPOSE))
    given = [found.groups() for each in every for found in INTERPOLATED.finditer(each)]
    for name, manner, _ in given:
        if re.search("SECRET|PASSWORD", name):
            assert manner == ":?", f"{name} has a default"
    for each in every:
        if re.search("SECRET|PASSWORD|DATABASE_URL", each.rpartition("=")[0]):
            assert INTERPOLATED.search(each), f"{each.partition('=')[0]} is written down"
    build = " ".join(said for _, said in instructions())
    assert not re.search(r"SECRET|PASSWORD|API_KEY|\bARG\b", build)


def test_the_example_names_everything_that_must_be_set_and_holds_no_secret():
    lines = (ROOT / "deploy/office.env.example").read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    given = [found.groups() for each in scalars(COMPOSE) for found in INTERPOLATED.finditer(each)]
    assert {name for name, manner, _ in given if manner == ":?"} <= set(example)
    assert {name for name, value in example.items() if value} == {"DINERO_PUBLIC_URL"}
    assert "deploy/office.env" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_proxy_passes_requests_to_both_servers_and_keeps_what_is_for_operators():
    caddyfile = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
    port = SERVICES[SERVERS[0]]["expose"][0]
    assert all(f"{name}:{port}" in caddyfile for name in SERVERS)
    (kept,) = re.findall(r"@inside path (.*)", caddyfile)
    assert kept.split() == ["/metrics*", "/healthz*", "/readyz*"]
