import threading
import time

import grpc
import pytest
from tensorflow_serving.apis import (
    get_model_status_pb2,
    model_management_pb2,
    model_service_pb2_grpc,
    predict_pb2,
)

from keras_infogan.serving.repository.batching_options import BatchingOptions
from keras_infogan.serving.repository.model_repository import ModelRepository
from keras_infogan.serving.server import grpc_calls

ONE_AT_A_TIME = {
    "alone": {"grpc_max_threads": 1},
    "batched": {"batching": BatchingOptions(max_batch_size=1, num_batch_threads=1)},
}


@pytest.mark.parametrize("options", ONE_AT_A_TIME.values(), ids=ONE_AT_A_TIME)
def test_what_waits_is_dropped_when_its_deadline_passes(start, asking, slow_runs, options):
    asked = asking(start(**options))
    first = asked.begin(1)
    slow_runs.wait_for(1)
    late = [asked.begin(2, timeout=0.5) for _ in range(8)]
    for call in late:
        assert call.exception(timeout=10).code() == grpc.StatusCode.DEADLINE_EXCEEDED
    patient = asked.begin(4)
    time.sleep(0.3)
    slow_runs.free.set()
    assert first.result().outputs["digit"].int64_val[0] == 1
    assert patient.result().outputs["digit"].int64_val[0] == 4
    assert slow_runs.seeds == [1, 4]


@pytest.mark.parametrize("options", ONE_AT_A_TIME.values(), ids=ONE_AT_A_TIME)
def test_what_waits_is_dropped_when_its_caller_cancels(start, asking, slow_runs, options):
    server = start(**options, monitoring_path="/metrics")
    asked = asking(server)
    first = asked.begin(1)
    slow_runs.wait_for(1)
    leaving = [asked.begin(2) for _ in range(8)]
    time.sleep(0.3)
    for call in leaving:
        call.cancel()
    time.sleep(0.5)
    slow_runs.free.set()
    assert first.result().outputs["digit"].int64_val[0] == 1
    assert asked.digit(4) == 4
    assert slow_runs.seeds == [1, 4]
    page = server._metrics.page().decode()
    assert 'model_name="digits",status="CANCELLED"} 8.0' in page


def test_a_request_that_never_arrives_ends(start, asking):
    asked = asking(start(grpc_read_timeout_in_ms=300, max_concurrent_requests=1))
    free = threading.Event()

    def never_sent():
        free.wait(30)
        return
        yield

    predict = asked.channel.stream_unary("/tensorflow.serving.PredictionService/Predict")
    call = predict.future(never_sent())
    time.sleep(0.1)
    assert asked.begin().exception(10).code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    error = call.exception(timeout=10)
    free.set()
    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert error.details() == (
        "The request should arrive within 0.3 s. Received: less than the whole"
    )
    assert asked.digit(5) == 5


def test_a_call_without_a_request_is_refused(start, asking):
    predict = asking(start()).channel.stream_unary("/tensorflow.serving.PredictionService/Predict")
    error = predict.future(iter([])).exception(timeout=10)
    assert (error.code(), error.details()) == (
        grpc.StatusCode.INTERNAL,
        "The call should send a request. Received: none",
    )


def reload_request(*models):
    request = model_management_pb2.ReloadConfigRequest()
    request.config.model_config_list.SetInParent()
    for name, base_path in models:
        request.config.model_config_list.config.add(name=name, base_path=str(base_path))
    return request


def test_reloads_of_a_slow_path_keep_nobody_waiting(start, asking, base_path, monkeypatch):
    free, reloads = threading.Event(), []

    def reload_slowly(repository, configs):
        reloads.append(list(configs))
        assert free.wait(30)

    monkeypatch.setattr(ModelRepository, "reload", reload_slowly)
    asked = asking(start(max_pending_reloads=8))
    stub = model_service_pb2_grpc.ModelServiceStub(asked.channel)
    request = reload_request(("digits", base_path))
    calls = [stub.HandleReloadConfigRequest.future(request, timeout=60) for _ in range(200)]
    started = time.monotonic()
    assert [asked.digit(seed) for seed in range(5)] == list(range(5))
    status = get_model_status_pb2.GetModelStatusRequest()
    status.model_spec.name = "digits"
    assert stub.GetModelStatus(status, timeout=10).model_version_status[0].version == 1
    assert time.monotonic() - started < 5
    refused = [call for call in calls if call.done()]
    assert len(refused) == 200 - 9
    assert {call.code() for call in refused} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
    waiting = [call for call in calls if not call.done()]
    for call in waiting:
        call.cancel()
    time.sleep(0.5)
    free.set()
    assert len(reloads) == 1  # those that still waited are dropped


def many_inputs(count):
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "digits"
    for index in range(count):
        request.inputs[str(index)].SetInParent()
    return request.SerializeToString()


def test_others_are_answered_while_a_large_message_is_read(serve, base_path, asking):
    """A message of 5.6 MB once kept the event loop for 8.8 seconds."""
    server = serve(f"--model_base_path={base_path}", "--model_name=digits")
    large, small = asking(server), asking(server)
    assert small.digit() == 3
    predict = large.channel.unary_unary("/tensorflow.serving.PredictionService/Predict")
    call = predict.future(many_inputs(150_000), timeout=60)
    slowest = 0.0
    while not call.done():
        started = time.monotonic()
        assert small.digit() == 3
        slowest = max(slowest, time.monotonic() - started)
    assert call.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert slowest < 1.5


def test_a_large_message_has_the_answer_of_a_small_one(start, asking, monkeypatch):
    monkeypatch.setattr(grpc_calls, "LARGE_MESSAGE_BYTES", 0)
    asked = asking(start())
    assert [asked.digit(seed) for seed in range(5)] == list(range(5))
    with pytest.raises(grpc.RpcError) as caught:
        asked.channel.unary_unary("/tensorflow.serving.PredictionService/Predict")(b"\xff")
    assert caught.value.code() == grpc.StatusCode.INTERNAL
