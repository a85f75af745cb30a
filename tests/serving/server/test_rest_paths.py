import pytest

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.server import rest_paths


@pytest.mark.parametrize(
    ("path", "name", "version", "label", "method"),
    [
        ("/v1/models/digits:predict", "digits", 0, "", "predict"),
        ("/V1/models/a%2Fb/versions/7:CLASSIFY", "a/b", 7, "", "CLASSIFY"),
        ("/v1/models/m/labels/new:regress", "m", 0, "new", "regress"),
    ],
)
def test_inference(path, name, version, label, method):
    match = rest_paths.match_inference(path)
    spec = rest_paths.model_spec(match)
    found = (spec.name, spec.version.value, spec.version_label, match["method"])
    assert found == (name, version, label, method)


@pytest.mark.parametrize("path", ["/v1/models/digits", "/v1/models/a/b:predict", "/v1/models/m:x"])
def test_no_inference(path):
    assert rest_paths.match_inference(path) is None


def test_description():
    assert rest_paths.match_description("/v1/models")["name"] is None
    assert rest_paths.match_description("/v1/models/m")["part"] is None
    assert rest_paths.match_description("/v1/models/m/versions/1/metadata")["part"] == "metadata"
    assert rest_paths.match_description("/v1/models/m/versions/x") is None


@pytest.mark.parametrize("digits", [str(2**63), "9" * 5000])
def test_a_version_has_64_bits(digits):
    with pytest.raises(StatusError, match="Failed to convert version: "):
        rest_paths.model_spec(rest_paths.match_description(f"/v1/models/m/versions/{digits}"))
    longest = rest_paths.match_description(f"/v1/models/m/versions/{2**63 - 1}")
    assert rest_paths.model_spec(longest).version.value == 2**63 - 1
