"""MultiInference: several Classify and Regress tasks on the same examples, in one run."""

from tensorflow_serving.apis import inference_pb2

from keras_infogan.serving.protocol import errors
from keras_infogan.serving.protocol.errors import invalid_argument
from keras_infogan.serving.repository import (
    classification,
    example_signatures,
    prediction,
    regression,
)
from keras_infogan.serving.repository.example_signatures import INPUTS, Arrays, Signature
from keras_infogan.serving.repository.servable import Runner
from keras_infogan.serving.repository.signature_calls import Call, SignatureRun

_FORMS = {form.method: form for form in (classification.FORM, regression.FORM)}


def infer(
    servable: Runner,
    request: inference_pb2.MultiInferenceRequest,
    check_method_name: bool = False,
) -> Call[list[inference_pb2.InferenceResult]]:
    """Runs several signatures of one model on the same examples, in one run of the graph.

    The signatures must take the examples by the same tensor. As in TensorFlow Serving's
    `multi_inference.cc`, the names of the tensors are compared. Signatures that TensorFlow 2
    saved have a tensor each, so such a request is refused there and here.

    Args:
        servable: the version that answers.
        request: the examples, and a task per signature: its method name says Classify or Regress.
        check_method_name: whether the signatures themselves must have that method name.

    Yields:
        The one run.

    Returns:
        A result per task, with its name and signature but without a version.

    Raises:
        StatusError: with TensorFlow Serving's codes and texts.
    """
    merged = _merged_signature(servable, request, check_method_name)
    examples = example_signatures.serialized_examples(request.input)
    outputs = yield SignatureRun(servable, merged, {INPUTS: examples}, sorted(merged.outputs))
    return [_result(task, i, outputs, len(examples)) for i, task in enumerate(request.tasks)]


def _merged_signature(
    servable: Runner, request: inference_pb2.MultiInferenceRequest, check_method_name: bool
) -> Signature:
    """A signature with the outputs of all tasks, each under the task's position."""
    merged = Signature()
    seen: set[str] = set()
    for position, task in enumerate(request.tasks):
        name = _check_task(request, task, seen)
        signature = servable.signatures.get(name)
        if signature is None:
            raise invalid_argument(f"Requested signature not found in model graph: {name}")
        form = _FORMS.get(task.method_name)
        if form is None:
            raise errors.unimplemented(f"Unsupported signature method_name: {task.method_name}")
        example_signatures.check_form(signature, form, check_method_name)
        if merged.inputs and merged.inputs[INPUTS].name != signature.inputs[INPUTS].name:
            raise invalid_argument("Input tensor must be the same for all Signatures.")
        merged.inputs[INPUTS].CopyFrom(signature.inputs[INPUTS])
        for alias in form.output_names(signature):
            merged.outputs[f"{position}/{alias}"].CopyFrom(signature.outputs[alias])
    return merged


def _check_task(
    request: inference_pb2.MultiInferenceRequest,
    task: inference_pb2.InferenceTask,
    seen: set[str],
) -> str:
    """The signature that a task asks for, once."""
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
    if task.method_name == classification.FORM.method:
        result.classification_result.CopyFrom(classification.classifications(own, count))
    else:
        result.regression_result.CopyFrom(regression.regressions(own, count))
    return result
