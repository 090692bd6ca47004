"""The end of a connection: revoked at Visma, and deleted here with all that belongs to it."""

import logging
from typing import TYPE_CHECKING

from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.errors import DineroMCPError, NotConnectedError

if TYPE_CHECKING:
    from dinero_mcp.auth.state import State
    from dinero_mcp.auth.store import ConnectionStore

log = logging.getLogger(__name__)


async def disconnect(state: "State", visma: VismaClient, connection: VismaConnection) -> bool:
    """Revoke and delete; false when Visma could not be asked, for then it is deleted all the same."""
    try:
        await revoke(state.connections, visma, connection)
        was_revoked = True
    except NotConnectedError:  # somebody else was faster
        was_revoked = True
    except DineroMCPError as error:
        log.warning("A connection was deleted that is not revoked at Visma: %s", error)
        was_revoked = False
    await state.forget(connection.id)
    return was_revoked


async def revoke(store: "ConnectionStore", visma: VismaClient, connection: VismaConnection) -> None:
    """Take back at Visma what was granted; a refresh that comes in between is revoked too.

    Raises:
        NotConnectedError: when the connection is gone.
    """
    revoked, kept = "", connection
    while kept.refresh_token != revoked:
        revoked = kept.refresh_token
        await visma.revoke(revoked)
        kept = await store.connection(kept.user)
