"""What every test may ask for."""

import pytest
from hypothesis import HealthCheck, settings

# How fast a machine makes up examples is not what a test is about.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
