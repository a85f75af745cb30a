"""A client for exported models, on any server that speaks TensorFlow Serving's APIs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import grpc
import numpy as np
from numpy.typing import ArrayLike
from tensorflow.core.protobuf import meta_graph_pb2

from keras_infogan.serving.client.model_calls import SEED, Call, ModelRequest
from keras_infogan.serving.client.model_client import ModelClient
from keras_infogan.serving.client.retries import wait_seconds
from keras_infogan.serving.protocol.errors import StatusError

Result = TypeVar("Result")


class Client(ModelClient):
    """Generates and recognizes images with a served model.

    Args:
        address: `HOST:PORT` of the server's gRPC port, or of its REST port.
        model_name: the model, as the server calls it.
        version: a version of the model; None means the highest that is ready.
        timeout: a request's deadline, in seconds.
        protocol: `"grpc"` or `"rest"`.
        batch_size: rows of a request at most; longer lists are asked for in several. If the server
            takes fewer rows in a request, so does the client from then on.
        retries: how often a request that the server was not there for (UNAVAILABLE) is sent
            again, after 0.1 s, 0.2 s, 0.4 s, ... give or take a half.
        token: sent as `Authorization: Bearer TOKEN`; "" for none.
        credentials: of `grpc.ssl_channel_credentials`, where the gRPC port is encrypted.
        channel_options: (name, value) pairs for the gRPC channel; messages of 2 GiB pass anyway.

    Raises:
        ValueError: for an address that is not `HOST:PORT`, a version that is no int, another
            protocol, a batch size below 1, or encryption over REST.

    Warns:
        UserWarning: a token goes to another machine without encryption.

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
            images: [B, H, W, C], by the same rule as `InfoGAN.recognize`: integers or floats in
                [0, 255], floats in [0, 1], or bool.

        Returns:
            Per categorical code NAME, `NAME` int64 [B] and `NAME_probabilities` float32 [B, K];
            per continuous one, `NAME_mean` and `NAME_stddev` float32 [B, d].

        Raises:
            TypeError: images that are not numbers.
            ValueError: images of another shape, with NaN, or out of range.
        """
        return self._run(self._calls.recognize(images))

    def predict(
        self,
        signature_name: str,
        inputs: Mapping[str, ArrayLike],
        output_filter: Sequence[str] = (),
    ) -> dict[str, np.ndarray]:
        """Runs any signature of the model, in one request.

        Args:
            signature_name: the signature.
            inputs: a value per input, sent in the dtype that the signature has. The `image` of
                `recognize` and `discriminate` is converted as by `recognize`.
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
                request = self._next_request(call, request)
        except StopIteration as finished:
            return finished.value

    def _next_request(self, call: Call[Result], request: ModelRequest) -> ModelRequest:
        """Sends a request, and gives the call its response or the server's error."""
        try:
            response = self._send(request)
        except StatusError as error:
            return call.throw(error)
        return call.send(response)

    def _send(self, request: ModelRequest) -> Any:
        for wait in wait_seconds(self._retries):
            try:
                return self._transport.send(request)
            except StatusError as error:
                if error.code != grpc.StatusCode.UNAVAILABLE:
                    raise
            time.sleep(wait)
        return self._transport.send(request)
