import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import get_model_metadata_pb2, predict_pb2

from keras_infogan.serving.client.model_calls import ModelCalls
from keras_infogan.serving.protocol.errors import StatusError


def metadata():
    """The response of a model whose only signature is `double`, of x."""
    signatures = get_model_metadata_pb2.SignatureDefMap()
    signature = signatures.signature_def["double"]
    for tensors, name in ((signature.inputs, "x"), (signature.outputs, "y")):
        tensors[name].dtype = tf.int64.as_datatype_enum
        tensors[name].tensor_shape.CopyFrom(tf.TensorShape([None]).as_proto())
    response = get_model_metadata_pb2.GetModelMetadataResponse()
    response.metadata["signature_def"].Pack(signatures)
    return response


class Server:
    """Answers the requests of a call; refuses those of too many rows."""

    def __init__(self, most_rows, version=3):
        self.most_rows, self.version, self.rows = most_rows, version, []

    def run(self, call):
        try:
            request = next(call)
            while True:
                try:
                    response = self._respond(request.message)
                except StatusError as error:
                    request = call.throw(error)
                else:
                    request = call.send(response)
        except StopIteration as finished:
            return finished.value

    def _respond(self, message):
        if not isinstance(message, predict_pb2.PredictRequest):
            return metadata()
        x = tf.make_ndarray(message.inputs["x"])
        self.rows.append((len(x), message.model_spec.version.value))
        if len(x) > self.most_rows:
            text = f"Task size {len(x)} is larger than maximum input batch size {self.most_rows}"
            raise StatusError(grpc.StatusCode.INVALID_ARGUMENT, text)
        response = predict_pb2.PredictResponse()
        response.model_spec.version.value = self.version
        response.outputs["y"].CopyFrom(tf.make_tensor_proto(2 * x))
        return response


@pytest.mark.parametrize("rows", [1, 5, 6, 11])
def test_long_lists_go_in_several_requests_of_one_version(rows):
    server, calls = Server(most_rows=99), ModelCalls("m", None, batch_size=5)
    found = server.run(calls.predict_rows("double", {"x": np.arange(rows)}))
    assert found["y"].tolist() == [2 * n for n in range(rows)]
    assert sum(count for count, _ in server.rows) == rows
    assert {version for _, version in server.rows[1:]} <= {3}


def test_a_server_that_takes_fewer_rows_is_followed():
    server, calls = Server(most_rows=4), ModelCalls("m", None, batch_size=256)
    for _ in range(2):
        found = server.run(calls.predict_rows("double", {"x": np.arange(10)}))
        assert found["y"].tolist() == [2 * n for n in range(10)]
    assert [count for count, _ in server.rows] == [10, 4, 4, 2, 4, 4, 2]


def test_a_server_that_takes_no_row_is_no_endless_loop():
    server, calls = Server(most_rows=0), ModelCalls("m", None, batch_size=256)
    with pytest.raises(StatusError, match="Task size 10 is larger"):
        server.run(calls.predict_rows("double", {"x": np.arange(10)}))


def test_one_request_of_too_many_rows_has_a_hint():
    server, calls = Server(most_rows=4), ModelCalls("m", None, batch_size=256)
    with pytest.raises(StatusError, match="size 4. Send at most 4 rows in a request"):
        server.run(calls.predict("double", {"x": np.arange(10)}))


def test_a_signature_that_is_not_there_is_named():
    calls = ModelCalls("m", 7, batch_size=256)
    with pytest.raises(ValueError, match="should have a signature 'generate'. .* with double"):
        Server(most_rows=4).run(calls.steer("generate", {}, 0))
