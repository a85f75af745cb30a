import keras
import pytest
import tensorflow as tf

from keras_infogan.regularizers.weight_clipping import WeightClipping


def test_weight_clipping_cuts_after_an_update():
    weights = keras.Variable([0.5, -0.5, 0.05])
    WeightClipping(0.1).constrain([weights])
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.apply([tf.constant([0.0, 0.0, -0.1])], [weights])
    assert weights.numpy().tolist() == pytest.approx([0.1, -0.1, 0.06])
    with pytest.raises(ValueError, match="`limit` should be above 0. Received: limit=-1"):
        WeightClipping(-1)


def test_config_round_trip():
    original = WeightClipping(0.2)
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(original))
    assert type(restored) is WeightClipping
    assert restored.get_config() == {"limit": 0.2}
