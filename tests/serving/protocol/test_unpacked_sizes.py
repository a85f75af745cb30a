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

from keras_infogan.serving.protocol import tensor_protos, unpacked_sizes
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
        (types_pb2.DT_VARIANT, {}, 64),
        (types_pb2.DT_RESOURCE, {}, 64),
        (types_pb2.DT_STRING, {"tensor_content": b"\x01a"}, 64),
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


def test_content_of_the_wrong_length_is_left_to_its_reader():
    """The reader compares the lengths before it allocates anything."""
    request = request_of(claim(450_000_000, tensor_content=b"\x00" * 4))
    unpacked_sizes.check_tensors(request, 0)
    started = time.monotonic()
    with pytest.raises(StatusError, match="^tensor parsing error: x0$"):
        tensor_protos.to_array("x0", request.inputs["x0"])
    assert time.monotonic() - started < 1.0


def test_strings_in_content_have_a_byte_each():
    content = b"\x01" * 50 + b"a" * 50
    unpacked_sizes.check_tensors(
        request_of(claim(50, types_pb2.DT_STRING, tensor_content=content)), 0
    )


def test_tensors_in_a_variant_count_too():
    variant = claim(1, types_pb2.DT_VARIANT)
    variant.variant_val.add().tensors.append(claim(100))
    deep = claim(1, types_pb2.DT_VARIANT)
    deep.variant_val.add().tensors.append(variant)
    for request in (request_of(variant), request_of(deep)):
        unpacked_sizes.check_tensors(request, 400)
        with pytest.raises(StatusError, match="which has a shape of 400 bytes"):
            unpacked_sizes.check_tensors(request, 399)


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


@pytest.mark.parametrize(
    "proto",
    [
        claim(450_000_000, float_val=[0.0]),
        claim(16_000_000, float_val=[0.0]),
        claim(60_000_000, types_pb2.DT_BOOL, bool_val=[True]),
        claim(60_000_000, types_pb2.DT_RESOURCE),
        claim(60_000_000, types_pb2.DT_VARIANT),
        claim(30_000_000, types_pb2.DT_STRING, tensor_content=b"\x01a"),
    ],
    ids=["1.8 GB", "64 MB", "flags", "resources", "variants", "strings"],
)
def test_a_server_allocates_nothing_for_a_claim(channel, proto):
    """39 bytes once became 1.8 GB of floats, or 8 GB of resources, and held up all others."""
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "digits"
    request.model_spec.signature_name = "recognize"
    request.inputs["image"].CopyFrom(proto)
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
