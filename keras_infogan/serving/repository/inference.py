"""Classify, Regress and MultiInference: tf.Example messages in, labels and numbers out.

The rules and texts are those of TensorFlow Serving's `classifier.cc`, `regressor.cc` and
`multi_inference.cc`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from tensorflow.core.framework import types_pb2
from tensorflow.core.protobuf import meta_graph_pb2
from tensorflow_serving.apis import (
    classification_pb2,
    inference_pb2,
    input_pb2,
    regression_pb2,
)

from keras_infogan.serving.protocol import errors, tensor_protos
from keras_infogan.serving.protocol.errors import invalid_argument
from keras_infogan.serving.repository import prediction
from keras_infogan.serving.repository.servable import Runner
from keras_infogan.serving.repository.signature_calls import Call, SignatureRun

CLASSIFY_METHOD = "tensorflow/serving/classify"
REGRESS_METHOD = "tensorflow/serving/regress"
INPUTS, CLASSES, SCORES, OUTPUTS = "inputs", "classes", "scores", "outputs"

Signature: TypeAlias = meta_graph_pb2.SignatureDef
Arrays: TypeAlias = Mapping[str, np.ndarray]


class _Kind(NamedTuple):
    """What Classify and Regress differ in."""

    method: str
    noun: str
    check_output_count: Callable[[int], None]
    output_names: Callable[[Signature], list[str]]


def classify(
    servable: Runner,
    request: classification_pb2.ClassificationRequest,
    check_method_name: bool = False,
) -> Call[classification_pb2.ClassificationResult]:
    """Classifies examples by a signature `inputs` -> `classes`, `scores`, or both.

    Args:
        servable: the version that answers.
        request: the examples; an empty signature name means `serving_default`.
        check_method_name: whether the signature must be one that TensorFlow 1 wrote for Classify
            (`--enable_signature_method_name_check`).

    Yields:
        The run of the signature.

    Returns:
        A list of classes per example.

    Raises:
        StatusError: with TensorFlow Serving's codes and texts.
    """
    return _classifications(*(yield from _run(servable, request, _CLASSIFY, check_method_name)))


def regress(
    servable: Runner,
    request: regression_pb2.RegressionRequest,
    check_method_name: bool = False,
) -> Call[regression_pb2.RegressionResult]:
    """Computes a number per example by a signature `inputs` -> `outputs`.

    Args:
        servable: the version that answers.
        request: the examples; an empty signature name means `serving_default`.
        check_method_name: whether the signature must be one that TensorFlow 1 wrote for Regress.

    Yields:
        The run of the signature.

    Returns:
        A value per example.

    Raises:
        StatusError: with TensorFlow Serving's codes and texts.
    """
    return _regressions(*(yield from _run(servable, request, _REGRESS, check_method_name)))


def infer(
    servable: Runner,
    request: inference_pb2.MultiInferenceRequest,
    check_method_name: bool = False,
) -> Call[list[inference_pb2.InferenceResult]]:
    """Runs several signatures of one model on the same examples, in one run of the graph.

    Args:
        servable: the version that answers.
        request: the examples, and a task per signature: its method name says Classify or Regress.
        check_method_name: whether the signatures themselves must bear that method name.

    Yields:
        The one run.

    Returns:
        A result per task, with its name and signature but without a version.

    Raises:
        StatusError: with TensorFlow Serving's codes and texts.
    """
    merged = Signature()
    seen: set[str] = set()
    for position, task in enumerate(request.tasks):
        name = _check_task(request, task, seen)
        signature = servable.signatures.get(name)
        if signature is None:
            raise invalid_argument(f"Requested signature not found in model graph: {name}")
        kind = _KINDS.get(task.method_name)
        if kind is None:
            raise errors.unimplemented(f"Unsupported signature method_name: {task.method_name}")
        _check_form(signature, kind, check_method_name)
        if merged.inputs and merged.inputs[INPUTS].name != signature.inputs[INPUTS].name:
            raise invalid_argument("Input tensor must be the same for all Signatures.")
        merged.inputs[INPUTS].CopyFrom(signature.inputs[INPUTS])
        for alias in kind.output_names(signature):
            merged.outputs[f"{position}/{alias}"].CopyFrom(signature.outputs[alias])
    examples = serialized_examples(request.input)
    outputs = yield SignatureRun(servable, merged, {INPUTS: examples}, sorted(merged.outputs))
    return [_result(task, i, outputs, len(examples)) for i, task in enumerate(request.tasks)]


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


def _run(
    servable: Runner, request: Any, kind: _Kind, check_method_name: bool
) -> Call[tuple[Arrays, int]]:
    """The outputs of a Classify or Regress request, and how many examples they are of."""
    name = request.model_spec.signature_name or prediction.DEFAULT_SIGNATURE
    signature = servable.signatures.get(name)
    if signature is None:
        raise invalid_argument(f"No signature was found with the name: {name}")
    _check_form(signature, kind, check_method_name)
    examples = serialized_examples(request.input)
    outputs = yield SignatureRun(
        servable, signature, {INPUTS: examples}, kind.output_names(signature)
    )
    return outputs, len(examples)


def _check_form(signature: Signature, kind: _Kind, check_method_name: bool) -> None:
    if check_method_name and signature.method_name != kind.method:
        raise invalid_argument(
            f"Expected {kind.noun} signature method_name to be {kind.method}. "
            f"Was: {signature.method_name}"
        )
    if len(signature.inputs) != 1:
        raise invalid_argument("Expected one input Tensor.")
    kind.check_output_count(len(signature.outputs))
    if INPUTS not in signature.inputs:
        raise errors.failed_precondition(
            f"No {kind.noun} inputs found in SignatureDef: {signature}"
        )
    kind.output_names(signature)


def _check_classify_count(count: int) -> None:
    if count not in (1, 2):
        raise invalid_argument(f"Expected one or two output Tensors, found {count}")


def _classify_outputs(signature: Signature) -> list[str]:
    names = [alias for alias in (CLASSES, SCORES) if alias in signature.outputs]
    if not names:
        raise errors.failed_precondition(
            "Expected classification signature outputs to contain at least one of "
            f'"{CLASSES}" or "{SCORES}". Signature was: {signature}'
        )
    return names


def _check_regress_count(count: int) -> None:
    if count != 1:
        raise invalid_argument("Expected one output Tensor.")


def _regress_outputs(signature: Signature) -> list[str]:
    if OUTPUTS not in signature.outputs:
        raise errors.failed_precondition(
            f"No regression outputs found in SignatureDef: {signature}"
        )
    return [OUTPUTS]


_CLASSIFY = _Kind(CLASSIFY_METHOD, "classification", _check_classify_count, _classify_outputs)
_REGRESS = _Kind(REGRESS_METHOD, "regression", _check_regress_count, _regress_outputs)
_KINDS = {kind.method: kind for kind in (_CLASSIFY, _REGRESS)}


def _check_task(
    request: inference_pb2.MultiInferenceRequest,
    task: inference_pb2.InferenceTask,
    seen: set[str],
) -> str:
    if not task.model_spec.name:
        raise invalid_argument("Found ModelSpec with an empty model name.")
    if task.model_spec.name != request.tasks[0].model_spec.name:
        raise invalid_argument(
            "All ModelSpecs in a MultiInferenceRequest must access the same model name."
        )
    name = task.model_spec.signature_name or prediction.DEFAULT_SIGNATURE
    if name in seen:
        raise invalid_argument(f"Duplicate evaluation of signature: {name}")
    seen.add(name)
    return name


def _result(
    task: inference_pb2.InferenceTask, position: int, outputs: Arrays, count: int
) -> inference_pb2.InferenceResult:
    prefix = f"{position}/"
    own = {
        name.removeprefix(prefix): array
        for name, array in outputs.items()
        if name.startswith(prefix)
    }
    result = inference_pb2.InferenceResult()
    result.model_spec.name = task.model_spec.name
    result.model_spec.signature_name = (
        task.model_spec.signature_name or prediction.DEFAULT_SIGNATURE
    )
    if task.method_name == CLASSIFY_METHOD:
        result.classification_result.CopyFrom(_classifications(own, count))
    else:
        result.regression_result.CopyFrom(_regressions(own, count))
    return result


def _classifications(outputs: Arrays, count: int) -> classification_pb2.ClassificationResult:
    classes, scores = outputs.get(CLASSES), outputs.get(SCORES)
    if classes is not None:
        _check_matrix(CLASSES, classes, "DT_STRING", classes.dtype == object, count)
    if scores is not None:
        _check_matrix(SCORES, scores, "DT_FLOAT", scores.dtype == np.float32, count)
    if classes is not None and scores is not None and classes.shape[1] != scores.shape[1]:
        raise invalid_argument(
            "Tensors class and score should match in dim_size(1). "
            f"Got {classes.shape[1]} vs. {scores.shape[1]}"
        )
    result = classification_pb2.ClassificationResult()
    for row in range(count):
        added = result.classifications.add()
        for column in range(next(iter(outputs.values())).shape[1]):
            one = added.classes.add()
            if classes is not None:
                one.label = classes[row, column].decode("utf-8", errors="replace")
            if scores is not None:
                one.score = scores[row, column]
    return result


def _check_matrix(
    name: str, array: np.ndarray, expected: str, is_expected_dtype: bool, count: int
) -> None:
    if array.ndim != 2:
        raise invalid_argument(
            f"Expected Tensor shape: [batch_size num_classes] but got {_shape(array)}"
        )
    if not is_expected_dtype:
        raise invalid_argument(f"Expected {name} Tensor of {expected}. Got: {_dtype_name(array)}")
    if len(array) != count:
        raise invalid_argument(f"Expected {name} output batch size of {count}. Got: {len(array)}")


def _regressions(outputs: Arrays, count: int) -> regression_pb2.RegressionResult:
    values = outputs[OUTPUTS]
    if not (values.ndim == 1 or (values.ndim == 2 and values.shape[1] == 1)):
        raise invalid_argument(
            "Expected output Tensor shape to be either [batch_size] or [batch_size, 1] "
            f"but got {_shape(values)}"
        )
    if len(values) != count:
        raise invalid_argument(
            f"Input batch size did not match output batch size: {count} vs. {len(values)}"
        )
    if values.dtype != np.float32:
        raise invalid_argument(f"Expected output Tensor of DT_FLOAT.  Got: {_dtype_name(values)}")
    result = regression_pb2.RegressionResult()
    for value in values.ravel().tolist():
        result.regressions.add(value=value)
    return result


def _shape(array: np.ndarray) -> str:
    return "[" + ",".join(map(str, array.shape)) + "]"


def _dtype_name(array: np.ndarray) -> str:
    return types_pb2.DataType.Name(tensor_protos.dtype_of(array))
