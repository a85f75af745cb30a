import socket
import time
from pathlib import Path
from types import SimpleNamespace

import grpc
import numpy as np
import pytest

from keras_infogan.serving import BatchingOptions, Client, EmbeddedServer
from keras_infogan.serving.client import client as client_module
from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import batching_options

BATCHING_FILE = Path(__file__).parents[3] / "serving" / "batching.config"


@pytest.fixture
def replace_sleep(monkeypatch):
    """Replaces `time.sleep` for the client: servers still sleep."""

    def replace(sleep):
        monkeypatch.setattr(client_module, "time", SimpleNamespace(sleep=sleep))

    return replace


@pytest.fixture(params=["grpc", "rest"])
def client(server, request):
    port = server.port if request.param == "grpc" else server.rest_api_port
    with Client(f"127.0.0.1:{port}", "digits", protocol=request.param) as opened:
        yield opened


def test_a_code_given_once_holds_for_every_seed(client):
    images = client.generate({"digit": 3, "style": [0.5, 1.0]}, seed=[0, 1])
    assert images.shape == (2, 4, 4, 1)
    assert images.dtype == np.float32
    np.testing.assert_allclose(images[:, 0, :3, 0], [[0.3, 0.5, 1.0]] * 2)


def test_a_seed_given_once_holds_for_every_code(client):
    images = client.generate({"digit": [1, 2, 3], "style": [0.0, 0.0]}, seed=6)
    np.testing.assert_allclose(images[:, 0, 0, 0], [0.1, 0.2, 0.3])
    np.testing.assert_allclose(images[:, 0, 3, 0], [6 / 7] * 3)


def test_codes_that_are_left_out_are_the_ones_drawn_for_the_seed(client):
    np.testing.assert_array_equal(client.generate({}, seed=[4, 5]), client.sample([4, 5])["image"])
    style = client.sample(4)["style"][0]
    np.testing.assert_allclose(client.generate({"digit": 9}, seed=4)[0, 0, 1:3, 0], style)


def test_pictures_are_png_files(client):
    pictures = client.generate_png({"digit": [1, 2]}, seed=0)
    assert len(pictures) == 2
    assert all(picture.startswith(b"\x89PNG\r\n\x1a\n") for picture in pictures)


def test_images_are_recognized(client):
    codes = {"digit": [7, 1], "style": [[0.25, 0.5], [0.75, 1.0]]}
    found = client.recognize(client.generate(codes, seed=0))
    assert found["digit"].tolist() == [7, 1]
    assert found["digit"].dtype == np.int64
    assert found["digit_probabilities"].shape == (2, 10)
    np.testing.assert_allclose(found["style_mean"], codes["style"])
    np.testing.assert_allclose(found["style_stddev"], np.full([2, 2], 0.1))


def test_predict_runs_any_signature_and_picks_outputs(client):
    outputs = client.predict("discriminate", {"image": np.ones([1, 4, 4, 1])}, ["logit"])
    assert list(outputs) == ["logit"]
    np.testing.assert_allclose(outputs["logit"], [1.0])


def test_signatures_are_described(client):
    assert set(client.signatures()["generate_png"].inputs) == {"seed", "digit", "style"}


@pytest.mark.parametrize(
    ("codes", "seed", "message"),
    [
        ({"colour": 1}, 0, "A code should be one of digit, style. Received: 'colour'"),
        ({"seed": 1}, 0, "A code should be one of digit, style. Received: 'seed'"),
        ({"digit": 1.5}, 0, "digit should hold values of type int64. Received: "),
        ({"digit": float("inf")}, 0, r"digit should hold values of type int64. Received: \[inf\]"),
        ({"style": [1e300, 0]}, 0, "style should hold values of type float32. Received: "),
        ({"style": 0.5}, 0, "style should be 2 numbers per image. Received: 0.5"),
        ({"style": [1, 2, 3]}, 0, r"style should be 2 numbers per image. Received: \[1, 2, 3\]"),
        ({"digit": [[1]]}, 0, r"digit should be a number per image. Received: \[\[1\]\]"),
        ({"digit": [1, 2]}, [1, 2, 3], "should agree on the batch. Received: seed: 3, digit: 2"),
    ],
)
def test_wrong_codes_are_named_before_anything_is_sent(client, codes, seed, message):
    with pytest.raises(ValueError, match=message):
        client.generate(codes, seed)


def test_a_server_s_refusal_keeps_its_code(client):
    with pytest.raises(StatusError, match='key "nothing" not found.$') as error:
        client.predict("nothing", {"seed": 0})
    assert error.value.code == grpc.StatusCode.FAILED_PRECONDITION
    with pytest.raises(StatusError) as error:
        client.predict("sample", {"seed": [[0], [1]], "z": 1.0})
    assert error.value.code == grpc.StatusCode.INVALID_ARGUMENT


def test_an_unknown_model_is_not_found(server):
    for protocol, port in (("grpc", server.port), ("rest", server.rest_api_port)):
        with Client(f"127.0.0.1:{port}", "m", protocol=protocol) as client:
            with pytest.raises(StatusError, match=r"^Servable not found for request: Latest\(m\)$"):
                client.sample(0)


def test_a_version_can_be_asked_for(server):
    with Client(f"127.0.0.1:{server.port}", "digits", version=1) as client:
        assert client.sample(3)["digit"].tolist() == [3]
    with Client(f"127.0.0.1:{server.port}", "digits", version=9) as client:
        with pytest.raises(StatusError, match="Specific"):
            client.sample(3)


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
def test_a_server_that_is_not_there_is_named(protocol):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with Client(address, "digits", protocol=protocol, timeout=5.0) as client:
            with pytest.raises(StatusError, match=f"server answers at {address}: ") as error:
                client.sample(0)
    assert error.value.code == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
def test_a_proxy_is_not_asked_for_this_machine(server, monkeypatch, protocol):
    for name in ("http_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    port = server.port if protocol == "grpc" else server.rest_api_port
    with Client(f"127.0.0.1:{port}", "digits", protocol=protocol, timeout=5.0) as client:
        assert client.sample(3)["digit"].tolist() == [3]


def test_long_lists_go_in_several_requests(server):
    with Client(f"127.0.0.1:{server.port}", "digits", batch_size=3) as client:
        images = client.generate({"digit": range(8), "style": [0.0, 0.0]}, seed=0)
        assert images.shape == (8, 4, 4, 1)
        np.testing.assert_allclose(images[:, 0, 0, 0], np.arange(8) / 10, rtol=1e-6)
        assert client.recognize(images)["digit"].tolist() == list(range(8))
        assert client.sample(range(7))["digit"].tolist() == list(range(7))
        assert len(client.generate_png({}, seed=range(4))) == 4
    with pytest.raises(
        ValueError, match="`batch_size` should be an int of at least 1. Received: batch_size=0"
    ):
        Client("127.0.0.1:8500", "digits", batch_size=0)


def test_a_server_that_comes_late_is_waited_for(base_path, replace_sleep):
    waits = []
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    late = EmbeddedServer({"digits": base_path}, port, rest_api_port=None)

    def sleep(seconds):
        waits.append(seconds)
        if len(waits) == 2:
            late.start()
        time.sleep(seconds)

    replace_sleep(sleep)
    try:
        with Client(f"127.0.0.1:{port}", "digits", retries=5) as client:
            assert client.sample(3)["digit"].tolist() == [3]
    finally:
        late.stop(0.0)
    assert 0.05 <= waits[0] <= 0.15 and 0.1 <= waits[1] <= 0.3


def test_only_an_absent_server_is_asked_again(server, replace_sleep):
    replace_sleep(lambda seconds: pytest.fail("asked again"))
    with Client(f"127.0.0.1:{server.port}", "nothing") as client:
        with pytest.raises(StatusError, match="Servable not found"):
            client.sample(3)


def test_each_protocol_names_a_port_that_speaks_the_other(server):
    ports = (("grpc", server.rest_api_port, "This is a REST port: give the gRPC port"),)
    ports += (("rest", server.port, "If this is a gRPC port, give the REST port"),)
    for protocol, port, hint in ports:
        with Client(f"127.0.0.1:{port}", "digits", protocol=protocol, timeout=5.0) as client:
            with pytest.raises(StatusError, match=f"at 127.0.0.1:{port}: .*{hint}"):
                client.sample(0)


@pytest.fixture
def small_batches(base_path):
    """A server that takes 32 rows in a request."""
    batching = BatchingOptions(max_batch_size=32)
    with EmbeddedServer({"digits": base_path}, batching=batching) as running:
        yield running


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
def test_requests_are_cut_to_what_the_server_takes(small_batches, protocol):
    port = small_batches.port if protocol == "grpc" else small_batches.rest_api_port
    with Client(f"127.0.0.1:{port}", "digits", protocol=protocol) as client:
        assert client.sample(range(100))["digit"].tolist() == [n % 10 for n in range(100)]
        images = client.generate({"digit": np.arange(70) % 10, "style": [0.0, 0.0]}, seed=0)
        assert client.recognize(images)["digit"].tolist() == [n % 10 for n in range(70)]
        with pytest.raises(StatusError, match=r"size 32\. Send at most 32 rows in a request$"):
            client.predict("sample", {"seed": range(100)})


def test_the_shipped_batching_file_works_with_the_shipped_client(base_path):
    batching = batching_options.read(BATCHING_FILE)
    with EmbeddedServer({"digits": base_path}, batching=batching) as server:
        with Client(f"127.0.0.1:{server.port}", "digits") as client:
            assert len(client.sample(range(200))["digit"]) == 200
            assert len(client.predict("sample", {"seed": range(200)})["digit"]) == 200


def test_a_request_of_too_many_bytes_is_cut_as_well(base_path):
    options = {"port": None, "rest_api_max_body_bytes": 4000}
    with EmbeddedServer({"digits": base_path}, **options) as server:
        address = f"127.0.0.1:{server.rest_api_port}"
        with Client(address, "digits", protocol="rest") as client:
            images = np.zeros([200, 4, 4, 1], np.uint8)  # some 17 kB of JSON
            assert client.recognize(images)["digit"].tolist() == [0] * 200
            with pytest.raises(StatusError, match="should have at most 4000 bytes"):
                client.predict("recognize", {"image": images})


IMAGE = np.full([2, 4, 4, 1], 51, np.uint8)


@pytest.mark.parametrize(
    "images",
    [IMAGE, IMAGE.astype(float), IMAGE.astype(np.int64), IMAGE.astype(float) / 255, IMAGE.tolist()],
    ids=["uint8", "floats to 255", "int64", "floats in [0, 1]", "lists"],
)
def test_images_of_each_range_are_read_alike(client, images):
    found = client.recognize(images)
    np.testing.assert_allclose(found["style_mean"], np.full([2, 2], 0.2), rtol=1e-6)
    assert found["digit"].tolist() == [2, 2]
    logits = client.predict("discriminate", {"image": images}, ["logit"])["logit"]
    np.testing.assert_allclose(logits, [0.2, 0.2], rtol=1e-6)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (IMAGE / 127.5 - 1, r"Images should be in \[0, 1\] or \[0, 255\]. Received: values from -"),
        (np.full([1, 4, 4, 1], np.nan), "Received: NaN in 1 of 1 images"),
        (IMAGE[0], r"\[batch, 4, 4, 1\]. Received: \[4, 4, 1\], one image without its batch"),
        (np.zeros([1, 4, 4, 3]), r"\[batch, 4, 4, 1\]. Received: \[1, 4, 4, 3\]"),
    ],
    ids=["[-1, 1]", "NaN", "no batch", "color"],
)
def test_other_images_are_refused_before_anything_is_sent(client, images, message):
    with pytest.raises(ValueError, match=message):
        client.recognize(images)
    with pytest.raises(ValueError, match=message):
        client.predict("discriminate", {"image": images})
