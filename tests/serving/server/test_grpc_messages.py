import asyncio
import gzip
import sys
import zlib

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.server.grpc_messages import SHARES, MessageUnpacker, unpacked

MEGABYTE = 2**20
ALGORITHMS = (grpc.Compression.Gzip, grpc.Compression.Deflate)
# A text of 200 MB as a protobuf field: gRPC sends it as 0.2 MB.
LONG_NAME = health_pb2.HealthCheckRequest(service="a" * 200 * MEGABYTE)


class Context:
    """A call that ends when it is told to."""

    def __init__(self):
        self._callbacks = []

    def add_done_callback(self, callback):
        self._callbacks.append(callback)

    def end(self):
        for callback in self._callbacks:
            callback(self)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_compressed_message_is_unpacked_up_to_a_limit(pack):
    assert unpacked(pack(b"a" * 1000), 1000) == b"a" * 1000
    with pytest.raises(StatusError) as caught:
        unpacked(pack(b"a" * 1000), 999)
    assert caught.value.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    with pytest.raises(StatusError) as caught:
        unpacked(pack(b"a" * 1000)[:-1], 1000)
    assert caught.value.code == grpc.StatusCode.INVALID_ARGUMENT


def test_a_plain_message_stays_as_it_is():
    message = health_pb2.HealthCheckRequest(service="a" * 1000).SerializeToString()
    assert unpacked(message, 1) is message


def test_all_compressed_messages_together_are_limited():
    async def run():
        unpacker, contexts = MessageUnpacker(100), [Context() for _ in range(SHARES + 1)]
        packed = gzip.compress(b"a" * 100)
        for context in contexts[:SHARES]:
            assert await unpacker.unpack(packed, context) == b"a" * 100
        with pytest.raises(StatusError, match="compressed messages in progress have 400 bytes"):
            await unpacker.unpack(packed, contexts[SHARES])
        contexts[0].end()
        assert await unpacker.unpack(packed, Context()) == b"a" * 100

    asyncio.run(run())


@pytest.mark.parametrize("compression", ALGORITHMS)
def test_calls_of_each_kind_may_be_compressed(start, asking, compression):
    asked = asking(start())
    predict = asked.channel.unary_unary(
        "/tensorflow.serving.PredictionService/Predict", lambda request: request.SerializeToString()
    )
    assert predict(asked.request(3), timeout=30, compression=compression)
    health = health_pb2_grpc.HealthStub(asked.channel)
    request = health_pb2.HealthCheckRequest(service="tensorflow.serving.PredictionService")
    answer = health.Check(request, timeout=30, compression=compression)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    question = reflection_pb2.ServerReflectionRequest(list_services="a" * 100)
    stub = reflection_pb2_grpc.ServerReflectionStub(asked.channel)
    answers = stub.ServerReflectionInfo(iter([question]), timeout=30, compression=compression)
    assert next(answers).list_services_response.service


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("method", ["Check", "Watch"])
def test_a_stranger_s_compressed_message_stays_small(serve, base_path, tmp_path, asking, method):
    """0.4 MB once became 400 MB without a token, and others waited for 7 seconds."""
    (tmp_path / "token").write_text("secret")
    server = serve(
        f"--model_base_path={base_path}",
        "--model_name=digits",
        f"--auth_token_file={tmp_path / 'token'}",
    )
    before = server.megabytes()
    call = getattr(health_pb2_grpc.HealthStub(asking(server).channel), method)
    with pytest.raises(grpc.RpcError) as caught:
        answer = call(LONG_NAME, timeout=30, compression=grpc.Compression.Gzip)
        next(answer)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert server.megabytes() - before < 100


def test_a_compressed_request_has_the_limit_of_a_gzip_body(start, asking):
    asked = asking(start(max_unpacked_bytes=MEGABYTE))
    predict = asked.channel.unary_unary("/tensorflow.serving.PredictionService/Predict")
    with pytest.raises(grpc.RpcError) as caught:
        predict(b"a" * 2 * MEGABYTE, timeout=30, compression=grpc.Compression.Gzip)
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "at most 1048576 bytes" in caught.value.details()
