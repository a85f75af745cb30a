"""Classify, Regress and MultiInference over gRPC and REST, on a SavedModel of TensorFlow 1."""

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import (
    classification_pb2,
    inference_pb2,
    input_pb2,
    prediction_service_pb2_grpc,
    regression_pb2,
)

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import inference
from keras_infogan.serving.repository import signature_calls as runs

INVALID = grpc.StatusCode.INVALID_ARGUMENT
PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


@pytest.fixture(scope="module")
def stub(channel):
    return prediction_service_pb2_grpc.PredictionServiceStub(channel)


def example(**features):
    made = tf.train.Example()
    for name, value in features.items():
        made.features.feature[name].float_list.value.append(value)
    return made


def given(*values):
    return input_pb2.Input(
        example_list=input_pb2.ExampleList(examples=[example(x=value) for value in values])
    )


def request(kind, signature="", values=(1.0, -1.0), name="examples"):
    made = kind(input=given(*values))
    made.model_spec.name = name
    made.model_spec.signature_name = signature
    return made


def classification(*arguments, **options):
    return request(classification_pb2.ClassificationRequest, *arguments, **options)


def regression(*arguments, **options):
    return request(regression_pb2.RegressionRequest, *arguments, **options)


def outcome(method, sent):
    with pytest.raises(grpc.RpcError) as caught:
        method(sent, timeout=30)
    return caught.value.code(), caught.value.details()


def test_classify_gives_labels_and_scores(stub):
    response = stub.Classify(classification())
    assert response.model_spec.name == "examples"
    assert response.model_spec.version.value == 123
    assert response.model_spec.signature_name == "serving_default"
    answers = [
        [(each.label, each.score) for each in one.classes]
        for one in response.result.classifications
    ]
    assert answers == [[("up", 1.0), ("up", 2.0)], [("down", -1.0), ("down", -2.0)]]


def test_classify_without_labels_leaves_them_empty(stub):
    (one,) = stub.Classify(classification("scores", [3.0])).result.classifications
    assert [(each.label, each.score) for each in one.classes] == [("", 3.0), ("", 6.0)]


def test_regress_gives_numbers(stub):
    response = stub.Regress(regression("regress"))
    assert response.model_spec.signature_name == "regress"
    assert [each.value for each in response.result.regressions] == [2.0, -2.0]


def test_a_context_goes_before_every_example(stub):
    sent = regression("regress")
    sent.input.Clear()
    context = sent.input.example_list_with_context
    context.context.CopyFrom(example(x=4.0))
    context.examples.add()
    context.examples.append(example(x=5.0))
    assert [each.value for each in stub.Regress(sent).result.regressions] == [8.0, 10.0]


def multi(*tasks, values=(1.0,)):
    made = inference_pb2.MultiInferenceRequest(input=given(*values))
    for method, signature in tasks:
        task = made.tasks.add(method_name=f"tensorflow/serving/{method}")
        task.model_spec.name = "examples"
        task.model_spec.signature_name = signature
    return made


def test_multi_inference_answers_each_task(stub):
    response = stub.MultiInference(multi(("classify", ""), ("regress", "regress")))
    first, second = response.results
    assert first.model_spec.signature_name == "serving_default"
    assert first.model_spec.version.value == 123
    assert first.classification_result.classifications[0].classes[1].score == 2.0
    assert second.regression_result.regressions[0].value == 2.0


WRONG = {
    "no model_spec": (
        "Classify",
        classification_pb2.ClassificationRequest(),
        INVALID,
        "Missing ModelSpec",
    ),
    "no examples": ("Classify", classification(values=[]), INVALID, "Input is empty."),
    "unknown signature": (
        "Classify",
        classification("s"),
        INVALID,
        "No signature was found with the name: s",
    ),
    "unknown signature of regress": (
        "Regress",
        regression("s"),
        INVALID,
        "No signature was found with the name: s",
    ),
    "three outputs": (
        "Classify",
        classification("other"),
        INVALID,
        "Expected one or two output Tensors, found 3",
    ),
    "two outputs of regress": ("Regress", regression(), INVALID, "Expected one output Tensor."),
    "scores of one dimension": (
        "Classify",
        classification("flat"),
        INVALID,
        "Expected Tensor shape: [batch_size num_classes] but got [2]",
    ),
    "a matrix": (
        "Regress",
        regression("wide"),
        INVALID,
        "Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got [2,2]",
    ),
    "strings for numbers": (
        "Regress",
        regression("text"),
        INVALID,
        "Expected output Tensor of DT_FLOAT.  Got: DT_STRING",
    ),
    "several inputs": (
        "Classify",
        classification("generate", name="digits"),
        INVALID,
        "Expected one input Tensor.",
    ),
    "no task": (
        "MultiInference",
        inference_pb2.MultiInferenceRequest(),
        INVALID,
        "ModelSpec has no name specified.",
    ),
    "a task twice": (
        "MultiInference",
        multi(("classify", ""), ("classify", "serving_default")),
        INVALID,
        "Duplicate evaluation of signature: serving_default",
    ),
    "an unknown task": (
        "MultiInference",
        multi(("predict", "")),
        grpc.StatusCode.UNIMPLEMENTED,
        "Unsupported signature method_name: tensorflow/serving/predict",
    ),
    "a task's unknown signature": (
        "MultiInference",
        multi(("regress", "s")),
        INVALID,
        "Requested signature not found in model graph: s",
    ),
}


@pytest.mark.parametrize(("method", "sent", "code", "text"), WRONG.values(), ids=WRONG)
def test_each_wrong_request_has_its_answer(stub, method, sent, code, text):
    assert outcome(getattr(stub, method), sent) == (code, text)


def test_a_signature_without_the_right_names_is_a_failed_precondition(stub):
    code, text = outcome(stub.Classify, classification("regress"))
    assert code == PRECONDITION
    assert text.startswith("Expected classification signature outputs to contain at least one of ")
    code, text = outcome(stub.Classify, classification("discriminate", name="digits"))
    assert code == PRECONDITION
    assert text.startswith("No classification inputs found in SignatureDef: ")


def test_all_tasks_are_of_one_model(stub):
    sent = multi(("classify", ""), ("regress", "regress"))
    sent.tasks[1].model_spec.name = "digits"
    assert outcome(stub.MultiInference, sent) == (
        INVALID,
        "All ModelSpecs in a MultiInferenceRequest must access the same model name.",
    )


def test_the_method_name_is_checked_where_asked_for(example_model):
    from keras_infogan.serving.repository.servable import Servable

    servable = Servable(example_model)
    with pytest.raises(StatusError, match="Expected classification signature method_name to be "):
        runs.finish(inference.classify(servable, classification("regress"), True))
    servable.close()


def test_examples_that_do_not_parse_are_the_caller_s_fault(stub):
    sent = regression("regress")
    sent.input.example_list.examples[0].features.feature["x"].bytes_list.value.append(b"one")
    code, text = outcome(stub.Regress, sent)
    assert code == INVALID
    assert "Data types don't match" in text


def post(http, path, **document):
    return http.post(f"/v1/models/examples:{path}", json=document)


def test_rest_classify(http):
    answer = post(http, "classify", examples=[{"x": 1.0}, {"x": [-1.5]}])
    assert answer.json() == {
        "results": [[["up", 1.0], ["up", 2.0]], [["down", -1.5], ["down", -3.0]]]
    }


def test_rest_regress_with_a_context(http):
    answer = post(
        http, "regress", signature_name="regress", context={"x": 4.0}, examples=[{}, {"x": 0.1}]
    )
    assert answer.json() == {"results": [8.0, 0.2]}


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({}, "When method is classify, key 'examples' is expected and was not found"),
        ({"examples": 3}, "Expecting 'examples' value to be an list/array"),
        ({"examples": []}, "'examples' value is an empty array"),
        ({"examples": [3]}, "Example must be JSON object but got JSON Number"),
        ({"examples": [{"x": None}]}, "Feature: x has element with unexpected JSON type: Null"),
        (
            {"examples": [{"x": [1.0, "a"]}]},
            "Unexpected element type in feature: x expecting type: float",
        ),
        (
            {"examples": [{"x": 2**63}]},
            "Feature: x has uint64 element. Only int64 is supported.",
        ),
        ({"examples": [{"x": 1}]}, "Data types don't match"),
    ],
)
def test_each_wrong_document_has_its_answer(http, document, error):
    answer = post(http, "classify", **document)
    assert answer.status_code == 400
    assert error in answer.json()["error"]


def test_bytes_and_booleans_become_features():
    from keras_infogan.serving.protocol import json_examples

    made = json_examples.parse_input({"examples": [{"a": {"b64": "AP8="}, "b": [True, 2]}]})
    features = made.example_list.examples[0].features.feature
    assert features["a"].bytes_list.value == [b"\x00\xff"]
    assert features["b"].int64_list.value == [1, 2]


def test_examples_are_concatenated_bytes():
    made = inference.serialized_examples(given(1.0, 2.0))
    assert made.dtype == object and made.shape == (2,)
    parsed = tf.train.Example.FromString(made[1])
    np.testing.assert_array_equal(parsed.features.feature["x"].float_list.value, [2.0])


def test_labels_that_are_no_text_are_made_one(stub):
    (one,) = stub.Classify(classification("echo", [1.0])).result.classifications
    assert "\ufffd" in one.classes[0].label
