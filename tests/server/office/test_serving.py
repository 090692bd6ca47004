"""Under which address an office serves, and when it refuses to."""

import gc
from pathlib import Path

import pytest

from dinero_mcp.server.office.serving import office_app, public_address
from dinero_mcp.server.office.surroundings import Surroundings
from dinero_mcp.server.office.telemetry import ENDPOINTS
from dinero_mcp.settings import Settings
from tests.commands import printed
from tests.server.office.running import ADDRESSES, lifespan, office_settings
from tests.tools.asking import settings_for_tests

PUBLIC = "https://mcp.example.com"
OF_AN_OFFICE = {"DINERO_VISMA_CLIENT_ID": "isv_x", "DINERO_VISMA_CLIENT_SECRET": "s"}


def settings(public_url: str | None = None) -> Settings:
    return settings_for_tests().model_copy(update={"public_url": public_url})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "mcp.example.com"])
@pytest.mark.parametrize("more", [[], ["--demo"], ["--workers", "2"]])
def test_beyond_this_machine_it_does_not_serve_without_a_public_address(
    host: str, more: list[str], tmp_path: Path
) -> None:
    done = printed("serve", "--http", "--host", host, *more, cwd=tmp_path, settings=OF_AN_OFFICE)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"DINERO_PUBLIC_URL is not set. It is needed to listen on {host}")
    assert f"DINERO_PUBLIC_URL={PUBLIC}" in done.stderr


@pytest.mark.parametrize(
    ("host", "named"), [("127.0.0.1",) * 2, ("localhost", "127.0.0.1"), ("::1", "[::1]")]
)
def test_on_this_machine_it_is_found_under_the_number_it_listens_on(host: str, named: str) -> None:
    assert public_address(settings(), host, 8000) == f"http://{named}:8000"


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_the_public_address_is_the_one_that_is_set(host: str) -> None:
    assert public_address(settings(PUBLIC), host, 8000) == PUBLIC


@pytest.mark.parametrize("workers", ["1", "2"])
def test_traces_that_cannot_be_sent_are_told_before_it_serves(workers: str, tmp_path: Path) -> None:
    traced = {ENDPOINTS[1]: "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    settings = OF_AN_OFFICE | traced
    done = printed("serve", "--http", "--workers", workers, cwd=tmp_path, settings=settings)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "only http/protobuf is spoken" in done.stderr


async def test_garbage_is_not_looked_for_among_what_stays_as_long_as_the_office(tmp_path: Path) -> None:
    gc.unfreeze()
    office = office_app(ADDRESSES, Surroundings(office_settings(tmp_path)))
    async with lifespan(office):
        assert gc.get_freeze_count() > len(gc.get_objects())
    gc.unfreeze()
