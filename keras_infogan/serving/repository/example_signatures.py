"""What Classify, Regress and MultiInference share: signatures that take tf.Example messages."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from tensorflow.core.framework import types_pb2
from tensorflow.core.protobuf import meta_graph_pb2
from tensorflow_serving.apis import input_pb2

from keras_infogan.serving.protocol import errors, tensor_protos
from keras_infogan.serving.protocol.errors import invalid_argument
from keras_infogan.serving.repository import prediction
from keras_infogan.serving.repository.servable import Runner
from keras_infogan.serving.repository.signature_calls import Call, SignatureRun

INPUTS = "inputs"

Signature: TypeAlias = meta_graph_pb2.SignatureDef
Arrays: TypeAlias = Mapping[str, np.ndarray]


class SignatureForm(NamedTuple):
    """The form that a signature for Classify, or one for Regress, must have.

    Args:
        method: the method name that TensorFlow 1 wrote into such a signature.
        noun: of the errors.
        check_output_count: raises for a wrong number of outputs.
        output_names: returns the outputs to compute, or raises where they are missing.
    """

    method: str
    noun: str
    check_output_count: Callable[[int], None]
    output_names: Callable[[Signature], list[str]]


def check_form(signature: Signature, form: SignatureForm, check_method_name: bool) -> None:
    """Checks a signature, in TensorFlow Serving's order.

    Args:
        signature: what is asked for.
        form: of the request.
        check_method_name: whether the signature must have the form's method name.

    Raises:
        StatusError: INVALID_ARGUMENT or FAILED_PRECONDITION, with TensorFlow Serving's texts.
    """
    if check_method_name and signature.method_name != form.method:
        raise invalid_argument(
            f"Expected {form.noun} signature method_name to be {form.method}. "
            f"Was: {signature.method_name}"
        )
    if len(signature.inputs) != 1:
        raise invalid_argument("Expected one input Tensor.")
    form.check_output_count(len(signature.outputs))
    if INPUTS not in signature.inputs:
        raise errors.failed_precondition(
            f"No {form.noun} inputs found in SignatureDef: {signature}"
        )
    form.output_names(signature)


def run_examples(
    servable: Runner, request: Any, form: SignatureForm, check_method_name: bool
) -> Call[tuple[Arrays, int]]:
    """Runs the signature of a Classify or Regress request on its examples.

    Args:
        servable: the version that answers.
        request: the examples; an empty signature name means `serving_default`.
        form: that the signature must have.
        check_method_name: whether the signature must have the form's method name.

    Yields:
        The run of the signature.

    Returns:
        The outputs, and the number of examples.

    Raises:
        StatusError: with TensorFlow Serving's codes and texts.
    """
    name = request.model_spec.signature_name or prediction.DEFAULT_SIGNATURE
    signature = servable.signatures.get(name)
    if signature is None:
        raise invalid_argument(f"No signature was found with the name: {name}")
    check_form(signature, form, check_method_name)
    examples = serialized_examples(request.input)
    outputs = yield SignatureRun(
        servable, signature, {INPUTS: examples}, form.output_names(signature)
    )
    return outputs, len(examples)


def serialized_examples(given: input_pb2.Input) -> np.ndarray:
    """Returns the examples of a request, as the graph parses them.

    Args:
        given: a list of examples, with or without a context that goes before each.

    Returns:
        An object array of bytes, [N].

    Raises:
        StatusError: INVALID_ARGUMENT `Input is empty.`
    """
    context = b""
    examples: Any = given.example_list.examples
    if given.WhichOneof("kind") == "example_list_with_context":
        examples = given.example_list_with_context.examples
        # Concatenating messages merges them: the example's features add to the context's.
        context = given.example_list_with_context.context.SerializeToString()
    if not examples:
        raise invalid_argument("Input is empty.")
    return np.array([context + example.SerializeToString() for example in examples], object)


def shape_text(array: np.ndarray) -> str:
    """Writes a shape as TensorFlow does in its errors.

    Examples:
        >>> shape_text(np.zeros([2, 3]))
        '[2,3]'
    """
    return "[" + ",".join(map(str, array.shape)) + "]"


def dtype_text(array: np.ndarray) -> str:
    """Writes a dtype as TensorFlow does in its errors.

    Examples:
        >>> dtype_text(np.float32([0.0]))
        'DT_FLOAT'
    """
    return types_pb2.DataType.Name(tensor_protos.dtype_of(array))
