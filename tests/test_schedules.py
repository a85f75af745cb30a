import keras
import pytest
import tensorflow as tf

from keras_infogan import Ramp


@pytest.mark.parametrize(
    ("step", "weight"), [(0, 0.0), (600, 0.0), (1350, 0.5), (2100, 1.0), (9999, 1.0)]
)
def test_ramp_is_linear_between_its_ends(step, weight):
    assert float(Ramp(600, 1500)(step)) == pytest.approx(weight)


@pytest.mark.parametrize(("step", "weight"), [(0, 0.0), (2, 0.0), (3, 1.0), (4, 1.0)])
def test_ramp_without_duration_jumps(step, weight):
    assert float(Ramp(start=3)(step)) == weight


def test_ramp_defaults_to_one_throughout():
    assert float(Ramp()(0)) == 1.0


def test_ramp_takes_the_steps_that_a_model_counts():
    weight = tf.function(Ramp(0, 4))(tf.constant(1, tf.int64))
    assert weight.dtype == tf.float32
    assert float(weight) == 0.25


def test_config_round_trip():
    serialized = keras.saving.serialize_keras_object(Ramp(2, 8, 0.5))
    restored = keras.saving.deserialize_keras_object(serialized)
    assert isinstance(restored, Ramp)
    assert restored.get_config() == {"start": 2, "duration": 8, "height": 0.5}


@pytest.mark.parametrize(("step", "weight"), [(2, 0.0), (4, 0.25), (99, 0.5)])
def test_ramp_ends_at_its_height(step, weight):
    assert float(Ramp(2, 4, height=0.5)(step)) == weight


@pytest.mark.parametrize("arguments", [(-1, 0), (0, -1), (0, 0, -1)])
def test_negative_arguments(arguments):
    with pytest.raises(ValueError, match="at least 0. Received: (start|duration|height)=-1"):
        Ramp(*arguments)
