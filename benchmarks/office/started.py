"""A process that was started here, and is ended by its own id and no other way."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep

HOST = "127.0.0.1"
LONGEST_START, LONGEST_END = 60.0, 30.0


class Started:
    """A process whose words go to a file."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> None:
        self.log = log
        with log.open("ab") as words:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=words, stderr=words, env=environment, user=user
            )

    @property
    def memory(self) -> int:
        """Bytes in use."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(re.findall(r"^VmRSS:\s*(\d+) kB$", status, re.MULTILINE)[0]) * 1024

    @property
    def worked(self) -> float:
        """Seconds of processor time so far."""
        fields = (
            Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def tracebacks(self) -> int:
        """How many were logged: what was raised on purpose logs none."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("Traceback (most recent call")

    def listens(self, port: int) -> None:
        """Wait until it takes connections."""
        self.is_ready(lambda: _takes_connections(port))

    def is_ready(self, is_so: Callable[[], bool]) -> None:
        """Wait until it is so; a process that ends instead shows its last words."""
        deadline = monotonic() + LONGEST_START
        while not is_so():
            if self._process.poll() is not None or monotonic() > deadline:
                raise RuntimeError(f"did not start:\n{self.last_words}")
            sleep(0.05)

    @property
    def last_words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def end(self, by: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, and make it if it does not."""
        self._process.send_signal(by)
        try:
            self._process.wait(LONGEST_END)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self._process.kill()
        self._process.wait()


def _takes_connections(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
