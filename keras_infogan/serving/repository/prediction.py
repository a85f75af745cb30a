"""Predict on one loaded version: a request proto in, a response proto out, no transport."""

from collections.abc import Iterable, Mapping, Sequence

import grpc
import numpy as np
from tensorflow.core.protobuf import meta_graph_pb2
from tensorflow_serving.apis import predict_pb2

from keras_infogan.serving.protocol import errors, tensor_protos
from keras_infogan.serving.protocol.channel_options import MAXIMUM_MESSAGE_BYTES
from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository.servable import Runner
from keras_infogan.serving.repository.signature_calls import Call, SignatureRun

DEFAULT_SIGNATURE = "serving_default"


def predict(
    servable: Runner, request: predict_pb2.PredictRequest
) -> Call[predict_pb2.PredictResponse]:
    """Answers a PredictRequest, with TensorFlow Serving's checks in TensorFlow Serving's order.

    Args:
        servable: the version that answers.
        request: its model name and version are not looked at; an empty signature name means
            `serving_default`, an empty `output_filter` every output.

    Yields:
        The run of the signature.

    Returns:
        The outputs, and a model_spec that holds the resolved signature name only.

    Raises:
        StatusError: FAILED_PRECONDITION for an unknown signature, INVALID_ARGUMENT for inputs or
            outputs that are not the signature's, RESOURCE_EXHAUSTED for a response that no
            message can hold, and whatever the graph itself raises.

    Example::

        request = predict_pb2.PredictRequest()
        request.model_spec.signature_name = "generate"
        request.inputs["seed"].CopyFrom(tf.make_tensor_proto([0], tf.int64))
        run_call(predict(servable, request)).outputs["image"]
    """
    name = request.model_spec.signature_name or DEFAULT_SIGNATURE
    signature = _signature(servable, name)
    _check_input_count(signature, request)
    inputs = _parse_inputs(signature, request)
    output_names = _output_names(signature, request.output_filter)
    outputs = yield SignatureRun(servable, signature, inputs, output_names)
    _check_response_size(outputs)
    response = predict_pb2.PredictResponse()
    response.model_spec.signature_name = name
    for alias, array in outputs.items():
        dtype = signature.outputs[alias].dtype
        tensor_protos.write(array, dtype, response.outputs[alias])
    return response


def _signature(servable: Runner, name: str) -> meta_graph_pb2.SignatureDef:
    signature = servable.signatures.get(name)
    if signature is None:
        raise errors.failed_precondition(f'Serving signature key "{name}" not found.')
    return signature


def _check_input_count(
    signature: meta_graph_pb2.SignatureDef, request: predict_pb2.PredictRequest
) -> None:
    sent, expected = set(request.inputs), set(signature.inputs)
    too_few = len(sent) < len(expected) and not signature.defaults
    if len(sent) > len(expected) or too_few:
        raise errors.invalid_argument(
            f"input size does not match signature: {len(sent)}!={len(expected)} "
            f"len({_braced(sent)}) != len({_braced(expected)}). "
            f"Sent extra: {_braced(sent - expected)}. "
            f"Missing but required: {_braced(expected - sent)}."
        )


def _parse_inputs(
    signature: meta_graph_pb2.SignatureDef, request: predict_pb2.PredictRequest
) -> dict[str, np.ndarray]:
    inputs = {}
    for alias in sorted(signature.inputs):
        # Indexing the request's map without this test would add the key to it.
        if alias in request.inputs:
            proto = request.inputs[alias]
        elif alias in signature.defaults:
            proto = signature.defaults[alias]
        else:
            raise _missing_input(signature, alias, set(request.inputs))
        inputs[alias] = tensor_protos.to_array(alias, proto)
    used = set(request.inputs) & set(signature.inputs)
    if len(used) != len(request.inputs):
        raise errors.invalid_argument(
            f"Inputs contains invalid name. Used request inputs: {','.join(sorted(used))}"
            f", request input: {','.join(sorted(request.inputs))}"
        )
    return inputs


def _missing_input(
    signature: meta_graph_pb2.SignatureDef, alias: str, sent: Iterable[str]
) -> StatusError:
    return errors.invalid_argument(
        f"Signature input alias: {alias}(feed name: {signature.inputs[alias].name}) not found in "
        f"request and no default value provided. Inputs expected to be in the request "
        f"{_braced(sent)}, or default input alias set: {','.join(sorted(signature.defaults))}"
    )


def _output_names(
    signature: meta_graph_pb2.SignatureDef, output_filter: Sequence[str]
) -> list[str]:
    names: list[str] = []
    for alias in output_filter:
        if alias not in signature.outputs:
            raise errors.invalid_argument(
                f"output tensor alias not found in signature: {alias} "
                f"Outputs expected to be in the set {_braced(signature.outputs)}."
            )
        if alias in names:
            raise errors.invalid_argument(f"duplicate output tensor alias: {alias}")
        names.append(alias)
    return names or sorted(signature.outputs)


def _check_response_size(outputs: Mapping[str, np.ndarray]) -> None:
    """Refuses what no message can hold, before it is copied into one."""
    size = sum(array.nbytes for array in outputs.values())
    if size > MAXIMUM_MESSAGE_BYTES:
        raise StatusError(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            f"The response should have at most {MAXIMUM_MESSAGE_BYTES} bytes. Received: outputs "
            f"of {size} bytes",
        )


def _braced(names: Iterable[str]) -> str:
    return "{" + ",".join(sorted(names)) + "}"
