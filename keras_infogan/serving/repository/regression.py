"""Regress: tf.Example messages in, a number per example out, as in TensorFlow Serving."""

import numpy as np
from tensorflow_serving.apis import regression_pb2

from keras_infogan.serving.protocol import errors
from keras_infogan.serving.protocol.errors import invalid_argument
from keras_infogan.serving.repository import example_signatures
from keras_infogan.serving.repository.example_signatures import Arrays, Signature, SignatureForm
from keras_infogan.serving.repository.servable import Runner
from keras_infogan.serving.repository.signature_calls import Call

OUTPUTS = "outputs"


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
    outputs, count = yield from example_signatures.run_examples(
        servable, request, FORM, check_method_name
    )
    return regressions(outputs, count)


def regressions(outputs: Arrays, count: int) -> regression_pb2.RegressionResult:
    """Writes the outputs of a signature as the result of Regress.

    Args:
        outputs: `outputs`, float32, [count] or [count, 1].
        count: the number of examples.

    Raises:
        StatusError: INVALID_ARGUMENT for another shape or dtype.
    """
    values = outputs[OUTPUTS]
    if not (values.ndim == 1 or (values.ndim == 2 and values.shape[1] == 1)):
        raise invalid_argument(
            "Expected output Tensor shape to be either [batch_size] or [batch_size, 1] "
            f"but got {example_signatures.shape_text(values)}"
        )
    if len(values) != count:
        raise invalid_argument(
            f"Input batch size did not match output batch size: {count} vs. {len(values)}"
        )
    if values.dtype != np.float32:
        raise invalid_argument(
            f"Expected output Tensor of DT_FLOAT.  Got: {example_signatures.dtype_text(values)}"
        )
    result = regression_pb2.RegressionResult()
    for value in values.ravel().tolist():
        result.regressions.add(value=value)
    return result


def _check_output_count(count: int) -> None:
    if count != 1:
        raise invalid_argument("Expected one output Tensor.")


def _output_names(signature: Signature) -> list[str]:
    if OUTPUTS not in signature.outputs:
        raise errors.failed_precondition(
            f"No regression outputs found in SignatureDef: {signature}"
        )
    return [OUTPUTS]


FORM = SignatureForm("tensorflow/serving/regress", "regression", _check_output_count, _output_names)
