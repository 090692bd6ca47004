"""A stateful stand-in for Dinero and Visma Connect: the demo company, and what the tests run against."""

from dinero_mcp.sandbox.app import Sandbox, SeenRequest
from dinero_mcp.sandbox.behaviour import Behaviour
from dinero_mcp.sandbox.connect import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Application
from dinero_mcp.sandbox.faults import Fault
from dinero_mcp.sandbox.sign_in import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET

__all__ = [
    "DEMO_API_KEY",
    "DEMO_CLIENT_ID",
    "DEMO_CLIENT_SECRET",
    "DEMO_VISMA_CLIENT_ID",
    "DEMO_VISMA_CLIENT_SECRET",
    "Application",
    "Behaviour",
    "Fault",
    "Sandbox",
    "SeenRequest",
]
