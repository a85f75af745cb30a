import asyncio

import grpc
import pytest

from keras_infogan.serving.protocol.errors import not_found
from keras_infogan.serving.server.request_metrics import RequestMetrics


@pytest.fixture
def metrics():
    return RequestMetrics(lambda name: name == "digits")


def lines(metrics):
    return metrics.page().decode().splitlines()


def test_requests_are_counted_by_model_and_status(metrics):
    metrics.record("digits", "Predict", "GRPC", grpc.StatusCode.OK, 0.002)
    metrics.record("digits", "Predict", "REST", grpc.StatusCode.OK, 0.002)
    metrics.record("digits", "Predict", "GRPC", grpc.StatusCode.NOT_FOUND, 0.002)
    count = ':tensorflow:serving:request_count{model_name="digits",status="%s"} %s'
    assert count % ("OK", "2.0") in lines(metrics)
    assert count % ("NOT_FOUND", "1.0") in lines(metrics)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (not_found("no such model"), "NOT_FOUND"),
        (asyncio.CancelledError(), "CANCELLED"),
        (RuntimeError("a fault of the server"), "UNKNOWN"),
    ],
)
def test_a_failure_is_counted_with_its_code(metrics, error, code):
    with pytest.raises(type(error)), metrics.measure("digits", "Predict", "GRPC"):
        raise error
    counts = [
        line for line in lines(metrics) if line.startswith(":tensorflow:serving:request_count{")
    ]
    assert counts == [
        f':tensorflow:serving:request_count{{model_name="digits",status="{code}"}} 1.0'
    ]


def test_a_success_is_counted_with_its_time(metrics):
    with metrics.measure("digits", "Predict", "REST"):
        pass
    labels = '{API="Predict",entrypoint="REST",model_name="digits"}'
    assert ':tensorflow:serving:request_count{model_name="digits",status="OK"} 1.0' in (
        lines(metrics)
    )
    assert f":tensorflow:serving:request_latency_count{labels} 1.0" in lines(metrics)


def test_latencies_are_microseconds_of_what_succeeded(metrics):
    metrics.record("digits", "Predict", "GRPC", grpc.StatusCode.OK, 0.002)
    metrics.record("digits", "Predict", "GRPC", grpc.StatusCode.INTERNAL, 9.0)
    labels = '{API="Predict",entrypoint="GRPC",model_name="digits"}'
    assert f":tensorflow:serving:request_latency_sum{labels} 2000.0" in lines(metrics)
    assert f":tensorflow:serving:request_latency_count{labels} 1.0" in lines(metrics)


def test_names_of_callers_cannot_make_the_page_grow(metrics):
    for number in range(100):
        metrics.record(f"m{number}", "Predict", "GRPC", grpc.StatusCode.NOT_FOUND, 0.0)
    assert ':tensorflow:serving:request_count{model_name="(unknown)",status="NOT_FOUND"} 100.0' in (
        lines(metrics)
    )
    assert b"m99" not in metrics.page()


def test_batches_are_counted_by_their_rows(metrics):
    metrics.record_batch(3, 0.001)
    metrics.record_batch(5, 0.002)
    begin = ":tensorflow:serving:batching_session"
    assert f"{begin}:processed_batch_size_sum 8.0" in lines(metrics)
    assert f"{begin}:queuing_latency_sum 3000.0" in lines(metrics)
