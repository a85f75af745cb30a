"""Nonsense at both ports: the server never dies, never answers 500 or UNKNOWN, and serves on.

The short form takes a fixed thousand inputs, the long one (KERAS_INFOGAN_LONG=1) 100,000 more. An
input that ever failed is kept in SEEDS.
"""

import http.client as http_client
import json
import random
import shutil
import socket
import string

import grpc
import pytest
import tensorflow as tf
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    predict_pb2,
    regression_pb2,
)

from keras_infogan.serving import BatchingOptions, EmbeddedServer

pytestmark = pytest.mark.slow

SHORT, LONG = 1_000, 100_000
SEEDS = (3581, 46368)  # each ended with UNKNOWN or 500 once

PREDICTION = "/tensorflow.serving.PredictionService/"
REFUSED = {
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
}
UNPARSABLE = (grpc.StatusCode.INTERNAL, "Exception deserializing request!")


@pytest.fixture(scope="module")
def inputs(is_long):
    """The numbers that the inputs are made from."""
    return [*SEEDS, *range(SHORT), *(range(SHORT, SHORT + LONG) if is_long else ())]


@pytest.fixture
def serves_on(channel, http):
    """Checks at the end of a test that a good request has its answer on both ports."""
    yield
    answer = call(channel, "Predict", good_predict().SerializeToString())
    assert isinstance(answer, bytes)
    document = {"signature_name": "sample", "inputs": [3]}
    assert http.post("/v1/models/digits:predict", json=document).status_code == 200


def good_predict():
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "digits"
    request.model_spec.signature_name = "generate"
    request.inputs["seed"].CopyFrom(tf.make_tensor_proto([3], tf.int64))
    request.inputs["digit"].CopyFrom(tf.make_tensor_proto([3], tf.int64))
    request.inputs["style"].CopyFrom(tf.make_tensor_proto([[0.1, 0.2]]))
    return request


def good_examples(kind, signature):
    request = kind()
    request.model_spec.name = "examples"
    request.model_spec.signature_name = signature
    example = request.input.example_list.examples.add()
    example.features.feature["x"].float_list.value.append(1.0)
    return request


def good_multi():
    request = inference_pb2.MultiInferenceRequest()
    request.input.example_list.examples.add().features.feature["x"].float_list.value.append(1.0)
    for method, signature in (("classify", ""), ("regress", "regress")):
        task = request.tasks.add(method_name=f"tensorflow/serving/{method}")
        task.model_spec.name = "examples"
        task.model_spec.signature_name = signature
    return request


def good_requests():
    metadata = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    metadata.model_spec.name = "digits"
    status = get_model_status_pb2.GetModelStatusRequest()
    status.model_spec.name = "digits"
    return [
        (PREDICTION + "Predict", good_predict()),
        (PREDICTION + "Classify", good_examples(classification_pb2.ClassificationRequest, "")),
        (PREDICTION + "Regress", good_examples(regression_pb2.RegressionRequest, "regress")),
        (PREDICTION + "MultiInference", good_multi()),
        (PREDICTION + "GetModelMetadata", metadata),
        ("/tensorflow.serving.ModelService/GetModelStatus", status),
    ]


def call(channel, method, payload):
    """Sends bytes as they are; returns the answer's bytes, or the status code."""
    method = method if method.startswith("/") else PREDICTION + method
    try:
        return channel.unary_unary(method)(payload, timeout=60)
    except grpc.RpcError as error:
        return error.code(), error.details()


def mutated(chance, payload):
    """A few bytes changed, inserted, removed, doubled or cut off."""
    data = bytearray(payload)
    for _ in range(chance.randint(1, 4)):
        where = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0 and data:
            data[where % len(data)] = chance.randrange(256)
        elif kind == 1:
            data[where:where] = chance.randbytes(chance.randint(1, 8))
        elif kind == 2:
            del data[where : where + chance.randint(1, 8)]
        elif kind == 3:
            data[where:where] = data[where : where + chance.randint(1, 32)]
        else:
            del data[where:]
    return bytes(data)


def random_json(chance, depth=0):
    kind = chance.randrange(10 if depth < 4 else 7)
    if kind == 0:
        return None
    if kind == 1:
        return chance.choice([True, False])
    if kind == 2:
        return chance.choice(
            [0, 1, -1, 2**31, 2**63, 2**64, -(2**63), 10**30, chance.randrange(99)]
        )
    if kind == 3:
        return chance.choice([0.0, 1.5, 1e308, float("nan"), float("inf"), -1e-300])
    if kind in (4, 5, 6):
        letters = string.ascii_letters + '\u00e9\ud800\x00"\\'
        return "".join(chance.choices(letters, k=chance.randint(0, 6)))
    if kind == 9:
        keys = ["b64", "seed", "digit", "style", "image", "x", random_json(chance, 9)]
        return {
            str(chance.choice(keys)): random_json(chance, depth + 1)
            for _ in range(chance.randint(0, 3))
        }
    return [random_json(chance, depth + 1) for _ in range(chance.randint(0, 4))]


def random_document(chance):
    signatures = ["sample", "generate", "recognize", "discriminate", "generate_png", "", None]
    document = {"signature_name": chance.choice([*signatures, random_json(chance, 9)])}
    for key in ("instances", "inputs", "examples", "context"):
        if chance.random() < 0.4:
            document[key] = random_json(chance)
    return random_json(chance) if chance.random() < 0.1 else document


@pytest.fixture(scope="module")
def batched_channel(saved_model, example_model, tmp_path_factory):
    base = tmp_path_factory.mktemp("batched")
    shutil.copytree(saved_model, base / "digits" / "1")
    shutil.copytree(example_model, base / "examples" / "1")
    models = {"digits": base / "digits", "examples": base / "examples"}
    batching = BatchingOptions(max_batch_size=8, allowed_batch_sizes=(4, 8))
    with EmbeddedServer(models, rest_api_port=None, batching=batching) as running:
        with grpc.insecure_channel(f"127.0.0.1:{running.port}") as opened:
            yield opened


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("batched", [False, True], ids=["alone", "batched"])
def test_mutated_protos(request, batched, inputs, serves_on):
    channel = request.getfixturevalue("batched_channel" if batched else "channel")
    requests = good_requests()
    for method, good in requests:
        assert isinstance(call(channel, method, good.SerializeToString()), bytes), method
    for number in inputs:
        chance = random.Random(number)
        method, good = chance.choice(requests)
        answer = call(channel, method, mutated(chance, good.SerializeToString()))
        # What is no proto at all is gRPC's to refuse, before any handler: INTERNAL by its rules.
        if answer != UNPARSABLE:
            assert isinstance(answer, bytes) or answer[0] not in REFUSED, (number, method, answer)


@pytest.mark.timeout(3600)
def test_random_json(http, inputs, serves_on):
    for number in inputs:
        chance = random.Random(number)
        model, method = chance.choice(
            [("digits", "predict"), ("digits", "predict"), ("examples", "classify"),
             ("examples", "regress"), ("m", "predict")]
        )  # fmt: skip
        body = json.dumps(random_document(chance)).encode()
        if chance.random() < 0.3:
            body = mutated(chance, body)
        answer = http.post(f"/v1/models/{model}:{method}", content=body)
        assert answer.status_code in (200, 400, 404), (number, answer.status_code, answer.text)
        assert answer.status_code == 200 or answer.json()["error"], (number, answer.text)


@pytest.mark.timeout(3600)
def test_random_paths(server, inputs, serves_on):
    pieces = ["/v1", "/models", "/digits", "/versions", "/labels", "/1", "/999", ":predict"]
    pieces += ["/metadata", "%2F", "/..", "//", "/%C3%A9", "%", ":", "?x=1", ":classify", "/9" * 20]
    connection = http_client.HTTPConnection("127.0.0.1", server.rest_api_port, timeout=60)
    for number in inputs[: len(inputs) // 10]:
        chance = random.Random(number)
        path = "/" + "".join(chance.choices(pieces, k=chance.randint(0, 6)))
        method = chance.choice(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
        connection.request(method, path, body=b"{}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status in (200, 400, 404), (number, method, path, answer.status)
    connection.close()


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("port_name", ["port", "rest_api_port"])
def test_bytes_at_the_ports(server, inputs, serves_on, port_name):
    starts = [b"", b"GET / HTTP/1.1\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"POST /v1/models/"]
    starts += [b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"\x16\x03\x01"]
    starts += [b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n"]
    for number in inputs[: len(inputs) // 4]:
        chance = random.Random(number)
        with socket.create_connection(("127.0.0.1", getattr(server, port_name)), 10) as connection:
            try:
                connection.sendall(chance.choice(starts) + chance.randbytes(chance.randint(0, 200)))
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(0.05)
                answer = connection.recv(64)
            except OSError:
                continue  # hung up on us, as it may
            assert not answer.startswith(b"HTTP/1.1 5"), (number, answer)
