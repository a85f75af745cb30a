"""What the clients share: one model, and how they reach its server."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Literal

import grpc

from keras_infogan.serving.client.connection import check_address, is_this_machine
from keras_infogan.serving.client.grpc_transport import GrpcConnection, GrpcTransport
from keras_infogan.serving.client.model_calls import ModelCalls
from keras_infogan.serving.client.rest_transport import RestConnection, RestTransport
from keras_infogan.serving.client.retries import DEFAULT_RETRIES

DEFAULT_BATCH_SIZE = 256


class ModelClient:
    """The constructor of both clients; its arguments are those of `Client`."""

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
        check_address(address)
        if protocol not in ("grpc", "rest"):
            raise ValueError(f"protocol should be 'grpc' or 'rest'. Received: {protocol!r}")
        if protocol == "rest" and credentials is not None:
            raise ValueError("REST is not encrypted. Received: credentials with protocol='rest'")
        if token and credentials is None and not is_this_machine(address):
            warnings.warn(
                f"The token goes to {address} without encryption; use gRPC with credentials, or a "
                "network that you trust",
                stacklevel=2,
            )
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
