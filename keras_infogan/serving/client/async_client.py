"""A client that is awaited, for many requests at a time from one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import grpc
import numpy as np
from numpy.typing import ArrayLike
from tensorflow.core.protobuf import meta_graph_pb2

from keras_infogan.serving.client.grpc_transport import AsyncGrpcTransport
from keras_infogan.serving.client.model_calls import SEED, Call, ModelRequest
from keras_infogan.serving.client.model_client import ModelClient
from keras_infogan.serving.client.rest_transport import AsyncRestTransport
from keras_infogan.serving.client.retries import wait_seconds
from keras_infogan.serving.protocol.errors import StatusError

Result = TypeVar("Result")


class AsyncClient(ModelClient):
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
        return await self._run(self._calls.recognize(images))

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
                try:
                    response = await self._send(request)
                except StatusError as error:
                    request = call.throw(error)
                else:
                    request = call.send(response)
        except StopIteration as finished:
            return finished.value

    async def _send(self, request: ModelRequest) -> Any:
        for wait in wait_seconds(self._retries):
            try:
                return await self._transport.send(request)
            except StatusError as error:
                if error.code != grpc.StatusCode.UNAVAILABLE:
                    raise
            await asyncio.sleep(wait)
        return await self._transport.send(request)
