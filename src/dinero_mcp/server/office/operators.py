"""What an operator's machines ask for: the load balancer, the orchestrator, Prometheus."""

from starlette.routing import Route

from dinero_mcp.server.office.health import Readiness, healthz
from dinero_mcp.server.office.metrics import Metrics
from dinero_mcp.server.office.scraping import scraping


def operator_routes(readiness: Readiness, metrics: Metrics, public_host: str | None) -> list[Route]:
    """`/healthz`, `/readyz` and `/metrics`; `public_host` is the name that the world knows the server by."""
    return [
        Route("/healthz", healthz),
        Route("/readyz", readiness.readyz),
        Route("/metrics", scraping(metrics, public_host)),
    ]
