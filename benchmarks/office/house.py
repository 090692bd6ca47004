"""The whole house as processes: sandbox, PostgreSQL, Redis and replicas of the server, all our own."""

import os
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from benchmarks.office.companies import TODAY
from benchmarks.office.databases import PostgreSQL, Redis, postgresql, redis
from benchmarks.office.started import HOST, Started, free_port
from dinero_mcp.auth.sealing import new_key
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET

Json = dict[str, Any]  # Any: JSON


@dataclass(frozen=True)
class Visma:
    """How the sandbox is to behave."""

    delay: float = 0.02
    jitter: float = 0.02
    copies: int = 0
    token_seconds: int = 3600
    grace_seconds: float = 0

    @property
    def options(self) -> list[str]:
        each = {name.replace("_", "-"): value for name, value in self.__dict__.items()}
        return [word for name, value in each.items() for word in (f"--{name}", str(value))]


class SandboxProcess:
    """The sandbox on a port, and what only a load test may ask of it."""

    def __init__(self, visma: Visma, logs: Path) -> None:
        port = free_port()
        self.address = f"http://{HOST}:{port}"
        command = [sys.executable, "-m", "benchmarks.office.sandbox_process", "--port", str(port)]
        self.process = Started([*command, *visma.options], logs / "sandbox.log")
        self.process.listens(port)

    def counts(self) -> Json:
        """What has arrived so far."""
        return httpx2.get(f"{self.address}/_sandbox/counts").json()

    def granted(self, users: int, *organization_ids: int) -> list[Json]:
        """New users whose access tokens have run out."""
        asked = {"users": users, "organization_ids": organization_ids or None}
        answer = httpx2.post(f"{self.address}/_sandbox/grants", json=asked, timeout=60)
        return answer.raise_for_status().json()


class Replica:
    """One process of the server; started anew it is on the same port."""

    def __init__(self, port: int, environment: Mapping[str, str], log: Path) -> None:
        self.address = f"http://{HOST}:{port}"
        self._port, self._environment, self._log = port, environment, log
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "dinero_mcp", "serve", "--http", "--port", str(self._port)]
        self.process = Started(command, self._log, environment=self._environment)
        self.process.is_ready(self._says_ok)

    def _says_ok(self) -> bool:
        try:
            return httpx2.get(f"{self.address}/readyz", timeout=2).status_code == 200
        except httpx2.TransportError:
            return False

    def end(self) -> None:
        self.process.end()

    def kill(self) -> None:
        self.process.kill()


@dataclass(frozen=True)
class House:
    """What runs, and where its state is."""

    sandbox: SandboxProcess
    replicas: list[Replica]
    public: str
    """The address that all replicas are known by, as behind a proxy: what is sent to any names it as host."""
    folder: Path
    secret_key: str
    postgresql: PostgreSQL | None = None
    redis: Redis | None = None

    @property
    def tracebacks(self) -> int:
        return sum(replica.process.tracebacks for replica in self.replicas)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What house is wanted; a small one is on SQLite and has no Redis."""

    replicas: int = 2
    is_small: bool = False
    visma: Visma = Visma()
    settings: Mapping[str, str] = field(default_factory=dict[str, str])


@contextmanager
def house(plan: Plan) -> Generator[House]:
    """The house, until the block ends; then all that was started is ended, the last first."""
    with ExitStack() as started:
        folder = Path(started.enter_context(TemporaryDirectory()))
        database = None if plan.is_small else started.enter_context(postgresql(folder))
        cache = None if plan.is_small else started.enter_context(redis(folder))
        sandbox = SandboxProcess(plan.visma, folder)
        started.callback(sandbox.process.end)
        public = f"http://{HOST}:{free_port()}"
        built = House(sandbox, [], public, folder, new_key(), database, cache)
        environment = {**_environment(built), **plan.settings}
        for number in range(plan.replicas):
            replica = Replica(free_port(), environment, folder / f"replica{number}.log")
            started.callback(replica.end)
            built.replicas.append(replica)
        yield built


def _environment(built: House) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("DINERO_")}
    return {
        **others,
        "DINERO_VISMA_CLIENT_ID": DEMO_VISMA_CLIENT_ID,
        "DINERO_VISMA_CLIENT_SECRET": DEMO_VISMA_CLIENT_SECRET,
        "DINERO_CONNECT_URL": built.sandbox.address,
        "DINERO_API_URL": built.sandbox.address,
        "DINERO_DATABASE_URL": built.postgresql.address if built.postgresql else "",
        "DINERO_REDIS_URL": built.redis.address if built.redis else "",
        "DINERO_SECRET_KEY": built.secret_key,
        "DINERO_PUBLIC_URL": built.public,
        "DINERO_DATA_DIRECTORY": str(built.folder / "data"),
        "DINERO_TODAY": TODAY.isoformat(),
    }
