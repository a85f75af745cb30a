import itertools
import sys
import threading
import time

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from keras_infogan.serving.server import grpc_streams

TOKEN = [("authorization", "Bearer secret")]
SERVING = health_pb2.HealthCheckResponse.SERVING
MANY = 1000
REQUEST = health_pb2.HealthCheckRequest()


def watch_from_many_connections(asking, server):
    """A thousand streams of strangers, 90 per connection: a connection has 100 calls at most."""
    channels = [asking(server).channel for _ in range(1 + MANY // 90)]
    stubs = [health_pb2_grpc.HealthStub(channel) for channel in channels]
    return [stubs[number // 90].Watch(REQUEST) for number in range(MANY)]


def codes_of(calls, seconds=20.0):
    """The codes of calls that have ended, once their number stays as it is."""
    before, deadline = -1, time.monotonic() + seconds
    while (ended := [call.code() for call in calls if call.done()]) and len(ended) != before:
        assert time.monotonic() < deadline
        before = len(ended)
        time.sleep(0.5)
    return ended


def test_watches_of_strangers_take_no_place_of_callers_with_the_token(start, asking):
    server = start(auth_token="secret", max_open_streams=100)
    stranger, known = asking(server), asking(server, TOKEN)
    health = health_pb2_grpc.HealthStub(stranger.channel)
    watches = watch_from_many_connections(asking, server)
    started = time.monotonic()
    assert [known.digit(seed) for seed in range(10)] == list(range(10))
    assert time.monotonic() - started < 5
    codes = codes_of(watches)
    assert {next(watch).status for watch in watches if not watch.done()} == {SERVING}
    assert len(codes) == MANY - 100
    assert set(codes) == {grpc.StatusCode.RESOURCE_EXHAUSTED}
    started = time.monotonic()
    assert [known.digit(seed) for seed in range(10)] == list(range(10))
    assert time.monotonic() - started < 5
    assert health.Check(REQUEST, timeout=10).status == SERVING
    own = health_pb2_grpc.HealthStub(known.channel).Watch(REQUEST, metadata=TOKEN)
    assert next(own).status == SERVING
    for watch in [*watches, own]:
        watch.cancel()


def test_a_watch_that_ended_gives_its_place_back(start, asking):
    health = health_pb2_grpc.HealthStub(asking(start(max_open_streams=1)).channel)
    for _ in range(3):
        watch = health.Watch(REQUEST)
        assert next(watch).status == SERVING
        watch.cancel()
        time.sleep(0.2)


def never_sent(free):
    free.wait(60)
    return
    yield


@pytest.fixture
def free():
    event = threading.Event()
    yield event
    event.set()


def open_checks(asked, count, free):
    """Health checks whose requests never come."""
    check = asked.channel.stream_unary(
        "/grpc.health.v1.Health/Check",
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )
    return [check.future(never_sent(free)) for _ in range(count)]


def test_a_check_whose_request_never_comes_ends(start, asking, free, monkeypatch):
    monkeypatch.setattr(grpc_streams, "CHECK_SECONDS", 0.3)
    server = start(auth_token="secret")
    (check,) = open_checks(asking(server), 1, free)
    assert check.exception(timeout=10).code() == grpc.StatusCode.DEADLINE_EXCEEDED


def test_the_newest_check_is_answered(start, asking, free, monkeypatch):
    monkeypatch.setattr(grpc_streams, "MAXIMUM_WAITING_CHECKS", 20)
    asked = asking(start(auth_token="secret", max_concurrent_requests=1))
    checks = open_checks(asked, 60, free)
    health = health_pb2_grpc.HealthStub(asked.channel)
    for _ in range(5):
        assert health.Check(REQUEST, timeout=10).status == SERVING
    time.sleep(0.5)
    codes = codes_of(checks)
    assert len(codes) >= 40
    assert set(codes) == {grpc.StatusCode.RESOURCE_EXHAUSTED}


def test_what_is_no_check_is_refused(start, asking):
    check = asking(start()).channel.unary_unary("/grpc.health.v1.Health/Check")
    with pytest.raises(grpc.RpcError) as caught:
        check(b"\xff", timeout=10)
    assert caught.value.code() == grpc.StatusCode.INTERNAL


def test_open_reflection_takes_no_place_of_requests(start, asking, free):
    server = start(max_open_streams=2, max_concurrent_requests=1)
    asked = asking(server)
    stub = reflection_pb2_grpc.ServerReflectionStub(asked.channel)
    question = reflection_pb2.ServerReflectionRequest(list_services="")
    streams = [
        stub.ServerReflectionInfo(itertools.chain([question], never_sent(free))) for _ in range(2)
    ]
    for stream in streams:
        assert next(stream).list_services_response.service
    assert asked.digit(4) == 4
    with pytest.raises(grpc.RpcError) as caught:
        next(stub.ServerReflectionInfo(iter([question])))
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_thousand_streams_cost_little_memory(serve, base_path, tmp_path, asking):
    (tmp_path / "token").write_text("secret")
    server = serve(
        "--model_name=digits",
        f"--model_base_path={base_path}",
        f"--auth_token_file={tmp_path / 'token'}",
    )
    known = asking(server, TOKEN)
    assert known.digit() == 3
    before = server.megabytes()
    watches = watch_from_many_connections(asking, server)
    time.sleep(1.0)
    assert known.digit() == 3
    assert server.megabytes() < before + 100
    for watch in watches:
        watch.cancel()


def test_more_calls_than_a_connection_may_have_open_wait_in_the_client(start, asking):
    check = health_pb2_grpc.HealthStub(asking(start()).channel).Check
    for _ in range(3):
        calls = [check.future(REQUEST, timeout=30) for _ in range(300)]
        assert [call.result().status for call in calls] == [SERVING] * 300


def test_refusals_of_strangers_take_turns(start, asking):
    server = start(auth_token="secret")
    check = asking(server).channel.unary_unary(
        "/tensorflow.serving.PredictionService/Predict", request_serializer=None
    )
    started = time.monotonic()
    calls = [check.future(b"") for _ in range(100)]
    codes = {call.code() for call in calls}
    assert codes == {grpc.StatusCode.UNAUTHENTICATED}
    assert 0.4 < time.monotonic() - started < 5.0  # 200 per second
    assert asking(server, TOKEN).digit(4) == 4


@pytest.mark.parametrize("method", ["Check", "Watch"])
def test_a_question_is_short(start, asking, method):
    """8 open Watch calls of strangers once held 8 names of 50 MB: 700 MB."""
    call = getattr(health_pb2_grpc.HealthStub(asking(start()).channel), method)
    with pytest.raises(grpc.RpcError) as caught:
        next(call(health_pb2.HealthCheckRequest(service="a" * 5000), timeout=10))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "at most 4096 bytes" in caught.value.details()
