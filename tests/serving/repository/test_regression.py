"""Regress over gRPC and REST, on a SavedModel of TensorFlow 1."""

import grpc
import pytest
from tensorflow_serving.apis import input_pb2, regression_pb2

INVALID = grpc.StatusCode.INVALID_ARGUMENT


def given(*values):
    made = input_pb2.Input()
    for value in values:
        feature = made.example_list.examples.add().features.feature["x"]
        feature.float_list.value.append(value)
    return made


def regression(signature="regress", values=(1.0, -1.0)):
    made = regression_pb2.RegressionRequest(input=given(*values))
    made.model_spec.name = "examples"
    made.model_spec.signature_name = signature
    return made


def test_regress_gives_numbers(stub):
    response = stub.Regress(regression())
    assert response.model_spec.signature_name == "regress"
    assert [each.value for each in response.result.regressions] == [2.0, -2.0]


def test_a_context_goes_before_every_example(stub):
    sent = regression()
    sent.input.Clear()
    context = sent.input.example_list_with_context
    context.context.features.feature["x"].float_list.value.append(4.0)
    context.examples.add()
    context.examples.add().features.feature["x"].float_list.value.append(5.0)
    assert [each.value for each in stub.Regress(sent).result.regressions] == [8.0, 10.0]


WRONG = {
    "unknown signature": ("s", "No signature was found with the name: s"),
    "two outputs": ("", "Expected one output Tensor."),
    "a matrix": (
        "wide",
        "Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but got [2,2]",
    ),
    "strings for numbers": ("text", "Expected output Tensor of DT_FLOAT.  Got: DT_STRING"),
}


@pytest.mark.parametrize(("signature", "text"), WRONG.values(), ids=WRONG)
def test_each_wrong_request_has_its_answer(stub, signature, text, error_of):
    assert error_of(stub.Regress, regression(signature)) == (INVALID, text)


def test_examples_that_do_not_parse_are_the_caller_s_fault(stub, error_of):
    sent = regression()
    sent.input.example_list.examples[0].features.feature["x"].bytes_list.value.append(b"one")
    code, text = error_of(stub.Regress, sent)
    assert code == INVALID
    assert "Data types don't match" in text


def test_rest_regress_with_a_context(http):
    document = {
        "signature_name": "regress",
        "context": {"x": 4.0},
        "examples": [{}, {"x": 0.1}],
    }
    answer = http.post("/v1/models/examples:regress", json=document)
    assert answer.json() == {"results": [8.0, 0.2]}
