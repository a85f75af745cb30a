import pytest
import tensorflow as tf

from keras_infogan.explorer import Control, ServedModel, ServedModels
from keras_infogan.serving import EmbeddedServer

IMAGE = tf.TensorSpec([None, 4, 4, 1], tf.float32, name="image")
SEED = tf.TensorSpec([None], tf.int64, name="seed")
COIN = tf.TensorSpec([None, 1], tf.float32, name="coin")
KIND = tf.TensorSpec([None], tf.int64, name="kind")
STYLE = tf.TensorSpec([None, 2], tf.float32, name="style")
KINDS = 3


class LegibleModel(tf.Module):
    """The exported signatures, untrained: the codes stand in the first row of pixels.

    They are kind / 2, style 1 and style 2 from [-1, 1], and coin; then comes the noise.
    """

    def _image(self, seed, coin, kind, style):
        share = tf.cast(kind, tf.float32)[:, None] / (KINDS - 1)
        noise = tf.cast(seed % 7, tf.float32)[:, None] / 7.0
        codes = tf.concat([share, (style + 1.0) / 2.0, coin, noise], axis=1)
        return tf.reshape(tf.pad(codes, [(0, 0), (0, 11)]), [-1, 4, 4, 1])

    @tf.function(input_signature=[SEED, COIN, KIND, STYLE])
    def generate(self, seed, coin, kind, style):
        return {"image": self._image(seed, coin, kind, style)}

    @tf.function(input_signature=[SEED])
    def sample(self, seed):
        coin = tf.cast(seed % 2, tf.float32)[:, None]
        style = tf.stack([tf.sin(tf.cast(seed, tf.float32))] * 2, axis=1)
        drawn = {"coin": coin, "kind": seed % KINDS, "style": style}
        return {"image": self._image(seed, **drawn), **drawn}

    @tf.function(input_signature=[IMAGE])
    def recognize(self, image):
        codes = image[:, 0, :, 0]
        kind = tf.cast(tf.round(codes[:, 0] * (KINDS - 1)), tf.int64)
        mean = codes[:, 1:3] * 2.0 - 1.0
        return {
            "kind": kind,
            "kind_probabilities": tf.one_hot(kind, KINDS, 0.98, 0.01),
            "style_mean": mean,
            "style_stddev": tf.fill(tf.shape(mean), 0.1),
            "coin_mean": codes[:, 3:],
            "coin_stddev": tf.sqrt(codes[:, 3:] * (1.0 - codes[:, 3:])),
        }


@pytest.fixture(scope="session")
def base_path(tmp_path_factory):
    """A base path with version 1; nobody writes into it."""
    path = tmp_path_factory.mktemp("exported") / "legible"
    model = LegibleModel()
    signatures = {
        "generate": model.generate,
        "sample": model.sample,
        "recognize": model.recognize,
    }
    tf.saved_model.save(model, str(path / "1"), signatures=signatures)
    return path


@pytest.fixture(scope="session")
def server(base_path):
    """A server of the model under two names."""
    models = {"legible": base_path, "again": base_path}
    with EmbeddedServer(models, rest_api_port=None) as running:
        yield f"127.0.0.1:{running.port}"


@pytest.fixture
def controls():
    """What is to be set of `LegibleModel`."""
    return (
        Control("coin", "binary", 1),
        Control("kind", "categorical", KINDS),
        Control("style", "continuous", 2, -1.0, 1.0),
    )


@pytest.fixture
def models(server):
    """Of two models side by side."""
    made = ServedModels([ServedModel(server, "legible", 1), ServedModel(server, "again")])
    made.connect()
    return made
