"""What is noted of each call: the audit trail, when a bearer was last used, and that old lines go.

Lines are written in batches a moment later, so that no call waits for them, and at the end what is left. When
the database cannot be reached they wait, and the oldest are given up with a word in the log.
"""

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import anyio

from dinero_mcp.auth.audit import AuditLine
from dinero_mcp.auth.state import State
from dinero_mcp.errors import StoreError

log = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between batches."""
USED_EVERY = timedelta(minutes=1)
"""For so long a bearer that was noted as used is not noted again."""
HOUSEKEEPING = timedelta(hours=1)
NAMES_SOUGHT = timedelta(days=1)
"""For how far back names are looked for that were written down after their connection had ended."""
MOST_WAITING = 20_000


class Records:
    """Calls on their way to the database."""

    def __init__(self, state: State, now: Callable[[], datetime], *, audit_days: int) -> None:
        self._state = state
        self._now = now
        self._lasts = timedelta(days=audit_days)
        self._lines: deque[AuditLine] = deque(maxlen=MOST_WAITING)
        self._used: set[str] = set()
        self._noted: dict[str, datetime] = {}
        self._lost = 0
        self._tidied_at: datetime | None = None
        self._writing = anyio.Lock()

    def note(self, line: AuditLine, bearer_id: str) -> None:
        """Have a call written down."""
        self._lost += len(self._lines) == MOST_WAITING
        self._lines.append(line)
        self._used.add(bearer_id)

    async def keep_writing(self, closing: anyio.Event) -> None:
        """Write what comes in until the office closes: never broken off, for a transaction must not be."""
        while not closing.is_set():
            with anyio.move_on_after(EVERY):
                await closing.wait()
            await self.write()

    async def write(self) -> None:
        """Write what is waiting; it goes on waiting where the database cannot be reached."""
        try:
            async with self._writing:  # each line once, whoever asks
                await self._write_lines()
                await self._tidy()
        except StoreError as error:
            log.warning("The audit trail waits: %s", error)
        if self._lost:
            log.error("%d calls are missing in the audit trail: the database was away too long", self._lost)
            self._lost = 0

    async def _write_lines(self) -> None:
        if not self._lines:
            return
        lines = list(self._lines)
        await self._state.audit.write(lines)
        for line in lines:  # those that had to go meanwhile are gone from the left
            if self._lines and self._lines[0] is line:
                self._lines.popleft()
        await self._note_used(self._now())

    async def _note_used(self, now: datetime) -> None:
        self._noted = {each: at for each, at in self._noted.items() if now - at < USED_EVERY}
        used = set(self._used)
        if new := used - self._noted.keys():
            await self._state.bearers.note_used(new, now)
        self._noted.update(dict.fromkeys(new, now))
        self._used -= used

    async def _tidy(self) -> None:
        now = self._now()
        if self._tidied_at and now - self._tidied_at < HOUSEKEEPING:
            return
        self._tidied_at = now
        await self._state.audit.forget_before(now - self._lasts)
        await self._state.audit.forget_names(now - NAMES_SOUGHT)
        await self._state.bearers.sweep(now)
