"""One model of a server, and the requests that the page sends to it."""

from __future__ import annotations

from collections.abc import Mapping

import grpc
import numpy as np
from numpy.typing import ArrayLike

from keras_infogan.explorer.controls import Control, find_controls
from keras_infogan.serving import Client
from keras_infogan.serving.protocol.errors import StatusError

TIMEOUT_SECONDS = 20.0


class ServedModel:
    """A model, or one version of it, on any server that speaks TensorFlow Serving's gRPC.

    No request is sent before `connect`, so the server need not run yet.

    Args:
        server: `HOST:PORT` of the gRPC port.
        model_name: the model, as the server calls it.
        version: a version of the model; None means the highest that is ready.

    Raises:
        ValueError: the address is not `HOST:PORT`.

    Every method that sends a request raises `StatusError` when the server refuses or cannot be
    reached.

    Example::

        model = ServedModel("127.0.0.1:8500", "digits")
        model.connect()
        model.controls                           # (Control("digit", "categorical", 10),)
        model.images({"digit": [0, 1]}, [7, 7])  # [2, 28, 28, 1]
    """

    def __init__(self, server: str, model_name: str, version: int | None = None) -> None:
        self.server = server
        self.model_name = model_name
        self.version = version
        self.controls: tuple[Control, ...] = ()
        self._client = self._open()

    @property
    def label(self) -> str:
        """What the page calls the model."""
        return self.model_name if self.version is None else f"{self.model_name} {self.version}"

    def connect(self) -> None:
        """Asks for the model's codes. They may differ between versions.

        Raises:
            ValueError: `export_savedmodel` did not write the model.
        """
        # A client caches signatures, so a new one is needed. Running requests keep the old client,
        # which closes when they end.
        client = self._open()
        self.controls = find_controls(client)
        self._client = client

    def check(self) -> None:
        """Sends a cheap request, which raises the same errors as any other request."""
        with self._open() as client:
            client.signatures()

    def images(self, codes: Mapping[str, ArrayLike], seeds: ArrayLike) -> np.ndarray:
        """Generates images, as `Client.generate`.

        Args:
            codes: one value per code, or per image. Codes that the model does not have are ignored.
            seeds: an int, or one per image.

        Returns:
            float32 [B, H, W, C] in [0, 1].
        """
        names = {control.name for control in self.controls}
        return self._client.generate({name: codes[name] for name in codes if name in names}, seeds)

    def image_shape(self) -> tuple[int, int, int]:
        """Returns (H, W, C) of the model's images."""
        height, width, channels = self.images({}, 0).shape[1:]
        return height, width, channels

    def recognize(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Recognizes the codes of one image.

        Args:
            image: float32 [H, W, C] in [0, 1].

        Returns:
            The outputs of the signature `recognize`, without the batch axis.
        """
        outputs = self._client.recognize(image[np.newaxis])
        return {name: output[0] for name, output in outputs.items()}

    def error_sentence(self, error: StatusError) -> str:
        """A sentence for the page about a request that failed."""
        if error.code == grpc.StatusCode.UNAVAILABLE:
            return f"The server at {self.server} does not answer."
        return f"The server at {self.server} refuses {self.label}: {error.message}"

    def _open(self) -> Client:
        # No retries: the page shows at once that the server does not answer, and asks again itself.
        return Client(
            self.server, self.model_name, version=self.version, timeout=TIMEOUT_SECONDS, retries=0
        )
