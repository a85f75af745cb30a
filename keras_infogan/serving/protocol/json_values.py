"""Single JSON values: their types, bytes in base64, and how errors quote them."""

import base64
import binascii
import contextlib
import json
import math
import re
from typing import Any

from tensorflow.core.framework import types_pb2

from keras_infogan.serving.protocol import tensor_protos
from keras_infogan.serving.protocol.errors import StatusError, invalid_argument

_JSON_TYPES = {
    type(None): "Null",
    int: "Number",
    float: "Number",
    str: "String",
    list: "Array",
    dict: "Object",
}
_MAXIMUM_QUOTED_CHARACTERS = 200
_BASE64_SPACES = str.maketrans("", "", " \t\n\v\f\r")
_BASE64 = re.compile(r"([A-Za-z0-9+/]*)([=.]*)")
_GROUP = 4  # characters that stand for three bytes
# The only values that stand for themselves: other infinities were numbers too large for a float.
LITERALS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def is_base64(value: Any) -> bool:
    """Tells whether a JSON value is `{"b64": TEXT}`, which stands for bytes."""
    return isinstance(value, dict) and list(value) == ["b64"] and isinstance(value["b64"], str)


def quoted(value: Any) -> str:
    """Returns JSON for an error message, cut before it repeats megabytes of request."""
    text = ""
    try:
        for part in json.JSONEncoder().iterencode(value):
            text += part[: _MAXIMUM_QUOTED_CHARACTERS + 1]
            if len(text) > _MAXIMUM_QUOTED_CHARACTERS:
                break
    except RecursionError:
        text += "..."  # nested as deep as it may be and still be read
    if len(text) <= _MAXIMUM_QUOTED_CHARACTERS:
        return text
    return text[:_MAXIMUM_QUOTED_CHARACTERS] + "..."


def utf8(text: str) -> str:
    """Returns a text of JSON as protos take it: without lone surrogates."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def to_bytes(value: Any) -> bytes:
    """Returns the bytes of a JSON string or of `{"b64": TEXT}`.

    Raises:
        StatusError: INVALID_ARGUMENT for any other value.
    """
    if isinstance(value, str):
        # JSON may hold a lone surrogate, which UTF-8 cannot.
        return value.encode("utf-8", errors="surrogatepass")
    if not isinstance(value, dict):
        raise wrong_type(value, types_pb2.DT_STRING)
    if not is_base64(value):
        raise invalid_argument(
            f"JSON Value: {quoted(value)} not formatted correctly for base64 data"
        )
    return decode_base64(value["b64"])


def decode_base64(text: str) -> bytes:
    """Decodes base64 as TensorFlow Serving does, by the rules of `absl::Base64Unescape`.

    Args:
        text: white space may stand anywhere; padding, as `=` or `.`, is whole or missing.

    Raises:
        StatusError: INVALID_ARGUMENT for any other text.

    Examples:
        >>> decode_base64("Y W\\nI"), decode_base64("YWI=")
        (b'ab', b'ab')
    """
    # The usual form is the fastest to read. Python also takes more padding than there may be.
    if len(text) % _GROUP == 0 and not text.endswith("==="):
        with contextlib.suppress(binascii.Error, ValueError):
            return base64.b64decode(text, validate=True)
    match = _BASE64.fullmatch(text.translate(_BASE64_SPACES))
    if match is not None:
        digits, padding = match.groups()
        missing = -len(digits) % _GROUP
        if missing < _GROUP - 1 and len(padding) in (0, missing):
            return base64.b64decode(digits + "=" * missing)
    raise invalid_argument("Unable to base64 decode")


def is_literal(value: float) -> bool:
    """Tells whether a document has a float as a literal, such as `Infinity`."""
    return any(value is literal for literal in LITERALS.values())


def json_type(value: Any) -> str:
    """Names the type of a JSON value as TensorFlow Serving's messages do."""
    return str(value) if isinstance(value, bool) else _JSON_TYPES[type(value)]


def wrong_type(value: Any, dtype: int) -> StatusError:
    """Returns the error for a JSON value that no tensor of a dtype can hold."""
    return invalid_argument(
        f"JSON Value: {quoted(value)} Type: {json_type(value)} is not of expected type: "
        f"{tensor_protos.dtype_name(dtype)}"
    )
