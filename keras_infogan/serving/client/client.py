"""Clients for exported models, on any server that speaks TensorFlow Serving's APIs."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import grpc
import numpy as np
from numpy.typing import ArrayLike
from tensorflow.core.protobuf import meta_graph_pb2

from keras_infogan.serving.client.grpc_transport import (
    AsyncGrpcTransport,
    GrpcConnection,
    GrpcTransport,
)
from keras_infogan.serving.client.model_calls import SEED, Call, ModelCalls, ModelRequest
from keras_infogan.serving.client.rest_transport import (
    AsyncRestTransport,
    RestConnection,
    RestTransport,
)
from keras_infogan.serving.protocol.errors import StatusError

Result = TypeVar("Result")

DEFAULT_BATCH_SIZE = 256
DEFAULT_RETRIES = 3
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0


class _ModelClient:
    """What the clients share: the calls of one model, and how they reach a server."""

    def __init__(
        self,
        address: str,
        model_name: str,
        *,
        version: int | None = None,
        timeout: float = 30.0,
        protocol: Literal["grpc", "rest"] = "grpc",
        batch_size: int = DEFAULT_BATCH_SIZE,
        retries: int = DEFAULT_RETRIES,
        token: str = "",
        credentials: grpc.ChannelCredentials | None = None,
        channel_options: Sequence[tuple[str, Any]] = (),
    ) -> None:
        _check(address, protocol, credentials)
        self._calls = ModelCalls(model_name, version, batch_size)
        self._retries = retries
        self._transport: Any = (
            self._over_rest(address, timeout, token)
            if protocol == "rest"
            else self._over_grpc(address, timeout, token, credentials, channel_options)
        )

    # Replaced where the client does not block.
    _over_grpc: type[GrpcConnection] = GrpcTransport
    _over_rest: type[RestConnection] = RestTransport


class Client(_ModelClient):
    """Generates and recognizes images with a served model.

    Args:
        address: `HOST:PORT` of the server's gRPC port, or of its REST port.
        model_name: the model, as the server calls it.
        version: a version of the model; None means the highest that is ready.
        timeout: a request's deadline, in seconds.
        protocol: `"grpc"` or `"rest"`.
        batch_size: rows of a request at most; longer lists are asked for in several.
        retries: how often a request that the server was not there for (UNAVAILABLE) is sent
            again, after 0.1 s, 0.2 s, 0.4 s, ... give or take a half.
        token: sent as `Authorization: Bearer TOKEN`; "" for none.
        credentials: of `grpc.ssl_channel_credentials`, where the gRPC port is encrypted.
        channel_options: (name, value) pairs for the gRPC channel; messages of 2 GiB pass anyway.

    Raises:
        ValueError: for an address that is not `HOST:PORT`, another protocol, a batch size below
            1, or encryption over REST.

    Every method raises `StatusError` when the server refuses a request or cannot be reached.

    Example::

        with Client("127.0.0.1:8500", "digits") as client:
            images = client.generate({"digit": [0, 1, 2]}, seed=7)   # [3, 28, 28, 1]
            client.recognize(images)["digit"]                        # [0, 1, 2]
    """

    def generate(self, codes: Mapping[str, ArrayLike], seed: ArrayLike) -> np.ndarray:
        """Generates images under the codes given.

        Args:
            codes: a value per code, or a value per image; a code that is left out is the one that
                the model draws for that seed.
            seed: an integer, or one per image. Equal seeds and codes give equal images.

        Returns:
            float32 [B, H, W, C] in [0, 1].
        """
        return self._run(self._calls.steer("generate", codes, seed))["image"]

    def generate_png(self, codes: Mapping[str, ArrayLike], seed: ArrayLike) -> list[bytes]:
        """Generates images as `generate` does, each as the bytes of a PNG file.

        Args:
            codes: as in `generate`.
            seed: as in `generate`.

        Returns:
            A PNG per image.
        """
        return list(self._run(self._calls.steer("generate_png", codes, seed))["image_bytes"])

    def sample(self, seed: ArrayLike) -> dict[str, np.ndarray]:
        """Generates images under codes that the model draws.

        Args:
            seed: an integer, or one per image.

        Returns:
            `image`, float32 [B, H, W, C] in [0, 1], and per code what was drawn.
        """
        return self._run(self._calls.predict_rows("sample", {SEED: np.atleast_1d(seed)}))

    def recognize(self, images: ArrayLike) -> dict[str, np.ndarray]:
        """Reads the codes off images.

        Args:
            images: float32 [B, H, W, C] in [0, 1].

        Returns:
            Per categorical code NAME, `NAME` int64 [B] and `NAME_probabilities` float32 [B, K];
            per continuous one, `NAME_mean` and `NAME_stddev` float32 [B, d].
        """
        return self._run(self._calls.predict_rows("recognize", {"image": images}))

    def predict(
        self,
        signature_name: str,
        inputs: Mapping[str, ArrayLike],
        output_filter: Sequence[str] = (),
    ) -> dict[str, np.ndarray]:
        """Runs any signature of the model, in one request.

        Args:
            signature_name: the signature.
            inputs: a value per input, sent in the dtype that the signature has.
            output_filter: the outputs to compute; empty for all.

        Returns:
            An array per output; strings are an object array of bytes.

        Raises:
            ValueError: when a value cannot be turned into the input's dtype.
            StatusError: when the server refuses the request or cannot be reached.

        Example::

            client.predict("discriminate", {"image": images}, ["logit"])["logit"]
        """
        return self._run(self._calls.predict(signature_name, inputs, output_filter))

    def signatures(self) -> dict[str, meta_graph_pb2.SignatureDef]:
        """Returns the model's signatures by name, asked for once."""
        return self._run(self._calls.signatures())

    def close(self) -> None:
        """Drops the connection."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self, call: Call[Result]) -> Result:
        try:
            request = next(call)
            while True:
                request = call.send(self._send(request))
        except StopIteration as finished:
            return finished.value

    def _send(self, request: ModelRequest) -> Any:
        for wait in _waits(self._retries):
            try:
                return self._transport.send(request)
            except StatusError as error:
                if error.code != grpc.StatusCode.UNAVAILABLE:
                    raise
            time.sleep(wait)
        return self._transport.send(request)


class AsyncClient(_ModelClient):
    """A `Client` whose methods are awaited: many requests at a time from one thread.

    Args:
        address: as for `Client`, and so are all others.

    Example::

        async with AsyncClient("127.0.0.1:8500", "digits") as client:
            ones, twos = await asyncio.gather(
                client.generate({"digit": 1}, seed=7), client.generate({"digit": 2}, seed=7))
    """

    _over_grpc = AsyncGrpcTransport
    _over_rest = AsyncRestTransport

    async def generate(self, codes: Mapping[str, ArrayLike], seed: ArrayLike) -> np.ndarray:
        """Generates images; see `Client.generate`."""
        return (await self._run(self._calls.steer("generate", codes, seed)))["image"]

    async def generate_png(self, codes: Mapping[str, ArrayLike], seed: ArrayLike) -> list[bytes]:
        """Generates PNGs; see `Client.generate_png`."""
        outputs = await self._run(self._calls.steer("generate_png", codes, seed))
        return list(outputs["image_bytes"])

    async def sample(self, seed: ArrayLike) -> dict[str, np.ndarray]:
        """Generates images under codes that the model draws; see `Client.sample`."""
        return await self._run(self._calls.predict_rows("sample", {SEED: np.atleast_1d(seed)}))

    async def recognize(self, images: ArrayLike) -> dict[str, np.ndarray]:
        """Reads the codes off images; see `Client.recognize`."""
        return await self._run(self._calls.predict_rows("recognize", {"image": images}))

    async def predict(
        self,
        signature_name: str,
        inputs: Mapping[str, ArrayLike],
        output_filter: Sequence[str] = (),
    ) -> dict[str, np.ndarray]:
        """Runs any signature; see `Client.predict`."""
        return await self._run(self._calls.predict(signature_name, inputs, output_filter))

    async def signatures(self) -> dict[str, meta_graph_pb2.SignatureDef]:
        """Returns the model's signatures by name; see `Client.signatures`."""
        return await self._run(self._calls.signatures())

    async def close(self) -> None:
        """Drops the connection."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _run(self, call: Call[Result]) -> Result:
        try:
            request = next(call)
            while True:
                request = call.send(await self._send(request))
        except StopIteration as finished:
            return finished.value

    async def _send(self, request: ModelRequest) -> Any:
        for wait in _waits(self._retries):
            try:
                return await self._transport.send(request)
            except StatusError as error:
                if error.code != grpc.StatusCode.UNAVAILABLE:
                    raise
            await asyncio.sleep(wait)
        return await self._transport.send(request)


def _check(address: str, protocol: str, credentials: object) -> None:
    host, _, port = address.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        raise ValueError(f"A server's address should be HOST:PORT. Received: {address!r}")
    if protocol not in ("grpc", "rest"):
        raise ValueError(f"protocol should be 'grpc' or 'rest'. Received: {protocol!r}")
    if protocol == "rest" and credentials is not None:
        raise ValueError("REST is not encrypted. Received: credentials with protocol='rest'")


def _waits(retries: int) -> Iterator[float]:
    """Seconds before each further attempt; chance keeps clients from coming back together."""
    for attempt in range(retries):
        wait = min(FIRST_WAIT_SECONDS * 2**attempt, LONGEST_WAIT_SECONDS)
        yield wait * random.uniform(0.5, 1.5)
