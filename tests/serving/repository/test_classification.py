"""Classify over gRPC and REST, on a SavedModel of TensorFlow 1."""

import grpc
import pytest
from tensorflow_serving.apis import classification_pb2, input_pb2

INVALID = grpc.StatusCode.INVALID_ARGUMENT


def given(*values):
    made = input_pb2.Input()
    for value in values:
        feature = made.example_list.examples.add().features.feature["x"]
        feature.float_list.value.append(value)
    return made


def classification(signature="", values=(1.0, -1.0), name="examples"):
    made = classification_pb2.ClassificationRequest(input=given(*values))
    made.model_spec.name = name
    made.model_spec.signature_name = signature
    return made


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


def test_labels_that_are_no_text_are_made_text(stub):
    (one,) = stub.Classify(classification("echo", [1.0])).result.classifications
    assert "\ufffd" in one.classes[0].label


WRONG = {
    "no model_spec": (classification_pb2.ClassificationRequest(), "Missing ModelSpec"),
    "no examples": (classification(values=[]), "Input is empty."),
    "unknown signature": (classification("s"), "No signature was found with the name: s"),
    "three outputs": (classification("other"), "Expected one or two output Tensors, found 3"),
    "scores of one dimension": (
        classification("flat"),
        "Expected Tensor shape: [batch_size num_classes] but got [2]",
    ),
    "several inputs": (classification("generate", name="digits"), "Expected one input Tensor."),
}


@pytest.mark.parametrize(("sent", "text"), WRONG.values(), ids=WRONG)
def test_each_wrong_request_has_its_answer(stub, sent, text, error_of):
    assert error_of(stub.Classify, sent) == (INVALID, text)


def test_a_signature_without_the_right_names_is_a_failed_precondition(stub, error_of):
    code, text = error_of(stub.Classify, classification("regress"))
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert text.startswith("Expected classification signature outputs to contain at least one of ")
    code, text = error_of(stub.Classify, classification("discriminate", name="digits"))
    assert code == grpc.StatusCode.FAILED_PRECONDITION
    assert text.startswith("No classification inputs found in SignatureDef: ")


def post(http, **document):
    return http.post("/v1/models/examples:classify", json=document)


def test_rest_classify(http):
    assert post(http, examples=[{"x": 1.0}, {"x": [-1.5]}]).json() == {
        "results": [[["up", 1.0], ["up", 2.0]], [["down", -1.5], ["down", -3.0]]]
    }


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
    answer = post(http, **document)
    assert answer.status_code == 400
    assert error in answer.json()["error"]


def test_bytes_and_booleans_become_features():
    from keras_infogan.serving.protocol import json_examples

    made = json_examples.parse_input({"examples": [{"a": {"b64": "AP8="}, "b": [True, 2]}]})
    features = made.example_list.examples[0].features.feature
    assert features["a"].bytes_list.value == [b"\x00\xff"]
    assert features["b"].int64_list.value == [1, 2]
