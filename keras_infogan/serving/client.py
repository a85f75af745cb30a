"""A client for exported models, on any server that speaks TensorFlow Serving's APIs."""

import math
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike
from tensorflow.core.protobuf import meta_graph_pb2
from tensorflow_serving.apis import model_pb2, predict_pb2

from keras_infogan.serving import tensor_protos
from keras_infogan.serving.transports import GrpcTransport, RestTransport, Transport

SEED = "seed"

_TRANSPORTS: dict[str, type[GrpcTransport] | type[RestTransport]] = {
    "grpc": GrpcTransport,
    "rest": RestTransport,
}


class Client:
    """Generates and recognizes images with a served model.

    Args:
        address: `HOST:PORT` of the server's gRPC port, or of its REST port.
        model_name: the model, as the server calls it.
        version: a version of the model; None means the highest that is ready.
        timeout: a request's deadline, in seconds.
        protocol: `"grpc"` or `"rest"`.

    Raises:
        ValueError: for an address that is not `HOST:PORT`, or another protocol.

    Every method raises `StatusError` when the server refuses a request or cannot be reached.

    Example::

        with Client("127.0.0.1:8500", "digits") as client:
            images = client.generate({"digit": [0, 1, 2]}, seed=7)   # [3, 28, 28, 1]
            client.recognize(images)["digit"]                        # [0, 1, 2]
    """

    def __init__(
        self,
        address: str,
        model_name: str,
        *,
        version: int | None = None,
        timeout: float = 30.0,
        protocol: Literal["grpc", "rest"] = "grpc",
    ) -> None:
        host, _, port = address.rpartition(":")
        if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
            raise ValueError(f"A server's address should be HOST:PORT. Received: {address!r}")
        if protocol not in _TRANSPORTS:
            raise ValueError(f"protocol should be 'grpc' or 'rest'. Received: {protocol!r}")
        self._transport: Transport = _TRANSPORTS[protocol](address, timeout)
        self._model_spec = model_pb2.ModelSpec(name=model_name)
        if version is not None:
            self._model_spec.version.value = version
        self._signatures: dict[str, meta_graph_pb2.SignatureDef] = {}

    def generate(self, codes: Mapping[str, ArrayLike], seed: ArrayLike) -> np.ndarray:
        """Generates images under the codes given.

        Args:
            codes: a value per code, or a value per image; a code that is left out is the one that
                the model draws for that seed.
            seed: an integer, or one per image. Equal seeds and codes give equal images.

        Returns:
            float32 [B, H, W, C] in [0, 1].
        """
        return self._steer("generate", codes, seed)["image"]

    def generate_png(self, codes: Mapping[str, ArrayLike], seed: ArrayLike) -> list[bytes]:
        """Generates images as `generate` does, each as the bytes of a PNG file.

        Args:
            codes: as in `generate`.
            seed: as in `generate`.

        Returns:
            A PNG per image.
        """
        return list(self._steer("generate_png", codes, seed)["image_bytes"])

    def sample(self, seed: ArrayLike) -> dict[str, np.ndarray]:
        """Generates images under codes that the model draws.

        Args:
            seed: an integer, or one per image.

        Returns:
            `image`, float32 [B, H, W, C] in [0, 1], and per code what was drawn.
        """
        return self.predict("sample", {SEED: np.atleast_1d(seed)})

    def recognize(self, images: ArrayLike) -> dict[str, np.ndarray]:
        """Reads the codes off images.

        Args:
            images: float32 [B, H, W, C] in [0, 1].

        Returns:
            Per categorical code NAME, `NAME` int64 [B] and `NAME_probabilities` float32 [B, K];
            per continuous one, `NAME_mean` and `NAME_stddev` float32 [B, d].
        """
        return self.predict("recognize", {"image": images})

    def predict(
        self,
        signature_name: str,
        inputs: Mapping[str, ArrayLike],
        output_filter: Sequence[str] = (),
    ) -> dict[str, np.ndarray]:
        """Runs any signature of the model.

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
        signature = self.signatures().get(signature_name)
        known = signature.inputs if signature is not None else {}
        request = predict_pb2.PredictRequest(
            model_spec=self._model_spec, output_filter=output_filter
        )
        request.model_spec.signature_name = signature_name
        for name, value in inputs.items():
            dtype = tf.dtypes.as_dtype(known[name].dtype) if name in known else None
            request.inputs[name].CopyFrom(tf.make_tensor_proto(_cast(name, value, dtype), dtype))
        outputs = self._transport.predict(request, signature).outputs
        return {name: tensor_protos.to_array(name, proto) for name, proto in outputs.items()}

    def signatures(self) -> dict[str, meta_graph_pb2.SignatureDef]:
        """Returns the model's signatures by name, asked for once."""
        if not self._signatures:
            self._signatures = self._transport.signatures(self._model_spec)
        return self._signatures

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

    def _steer(
        self, signature_name: str, codes: Mapping[str, ArrayLike], seed: ArrayLike
    ) -> dict[str, np.ndarray]:
        """Runs a signature that takes a seed and every code."""
        signature = self.signatures().get(signature_name)
        if signature is None:
            raise ValueError(
                f"The model should have a signature {signature_name!r}. "
                f"Received: a model with {', '.join(sorted(self.signatures()))}"
            )
        shapes = {
            name: [dim.size for dim in info.tensor_shape.dim][1:]
            for name, info in signature.inputs.items()
        }
        _check_code_names(codes, [name for name in shapes if name != SEED])
        given = {SEED: seed, **codes}
        inputs = _broadcast({name: _rows(name, given[name], shapes[name]) for name in given})
        if set(shapes) - set(inputs):
            drawn = self.sample(inputs[SEED])
            inputs |= {name: drawn[name] for name in shapes if name not in inputs}
        return self.predict(signature_name, inputs)


def _check_code_names(codes: Mapping[str, Any], known: Sequence[str]) -> None:
    for name in codes:
        if name not in known:
            raise ValueError(
                f"A code should be one of {', '.join(sorted(known))}. Received: {name!r}"
            )


def _rows(name: str, value: ArrayLike, shape: Sequence[int]) -> np.ndarray:
    """Gives a value for one image the batch dimension that a value per image has."""
    array = np.asarray(value)
    if array.ndim == len(shape):
        array = array[np.newaxis]
    if array.ndim != len(shape) + 1 or array.shape[1:] != tuple(shape):
        expected = f"{math.prod(shape)} numbers" if shape else "a number"
        raise ValueError(
            f"{name} should be {expected} per image. Received: {np.asarray(value).tolist()}"
        )
    return array


def _broadcast(inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Repeats what was given once for all images."""
    sizes = {len(array) for array in inputs.values()} - {1}
    if len(sizes) > 1:
        received = ", ".join(f"{name}: {len(array)}" for name, array in inputs.items())
        raise ValueError(f"The seed and the codes should agree on the batch. Received: {received}")
    size = sizes.pop() if sizes else 1
    return {
        name: np.repeat(array, size, axis=0) if len(array) == 1 else array
        for name, array in inputs.items()
    }


def _cast(name: str, value: ArrayLike, dtype: tf.DType | None) -> np.ndarray:
    """Casts where no value changes: 3.0 becomes an integer, 3.5 does not."""
    array = np.asarray(value)
    if dtype is None or dtype == tf.string or array.dtype == dtype.as_numpy_dtype:
        return array
    with np.errstate(all="ignore"):  # what does not fit is found below
        cast = array.astype(dtype.as_numpy_dtype)
    is_faithful = np.array_equal(cast, array) or (
        dtype.is_floating and np.array_equal(np.isfinite(cast), np.isfinite(array))
    )
    if not is_faithful:
        raise ValueError(
            f"{name} should hold values of type {dtype.name}. Received: {array.tolist()}"
        )
    return cast
