"""A program of its own that asks Dinero so many times with a stored connection, all at once.

Started with a JSON object, it says that it is ready, waits for a line, and then says how often it succeeded
and which errors it met.
"""

import asyncio
import json
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import httpx2

from dinero_mcp.auth.refreshing import Rules
from dinero_mcp.auth.store import open_store
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_tokens import VismaTokens
from dinero_mcp.errors import DineroMCPError

LONGEST = 60
"""Seconds that a busy machine may take for all of it."""


async def main(
    address: str,
    application: tuple[str, str],
    directory: str,
    database: str | None,
    rules: tuple[float, float],
) -> None:
    store = await open_store(Path(directory), database)
    connection = await store.newest(address)
    assert connection
    grace, lease = (timedelta(seconds=seconds) for seconds in rules)
    tokens = VismaTokens(store, VismaClient(address, *application), connection.user, Rules(grace, lease))
    met: Counter[str] = Counter()
    async with httpx2.AsyncClient(base_url=address, timeout=LONGEST) as dinero:

        async def call() -> None:
            try:
                headers = {"Authorization": f"Bearer {await tokens.token()}"}
            except DineroMCPError as error:
                met[type(error).__name__] += 1
            else:
                met[str((await dinero.get("/v1/organizations", headers=headers)).status_code)] += 1

        say("ready")
        await asyncio.to_thread(sys.stdin.readline)
        await asyncio.gather(*(call() for _ in range(100)))
    say(json.dumps(met))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(**json.loads(sys.argv[1])))
