"""REST bodies of Classify and Regress: JSON objects to tf.Example messages, and their results."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from tensorflow.core.example import example_pb2, feature_pb2
from tensorflow.core.framework import types_pb2
from tensorflow_serving.apis import classification_pb2, input_pb2, regression_pb2

from keras_infogan.serving.protocol import json_outputs, json_tensors, json_values
from keras_infogan.serving.protocol.errors import invalid_argument
from keras_infogan.serving.protocol.json_values import quoted

EXAMPLES = "examples"
CONTEXT = "context"

_MAXIMUM_INT64 = 2**63 - 1


def parse_input(document: Mapping[str, Any]) -> input_pb2.Input:
    """Reads the examples of a Classify or Regress request.

    Args:
        document: `examples`, a list of objects whose values are a number, a string,
            `{"b64": ...}` or a list of one of these; and perhaps `context`, such an object, whose
            features go to every example.

    Returns:
        The examples, with their context.

    Raises:
        StatusError: INVALID_ARGUMENT for anything else.

    Example::

        parse_input({"examples": [{"x": 1.0}]})
    """
    given = input_pb2.Input()
    target: Any = given.example_list
    if CONTEXT in document:
        target = given.example_list_with_context
        target.context.CopyFrom(_example(document[CONTEXT]))
    if EXAMPLES not in document:
        raise invalid_argument(
            f"JSON Value: {quoted(document)} When method is classify, key '{EXAMPLES}' is expected "
            "and was not found"
        )
    examples = document[EXAMPLES]
    if not isinstance(examples, list):
        raise invalid_argument(
            f"JSON Value: {quoted(document)} Expecting '{EXAMPLES}' value to be an list/array"
        )
    if not examples:
        raise invalid_argument(
            f"JSON Value: {quoted(document)} '{EXAMPLES}' value is an empty array"
        )
    for example in examples:
        target.examples.append(_example(example))
    return given


def format_classifications(result: classification_pb2.ClassificationResult) -> bytes:
    """Writes classes as a list of [label, score] per example."""
    return _format(
        [
            [[each.label, _float(each.score)] for each in example.classes]
            for example in result.classifications
        ]
    )


def format_regressions(result: regression_pb2.RegressionResult) -> bytes:
    """Writes a number per example."""
    return _format([_float(each.value) for each in result.regressions])


def _format(results: list[Any]) -> bytes:
    return json_outputs.write({"results": results})


def _float(value: float) -> Any:
    return json_outputs.to_json("value", np.array(value, np.float32))


def _example(value: Any) -> example_pb2.Example:
    if not isinstance(value, dict):
        raise invalid_argument(
            f"Example must be JSON object but got JSON {json_values.json_type(value)}"
        )
    example = example_pb2.Example()
    for name, content in value.items():
        feature = feature_pb2.Feature()
        for item in content if isinstance(content, list) else [content]:
            _add(item, name, feature)
        example.features.feature[json_values.utf8(name)].CopyFrom(feature)
    return example


def _add(value: Any, name: str, feature: feature_pb2.Feature) -> None:
    """Adds a JSON value to a feature, whose first value decides its kind."""
    if isinstance(value, str) or json_values.is_base64(value):
        _check_kind(name, feature, "bytes_list")
        feature.bytes_list.value.append(json_values.to_bytes(value))
    elif isinstance(value, float):
        _check_kind(name, feature, "float_list")
        feature.float_list.value.append(json_tensors.to_array([value], types_pb2.DT_FLOAT)[0])
    elif isinstance(value, int):  # booleans too
        _check_kind(name, feature, "int64_list")
        if not -_MAXIMUM_INT64 - 1 <= value <= _MAXIMUM_INT64:
            raise invalid_argument(f"Feature: {name} has uint64 element. Only int64 is supported.")
        feature.int64_list.value.append(int(value))
    else:
        raise invalid_argument(
            f"Feature: {name} has element with unexpected JSON type: {json_values.json_type(value)}"
        )


def _check_kind(name: str, feature: feature_pb2.Feature, kind: str) -> None:
    if feature.WhichOneof("kind") not in (None, kind):
        expected = feature.WhichOneof("kind").removesuffix("_list")
        raise invalid_argument(
            f"Unexpected element type in feature: {name} expecting type: {expected}"
        )
