"""The invented people who can sign in."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a Visma profile; what organizations it reaches is decided in Dinero, not here."""

    subject: str
    name: str
    email: str
    what: str
    organization_ids: frozenset[int] | None = None
    """None: every organization of the sandbox."""

    def reached(self, every: frozenset[int]) -> frozenset[int]:
        return every if self.organization_ids is None else self.organization_ids & every


def newcomer(number: int, organization_ids: frozenset[int] | None) -> User:
    """One of the many that a load test takes."""
    subject = f"5f0c1d7e-0000-4000-9000-{number:012}"
    return User(
        subject, f"Bruger {number}", f"bruger{number}@bureau.example", "one of many", organization_ids
    )


USERS: Final = (
    User(
        "5f0c1d7e-0000-4000-8000-000000000001",
        "Astrid Havblik",
        "astrid@havblik.example",
        "keeps the books of every company here",
    ),
    User(
        "5f0c1d7e-0000-4000-8000-000000000002",
        "Ida Bergmann",
        "ida@bergmann.example",
        "one company, with Pro",
        frozenset({1002}),
    ),
    User(
        "5f0c1d7e-0000-4000-8000-000000000003",
        "Mads Cykelsmed",
        "mads@cykelsmeden.example",
        "one company, without Pro",
        frozenset({1003}),
    ),
    User(
        "5f0c1d7e-0000-4000-8000-000000000004",
        "Nanna Ny",
        "nanna@ny.example",
        "no company yet",
        frozenset(),
    ),
)

BY_SUBJECT: Final = {user.subject: user for user in USERS}
