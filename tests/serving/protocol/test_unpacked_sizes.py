import time

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import tensor_pb2, types_pb2
from tensorflow_serving.apis import (
    input_pb2,
    predict_pb2,
    prediction_service_pb2_grpc,
    regression_pb2,
)

from keras_infogan.serving.protocol import unpacked_sizes
from keras_infogan.serving.protocol.errors import StatusError


def request_of(*protos):
    request = predict_pb2.PredictRequest()
    for number, proto in enumerate(protos):
        request.inputs[f"x{number}"].CopyFrom(proto)
    return request


def claim(elements, dtype=types_pb2.DT_FLOAT, **values):
    proto = tensor_pb2.TensorProto(dtype=dtype, **values)
    proto.tensor_shape.dim.add(size=elements)
    return proto


@pytest.mark.parametrize(
    ("dtype", "values", "size"),
    [
        (types_pb2.DT_FLOAT, {"float_val": [0.5]}, 4),
        (types_pb2.DT_FLOAT, {}, 4),
        (types_pb2.DT_COMPLEX64, {"scomplex_val": [0.5, 0.5]}, 8),
        (types_pb2.DT_UINT8, {"int_val": [1]}, 1),
        (types_pb2.DT_STRING, {"string_val": [b"a"]}, 64),
        (types_pb2.DT_HALF, {"half_val": [1]}, 2),
    ],
)
def test_repeated_values_count_as_large_as_they_become(dtype, values, size):
    unpacked_sizes.check_tensors(request_of(claim(100, dtype, **values)), 100 * size)
    with pytest.raises(StatusError, match=f"Received: x0, which has a shape of {100 * size} bytes"):
        unpacked_sizes.check_tensors(request_of(claim(100, dtype, **values)), 100 * size - 1)


def test_tensors_count_together():
    unpacked_sizes.check_tensors(request_of(claim(100), claim(100)), 800)
    with pytest.raises(StatusError, match="should have at most 799 bytes"):
        unpacked_sizes.check_tensors(request_of(claim(100), claim(100)), 799)


@pytest.mark.parametrize(
    "array", [np.zeros(1000), np.zeros(1000, np.int64), np.zeros(0), np.array(["a"] * 1000, object)]
)
def test_whole_tensors_may_have_any_size(array):
    request = request_of(tf.make_tensor_proto(array), tf.make_tensor_proto(array.tolist()))
    unpacked_sizes.check_tensors(request, 8)


def test_what_is_no_tensor_is_left_to_its_reader():
    unpacked_sizes.check_tensors(request_of(claim(2**40, 77), claim(-5), claim(2**40, 0)), 0)


def test_a_context_counts_once_per_example():
    given = input_pb2.Input()
    examples = given.example_list_with_context
    examples.context.features.feature["x"].bytes_list.value.append(b"a" * 100)
    for _ in range(10):
        examples.examples.add()
    size = 10 * examples.context.ByteSize()
    unpacked_sizes.check_examples(given, size)
    with pytest.raises(StatusError, match=f"Received: {size} bytes"):
        unpacked_sizes.check_examples(given, size - 1)
    plain = input_pb2.Input()
    plain.example_list.examples.add().CopyFrom(examples.context)
    unpacked_sizes.check_examples(plain, 0)


def test_a_server_allocates_nothing_for_a_claim(channel):
    """39 bytes once became 1.8 GB, and held up all others for 10 seconds."""
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "digits"
    request.model_spec.signature_name = "recognize"
    request.inputs["image"].CopyFrom(claim(450_000_000, float_val=[0.0]))
    stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
    started = time.monotonic()
    with pytest.raises(grpc.RpcError) as caught:
        stub.Predict(request, timeout=30)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert time.monotonic() - started < 2


def test_a_server_copies_no_context_without_limit(channel):
    request = regression_pb2.RegressionRequest()
    request.model_spec.name = "examples"
    request.model_spec.signature_name = "regress"
    examples = request.input.example_list_with_context
    examples.context.features.feature["x"].float_list.value.extend([0.0] * 100_000)
    for _ in range(10_000):
        examples.examples.add()
    stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
    with pytest.raises(grpc.RpcError, match="The context should have at most 67108864 bytes"):
        stub.Regress(request, timeout=30)
