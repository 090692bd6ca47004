"""Which postings are of foreign trade, where an exchange rate or a fee may stand between books and bank.

Dinero's postings do not tell the currency of a document. Its VAT code tells that it is of foreign trade, and
so does that of another document of the same contact, as where a bill is paid later.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dinero_mcp.accounting.postings import Posting, vouchers
from dinero_mcp.accounting.vat_codes import code_of

_CODES = frozenset({"IEUV", "IEUY", "IVV", "IVY", "UEUV", "UEUV2", "UEUY", "UVV", "UVY"})


@dataclass(frozen=True, slots=True)
class Abroad:
    """The contacts traded with abroad, and the postings of vouchers with such a VAT code, by identity."""

    contacts: frozenset[str]
    rows: frozenset[int]

    def __contains__(self, posting: Posting) -> bool:
        return posting.contact_guid in self.contacts or id(posting) in self.rows

    def __or__(self, other: "Abroad") -> "Abroad":
        return Abroad(self.contacts | other.contacts, self.rows | other.rows)


NOTHING_ABROAD = Abroad(frozenset(), frozenset())


def abroad(postings: Iterable[Posting]) -> Abroad:
    """What of all accounts' postings is of foreign trade; keep the postings as long as it is used."""
    found = [
        row for rows in vouchers(postings) if any(code_of(row) in _CODES for row in rows) for row in rows
    ]
    return Abroad(
        contacts=frozenset(row.contact_guid for row in found if row.contact_guid),
        rows=frozenset(map(id, found)),
    )
