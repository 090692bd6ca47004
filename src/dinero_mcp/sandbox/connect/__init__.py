"""A stand-in for Visma Connect: invented users sign in here, and applications get tokens for them."""

from dinero_mcp.sandbox.connect.application import (
    DEMO_VISMA_CLIENT_ID,
    DEMO_VISMA_CLIENT_SECRET,
    Application,
)
from dinero_mcp.sandbox.connect.visma_connect import VismaConnect

__all__ = ["DEMO_VISMA_CLIENT_ID", "DEMO_VISMA_CLIENT_SECRET", "Application", "VismaConnect"]
