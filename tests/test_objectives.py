import math
from types import SimpleNamespace

import keras
import pytest
import tensorflow as tf

from keras_infogan import NonSaturating

# sigmoid(ln 3) = 3/4.
LOG_3 = math.log(3.0)


def reading(*logits):
    return SimpleNamespace(logits=tf.constant(logits)[:, None])


def test_discriminator_loss_by_hand():
    # D(x) = 3/4 and 1/4; D(G(z)) = 1/4 and 1/2.
    loss = NonSaturating().discriminator_loss(reading(LOG_3, -LOG_3), reading(-LOG_3, 0.0))
    expected = -(math.log(3 / 4) + math.log(1 / 4)) / 2 - (math.log(3 / 4) + math.log(1 / 2)) / 2
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_generator_loss_by_hand():
    loss = NonSaturating().generator_loss(None, reading(-LOG_3, LOG_3))
    assert float(loss) == pytest.approx(-(math.log(1 / 4) + math.log(3 / 4)) / 2, rel=1e-5)


def test_chance():
    objective = NonSaturating()
    assert float(objective.discriminator_loss(reading(0.0), reading(0.0))) == pytest.approx(
        2 * math.log(2.0)
    )
    assert float(objective.generator_loss(None, reading(0.0))) == pytest.approx(math.log(2.0))


def test_the_generators_gradient_does_not_vanish_where_it_fails():
    logits = tf.Variable([[-50.0]])
    with tf.GradientTape() as tape:
        loss = NonSaturating().generator_loss(None, SimpleNamespace(logits=logits))
    assert float(loss) == pytest.approx(50.0)
    assert float(tape.gradient(loss, logits)[0, 0]) == pytest.approx(-1.0)


def test_config_round_trip():
    serialized = keras.saving.serialize_keras_object(NonSaturating())
    assert isinstance(keras.saving.deserialize_keras_object(serialized), NonSaturating)
