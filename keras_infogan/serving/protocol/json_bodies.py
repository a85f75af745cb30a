"""REST bodies: Predict requests in row or column form, and their responses."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from tensorflow.core.framework import tensor_pb2

from keras_infogan.serving.protocol import json_outputs, json_tensors, json_values
from keras_infogan.serving.protocol.errors import invalid_argument
from keras_infogan.serving.protocol.json_values import quoted

ROWS = "instances"
COLUMNS = "inputs"
# A number too large for a float becomes an infinity that is not one of these literals.
_DECODER = json.JSONDecoder(parse_constant=json_values.LITERALS.__getitem__)

Tensors = dict[str, tensor_pb2.TensorProto]


def parse_body(body: bytes | bytearray) -> dict[str, Any]:
    """Reads the body of a request.

    Args:
        body: JSON; NaN, Infinity and -Infinity are literals.

    Returns:
        The object.

    Raises:
        StatusError: INVALID_ARGUMENT when it is not JSON, or not an object.

    Examples:
        >>> parse_body(b'{"instances": [1]}')
        {'instances': [1]}
    """
    if not body:
        raise invalid_argument("JSON Parse error: The document is empty")
    try:
        document = _DECODER.decode(body.decode(json.detect_encoding(body), "surrogatepass"))
    except json.JSONDecodeError as error:
        raise invalid_argument(f"JSON Parse error: {error.msg} at offset: {error.pos}") from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        # Bytes that are no text, lists nested thousands deep, integers of thousands of digits.
        raise invalid_argument(f"JSON Parse error: {error}") from error
    if not isinstance(document, dict):
        raise invalid_argument(f"JSON Value: {quoted(document)} Is not object")
    return document


def signature_name(document: Mapping[str, Any]) -> str:
    """Returns the signature that a request names, or an empty name.

    Raises:
        StatusError: INVALID_ARGUMENT when the name is not a string.
    """
    name = document.get("signature_name", "")
    if not isinstance(name, str):
        raise invalid_argument(
            f"JSON Value: {quoted(document)} not formatted correctly. "
            "'signature_name' key must be a string value."
        )
    return json_values.utf8(name)


def parse_inputs(document: Mapping[str, Any], dtypes: Mapping[str, int]) -> tuple[Tensors, bool]:
    """Reads the inputs of a Predict request.

    Args:
        document: holds either `instances` (row form) or `inputs` (column form).
        dtypes: the `DataType` enum value of each input of the signature.

    Returns:
        A tensor per input, and whether the request is in row form.

    Raises:
        StatusError: INVALID_ARGUMENT when names, nesting, sizes or types do not fit.

    Example::

        parse_inputs({"instances": [1, 2]}, {"seed": types_pb2.DT_INT64})
    """
    if ROWS in document and COLUMNS in document:
        raise invalid_argument(
            f"JSON Value: {quoted(document)} Not formatted correctly expecting only "
            f"one of '{COLUMNS}' or '{ROWS}' keys to exist "
        )
    if ROWS in document:
        return _parse_rows(document, dtypes), True
    if COLUMNS in document:
        return _parse_columns(document[COLUMNS], dtypes), False
    raise invalid_argument(f"Missing '{COLUMNS}' or '{ROWS}' key")


def format_outputs(outputs: Mapping[str, np.ndarray], rows: bool) -> bytes:
    """Writes the outputs of a Predict request.

    Args:
        outputs: an array per output; strings are an object array of bytes.
        rows: whether to write `predictions`, a value per row, rather than `outputs`.

    Returns:
        JSON; a single output stands without its name, and strings of outputs named `*_bytes`
        as `{"b64": ...}`.

    Raises:
        StatusError: INVALID_ARGUMENT when outputs have no row, or unequal numbers of them.

    Examples:
        >>> format_outputs({"logit": np.float32([0.5])}, rows=True)
        b'{"predictions":[0.5]}'
    """
    values = {name: json_outputs.to_json(name, array) for name, array in sorted(outputs.items())}
    if not rows:
        document = values if len(values) > 1 else next(iter(values.values()))
        return json_outputs.write({"outputs": document})
    _check_batch_sizes(outputs)
    if len(values) == 1:
        return json_outputs.write({"predictions": next(iter(values.values()))})
    items = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    return json_outputs.write({"predictions": items})


def _parse_rows(document: Mapping[str, Any], dtypes: Mapping[str, int]) -> Tensors:
    instances = document[ROWS]
    if not isinstance(instances, list):
        raise invalid_argument(
            f"JSON Value: {quoted(document)} Excepting '{ROWS}' to be an list/array"
        )
    if not instances:
        raise invalid_argument(f"JSON Value: {quoted(document)} No values in '{ROWS}' array")
    named = _is_object(instances[0])
    if not named and len(dtypes) > 1:
        raise invalid_argument(
            "instances is a plain list, but expecting list of objects as multiple "
            "input tensors required as per tensorinfo_map"
        )
    for position, instance in enumerate(instances):
        _check_instance(position, instance, named, dtypes)
    if not named:
        (name,) = dtypes
        return {name: json_tensors.parse(instances, dtypes[name])}
    return {
        name: json_tensors.parse([instance[name] for instance in instances], dtype)
        for name, dtype in dtypes.items()
    }


def _check_instance(position: int, instance: Any, named: bool, names: Iterable[str]) -> None:
    if not named:
        if _is_object(instance):
            raise invalid_argument(
                f"Expecting value/list but got object at item {position} of input list"
            )
        return
    if not _is_object(instance):
        raise invalid_argument(f"Expecting object but got list at item {position} of input list")
    if set(instance) != set(names):
        raise invalid_argument(
            f"Failed to process element: {position} of '{ROWS}' list. JSON object: "
            f"{quoted(instance)} keys must be equal to: {','.join(sorted(names))}"
        )


def _parse_columns(inputs: Any, dtypes: Mapping[str, int]) -> Tensors:
    if not _is_object(inputs):
        if len(dtypes) > 1:
            raise invalid_argument(
                "inputs is a plain value/list, but expecting an object as multiple "
                "input tensors required as per tensorinfo_map"
            )
        (name,) = dtypes
        return {name: json_tensors.parse(inputs, dtypes[name])}
    for name in sorted(dtypes):
        if name not in inputs:
            raise invalid_argument(f"Missing named input: {name} in '{COLUMNS}' object.")
    return {name: json_tensors.parse(inputs[name], dtype) for name, dtype in dtypes.items()}


def _check_batch_sizes(outputs: Mapping[str, np.ndarray]) -> None:
    expected = None
    for name, array in sorted(outputs.items()):
        if array.ndim == 0:
            raise invalid_argument(f"Tensor name: {name} has no shape information ")
        if expected is not None and len(array) != expected:
            raise invalid_argument(
                f"Tensor name: {name} has inconsistent batch size: {len(array)} "
                f"expecting: {expected}"
            )
        expected = len(array)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and not json_values.is_base64(value)
