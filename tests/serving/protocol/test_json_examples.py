import json

import pytest
from tensorflow_serving.apis import classification_pb2, regression_pb2

from keras_infogan.serving.protocol import json_examples
from keras_infogan.serving.protocol.errors import StatusError


def features(document):
    (example,) = json_examples.parse_input(document).example_list.examples
    return example.features.feature


def test_each_kind_of_value_has_its_list():
    found = features(
        {"examples": [{"a": 1.5, "b": [1, 2], "c": ["x", {"b64": "AP8="}], "d": True}]}
    )
    assert found["a"].float_list.value == [1.5]
    assert found["b"].int64_list.value == [1, 2]
    assert found["c"].bytes_list.value == [b"x", b"\x00\xff"]
    assert found["d"].int64_list.value == [1]


def test_a_context_stands_next_to_the_examples():
    given = json_examples.parse_input({"context": {"x": 1.0}, "examples": [{}, {}]})
    examples = given.example_list_with_context
    assert examples.context.features.feature["x"].float_list.value == [1.0]
    assert len(examples.examples) == 2


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "key 'examples' is expected and was not found"),
        ({"examples": 1}, "Expecting 'examples' value to be an list/array"),
        ({"examples": []}, "'examples' value is an empty array"),
        ({"examples": [1]}, "Example must be JSON object but got JSON Number"),
        ({"examples": [{"x": None}]}, "Feature: x has element with unexpected JSON type: Null"),
        ({"examples": [{"x": [[1]]}]}, "Feature: x has element with unexpected JSON type: Array"),
        ({"examples": [{"x": [1, "a"]}]}, "element type in feature: x expecting type: int64"),
        ({"examples": [{"x": 2**63}]}, "Feature: x has uint64 element. Only int64 is supported."),
        ({"examples": [{"x": 1e39}]}, "to float without loss of precision"),
        ({"examples": [{"x": {"b64": "*"}}]}, "Unable to base64 decode"),
        ({"context": 1, "examples": [{}]}, "Example must be JSON object but got JSON Number"),
    ],
)
def test_other_documents_are_refused(document, message):
    with pytest.raises(StatusError) as caught:
        json_examples.parse_input(document)
    assert message in caught.value.message
    assert caught.value.http_status == 400


def test_results_are_lists():
    classes = classification_pb2.ClassificationResult()
    classes.classifications.add().classes.add(label="up", score=0.1)
    written = json.loads(json_examples.format_classifications(classes))
    assert written == {"results": [[["up", 0.1]]]}
    numbers = regression_pb2.RegressionResult()
    numbers.regressions.add(value=0.1)
    assert json.loads(json_examples.format_regressions(numbers)) == {"results": [0.1]}
