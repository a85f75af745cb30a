import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.losses import Losses, Side


def values(variables):
    return [variable.numpy() for variable in variables]


@pytest.fixture
def slow_model(make_model):
    """A model whose optimizers subtract the gradient as it is."""
    model = make_model()
    model.compile(keras.optimizers.SGD(1.0), keras.optimizers.SGD(1.0))
    return model


def losses_of(model, generator_factor=1.0):
    """Each side's loss is the sum of its first variable, so that each gradient is 1."""

    def compute(sides):
        discriminator = tf.reduce_sum(model.discriminator_variables()[0].value)
        generator = generator_factor * tf.reduce_sum(model.generator_variables()[0].value)
        logs = dict.fromkeys(model.log_names[2:], tf.constant(0.0))
        return Losses(discriminator, generator, logs)

    return compute


def test_named_sides_move_and_the_other_stays(slow_model):
    first = [slow_model.discriminator_variables()[0], slow_model.generator_variables()[0]]
    before = values(first)
    with slow_model.guarded_step() as step:
        step.losses = step.update(losses_of(slow_model), Side.GENERATOR)
    np.testing.assert_array_equal(first[0], before[0])
    np.testing.assert_allclose(first[1], before[1] - 1.0)
    assert bool(step.is_good) and int(slow_model.step) == 1


def test_a_step_that_is_not_finite_moves_nothing_and_is_counted(slow_model):
    before = values(slow_model.trainable_variables)
    moved = slow_model.statistics()[0]
    kept = moved.numpy()
    with slow_model.guarded_step() as step:
        moved.assign_add(tf.ones_like(moved.value))
        step.losses = step.update(losses_of(slow_model, float("nan")), Side.GENERATOR)
    for old, new in zip(before, slow_model.trainable_variables, strict=True):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_array_equal(kept, moved)
    assert not bool(step.is_good)
    assert int(slow_model.non_finite_in_a_row) == 1
    assert slow_model.non_finite_names() == "generator_loss"


def test_given_variables_move_in_place_of_the_sides_own(slow_model):
    given = slow_model.generator_variables()[:1]
    others = values(slow_model.generator_variables()[1:])
    with slow_model.guarded_step() as step:
        step.losses = step.update(
            losses_of(slow_model), Side.GENERATOR, variables={Side.GENERATOR: given}
        )
    for old, new in zip(others, slow_model.generator_variables()[1:], strict=True):
        np.testing.assert_array_equal(old, new)
