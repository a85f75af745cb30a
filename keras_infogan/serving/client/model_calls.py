"""The requests of a client and how it reads the responses, for any transport.

Each call is a generator: it yields a `ModelRequest`, is sent the response, and returns the result.
The two clients, one that blocks and one that awaits, differ only in how they drive it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike
from tensorflow.core.protobuf import meta_graph_pb2
from tensorflow_serving.apis import get_model_metadata_pb2, model_pb2, predict_pb2

from keras_infogan.runtime.arguments import checked_count
from keras_infogan.serving.client.image_inputs import IMAGE, RECOGNIZE, converted_images
from keras_infogan.serving.client.input_arrays import (
    broadcast,
    cast,
    check_code_names,
    checked_version,
    rows_of,
)
from keras_infogan.serving.client.row_limits import fewer_rows, row_limit
from keras_infogan.serving.protocol import tensor_protos
from keras_infogan.serving.protocol.errors import StatusError

SEED = "seed"

Signature: TypeAlias = meta_graph_pb2.SignatureDef
Arrays: TypeAlias = dict[str, np.ndarray]
Result = TypeVar("Result")


@dataclass(frozen=True)
class ModelRequest:
    """A request for a server.

    Args:
        message: a `PredictRequest` or a `GetModelMetadataRequest`; the server sends the response
            of that kind.
        signature: describes the signature that a `PredictRequest` runs; None where the model has
            none so named.
    """

    message: predict_pb2.PredictRequest | get_model_metadata_pb2.GetModelMetadataRequest
    signature: Signature | None = None


Call: TypeAlias = Generator[ModelRequest, Any, Result]


class ModelCalls:
    """The calls of one model.

    Args:
        model_name: the model, as the server calls it.
        version: a version of the model; None means the highest that is ready.
        batch_size: rows of a request at most; longer lists are asked for in several.

    Raises:
        ValueError: for a batch size below 1, or a version that is no int64 of at least 0.
    """

    def __init__(self, model_name: str, version: int | None, batch_size: int) -> None:
        self._batch_size = checked_count("batch_size", batch_size, 1)
        self._model_spec = model_pb2.ModelSpec(name=model_name)
        if version is not None:
            self._model_spec.version.value = checked_version(version)
        self._signatures: dict[str, Signature] = {}

    def signatures(self) -> Call[dict[str, Signature]]:
        """The model's signatures by name, asked for once."""
        if not self._signatures:
            request = get_model_metadata_pb2.GetModelMetadataRequest(
                model_spec=self._model_spec, metadata_field=["signature_def"]
            )
            response = yield ModelRequest(request)
            signatures = get_model_metadata_pb2.SignatureDefMap()
            response.metadata["signature_def"].Unpack(signatures)
            self._signatures = dict(signatures.signature_def)
        return self._signatures

    def predict(
        self,
        signature_name: str,
        inputs: Mapping[str, ArrayLike],
        output_filter: Sequence[str] = (),
    ) -> Call[Arrays]:
        """Runs any signature, in one request."""
        signature = (yield from self.signatures()).get(signature_name)
        inputs = converted_images(signature_name, inputs, signature)
        try:
            response = yield from self._predict_response(
                self._model_spec, signature_name, inputs, output_filter
            )
        except StatusError as error:
            limit = row_limit(error)
            if limit is None:
                raise
            hint = f"{error.message}. Send at most {limit} rows in a request"
            raise StatusError(error.code, hint) from error
        return _arrays(response)

    def predict_rows(self, signature_name: str, inputs: Mapping[str, ArrayLike]) -> Call[Arrays]:
        """Runs a signature whose rows are independent, in as many requests as they need.

        All are asked of the version that answered the first, where the answer names one. A server
        that takes fewer rows or bytes in a request says so; the calls then keep to its number.
        """
        arrays = {name: np.asarray(value) for name, value in inputs.items()}
        rows = max((len(array) for array in arrays.values() if array.ndim), default=0)
        model_spec, parts, start = self._model_spec, list[Arrays](), 0
        while not parts or start < rows:
            stop = min(start + self._batch_size, rows)
            part = _sliced(arrays, start, stop) if stop - start < rows else arrays
            try:
                response = yield from self._predict_response(model_spec, signature_name, part)
            except StatusError as error:
                limit = fewer_rows(error, stop - start)
                if limit is None:
                    raise
                self._batch_size = min(limit, self._batch_size)
                continue
            if response.model_spec.HasField("version"):
                model_spec = response.model_spec
            parts.append(_arrays(response))
            start = stop
        if len(parts) == 1:
            return parts[0]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def recognize(self, images: ArrayLike) -> Call[Arrays]:
        """Runs `recognize` on images of any dtype and range that the package takes."""
        signature = (yield from self.signatures()).get(RECOGNIZE)
        inputs = converted_images(RECOGNIZE, {IMAGE: images}, signature)
        return (yield from self.predict_rows(RECOGNIZE, inputs))

    def steer(
        self, signature_name: str, codes: Mapping[str, ArrayLike], seed: ArrayLike
    ) -> Call[Arrays]:
        """Runs a signature that takes a seed and every code."""
        signatures = yield from self.signatures()
        signature = signatures.get(signature_name)
        if signature is None:
            raise ValueError(
                f"The model should have a signature {signature_name!r}. "
                f"Received: a model with {', '.join(sorted(signatures))}"
            )
        shapes = {
            name: [dim.size for dim in info.tensor_shape.dim][1:]
            for name, info in signature.inputs.items()
        }
        check_code_names(codes, [name for name in shapes if name != SEED])
        given = {SEED: seed, **codes}
        inputs = broadcast({name: rows_of(name, given[name], shapes[name]) for name in given})
        if set(shapes) - set(inputs):
            drawn = yield from self.predict_rows("sample", {SEED: inputs[SEED]})
            inputs |= {name: drawn[name] for name in shapes if name not in inputs}
        return (yield from self.predict_rows(signature_name, inputs))

    def _predict_response(
        self,
        model_spec: model_pb2.ModelSpec,
        signature_name: str,
        inputs: Mapping[str, ArrayLike],
        output_filter: Sequence[str] = (),
    ) -> Call[predict_pb2.PredictResponse]:
        signature = (yield from self.signatures()).get(signature_name)
        known = signature.inputs if signature is not None else {}
        request = predict_pb2.PredictRequest(model_spec=model_spec, output_filter=output_filter)
        request.model_spec.signature_name = signature_name
        for name, value in inputs.items():
            dtype = tf.dtypes.as_dtype(known[name].dtype) if name in known else None
            request.inputs[name].CopyFrom(tf.make_tensor_proto(cast(name, value, dtype), dtype))
        return (yield ModelRequest(request, signature))


def _arrays(response: predict_pb2.PredictResponse) -> Arrays:
    return {name: tensor_protos.to_array(name, proto) for name, proto in response.outputs.items()}


def _sliced(arrays: Arrays, start: int, stop: int) -> Arrays:
    return {name: array[start:stop] if array.ndim else array for name, array in arrays.items()}
