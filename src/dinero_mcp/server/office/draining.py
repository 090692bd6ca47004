"""The end of a server behind a load balancer: it says that nothing new should come, then stops listening."""

import asyncio
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn


class NoticeGiven(uvicorn.Server):
    """Goes on listening for `notice` seconds after it is told to stop; told twice, it stops at once.

    `drain` is called when it is told, so that `/readyz` says so meanwhile.
    """

    def __init__(self, config: uvicorn.Config, drain: Callable[[], None], *, notice: float) -> None:
        super().__init__(config)
        self._drain, self._notice = drain, notice
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_told = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._is_told or self._loop is None:
            super().handle_exit(sig, frame)
            return
        self._is_told = True
        self._drain()
        self._loop.call_soon_threadsafe(self._loop.call_later, self._notice, super().handle_exit, sig, frame)
