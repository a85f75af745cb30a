import grpc
import numpy as np
import pytest

from keras_infogan.explorer import ServedModel
from keras_infogan.serving.protocol.errors import StatusError


@pytest.fixture
def model(server):
    made = ServedModel(server, "legible", 1)
    made.connect()
    return made


def test_a_model_is_named_with_its_version():
    assert ServedModel("127.0.0.1:1", "digits").label == "digits"
    assert ServedModel("127.0.0.1:1", "digits", 7).label == "digits 7"


def test_no_request_is_sent_before_it_is_connected():
    model = ServedModel("127.0.0.1:1", "digits")
    assert model.controls == ()
    with pytest.raises(ValueError, match="HOST:PORT. Received: 'digits'"):
        ServedModel("digits", "digits")


def test_a_connected_model_knows_its_controls_and_answers(model, controls):
    assert model.controls == controls
    assert model.image_shape() == (4, 4, 1)
    images = model.images({"kind": [0, 2], "coin": [[1.0], [0.0]], "hat": [3, 3]}, [0, 3])
    np.testing.assert_allclose(images[:, 0, 0, 0], [0.0, 1.0])  # kind / 2
    np.testing.assert_allclose(images[:, 0, 3, 0], [1.0, 0.0])  # coin


def test_a_reading_is_of_one_image(model):
    image = model.images({"kind": 2, "coin": [1.0], "style": [0.5, -1.0]}, 0)[0]
    found = model.recognize(image)
    assert found["kind"] == 2
    np.testing.assert_allclose(found["style_mean"], [0.5, -1.0], atol=1e-6)


def test_a_model_that_is_not_served_fails_the_check(server):
    missing = ServedModel(server, "hats")
    with pytest.raises(StatusError) as caught:
        missing.check()
    assert missing.error_sentence(caught.value).startswith(f"The server at {server} refuses hats: ")


def test_a_server_that_is_away_is_told_apart():
    model = ServedModel("127.0.0.1:1", "digits")
    error = StatusError(grpc.StatusCode.UNAVAILABLE, "connection refused")
    assert model.error_sentence(error) == "The server at 127.0.0.1:1 does not answer."
