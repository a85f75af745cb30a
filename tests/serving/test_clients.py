"""Clients that nobody here wrote: ovmsclient, and curl."""

import json
import shutil
import subprocess

import numpy as np
import ovmsclient
import pytest

SEEDS = np.int64([3, 4])


@pytest.fixture(params=["grpc", "http"])
def client(request, server):
    if request.param == "grpc":
        return ovmsclient.make_grpc_client(f"127.0.0.1:{server.port}")
    return ovmsclient.make_http_client(f"127.0.0.1:{server.rest_api_port}")


# Left out, ovmsclient asks for version 0, which is no version to TensorFlow Serving.
VERSION = {"model_name": "digits", "model_version": 1}


def test_ovmsclient_predicts(client):
    codes = {"seed": SEEDS, "digit": np.int64([1, 2]), "style": np.zeros([2, 2], np.float32)}
    image = client.predict(codes, **VERSION)  # one output: the array itself
    np.testing.assert_allclose(image[:, 0, 0, 0], [0.1, 0.2], rtol=1e-6)


def test_ovmsclient_reads_metadata_and_status(client):
    metadata = client.get_model_metadata(**VERSION)
    if "metadata" in metadata:  # over HTTP it hands TensorFlow Serving's document on
        signatures = metadata["metadata"]["signature_def"]["signature_def"]
        assert set(signatures["serving_default"]["inputs"]) == {"seed", "digit", "style"}
    else:
        assert metadata["inputs"]["style"] == {"shape": [-1, 2], "dtype": "DT_FLOAT"}
    assert client.get_model_status(**VERSION)[1]["state"] == "AVAILABLE"


def test_ovmsclient_is_told_what_is_wrong(client):
    with pytest.raises(ovmsclient.ModelNotFoundError, match="Servable not found for request"):
        client.get_model_metadata("nothing", 1)
    with pytest.raises(ovmsclient.InvalidInputError):
        client.predict({"seed": SEEDS}, **VERSION)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_curl(server):
    def curl(path, *arguments):
        url = f"http://127.0.0.1:{server.rest_api_port}{path}"
        ended = subprocess.run(
            ["curl", "-s", *arguments, url], capture_output=True, text=True, timeout=60
        )
        return json.loads(ended.stdout)

    body = '{"signature_name": "sample", "instances": [{"seed": 7}]}'
    (prediction,) = curl("/v1/models/digits:predict", "-d", body)["predictions"]
    assert prediction["digit"] == 7
    status = curl("/v1/models/digits")["model_version_status"][0]
    assert status["state"] == "AVAILABLE"
    assert (
        "generate"
        in curl("/v1/models/digits/metadata")["metadata"]["signature_def"]["signature_def"]
    )
    assert curl("/v1/models/nothing") == {"error": "Could not find any versions of model nothing"}
