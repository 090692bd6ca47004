"""The sandbox as a process that counts and answers late. `python -m benchmarks.office.sandbox_process`

A call over the quota is answered and counted, so that a violation is seen; `--refuses` has it refused.
"""

import argparse
import asyncio
from random import Random

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benchmarks.office.companies import TODAY, companies
from benchmarks.office.started import HOST
from dinero_mcp.sandbox import Application, Behaviour, Sandbox


class Late:
    """An app whose answers are some seconds on their way; what is asked arrives at once."""

    def __init__(self, app: ASGIApp, delay: float, jitter: float) -> None:
        self._app, self._delay, self._jitter = app, delay, jitter
        self._chance = Random(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_late(message: Message) -> None:
            if message["type"] == "http.response.start":
                await asyncio.sleep(self._delay + self._jitter * self._chance.random())
            await send(message)

        await self._app(scope, receive, send_late)


def main() -> None:
    options = _options()
    sandbox = Sandbox(
        TODAY,
        companies(options.copies),
        behaviour=Behaviour(quota_refuses=options.refuses),
        application=Application(token_seconds=options.token_seconds, grace_seconds=options.grace_seconds),
        control=True,
    )
    late = Late(sandbox.app, options.delay, options.jitter)
    uvicorn.run(
        late, host=HOST, port=options.port, loop="uvloop", http="httptools", log_config=None, lifespan="off"
    )


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--delay", type=float, default=0.0, help="seconds before an answer")
    options.add_argument("--jitter", type=float, default=0.0, help="up to so many seconds more")
    options.add_argument("--copies", type=int, default=0, help="organizations besides the demo's")
    options.add_argument("--token-seconds", type=int, default=3600)
    options.add_argument("--grace-seconds", type=float, default=0.0)
    options.add_argument("--refuses", action="store_true")
    return options.parse_args()


if __name__ == "__main__":
    main()
