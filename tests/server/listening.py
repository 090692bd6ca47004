"""An ASGI app of this process on a port of this machine, where connections can break and headers are real."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import anyio
import uvicorn
from starlette.types import ASGIApp

from dinero_mcp.server.http import HOST


@asynccontextmanager
async def listening(app: ASGIApp, port: int = 0) -> AsyncGenerator[str]:
    """Gives the address of the app, whose lifespan is the caller's; on any free port unless one is given."""
    server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=port, log_config=None, lifespan="off"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(server.serve)
        await until(lambda: server.started)
        yield f"http://{HOST}:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True


async def until(condition: Callable[[], bool]) -> None:
    """Wait until it is so, ten seconds at most."""
    with anyio.fail_after(10):
        while not condition():  # noqa: ASYNC110 - what is waited for knows no events
            await anyio.sleep(0.01)
