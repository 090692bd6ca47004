"""Addresses that can name a client: https, a host name, a path; nothing that two readers read differently."""

import re
from dataclasses import dataclass

LONGEST = 500
_ADDRESS = re.compile(
    r"https://(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)"
    r"(?P<rest>/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]+(?:\?[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*)?)"
)
_DOTS = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DocumentAddress:
    """Such an address, taken apart; `rest` is the path and the query."""

    text: str
    host: str
    rest: str


def document_address(client_id: str) -> DocumentAddress | None:
    """The client id as the address of a document; None when it is none, or not a plain one."""
    parts = _ADDRESS.fullmatch(client_id) if len(client_id) <= LONGEST else None
    if not parts or len(parts["host"]) > 253 or _DOTS.search(parts["rest"].partition("?")[0]):
        return None
    return DocumentAddress(client_id, parts["host"], parts["rest"])
