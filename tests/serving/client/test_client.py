import asyncio
import socket
import time
from types import SimpleNamespace

import grpc
import numpy as np
import pytest

from keras_infogan.serving import AsyncClient, Client, EmbeddedServer
from keras_infogan.serving.client import client as client_module
from keras_infogan.serving.protocol.errors import StatusError


@pytest.fixture
def replace_sleep(monkeypatch):
    """Replaces `time.sleep` or `asyncio.sleep` for the client: servers still sleep."""

    def replace(module_name, sleep):
        monkeypatch.setattr(client_module, module_name, SimpleNamespace(sleep=sleep))

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


def test_each_protocol_names_a_port_that_speaks_the_other(server):
    for protocol, port in (("grpc", server.rest_api_port), ("rest", server.port)):
        with Client(f"127.0.0.1:{port}", "digits", protocol=protocol, timeout=5.0) as client:
            with pytest.raises(StatusError, match=f"server answers at 127.0.0.1:{port}: "):
                client.sample(0)


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
def test_a_proxy_is_not_asked_for_this_machine(server, monkeypatch, protocol):
    for name in ("http_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    port = server.port if protocol == "grpc" else server.rest_api_port
    with Client(f"127.0.0.1:{port}", "digits", protocol=protocol, timeout=5.0) as client:
        assert client.sample(3)["digit"].tolist() == [3]


@pytest.mark.parametrize("address", ["localhost", ":8500", "host:", "host:http", "host:99999", ""])
def test_an_address_is_host_and_port(address):
    with pytest.raises(ValueError, match="address should be HOST:PORT. Received: "):
        Client(address, "digits")


def test_a_protocol_is_one_of_two():
    with pytest.raises(ValueError, match="protocol should be 'grpc' or 'rest'. Received: 'http'"):
        Client("host:1", "digits", protocol="http")


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

    replace_sleep("time", sleep)
    try:
        with Client(f"127.0.0.1:{port}", "digits", retries=5) as client:
            assert client.sample(3)["digit"].tolist() == [3]
    finally:
        late.stop(0.0)
    assert 0.05 <= waits[0] <= 0.15 and 0.1 <= waits[1] <= 0.3


def test_only_an_absent_server_is_asked_again(server, replace_sleep):
    replace_sleep("time", lambda seconds: pytest.fail("asked again"))
    with Client(f"127.0.0.1:{server.port}", "nothing") as client:
        with pytest.raises(StatusError, match="Servable not found"):
            client.sample(3)


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
def test_the_asynchronous_client_answers_alike(server, protocol):
    port = server.port if protocol == "grpc" else server.rest_api_port

    async def ask():
        async with AsyncClient(f"127.0.0.1:{port}", "digits", protocol=protocol) as client:
            images = await asyncio.gather(
                *(client.generate({"digit": n, "style": [0.1, 0.2]}, seed=n) for n in range(6))
            )
            digits = (await client.recognize(np.concatenate(images)))["digit"]
            pngs = await client.generate_png({"digit": 1}, seed=0)
            drawn = (await client.sample([3, 4]))["digit"]
            logit = await client.predict("discriminate", {"image": images[0]}, ["logit"])
            names = set(await client.signatures())
            with pytest.raises(StatusError, match="not found"):
                await client.predict("nothing", {})
        return digits, pngs, drawn, logit, names

    digits, pngs, drawn, logit, names = asyncio.run(ask())
    assert digits.tolist() == list(range(6))
    assert pngs[0].startswith(b"\x89PNG")
    assert drawn.tolist() == [3, 4]
    assert list(logit) == ["logit"] and "generate" in names


def test_an_event_loop_beside_the_server_s_own_is_no_error(server, caplog):
    """Older versions of gRPC log one where two loops share a process (its issue 25364)."""

    async def ask():
        async with AsyncClient(f"127.0.0.1:{server.port}", "digits") as client:
            for _ in range(10):
                await asyncio.gather(*(client.sample(seed) for seed in range(20)))

    asyncio.run(ask())
    assert not caplog.records


def test_the_asynchronous_client_waits_as_well(replace_sleep):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    replace_sleep("asyncio", sleep)

    async def ask():
        async with AsyncClient("127.0.0.1:1", "digits", retries=2, timeout=5.0) as client:
            await client.sample(3)

    with pytest.raises(StatusError, match="No gRPC server answers at 127.0.0.1:1"):
        asyncio.run(ask())
    assert len(waits) == 2


def test_credentials_are_for_grpc():
    with pytest.raises(ValueError, match="REST is not encrypted"):
        Client("127.0.0.1:8501", "digits", protocol="rest", credentials=object())
