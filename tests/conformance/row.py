"""A line of the table that `make conformance` prints."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What came of one question to a server, in checks."""

    server: str
    era: str
    question: str
    passed: int
    failed: int

    def __str__(self) -> str:
        mark = "FAIL" if self.failed else "ok" if self.passed else "skip"
        count = f"{self.passed}/{self.passed + self.failed}"
        return f"{mark:5} {self.server:16} {self.era:11} {self.question:48} {count:>6}"
