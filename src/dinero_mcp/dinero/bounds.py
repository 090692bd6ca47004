"""How far reading Dinero goes."""

from dataclasses import dataclass

from dinero_mcp.dinero.question import MIB


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much is read, kept and waited for. Sizes in bytes, times in seconds."""

    window: int = 60
    """The span in which Dinero counts requests."""
    retry_wait: float = 0.2
    tick: float = 1.0
    """How often a waiting question looks up."""
    answer: int = 64 * MIB
    entries: int = 512 * MIB
    kept_rows: int = 500_000
