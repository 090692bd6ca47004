"""What every test may ask for."""

import os

import pytest
from hypothesis import HealthCheck, settings

# How fast a machine makes up examples is not what a test is about.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: many tests wait, for a process, a browser or their turn."""
    return 1 + (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def nobody_signed_in(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep out of the data directory of whoever runs the tests, where they may be signed in to the demo."""
    os.environ["XDG_DATA_HOME"] = str(tmp_path_factory.mktemp("data"))
