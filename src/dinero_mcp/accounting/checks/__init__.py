"""The list a careful bookkeeper goes through before closing a month: each check a pure function with a name.

A check looks at one `Material` and says what it found and what it could not judge. Nothing here reads
anything, and none of it decides alone: the same books on the same day give the same findings.
"""

from dinero_mcp.accounting.checks.balances import is_limited_company
from dinero_mcp.accounting.checks.catalogue import CHECKS, Review, review
from dinero_mcp.accounting.checks.findings import Check, Finding, NotChecked, Severity
from dinero_mcp.accounting.checks.material import BookYear, Material, OpenDocuments

__all__ = [
    "CHECKS",
    "BookYear",
    "Check",
    "Finding",
    "Material",
    "NotChecked",
    "OpenDocuments",
    "Review",
    "Severity",
    "is_limited_company",
    "review",
]
