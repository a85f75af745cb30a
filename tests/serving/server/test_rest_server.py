import base64
import json

import numpy as np
import pytest

PREDICT = "/v1/models/digits:predict"


def post(http, path=PREDICT, **document):
    return http.post(path, content=json.dumps(document))


@pytest.mark.parametrize(
    "path",
    [PREDICT, "/v1/models/digits/versions/1:predict", "/V1/MODELS/digits:PREDICT"],
)
def test_predict_in_row_form(http, path):
    answer = post(http, path, signature_name="sample", instances=[{"seed": 3}, {"seed": 4}])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    first, second = answer.json()["predictions"]
    assert (first["digit"], second["digit"]) == (3, 4)
    assert np.shape(first["image"]) == (4, 4, 1)


def test_predict_in_column_form(http):
    answer = post(http, signature_name="sample", inputs=[3, 4]).json()["outputs"]
    assert answer["digit"] == [3, 4]
    assert np.shape(answer["image"]) == (2, 4, 4, 1)


def test_the_signature_s_name_is_optional(http):
    answer = post(http, instances=[{"seed": 0, "digit": 3, "style": [0.5, 1]}]).json()
    (image,) = answer["predictions"]
    assert [pixel[0] for pixel in image[0]] == [0.3, 0.5, 1.0, 0.0]


def test_a_png_comes_base64(http):
    inputs = {"seed": [0], "digit": [3], "style": [[0, 0]]}
    (png,) = post(http, signature_name="generate_png", inputs=inputs).json()["outputs"]
    assert base64.b64decode(png["b64"]).startswith(b"\x89PNG")


def test_status(http):
    expected = {
        "model_version_status": [
            {
                "version": "1",
                "state": "AVAILABLE",
                "status": {"error_code": "OK", "error_message": ""},
            }
        ]
    }
    assert http.get("/v1/models/digits").json() == expected
    assert http.get("/v1/models/digits/versions/1").json() == expected


def test_metadata(http):
    answer = http.get("/v1/models/digits/metadata").json()
    assert answer["model_spec"] == {"name": "digits", "signature_name": "", "version": "1"}
    signature = answer["metadata"]["signature_def"]["signature_def"]["sample"]
    assert signature["method_name"] == "tensorflow/serving/predict"
    assert signature["inputs"]["seed"]["dtype"] == "DT_INT64"
    shape = {"dim": [{"size": "-1", "name": ""}], "unknown_rank": False}
    assert signature["inputs"]["seed"]["tensor_shape"] == shape
    assert http.get("/v1/models/digits/versions/1/metadata").json() == answer


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/v1/nothing", 400, "Malformed request: GET /v1/nothing"),
        ("GET", "/v1/models/digits:predict", 400, "Malformed request: GET " + PREDICT),
        ("POST", "/v1/models/digits", 400, "Malformed request: POST /v1/models/digits"),
        ("PUT", "/v1/models/digits", 400, "Malformed request: PUT /v1/models/digits"),
        (
            "GET",
            "/v1/models/digits/versions/x",
            400,
            "Malformed request: GET /v1/models/digits/versions/x",
        ),
        ("GET", "/v1/models", 400, "Missing model name in request."),
        ("GET", "/", 404, "Not found: GET /"),
        ("GET", "/v1/models/m", 404, "Could not find any versions of model m"),
        ("GET", "/v1/models/a%2Fb", 404, "Could not find any versions of model a/b"),
        (
            "GET",
            "/v1/models/digits/versions/9",
            404,
            "Could not find version 9 of model digits",
        ),
        (
            "GET",
            f"/v1/models/digits/versions/{10**30}",
            400,
            f"Failed to convert version: {10**30} to numeric.",
        ),
        ("GET", "/v1/models/m/metadata", 404, "Servable not found for request: Latest(m)"),
        (
            "GET",
            "/v1/models/digits/labels/new/metadata",
            400,
            "Unrecognized servable version label: new",
        ),
    ],
)
def test_each_wrong_path_has_its_answer(http, method, path, status, error):
    answer = http.request(method, path)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


@pytest.mark.parametrize(
    ("path", "document", "status", "error"),
    [
        ("/v1/models/m:predict", {"inputs": 1}, 404, "Servable not found for request: Latest(m)"),
        (
            "/v1/models/digits/versions/9:predict",
            {"inputs": 1},
            404,
            "Servable not found for request: Specific(digits, 9)",
        ),
        (
            PREDICT,
            {"signature_name": "s", "inputs": 1},
            400,
            'Serving signature name: "s" not found in signature def',
        ),
        (PREDICT, {"signature_name": "sample"}, 400, "Missing 'inputs' or 'instances' key"),
        (
            PREDICT,
            {"signature_name": "sample", "inputs": [1.0]},
            400,
            "JSON Value: 1.0 Type: Number is not of expected type: int64",
        ),
    ],
)
def test_each_wrong_document_has_its_answer(http, path, document, status, error):
    answer = post(http, path, **document)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_an_operation_error_is_a_bad_request(http):
    answer = post(http, signature_name="recognize", inputs=[1.0])
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("Index out of range using input dim 1")


def test_a_body_that_is_not_json_is_a_bad_request(http):
    answer = http.post(PREDICT, content=b"\x00\xff")
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("JSON Parse error: ")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            b'{"signature_name": "generate", "instances": [{"b64": "AA=="}]}',
            "instances is a plain list, but expecting list of objects",
        ),
        (b'{"signature_name": "\\ud800", "inputs": [1]}', 'Serving signature name: "?" not found'),
        (b'{"signature_name": 1, "x": ' + b"[" * 900 + b"]" * 900 + b"}", "must be a string value"),
    ],
    ids=["base64 for an object", "half a character", "deeply nested"],
)
def test_what_once_ended_with_500(http, body, text):
    answer = http.post(PREDICT, content=body)
    assert answer.status_code == 400
    assert text in answer.json()["error"]


@pytest.mark.parametrize("digits", ["9" * 20, "9" * 5000])
def test_a_version_of_many_digits_is_no_version(http, digits):
    answer = http.get(f"/v1/models/digits/versions/{digits}")
    assert answer.status_code == 400
    assert answer.json() == {"error": f"Failed to convert version: {digits} to numeric."}
    assert http.get(f"/v1/models/digits/versions/{'0' * 5000}1").status_code == 200
