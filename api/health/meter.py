"""What one application counts of its own requests; in a registry of its own, nothing global.

Refuses to know what a request asks for: it counts operations and statuses.
"""

import time
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

NO_OPERATION: Final = "none"
"""Of requests that no route takes."""


class ApiMeter:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._requests = Counter(
            "outpace_api_requests_total",
            "Requests answered, by operation and status.",
            ("operation", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "outpace_api_request_seconds",
            "From a request to the end of its answer.",
            ("operation",),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self._feed = Gauge(
            "outpace_feed_subscribers",
            "Subscriptions to the live feed of this process.",
            registry=self.registry,
        )
        self._engines = Gauge(
            "outpace_engines",
            "Engines that this process can ask.",
            registry=self.registry,
        )

    def answered(self, operation: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(seconds)

    def count_feed(self, subscribers: Callable[[], int]) -> None:
        """Have the feed's subscribers counted by a function from now on."""
        self._feed.set_function(subscribers)

    def engines_seen(self, count: int) -> None:
        """Say how many engines can be asked."""
        self._engines.set(count)


class Measured:
    """Counts every request of an application.

    Args:
        app: what is measured.
        meter: counts.
    """

    def __init__(self, app: ASGIApp, *, meter: ApiMeter) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            operation = getattr(scope.get("route"), "operation_id", None) or NO_OPERATION
            self._meter.answered(operation, status, time.perf_counter() - began)
