"""``/health`` for whoever restarts servers and ``/metrics`` for Prometheus."""

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ui.server.health import Health
from ui.server.login import HEALTH, METRICS, signed_in
from ui.server.metrics import Metrics


def monitoring_routes(metrics: Metrics, check: Callable[[], Health]) -> list[Route]:
    """Both, as routes. Their work blocks, so Starlette runs them in threads."""

    def health(request: Request) -> Response:
        """200 while questions can be answered, else 503. That it answers at all says that the process lives."""
        found = check()
        facts = found.to_dict() if signed_in(request) is not None else {"status": found.status}
        return JSONResponse(facts, 200 if found.ready else 503, {"cache-control": "no-store"})

    def scrape(request: Request) -> Response:
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    return [Route(HEALTH, health), Route(METRICS, scrape)]
