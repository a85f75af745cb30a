"""The paths of the REST API, and the model that a path names."""

import re
from urllib.parse import unquote

from tensorflow_serving.apis import model_pb2

from keras_infogan.serving.protocol.errors import invalid_argument

_VERSION = r"(?:/versions/(?P<version>[0-9]+)|/labels/(?P<label>[^/:]+))?"
_INFERENCE = re.compile(
    rf"/v1/models/(?P<name>[^/:]+){_VERSION}:(?P<method>classify|regress|predict)", re.IGNORECASE
)
_DESCRIPTION = re.compile(
    rf"/v1/models(?:/(?P<name>[^/:]+))?{_VERSION}(?:/(?P<part>metadata))?", re.IGNORECASE
)
_MAXIMUM_VERSION = 2**63 - 1


def match_inference(path: str) -> re.Match[str] | None:
    """Matches a path for POST, as `/v1/models/digits:predict`; `method` is what to do."""
    return _INFERENCE.fullmatch(path)


def match_description(path: str) -> re.Match[str] | None:
    """Matches a path for GET, as `/v1/models/digits/metadata`; `part` is "metadata" or None."""
    return _DESCRIPTION.fullmatch(path)


def model_spec(match: re.Match[str]) -> model_pb2.ModelSpec:
    """Returns the model that a path names, with its version or label.

    Args:
        match: of a path that names a model.

    Raises:
        StatusError: INVALID_ARGUMENT for a version that does not fit 64 bits.

    Examples:
        >>> model_spec(match_inference("/v1/models/a%2Fb:predict")).name
        'a/b'
    """
    spec = model_pb2.ModelSpec(name=unquote(match["name"]))
    if match["version"]:
        # Python converts no more than some thousand digits.
        digits = match["version"].lstrip("0") or "0"
        if len(digits) > len(str(_MAXIMUM_VERSION)) or int(digits) > _MAXIMUM_VERSION:
            raise invalid_argument(f"Failed to convert version: {match['version']} to numeric.")
        spec.version.value = int(digits)
    if match["label"]:
        spec.version_label = unquote(match["label"])
    return spec
