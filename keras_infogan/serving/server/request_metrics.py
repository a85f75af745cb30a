"""Counters and latencies of requests, under TensorFlow Serving's names, for Prometheus."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator

import grpc
import prometheus_client

from keras_infogan.serving.protocol.errors import StatusError

PROMETHEUS_PATH = "/monitoring/prometheus/metrics"
UNKNOWN_MODEL = "(unknown)"

_REQUEST_COUNT = ":tensorflow:serving:request_count"
_REQUEST_LATENCY = ":tensorflow:serving:request_latency"
BATCH_SIZE = ":tensorflow:serving:batching_session:processed_batch_size"
_QUEUING_LATENCY = ":tensorflow:serving:batching_session:queuing_latency"
_MICROS = 1e6
# From 10 microseconds by factors of 1.8 to some twenty minutes.
_LATENCY_BUCKETS = tuple(10.0 * 1.8**power for power in range(33))
_SIZE_BUCKETS = tuple(float(2**power) for power in range(15))


class RequestMetrics:
    """Counts requests by outcome and keeps histograms of their latency, in microseconds.

    Args:
        is_served: tells whether a name is a served model's; others are counted as one, so that
            no caller can make the page grow.

    Examples:
        >>> metrics = RequestMetrics(lambda name: name == "digits")
        >>> metrics.record("digits", "Predict", "GRPC", grpc.StatusCode.OK, 0.002)
        >>> b'model_name="digits"' in metrics.page()
        True
    """

    def __init__(self, is_served: Callable[[str], bool]) -> None:
        self._is_served = is_served
        self._registry = prometheus_client.CollectorRegistry()
        self._counts = prometheus_client.Counter(
            _REQUEST_COUNT,
            "The total number of requests.",
            ["model_name", "status"],
            registry=self._registry,
        )
        self._latencies = prometheus_client.Histogram(
            _REQUEST_LATENCY,
            "Wall time of requests that succeeded, in microseconds.",
            ["model_name", "API", "entrypoint"],
            buckets=_LATENCY_BUCKETS,
            registry=self._registry,
        )
        self._batch_sizes = prometheus_client.Histogram(
            BATCH_SIZE,
            "Rows of the batches that ran, without padding.",
            buckets=_SIZE_BUCKETS,
            registry=self._registry,
        )
        self._queuing = prometheus_client.Histogram(
            _QUEUING_LATENCY,
            "How long a batch's first request waited in the queue, in microseconds.",
            buckets=_LATENCY_BUCKETS,
            registry=self._registry,
        )

    @contextlib.contextmanager
    def measure(self, model_name: str, api: str, entrypoint: str) -> Iterator[None]:
        """Counts the request that is answered inside, by how it ends, with its time.

        An exception that is no `StatusError` is counted as UNKNOWN, the status that gRPC sends.

        Args:
            model_name: as the request has it.
            api: Predict, Classify, Regress or MultiInference.
            entrypoint: GRPC or REST.
        """
        code = grpc.StatusCode.UNKNOWN
        started = time.perf_counter()
        try:
            yield
            code = grpc.StatusCode.OK
        except StatusError as error:
            code = error.code
            raise
        except asyncio.CancelledError:
            code = grpc.StatusCode.CANCELLED
            raise
        finally:
            self.record(model_name, api, entrypoint, code, time.perf_counter() - started)

    def record(
        self, model_name: str, api: str, entrypoint: str, code: grpc.StatusCode, seconds: float
    ) -> None:
        """Counts a request.

        Args:
            model_name: as the request has it.
            api: Predict, Classify, Regress or MultiInference.
            entrypoint: GRPC or REST.
            code: how it ended.
            seconds: how long it took.
        """
        name = model_name if self._is_served(model_name) else UNKNOWN_MODEL
        self._counts.labels(name, code.name).inc()
        if code == grpc.StatusCode.OK:
            self._latencies.labels(name, api, entrypoint).observe(seconds * _MICROS)

    def record_batch(self, rows: int, seconds: float) -> None:
        """Counts a batch that ran.

        Args:
            rows: of its requests, without padding.
            seconds: how long its first request waited.
        """
        self._batch_sizes.observe(rows)
        self._queuing.observe(seconds * _MICROS)

    def page(self) -> bytes:
        """Returns everything in Prometheus's text format."""
        text = prometheus_client.generate_latest(self._registry)
        # The client library ends every counter's name with _total, and TensorFlow Serving none.
        return text.replace(f"{_REQUEST_COUNT}_total".encode(), _REQUEST_COUNT.encode())
