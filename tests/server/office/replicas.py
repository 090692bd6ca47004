"""Two processes of one office."""

from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from dinero_mcp.auth.sealing import new_key
from tests.auth.postgresql import a_database
from tests.dinero.redis_server import redis_server
from tests.server.office.running import Running, running, sandbox_at

InCommon = Mapping[str, Any]  # Any: settings


@contextmanager
def shared_places() -> Generator[InCommon]:
    """The database, the Redis and the key, as settings of both."""
    with a_database() as address:
        yield {
            "database_url": SecretStr(address),
            "redis_url": SecretStr(redis_server()),
            "secret_key": SecretStr(new_key()),
        }


@asynccontextmanager
async def two_processes(
    folder: Path, in_common: InCommon, freshness_seconds: float
) -> AsyncGenerator[tuple[Running, Running]]:
    """Both on one sandbox, with nothing else in common."""
    sandbox, fresh = sandbox_at(), freshness_seconds
    async with (
        running(folder / "one", sandbox, freshness_seconds=fresh, **in_common) as one,
        running(folder / "other", sandbox, freshness_seconds=fresh, **in_common) as other,
    ):
        yield one, other
