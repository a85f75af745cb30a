import grpc
import pytest
from tensorflow_serving.apis import prediction_service_pb2_grpc

from keras_infogan.serving.repository.batch_scheduler import BatchScheduler
from keras_infogan.serving.repository.batching_options import BatchingOptions


@pytest.fixture(scope="module")
def stub(channel):
    return prediction_service_pb2_grpc.PredictionServiceStub(channel)


@pytest.fixture(scope="session")
def error_of():
    """The code and the text of the error that a call ends with."""

    def call(method, sent):
        with pytest.raises(grpc.RpcError) as caught:
            method(sent, timeout=30)
        return caught.value.code(), caught.value.details()

    return call


@pytest.fixture
def make_scheduler():
    made = []

    def make(**options):
        options = {"num_batch_threads": 1, "batch_timeout_micros": 50_000, **options}
        made.append(BatchScheduler(BatchingOptions(**options)))
        made[-1].start()
        return made[-1]

    yield make
    for scheduler in made:
        scheduler.stop()
