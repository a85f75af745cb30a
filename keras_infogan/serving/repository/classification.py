"""Classify: tf.Example messages in, labels and scores out, as in TensorFlow Serving."""

import numpy as np
from tensorflow_serving.apis import classification_pb2

from keras_infogan.serving.protocol import errors
from keras_infogan.serving.protocol.errors import invalid_argument
from keras_infogan.serving.repository import example_signatures
from keras_infogan.serving.repository.example_signatures import Arrays, Signature, SignatureForm
from keras_infogan.serving.repository.servable import Runner
from keras_infogan.serving.repository.signature_calls import Call

CLASSES, SCORES = "classes", "scores"


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
    outputs, count = yield from example_signatures.run_examples(
        servable, request, FORM, check_method_name
    )
    return classifications(outputs, count)


def classifications(outputs: Arrays, count: int) -> classification_pb2.ClassificationResult:
    """Writes the outputs of a signature as the result of Classify.

    Args:
        outputs: `classes` (bytes), `scores` (float32), or both, [count, classes].
        count: the number of examples.

    Raises:
        StatusError: INVALID_ARGUMENT for other shapes or dtypes.
    """
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
            "Expected Tensor shape: [batch_size num_classes] but got "
            f"{example_signatures.shape_text(array)}"
        )
    if not is_expected_dtype:
        raise invalid_argument(
            f"Expected {name} Tensor of {expected}. Got: {example_signatures.dtype_text(array)}"
        )
    if len(array) != count:
        raise invalid_argument(f"Expected {name} output batch size of {count}. Got: {len(array)}")


def _check_output_count(count: int) -> None:
    if count not in (1, 2):
        raise invalid_argument(f"Expected one or two output Tensors, found {count}")


def _output_names(signature: Signature) -> list[str]:
    names = [alias for alias in (CLASSES, SCORES) if alias in signature.outputs]
    if not names:
        raise errors.failed_precondition(
            "Expected classification signature outputs to contain at least one of "
            f'"{CLASSES}" or "{SCORES}". Signature was: {signature}'
        )
    return names


FORM = SignatureForm(
    "tensorflow/serving/classify", "classification", _check_output_count, _output_names
)
