import asyncio
from types import SimpleNamespace

import numpy as np
import pytest

from keras_infogan.serving import AsyncClient, BatchingOptions, EmbeddedServer
from keras_infogan.serving.client import async_client
from keras_infogan.serving.protocol.errors import StatusError


@pytest.mark.parametrize("protocol", ["grpc", "rest"])
def test_it_answers_as_the_client_that_blocks(server, protocol):
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


def test_an_event_loop_next_to_the_server_s_own_is_no_error(server, caplog):
    """Older versions of gRPC log one where two loops share a process (its issue 25364)."""

    async def ask():
        async with AsyncClient(f"127.0.0.1:{server.port}", "digits") as client:
            for _ in range(10):
                await asyncio.gather(*(client.sample(seed) for seed in range(20)))

    asyncio.run(ask())
    assert not caplog.records


def test_an_absent_server_is_asked_again(monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    # For the client alone: a server next to it sleeps as usual.
    monkeypatch.setattr(async_client, "asyncio", SimpleNamespace(sleep=sleep))

    async def ask():
        async with AsyncClient("127.0.0.1:1", "digits", retries=2, timeout=5.0) as client:
            await client.sample(3)

    with pytest.raises(StatusError, match="No gRPC server answers at 127.0.0.1:1"):
        asyncio.run(ask())
    assert len(waits) == 2


def test_requests_are_cut_to_what_the_server_takes(base_path):
    async def ask(port):
        async with AsyncClient(f"127.0.0.1:{port}", "digits") as client:
            return await asyncio.gather(*(client.sample(range(100)) for _ in range(4)))

    batching = BatchingOptions(max_batch_size=32)
    with EmbeddedServer({"digits": base_path}, batching=batching) as server:
        for drawn in asyncio.run(ask(server.port)):
            assert drawn["digit"].tolist() == [n % 10 for n in range(100)]


def test_images_are_converted(server):
    async def ask():
        async with AsyncClient(f"127.0.0.1:{server.port}", "digits") as client:
            return await client.recognize(np.full([1, 4, 4, 1], 51, np.uint8))

    assert asyncio.run(ask())["digit"].tolist() == [2]
